// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"
#include "ui/pages/attestation/evidence_table_model.h"

namespace quorate::ui {

/// The tables of the expert layer, one per tab, made from one appraisal.
EvidenceTable checksTable(const NodeAppraisal& node, attestation::Question question);
EvidenceTable tcbTable(const NodeAppraisal& node);
/// Certificates found in the evidence's collateral, leaf first, with their validity; unreadable ones say so.
EvidenceTable chainTable(const NodeAppraisal& node, UtcSeconds now);
EvidenceTable fieldsTable(const NodeAppraisal& node);
/// What report_data binds, field by field, from the transcript.
EvidenceTable transcriptTable(const NodeAppraisal& node);
EvidenceTable collateralTable(const NodeAppraisal& node);

/// One register: what was found, what was wanted.
struct Measurement {
    QString field;
    QString meaning;
    Bytes found;
    std::optional<Bytes> wanted;   ///< Where exactly one value is wanted and it is known.
    attestation::CheckOutcome outcome = attestation::CheckOutcome::NotChecked;
};
std::vector<Measurement> measurements(const NodeAppraisal& node);

}  // namespace quorate::ui
