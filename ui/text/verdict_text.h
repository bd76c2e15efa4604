// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/ports/study_desk.h"
#include "ui/theme/tokens.h"

namespace quorate::ui {

bool isTraining(const StudySnapshot& study);
/// A demo study's, or an appraisal's under demo anchors or the training profile: nothing of it may look accepted.
bool isTraining(const attestation::AppraisalResult& result);

/// A verdict in words: kind for shape and colour, one sentence, one line more.
struct VerdictText {
    VerdictKind kind = VerdictKind::Unknown;
    QString sentence;
    QString detail;
};
VerdictText verdictText(const NodeAppraisal& node);

/// The answer to one of the five questions.
struct QuestionText {
    attestation::Question question = attestation::Question::Genuine;
    VerdictKind kind = VerdictKind::Unknown;
    QString ask;       ///< "Is the hardware genuine?"
    QString answer;    ///< "Yes", "No", "Caution", "Training only", "Not checked"
    QString sentence;  ///< What the answer rests on.
    QString why;       ///< Of a No or a caution; else empty.
    QString todo;
};
/// Always five, in the order of the page.
std::vector<QuestionText> questionTexts(const NodeAppraisal& node);

VerdictKind kindOf(attestation::CheckOutcome outcome, bool training);
/// What a short name of the verdict looks like in a tab or list.
VerdictKind kindOf(const attestation::AppraisalResult& result);

/// "TDX", "SEV-SNP"
QString teeWord(attestation::TeeKind tee);

using ConnectionText = VerdictText;
ConnectionText textOf(Connection connection, bool training);

/// How old the service's last proof is; unknown when it is older than the policy's limit.
VerdictText evidenceAge(const StudySnapshot* study, const DeskStatus& status, UtcMillis now);
/// What this computer keeps of the makers' certificates and lists, until when that holds, and how the last refresh went.
QString collateralSentence(const std::optional<CollateralState>& collateral, UtcMillis now);
/// "38 s", "14 min", "3 h", "5 days": rounded down, one unit.
QString ageText(std::chrono::seconds age);

}  // namespace quorate::ui
