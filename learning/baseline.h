// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "learning/study_model.h"

namespace quorate::learning {

/// How the models are trained that a federation is compared with: Adam, 50 epochs.
struct BaselinePlan {
    double learningRate = 0.001;
    std::uint32_t epochs = 50;
    std::uint32_t batchSize = 4;
    std::uint64_t seed = 42;  ///< Initial weights (the federation's own) and batch order follow from it.
};

/// A site's records, standardised by the site (schema::standardised).
struct SiteRecords {
    std::string site;
    const schema::Dataset* dataset = nullptr;  ///< Outlives the call.
};

/// A model that the site trains alone.
Result<ModelWeights> trainOwnModel(const StudyModel& model, const SiteRecords& site, const BaselinePlan& plan,
                                   const IsCancelled& isCancelled = {});
/// The same, on the site's own test part.
Result<study::Evaluation> evaluateOwnModel(const StudyModel& model, const SiteRecords& site, const BaselinePlan& plan,
                                           const IsCancelled& isCancelled = {});

/// One model over all sites' training parts together, on each site's test part, in the order given. It needs all records
/// in one place: for rehearsals only.
Result<std::vector<study::Evaluation>> evaluatePooledModel(const StudyModel& model, std::span<const SiteRecords> sites,
                                                           const BaselinePlan& plan, const IsCancelled& isCancelled = {});

}  // namespace quorate::learning
