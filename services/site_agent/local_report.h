// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "learning/model.h"
#include "services/site_agent/site_config.h"

namespace quorate::services {

/// Models to be compared on the site's test records.
struct ComparedModels {
    Digest32 federatedDigest;         ///< As receipts name it.
    learning::ModelWeights federated;
    learning::ModelWeights own;       ///< That this site trained alone.
};

/// Both models on the site's test records, whole and by level of each categorical variable: AUC, Brier score, calibration, confusion at
/// 0.5, C-index, errors, with 95 % intervals; JSON (docs/formats/local-report.md). Figures that rest on fewer than
/// `minimumCell` records are withheld. For the site's own eyes: nothing here sends it. Malformed when a model does not fit.
Result<std::string> localReport(const SiteConfig& config, const ComparedModels& models, std::uint32_t minimumCell);

/// The label of a level of a categorical variable; empty for records without one.
std::string labelOf(const schema::DataDictionary& dictionary, const std::string& variable, std::uint16_t level);

}  // namespace quorate::services
