// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

namespace quorate::study {

/// One model on one set of records at one site. Counts are records; all means are over them.
struct Evaluation {
    std::uint32_t records = 0;
    double loss = 0;              ///< Mean binary cross-entropy, nats.
    double accuracy = 0;          ///< At threshold 0.5.
    std::optional<double> auc;    ///< Area under the ROC curve; absent when one class is missing.
    double brier = 0;             ///< Mean squared error of the probability.
    bool operator==(const Evaluation&) const = default;
};

/// What a site reports for one round.
struct SiteRoundMetrics {
    Evaluation before;            ///< The round's global model on the site's test part.
    Evaluation after;             ///< After local training, same records.
    std::uint32_t trainRecords = 0;
    double seconds = 0;           ///< Wall time of local training.
    double updateNorm = 0;        ///< L2 norm of (local - global) over all weights.
    std::uint64_t bytesSent = 0;
    bool operator==(const SiteRoundMetrics&) const = default;
};

}  // namespace quorate::study
