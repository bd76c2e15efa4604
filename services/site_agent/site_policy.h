// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <set>

#include "core/study/protocol.h"

namespace quorate::services {

/// What this computer gives to one study; 0 is no limit of ours.
struct ResourceLimits {
    std::uint32_t threads = 0;
    std::uint32_t memoryMiB = 0;      ///< Of this process's data.
    std::uint32_t niceness = 0;       ///< 0 to 19.
    std::uint32_t roundMinutes = 0;   ///< Longest local training of one round.
    bool operator==(const ResourceLimits&) const = default;
};

/// What a hospital allows, decided by the hospital alone and kept on its own disk (docs/formats/site-policy.md). What is
/// not named is not allowed.
struct SitePolicy {
    struct Study {
        std::string code;
        std::string purpose;               ///< The one that the hospital's own permission names.
        UtcSeconds until;                  ///< First second that is no longer allowed.
        bool operator==(const Study&) const = default;
    };
    struct Hours {                         ///< Local time of day; `from` after `to` runs over midnight.
        std::chrono::minutes from{0};
        std::chrono::minutes to{0};
        bool operator==(const Hours&) const = default;
    };

    std::vector<Study> studies;
    std::set<std::string> purposes;
    bool trainingMode = false;
    std::set<study::ModelKind> models;
    std::set<study::AggregationRule> aggregation;
    std::uint32_t fewestSites = 2;
    std::vector<std::filesystem::path> dataFolders;

    bool withoutDifferentialPrivacy = false;
    double largestEpsilon = 0;
    double largestDelta = 0;
    std::uint32_t smallestCell = 5;        ///< Counts below it are not given out.
    std::uint32_t previews = 0;            ///< Versions of the data whose summary may be given to one study.

    std::optional<Hours> hours;            ///< Training only then; absent: at any time.
    bool roundMetrics = false;             ///< Telemetry: this site's own figures for each round.
    bool timings = false;                  ///< Telemetry: how long its training took.
    ResourceLimits resources;
    bool operator==(const SitePolicy&) const = default;
};

/// Strict: an unknown key, a wrong type or an unknown name is Malformed, with file and line.
Result<SitePolicy> parseSitePolicy(std::string_view text, const std::string& fileName);
Result<SitePolicy> readSitePolicy(const std::filesystem::path& file);

/// Every reason for which the policy does not allow this study now, one sentence each; none when it does.
std::vector<std::string> refusals(const SitePolicy& policy, const study::StudyProtocol& protocol, UtcSeconds now);
/// PolicyRefused unless the policy allows the study's kind of model.
Result<void> requireModelAllowed(const SitePolicy& policy, const study::StudyProtocol& protocol);
/// PolicyRefused unless `file` lies in one of the data folders, links followed.
Result<void> requireInDataFolders(const SitePolicy& policy, const std::filesystem::path& file);
/// Whether the policy's hours hold at this time of day.
bool isWithinHours(const SitePolicy& policy, std::chrono::minutes sinceMidnight);

}  // namespace quorate::services
