// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/fold.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

using namespace quorate;
using namespace quorate::learning;

namespace {

constexpr std::size_t kValues = 200'003;  // Three stripes and a piece.
constexpr std::uint64_t kPopulation = 10'000;

std::vector<float> someValues(unsigned seed, std::size_t count = kValues)
{
    std::mt19937 generator(seed);
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(generator()) * 1e-9F - 2.0F;
    return values;
}

AverageFold emptyFold(std::uint64_t values = kValues) { return AverageFold::create({values, kPopulation}).value(); }

void addWhole(AverageFold& fold, const std::vector<float>& values, std::uint64_t weight)
{
    REQUIRE(fold.admit(weight).has_value());
    REQUIRE(fold.add(0, values, weight).has_value());
}

std::vector<float> meanOf(const AverageFold& fold)
{
    std::vector<float> mean(fold.values());
    REQUIRE(fold.finish(0, mean).has_value());
    return mean;
}

std::string messageOf(const Result<void>& result) { return result ? "" : result.error().message; }

}  // namespace

TEST_CASE("the folded mean is the weighted mean")
{
    AverageFold fold = emptyFold();
    const auto a = someValues(1);
    const auto b = someValues(2);
    addWhole(fold, a, 3);
    addWhole(fold, b, 1000);
    CHECK(fold.totalWeight() == 1003);
    const auto mean = meanOf(fold);
    double largest = 0;
    for (std::size_t i = 0; i < kValues; ++i) {
        const double exact = (3 * static_cast<double>(a[i]) + 1000 * static_cast<double>(b[i])) / 1003;
        largest = std::max(largest, std::abs(exact - static_cast<double>(mean[i])));
    }
    CHECK(largest < 2e-7);  // Half a unit in the last place of a float32 between 2 and 4.
}

TEST_CASE("pieces in any order, size and on any threads give the same totals")
{
    std::vector<std::vector<float>> updates;
    for (unsigned i = 0; i < 4; ++i) updates.push_back(someValues(i));
    AverageFold plain = emptyFold();
    for (std::size_t i = 0; i < updates.size(); ++i) addWhole(plain, updates[i], 10 + i);
    AverageFold threaded = emptyFold();
    {
        std::vector<std::jthread> uploads;
        for (std::size_t i = 0; i < updates.size(); ++i) {
            uploads.emplace_back([&, i] {
                const std::size_t piece = 1000 + 7919 * i;
                if (!threaded.admit(10 + i)) return;
                for (std::size_t end = kValues; end > 0; end -= std::min(end, piece)) {
                    const std::size_t size = std::min(end, piece);
                    if (!threaded.add(end - size, std::span(updates[i]).subspan(end - size, size), 10 + i)) return;
                }
            });
        }
    }
    CHECK(std::ranges::equal(plain.totals(), threaded.totals()));
    CHECK(meanOf(plain) == meanOf(threaded));
}

TEST_CASE("an update that is taken out again leaves no trace")
{
    AverageFold fold = emptyFold();
    addWhole(fold, someValues(1), 17);
    const std::vector<std::int64_t> before(fold.totals().begin(), fold.totals().end());
    const auto failed = someValues(2);
    const auto base = someValues(3);
    addWhole(fold, failed, 40);
    REQUIRE(fold.addChange(5, std::span(failed).subspan(5, 900), std::span(base).subspan(5, 900), 40, 0.3).has_value());
    CHECK_FALSE(std::ranges::equal(fold.totals(), before));
    REQUIRE(fold.subtract(0, failed, 40).has_value());
    REQUIRE(fold.subtractChange(5, std::span(failed).subspan(5, 900), std::span(base).subspan(5, 900), 40, 0.3).has_value());
    REQUIRE(fold.retire(40).has_value());
    CHECK(std::ranges::equal(fold.totals(), before));
    CHECK(fold.totalWeight() == 17);
}

