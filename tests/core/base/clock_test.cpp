// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <doctest/doctest.h>

using namespace quorate;

TEST_CASE("an RFC 3339 time survives the way there and back")
{
    const auto time = parseRfc3339("2026-11-21T09:12:00Z");
    REQUIRE(time);
    CHECK(time->time_since_epoch().count() == 1795252320);
    CHECK(formatRfc3339(*time) == "2026-11-21T09:12:00Z");
    for (const char* text : {"0000-01-01T00:00:00Z", "0907-10-09T08:07:06Z", "9999-12-31T23:59:59Z"}) {
        CHECK(formatRfc3339(*parseRfc3339(text)) == text);
    }
}

TEST_CASE("an offset and a fraction are understood")
{
    CHECK(*parseRfc3339("2026-11-21T10:12:00.75+01:00") == *parseRfc3339("2026-11-21T09:12:00Z"));
    CHECK(*parseRfc3339("2026-11-21T08:42:00-00:30") == *parseRfc3339("2026-11-21T09:12:00Z"));
}

TEST_CASE("what is no time is refused")
{
    for (const char* text : {"", "2026-11-21", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:12:00",
                             "2026-11-21T09:12:00+0100", "2026-13-21T09:12:00Z", "2026-11-21 09:12:00Z", "2026-11-21T09:12:00Zx"}) {
        CAPTURE(text);
        CHECK_FALSE(parseRfc3339(text));
    }
}
