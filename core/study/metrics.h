// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

namespace quorate::study {

/// One model on one set of records at one site. Counts are records; all means are over them. What does not belong to the
/// kind of target is absent.
struct Evaluation {
    std::uint32_t records = 0;
    double loss = 0;                     ///< Mean of what training minimises: cross-entropy in nats, squared error, or the
                                         ///< negative logarithm of the partial likelihood, by event.
    std::optional<double> accuracy;      ///< Of a binary target at threshold 0.5, or of a class.
    std::optional<double> auc;           ///< Area under the ROC curve; absent also when one class is missing.
    std::optional<double> brier;         ///< Mean squared error of a binary target's probability.
    std::optional<double> rmse;          ///< Root of the mean squared error of a number, in its unit.
    std::optional<double> concordance;   ///< C-index of a time to an event; absent also when no pair can be compared.
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
    std::uint64_t steps = 0;      ///< Of local training; fewer than planned where partial work is taken. 0: not told.
    bool operator==(const SiteRoundMetrics&) const = default;
};

}  // namespace quorate::study
