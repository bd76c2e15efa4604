// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/batch_order.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>

using namespace quorate::learning;

namespace {

std::vector<std::int64_t> take(BatchOrder& order, std::size_t batches)
{
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < batches; ++i) {
        const auto batch = order.next();
        all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
}

}  // namespace

TEST_CASE("each pass holds every record once, and passes differ")
{
    BatchOrder order(30, 4, 7);
    CHECK(order.batchesPerPass() == 8);
    const auto first = take(order, 8);
    const auto second = take(order, 8);
    for (const auto& pass : {first, second}) {
        CHECK(pass.size() == 30);
        CHECK(std::set<std::int64_t>(pass.begin(), pass.end()).size() == 30);
    }
    CHECK(first != second);
    CHECK_FALSE(std::is_sorted(first.begin(), first.end()));
}

TEST_CASE("the same seed gives the same order, another seed another, and it is the one written down here")
{
    BatchOrder a(100, 4, 7), b(100, 4, 7), c(100, 4, 8), written(10, 10, 42);
    const auto order = take(a, 60);
    CHECK(order == take(b, 60));
    CHECK(order != take(c, 60));
    CHECK(take(written, 1) == std::vector<std::int64_t>{1, 7, 9, 0, 3, 8, 4, 2, 5, 6});
}

TEST_CASE("batch size 0 is all records in their own order, and a batch larger than the records is one pass")
{
    BatchOrder full(5, 0, 1);
    CHECK(take(full, 2) == std::vector<std::int64_t>{0, 1, 2, 3, 4, 0, 1, 2, 3, 4});
    BatchOrder large(3, 10, 1);
    CHECK(large.next().size() == 3);
    CHECK(large.batchesPerPass() == 1);
}

TEST_CASE("site, round and seed each change the seed of the order")
{
    const std::set<std::uint64_t> seeds = {seedFor(42, "va", 1), seedFor(42, "va", 2), seedFor(43, "va", 1),
                                           seedFor(42, "cleveland", 1)};
    CHECK(seeds.size() == 4);
    CHECK(seedFor(42, "va", 1) == seedFor(42, "va", 1));
}
