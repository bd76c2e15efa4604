// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/running_mean.h"

#include <algorithm>
#include <atomic>
#include <doctest/doctest.h>
#include <random>
#include <thread>
#include <vector>

#include "learning/memory_source.h"

using namespace quorate;
using namespace quorate::learning;
using Share = RunningMean::Share;

namespace {

constexpr std::uint64_t kValues = 150'001;
constexpr std::uint64_t kPopulation = 1000;

std::vector<float> updateOf(unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<float> out(kValues);
    for (float& value : out) value = static_cast<float>(random() % 2'000'001) / 1e5F - 10.0F;
    return out;
}

double scale() { return FixedPointGrid::make(kLargestValue, kPopulation)->scale; }

std::shared_ptr<RunningMean> openMean()
{
    auto out = std::make_shared<RunningMean>();
    REQUIRE(out->restart({kValues, kPopulation}));
    return out;
}

void addPart(Share& share, const std::vector<float>& update, std::size_t begin, std::size_t end)
{
    for (std::size_t at = begin; at < end; at += 10'007) share.add(std::span(update).subspan(at, std::min<std::size_t>(10'007, end - at)));
}

std::vector<float> meanOf(const AverageFold& fold)
{
    std::vector<float> out(kValues);
    REQUIRE(fold.finish(0, out));
    return out;
}

/// Of updates 1 and 2 with the weights 10 and 20, folded by hand.
std::vector<float> wantedMean()
{
    auto fold = AverageFold::create({kValues, kPopulation}).value();
    for (unsigned i = 1; i <= 2; ++i) {
        REQUIRE(fold.admit(10 * i));
        REQUIRE(fold.add(0, updateOf(i), 10 * i));
    }
    return meanOf(fold);
}

struct Pair {
    explicit Pair(RunningMean& mean) : first(mean.admit(10)), second(mean.admit(20)) {}
    void addAll() const
    {
        addPart(*first, updateOf(1), 0, kValues);
        addPart(*second, updateOf(2), 0, kValues);
    }
    [[nodiscard]] std::set<const Share*> both() const { return {first.get(), second.get()}; }
    std::unique_ptr<Share> first;
    std::unique_ptr<Share> second;
};

}  // namespace

TEST_CASE("whole updates are in the mean, in whatever order and on whatever threads they came")
{
    const auto mean = openMean();
    const Pair pair(*mean);
    {
        const std::jthread other([&] { addPart(*pair.second, updateOf(2), 0, kValues); });
        addPart(*pair.first, updateOf(1), 0, kValues);
    }
    const auto fold = mean->close(pair.both(), scale());
    REQUIRE(fold);
    CHECK(meanOf(*fold) == wantedMean());
    CHECK(fold->totalWeight() == 30);
}

