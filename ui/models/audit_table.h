// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audit/entry.h"
#include "ui/models/table_model.h"

namespace quorate::ui {

/// Columns of auditTable().
enum class AuditColumn { Number, When, Event, Who, Role, What, Why };

/// This computer's log, newest first; `entries` come oldest first. The row's key is the entry's index.
TableContent auditTable(const std::vector<audit::Entry>& entries);

}  // namespace quorate::ui
