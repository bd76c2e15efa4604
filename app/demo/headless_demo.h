// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "app/demo/demo_processes.h"
#include "core/study/projection.h"

namespace quorate::demo {

/// What a whole demo study came to.
struct DemoReport {
    std::string studyCode;
    study::TrainingPlan plan;
    Digest32 modelDigest;
    double seconds = 0;   ///< From publishing the study to its end.
    struct Site {
        std::string code;
        std::string name;
        std::uint32_t trainRecords = 0;
        study::Evaluation own;
        study::Evaluation federated;
        study::Evaluation pooled;
    };
    std::vector<Site> sites;
    std::optional<RehearsalFigures> figures;  ///< None where a replay does not work, or did not end with this study's model: a site was away.
    std::vector<study::StudyEvent> events;
};

/// One line of progress for a person: "round 3 of 15".
using Progress = std::function<void(const std::string&)>;

/// Plays every role in turn, each with its own appraisal of the service, until the study is finished.
Result<DemoReport> playWholeStudy(const DemoWorld& world, DemoProcesses& processes, const Progress& progress);

/// The JSON of `quoratectl demo run --json`.
std::string toJson(const DemoReport& report);
/// Tables for a terminal, with the published figures beside them where the plan and the data have any.
std::string toText(const DemoReport& report);

}  // namespace quorate::demo
