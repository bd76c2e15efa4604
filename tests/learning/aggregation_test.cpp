// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/aggregation.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <random>

using namespace quorate;
using namespace quorate::learning;

namespace {

const ModelManifest kManifest = {{"linear.weight", {1, 3}}, {"linear.bias", {1}}};

ModelWeights weightsOf(std::vector<float> values) { return {kManifest, std::move(values)}; }

std::string messageOf(const std::vector<SiteUpdate>& updates)
{
    const auto result = aggregateFedAvg(kManifest, updates);
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("the mean is weighted by training records")
{
    const ModelWeights a = weightsOf({1, 2, 3, 4});
    const ModelWeights b = weightsOf({5, 6, 7, 8});
    const auto mean = aggregateFedAvg(kManifest, std::vector<SiteUpdate>{{"a", 3, &a}, {"b", 1, &b}});
    REQUIRE(mean.has_value());
    CHECK(mean->values == std::vector<float>{2, 3, 4, 5});
    CHECK(mean->tensors == kManifest);
}

TEST_CASE("the order in which updates arrive does not change a bit, over blocks and threads")
{
    constexpr std::size_t kValues = 1'500'007;
    const ModelManifest manifest = {{"w", {kValues}}};
    std::mt19937 generator(1);
    std::vector<ModelWeights> models(7);
    std::vector<SiteUpdate> updates;
    for (std::size_t i = 0; i < models.size(); ++i) {
        models[i].tensors = manifest;
        models[i].values.resize(kValues);
        for (float& value : models[i].values) value = static_cast<float>(generator()) * 1e-9F - 2.0F;
        updates.push_back({"site-" + std::to_string(i), 10 + 17 * i, &models[i]});
    }
    const auto forward = aggregateFedAvg(manifest, updates);
    std::reverse(updates.begin(), updates.end());
    std::swap(updates[0], updates[3]);
    const auto shuffled = aggregateFedAvg(manifest, updates);
    REQUIRE(forward.has_value());
    CHECK(*forward == *shuffled);
    std::size_t wrong = 0;
    double total = 0;
    for (const SiteUpdate& update : updates) total += static_cast<double>(update.trainRecords);
    for (std::size_t v = 0; v < kValues; ++v) {
        double expected = 0;
        for (const SiteUpdate& update : updates) {
            expected += static_cast<double>(update.weights->values[v]) * static_cast<double>(update.trainRecords) / total;
        }
        wrong += std::abs(expected - static_cast<double>(forward->values[v])) > 1e-6 ? 1 : 0;
    }
    CHECK(wrong == 0);
}

TEST_CASE("an update that is not finite is refused with its site, tensor and index")
{
    const ModelWeights good = weightsOf({1, 2, 3, 4});
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        const ModelWeights inWeight = weightsOf({1, 2, bad, 4});
        const ModelWeights inBias = weightsOf({1, 2, 3, bad});
        CHECK(messageOf({{"a", 1, &good}, {"b", 1, &inWeight}}) == "site b: linear.weight[2] is not a finite number");
        CHECK(messageOf({{"a", 1, &good}, {"b", 1, &inBias}}) == "site b: linear.bias[0] is not a finite number");
    }
    const ModelWeights largest = weightsOf({std::numeric_limits<float>::max(), 0, 0, 0});
    CHECK(messageOf({{"a", 1, &largest}, {"b", 2, &largest}}).empty());
}

TEST_CASE("an update that is not of the model is refused with its site")
{
    const ModelWeights good = weightsOf({1, 2, 3, 4});
    ModelWeights name = good, shape = good, count = good, tensors = good;
    name.tensors[1].name = "bias";
    shape.tensors[0].shape = {3, 1};
    count.values.push_back(0);
    tensors.tensors.pop_back();
    CHECK(messageOf({{"a", 1, &good}, {"b", 1, &name}}) == "site b: tensor 1 is not linear.bias");
    CHECK(messageOf({{"a", 1, &good}, {"b", 1, &shape}}) == "site b: tensor linear.weight has shape [3,1], want [1,3]");
    CHECK(messageOf({{"a", 1, &good}, {"b", 1, &count}}) == "site b: has 5 values, want 4");
    CHECK(messageOf({{"a", 1, &good}, {"b", 1, &tensors}}) == "site b: has 1 tensors, want 2");
    CHECK(messageOf({{"a", 1, &good}, {"a", 1, &good}}) == "site a: sent two updates for one round");
    CHECK(messageOf({{"a", 0, &good}}) == "site a: has no training records");
    CHECK(messageOf({}) == "there is no update to aggregate");
}
