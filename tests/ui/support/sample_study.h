// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"

namespace quorate::tests {

/// How far the sample study "HEART-4" has come. Times are of 21 November 2026, UTC.
enum class SampleStage {
    AwaitingApprovals,  ///< Two of four sites approved; Zurich and Long Beach have not answered.
    ApprovalsComplete,  ///< All sites approved and joined; no statement yet.
    AwaitingKey,        ///< Statement frozen at 09:12; two of the three needed shares are sealed.
    Quorate,            ///< The key is out; no round yet.
    Running,            ///< Round 9 of 15, three of four updates in; Long Beach was dropped from round 5.
    Finished,           ///< Fifteen rounds, results of every site.
    Frozen,             ///< As Running, then frozen by a custodian.
};

struct SampleOptions {
    study::StudyMode mode = study::StudyMode::Production;
    bool refusedEvidence = false;  ///< The service's evidence shows another MRTD and is refused.
    bool pooled = false;           ///< The demo's pooled comparison is there (training mode).
};

/// HEART-4: four sites, four custodians of whom three must seal, from at least two organisations.
StudySnapshot sampleStudy(SampleStage stage, const SampleOptions& options = {});

/// The same study after one more event of the running stage: Long Beach's update of round 9 is accepted.
StudySnapshot withLastUpdate(const StudySnapshot& running);

/// The same study after the coordinator's next order, of 14:41:20; of exclude and readmit about this site.
StudySnapshot withOrder(const StudySnapshot& running, study::OrderAction action, const std::string& reason, const std::string& site = {});

study::Roster sampleRoster();
/// A member of sampleRoster() by role and place: (Custodian, "Long Beach").
study::Member sampleMember(study::Role role, const std::string& organisation);
Uuid sampleSite(const std::string& code);  ///< "cleveland", "budapest", "zurich", "long-beach".

/// Connected, evidence 38 s old at sampleNow(); acting as `me`.
DeskStatus sampleStatus(const study::Member& me);
/// 21 November 2026, 14:41:07 UTC while running; 09:46 while the key is awaited.
UtcMillis sampleNow(SampleStage stage);

NodeAppraisal sampleService(const SampleOptions& options = {});

}  // namespace quorate::tests
