// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/contribution.h"
#include "services/site_agent/pooled_comparison.h"

namespace quorate::services {

/// The accuracy of a site's own model and of the federated one on the test records of one level of a categorical variable.
/// Absent where it would rest on too few records (learning::ReportOptions::minimumCell), and then at two levels at least.
struct SubgroupBenefit {
    std::string variable;
    std::string level;  ///< Its label in the dictionary; empty: records without one.
    std::uint32_t records = 0;
    std::optional<double> own;
    std::optional<double> federated;
};

/// What a rehearsal says beyond the study's own results.
struct RehearsalComparison {
    Digest32 model;  ///< What the replay ended with. The figures are of the study only where this is its model.
    std::uint32_t round = 0;                     ///< Of the contributions: the last one.
    learning::RoundContributions contribution;   ///< Scores are the accuracy on all sites' test records.
    std::map<std::string, std::vector<SubgroupBenefit>> subgroups;  ///< By site.
};

/// Plays the protocol's rounds again on all sites' records, as if every site had taken part in each, and leaves out one
/// update of the last round after the other. `models` as pooledComparison(). Fails as it does; Malformed when noise was promised, which no replay
/// repeats, and for a target that has no accuracy.
Result<RehearsalComparison> compareRehearsal(const study::VerifiedPackage& package, const std::vector<PooledSite>& sites,
                                             const std::filesystem::path& models = {});
std::string toJson(const RehearsalComparison& comparison);

}  // namespace quorate::services
