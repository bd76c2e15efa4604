// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/ports/study_desk.h"
#include "ui/theme/tokens.h"

namespace quorate::ui {

/// What the enclave would decide now, item by item, from what this computer knows.
struct DryRun {
    struct Item {
        VerdictKind kind = VerdictKind::Unknown;
        QString sentence;
    };
    std::vector<Item> items;
    int sealed = 0;
    int needed = 0;
    /// No item is refused, and a statement is frozen.
    [[nodiscard]] bool isClear() const;
    [[nodiscard]] int missing() const { return needed > sealed ? needed - sealed : 0; }
};

DryRun dryRun(const StudySnapshot& study, UtcMillis now);
/// The service's newest appraisal, or null.
const NodeAppraisal* serviceNode(const StudySnapshot& study);
/// The custodian's newest answer to the frozen statement, or null.
const SignedBy<release::ReleaseApproval>* shareOf(const StudySnapshot& study, const Uuid& custodian);

}  // namespace quorate::ui
