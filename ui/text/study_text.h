// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/ports/study_desk.h"

namespace quorate::ui {

/// "Update accepted"
QString titleOf(study::EventKind kind);
/// The particulars in a few words: "Round 9, norm 0.98".
QString detailFor(const study::StudyEvent& event, const StudySnapshot& study);
/// One whole sentence, for lists outside a table: "Zurich's update of round 9 was accepted."
QString sentenceFor(const study::StudyEvent& event, const StudySnapshot& study);
/// "Coordinator, Cleveland", "Zurich node", "Aggregation service".
QString whoDid(const study::StudyEvent& event, const StudySnapshot& study);
/// A stable code in words: "deadline" becomes "deadline missed"; an unknown one stays as it is.
QString reasonWords(const std::string& code);

/// Under the study's code in lists: "Running, round 9 of 15".
QString stateLine(const StudySnapshot& study);
QString siteName(const StudySnapshot& study, const Uuid& site);
/// As printed under a signature; "unknown member 1a2b3c4d" when the roster has none.
QString memberName(const StudySnapshot& study, const Uuid& member);
/// Name with the organisation, once.
QString personName(const study::Member& member);
QString roleWord(study::Role role);

/// What a quorum allowed, until when, and who it was: "Milan machines count in this study until …, because these custodians …".
QString acceptanceSentence(const study::VerifiedAcceptance& acceptance);
/// Which machines count by exception in this study, and whether one holds at `now`; empty where the policy knows none.
QString exceptionsSentence(const StudySnapshot& study, UtcMillis now);

/// The demo protects nobody's secrets, so where it asks for its passphrase the passphrase is told.
QString demoPassphraseHint();

/// "Logistic regression with 13 inputs"
QString modelWords(const study::ModelSpec& model);
/// "num above 0", "Time until death"
QString outcomeWords(const schema::DataDictionary& dictionary);
/// "FedAvg, 15 rounds of 100 steps"
QString planWords(const study::TrainingPlan& plan);
/// A prepared condition's sentence by its stable code; free conditions stay as typed.
QString conditionWords(const std::string& code);
/// The prepared conditions in the order of the form.
std::vector<std::string> preparedConditions();

}  // namespace quorate::ui
