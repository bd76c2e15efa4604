// SPDX-License-Identifier: GPL-3.0-or-later
// Linked with aggregation that was compiled without optimisation and without wider vectors.
#include "tests/learning/any_order.h"

using namespace quorate;
using namespace quorate::tests;

TEST_CASE("another build gives the same digest")
{
    for (unsigned arrival = 0; arrival < 3; ++arrival) {
        CAPTURE(arrival);
        CHECK(toHex(digestOfAllRules(arrival, 1 + arrival % 2)) == kDigestOfAllRules);
    }
}
