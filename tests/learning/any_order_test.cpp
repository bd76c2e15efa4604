// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/learning/any_order.h"

using namespace quorate;
using namespace quorate::tests;

TEST_CASE("the same updates in 50 orders of arrival, on one thread or two, in memory or not, give one digest")
{
    for (unsigned arrival = 0; arrival < 50; ++arrival) {
        CAPTURE(arrival);
        CHECK(toHex(digestOfAllRules(arrival, 1 + arrival % 2)) == kDigestOfAllRules);
    }
    CHECK(toHex(digestOfAllRules(7, 3)) == kDigestOfAllRules);
}
