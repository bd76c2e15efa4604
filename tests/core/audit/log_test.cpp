// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using tests::SampleLog;
using tests::sampleEntry;

TEST_CASE("an entry survives its encoding with every field")
{
    Entry entry = sampleEntry(5);
    entry.index = 300;
    const auto leaf = encode(entry);
    REQUIRE(leaf);
    const auto again = decodeEntry(*leaf);
    REQUIRE(again);
    CHECK(*again == entry);
    CHECK(indexOf(*leaf) == std::uint64_t{300});
}

TEST_CASE("a log appends, keeps its head, and verifies")
{
    SampleLog sample(11);
    CHECK(*sample.log.size() == 11);
    CHECK(*verifyLog(sample.store, sample.log.origin()) == std::nullopt);
    const auto newest = sample.log.newestCheckpoint();
    REQUIRE(newest);
    REQUIRE(*newest);
    CHECK((*newest)->head == *sample.log.head());
    CHECK(verifyCheckpoint(**newest, sample.owner.publicKey()));
    std::uint64_t next = 0;
    CHECK(sample.log.entries(0, 11, [&](const Entry& entry) -> Result<void> {
        CHECK(entry.index == next++);
        return {};
    }));
    CHECK(next == 11);
}
