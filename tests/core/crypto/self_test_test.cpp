// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/self_test.h"

TEST_CASE("every known answer is met")
{
    const auto outcomes = quorate::runCryptoSelfTest();
    CHECK(outcomes.size() == 8);
    for (const auto& outcome : outcomes) CHECK_MESSAGE(outcome.passed, outcome.name);
}