TEST_CASE("an update that is given up in its midst leaves no trace")
{
    for (const std::size_t came : {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, std::size_t{100'000}, std::size_t{kValues}}) {
        CAPTURE(came);
        const auto mean = openMean();
        const Pair pair(*mean);
        auto lost = mean->admit(500);
        REQUIRE(lost);
        const auto update = updateOf(3);
        addPart(*pair.first, updateOf(1), 0, kValues);
        addPart(*lost, update, 0, came);
        addPart(*pair.second, updateOf(2), 0, kValues);
        lost->withdraw(MemorySource(update));
        lost->add(std::span(update).first(1));  // Too late, and nothing.
        lost.reset();
        // Its weight is free again.
        auto next = mean->admit(kPopulation - 30);
        REQUIRE(next);
        next->withdraw(MemorySource(update));
        const auto fold = mean->close(pair.both(), scale());
        REQUIRE(fold);
        CHECK(meanOf(*fold) == wantedMean());
    }
}

TEST_CASE("the mean says no when it does not have exactly what is wanted")
{
    const auto mean = openMean();
    SUBCASE("one is not whole")
    {
        const Pair pair(*mean);
        addPart(*pair.first, updateOf(1), 0, kValues);
        addPart(*pair.second, updateOf(2), 0, kValues - 1);
        CHECK_FALSE(mean->close(pair.both(), scale()));
    }
    SUBCASE("another is in it")
    {
        const Pair pair(*mean);
        pair.addAll();
        const auto third = mean->admit(1);
        CHECK_FALSE(mean->close(pair.both(), scale()));
    }
    SUBCASE("one has no part in it")
    {
        const Pair pair(*mean);
        pair.addAll();
        auto wanted = pair.both();
        wanted.insert(nullptr);
        CHECK_FALSE(mean->close(wanted, scale()));
    }
    SUBCASE("the grid is another one")
    {
        const Pair pair(*mean);
        pair.addAll();
        CHECK_FALSE(mean->close(pair.both(), scale() / 2));
    }
    SUBCASE("one went without being taken out")
    {
        const Pair pair(*mean);
        pair.addAll();
        mean->admit(5).reset();
        CHECK_FALSE(mean->close(pair.both(), scale()));
    }
    SUBCASE("one went after the mean was closed, and it is asked again")
    {
        Pair pair(*mean);
        pair.addAll();
        REQUIRE(mean->close(pair.both(), scale()));
        pair.second->withdraw(MemorySource(updateOf(2)));
        pair.second.reset();
        CHECK_FALSE(mean->close({pair.first.get()}, scale()));
    }
    SUBCASE("what was to be taken out cannot be read again")
    {
        const Pair pair(*mean);
        pair.addAll();
        auto lost = mean->admit(5);
        addPart(*lost, updateOf(3), 0, 100'000);
        const auto half = updateOf(3);
        lost->withdraw(MemorySource(std::span(half).first(50'000)));
        CHECK_FALSE(mean->close(pair.both(), scale()));
    }
    SUBCASE("a value is too large")
    {
        const Pair pair(*mean);
        pair.addAll();
        auto bad = mean->admit(5);
        const std::vector<float> values{1e30F};
        bad->add(values);
        bad->withdraw(MemorySource(values));
        CHECK_FALSE(mean->close(pair.both(), scale()));
    }
}

TEST_CASE("weights beyond the limit and a closed mean admit nobody")
{
    const auto mean = openMean();
    CHECK_FALSE(mean->admit(kPopulation + 1));
    const Pair pair(*mean);
    CHECK_FALSE(mean->admit(kPopulation - 29));
    mean->close({}, scale());
    CHECK_FALSE(mean->admit(1));
    CHECK_FALSE(std::make_shared<RunningMean>()->close({}, scale()));
}

TEST_CASE("an update of the round before has no part in the next")
{
    const auto mean = openMean();
    auto late = mean->admit(7);
    addPart(*late, updateOf(4), 0, 100'000);
    REQUIRE(mean->restart({kValues, kPopulation}));
    const Pair pair(*mean);
    pair.addAll();
    const auto update = updateOf(4);
    addPart(*late, update, 100'000, kValues);
    late->withdraw(MemorySource(update));
    late.reset();
    const auto fold = mean->close(pair.both(), scale());
    REQUIRE(fold);
    CHECK(meanOf(*fold) == wantedMean());
}

TEST_CASE("a mean that is begun anew waits for what is being added, so that nothing of it comes in behind")
{
    const auto update = updateOf(5);
    for (int i = 0; i < 50; ++i) {
        const auto mean = openMean();
        auto late = mean->admit(9);
        std::atomic<bool> isAdding = false;
        const std::jthread uploads([&] {
            isAdding = true;
            late->add(update);
        });
        while (!isAdding) std::this_thread::yield();
        REQUIRE(mean->restart({kValues, kPopulation}));
        const Pair pair(*mean);
        pair.addAll();
        const auto fold = mean->close(pair.both(), scale());
        REQUIRE(fold);
        REQUIRE(meanOf(*fold) == wantedMean());
    }
}
