// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "learning/simulation.h"

namespace quorate::bench {

/// The synthetic(alpha, beta) data of Li et al. 2020 (FedProx, section 5.1): devices whose models differ with alpha and whose
/// inputs differ with beta, 60 inputs, 10 classes, sizes of a power law; nine tenths of each device's records for training.
struct SyntheticDevices {
    std::vector<std::string> codes;
    std::vector<schema::RecordSet> train;
    std::vector<schema::RecordSet> test;
};

struct SyntheticOptions {
    double alpha = 1;
    double beta = 1;
    bool isIid = false;       ///< One model and one distribution of inputs for all; alpha and beta do not count.
    std::size_t devices = 30;
    std::uint64_t seed = 42;
};
SyntheticDevices synthesise(const SyntheticOptions& options);

/// Softmax regression on them: 10 devices a round, batches of 10, learning rate .01, 20 local epochs.
struct FedProxRun {
    double mu = 0;
    double stragglers = 0;         ///< Part of a round's devices that do not finish.
    bool keepsPartialWork = true;  ///< Stragglers' 1 to 19 epochs count; otherwise those devices are dropped.
    std::uint32_t rounds = 200;
    std::uint64_t seed = 42;
};
/// Share of all devices' test records whose most probable class is theirs, after the last round.
Result<double> runFedProx(const SyntheticDevices& devices, const FedProxRun& run);

/// What FedProx is for, and where it hurts: the accuracies of one seed.
struct FedProxFigures {
    std::uint64_t seed = 0;
    double dropping = 0;        ///< synthetic(1,1), nine of ten straggle: FedAvg, which drops them. One data set, as published; the
                                ///< seed draws devices, stragglers and batches.
    double partial = 0;         ///< The same devices and stragglers: mu 1, which keeps their partial work.
    double droppingRedrawn = 0; ///< Both once more on a data set that the seed draws too.
    double partialRedrawn = 0;
    double iidAverage = 0;      ///< iid data of the seed's, everybody finishes: mu 0.
    double iidProximal = 0;     ///< mu 1.
};
/// For the seeds 42 to 46, on all processors; minutes.
Result<std::vector<FedProxFigures>> measureFedProx(std::uint32_t rounds);

}  // namespace quorate::bench
