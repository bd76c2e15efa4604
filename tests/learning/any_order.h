// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <doctest/doctest.h>

#include "core/crypto/digest.h"
#include "tests/learning/held_round.h"

/// The same updates, aggregated by every rule: one digest, which is the same in every order of arrival, on any number of
/// threads, in every build and on every machine.
namespace quorate::tests {

inline constexpr const char* kDigestOfAllRules = "71db2290a3cc7f5e10d74d78d62b792d8efa621f0d2f0209f46fb4bffbd8f622";

inline Digest32 digestOfAllRules(unsigned arrival, unsigned threads)
{
    constexpr std::size_t kSites = 10;
    constexpr std::size_t kValues = 70'003;  // Two blocks, the second of them not whole.
    Sha256 digest;
    const auto add = [&](const std::vector<float>& values) {
        digest.update({reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)});
    };
    for (int rule = 0; rule <= static_cast<int>(study::AggregationRule::GeometricMedian); ++rule) {
        study::AggregationPlan plan;
        plan.rule = static_cast<study::AggregationRule>(rule);
        plan.serverLearningRate = 0.7;
        plan.momentum = 0.9;
        plan.byzantineSites = 2;
        plan.selectedSites = 5;
        plan.iterations = 2;
        plan.clipNorm = rule % 2 == 0 ? 0 : 400;
        HeldRound round(plan, kSites, kValues);
        if (arrival > 0) round.shuffleArrival(arrival);
        if (arrival % 3 == 2) round.keepOnDisk();
        auto state = learning::initialState(plan.rule, kValues);
        add(round.aggregate(state, {.threads = threads}).value());
        add(state.momentum);
        add(state.secondMoment);
        add(state.control);
    }
    return digest.finish();
}

}  // namespace quorate::tests