TEST_CASE("a value that is not finite or too large is refused by its number and nothing of its piece stays")
{
    AverageFold fold = emptyFold();
    addWhole(fold, someValues(1), 17);
    const std::vector<std::int64_t> before(fold.totals().begin(), fold.totals().end());
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity(), 1e38F, -1048577.0F}) {
        auto values = someValues(2);
        values[150'000] = bad;
        CHECK(messageOf(fold.add(0, values, 5)) == "value 150000 is not finite or larger than allowed");
        CHECK(messageOf(fold.add(100, std::span(values).subspan(100), 5)) == "value 150000 is not finite or larger than allowed");
        CHECK(messageOf(fold.addChange(0, values, someValues(3), 5, 1)) == "value 150000 is not finite or larger than allowed");
    }
    CHECK(std::ranges::equal(fold.totals(), before));
}

TEST_CASE("the largest values at the largest weights do not overflow")
{
    const float largest = static_cast<float>(kLargestValue);
    for (const std::uint64_t population : {std::uint64_t{1}, std::uint64_t{3}, kLargestTotalWeight - 1, kLargestTotalWeight}) {
        CAPTURE(population);
        AverageFold fold = AverageFold::create({2, population}).value();
        const std::vector<float> values = {largest, -largest};
        const std::uint64_t first = population / 3;
        for (const std::uint64_t weight : {first, population - first}) {
            if (weight > 0) addWhole(fold, values, weight);
        }
        CHECK(meanOf(fold) == values);
        CHECK(fold.totals()[0] <= std::int64_t{1} << 62);
        CHECK(fold.totals()[0] == -fold.totals()[1]);
        CHECK(messageOf(fold.admit(1)) == "weights add up to more than " + std::to_string(population));
    }
}

TEST_CASE("a clipped change does not grow on the grid")
{
    AverageFold fold = emptyFold();
    const auto values = someValues(4);
    const auto base = someValues(5);
    REQUIRE(fold.admit(7).has_value());
    REQUIRE(fold.addChange(0, values, base, 7, 0.125).has_value());
    double onGrid = 0;
    double exact = 0;
    for (std::size_t i = 0; i < kValues; ++i) {
        const double change = 0.125 * 7 * (static_cast<double>(values[i]) - static_cast<double>(base[i]));
        exact += change * change;
        onGrid += std::pow(static_cast<double>(fold.totals()[i]) / fold.scale(), 2);
    }
    CHECK(onGrid <= exact);
    CHECK(onGrid == doctest::Approx(exact));
}

TEST_CASE("what does not fit is refused with what is and what is wanted")
{
    AverageFold fold = emptyFold(10);
    const std::vector<float> four(4);
    CHECK(messageOf(fold.add(7, four, 1)) == "4 values from value 7 are beyond the model's 10");
    CHECK(messageOf(fold.add(~std::uint64_t{0}, four, 1)).ends_with("are beyond the model's 10"));
    CHECK(messageOf(fold.addChange(0, four, {}, 1, 1)) == "update and base differ in size");
    CHECK(messageOf(fold.addChange(0, four, four, 1, 1.5)) == "a clipping factor is not from 0 to 1");
    CHECK(messageOf(fold.admit(0)) == "an update's weight is 0");
    CHECK(messageOf(fold.retire(1)) == "an update of this weight is not in the mean");
    std::vector<float> mean(10);
    CHECK(messageOf(fold.finish(0, mean)) == "there is no update to aggregate");
    CHECK_FALSE(AverageFold::create({0, 1}).has_value());
    CHECK_FALSE(AverageFold::create({1, 0}).has_value());
    CHECK_FALSE(AverageFold::create({1, kLargestTotalWeight + 1}).has_value());
    CHECK_FALSE(AverageFold::create({1, 1, 0.0}).has_value());
    CHECK_FALSE(AverageFold::create({1, 1, std::numeric_limits<double>::quiet_NaN()}).has_value());
    CHECK_FALSE(AverageFold::create({1, 1, 2 * kLargestValue}).has_value());
}

TEST_CASE("a fold can be used for another round, and for another model")
{
    AverageFold fold = emptyFold();
    addWhole(fold, someValues(1), 17);
    REQUIRE(fold.restart({kValues, kPopulation}).has_value());
    CHECK(fold.totalWeight() == 0);
    CHECK(std::ranges::all_of(fold.totals(), [](std::int64_t total) { return total == 0; }));
    REQUIRE(fold.restart({3 * kValues, kPopulation}).has_value());
    const auto large = someValues(6, 3 * kValues);
    addWhole(fold, large, 4);
    CHECK(meanOf(fold) == large);
}
