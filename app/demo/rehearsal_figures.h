// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/study/metrics.h"

namespace quorate::demo {

/// Accuracy on the test records of one level of a variable at one site; no figures where they would rest on too few.
struct SubgroupFigures {
    std::string variable;
    std::string level;  ///< Empty: records without one.
    std::optional<std::uint32_t> records;
    std::optional<double> own;
    std::optional<double> federated;
};

/// What one site's last update did to the last round's model, in accuracy on all sites' test records.
struct ContributionFigures {
    std::string site;
    double scoreWithout = 0;
    double difference = 0;  ///< With all minus without; below 0: the model was better without it.
};

/// The answer of `quorate-site compare`.
struct RehearsalFigures {
    Digest32 model;  ///< The figures are of a study only where this is its model.
    std::uint32_t round = 0;
    double scoreOfAll = 0;
    std::vector<ContributionFigures> contributions;
    std::map<std::string, std::vector<SubgroupFigures>> subgroups;  ///< By site.
};

/// The answer of `quorate-site pooled`: site code to evaluation.
Result<std::map<std::string, study::Evaluation>> parsePooled(std::string_view json);
Result<RehearsalFigures> parseRehearsalFigures(std::string_view json);

}  // namespace quorate::demo
