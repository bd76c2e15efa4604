// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"
#include "ui/pages/attestation/evidence_table_model.h"

namespace quorate::ui {

/// The event log of a TDX appraisal, register by register: what each event measured, whether the log's own data confirm it,
/// and the first event that leaves the reference log. One row that says why where there is no log.
EvidenceTable eventLogTable(const NodeAppraisal& node);

}  // namespace quorate::ui
