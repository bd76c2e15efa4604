// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/ledger.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace quorate;
using namespace quorate::privacy;

namespace {
constexpr SampledGaussian kRound{0.3, 2.9, 1};
}

TEST_CASE("a ledger spends what the accountant says and stops before its budget")
{
    auto ledger = PrivacyLedger::open({4, 1e-3});
    REQUIRE(ledger);
    CHECK(ledger->spent() == 0);
    const std::uint64_t planned = *ledger->chargesLeft(kRound, 1000);
    CHECK(planned > 90);
    CHECK(planned < 120);
    std::uint32_t round = 0;
    while (ledger->charge({round + 1, kRound})) {
        ++round;
        REQUIRE(round < 1000);
    }
    CHECK(round == planned);
    CHECK(ledger->spent() <= 4);
    CHECK(ledger->charges().size() == planned);
    CHECK(*ledger->chargesLeft(kRound, 1000) == 0);
    CHECK(ledger->spent() == doctest::Approx(renyiEpsilon(std::array{SampledGaussian{0.3, 2.9, round}}, 1e-3)->epsilon).epsilon(1e-12));

    const double before = ledger->spent();
    const auto refused = ledger->charge({round + 1, kRound});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::PolicyRefused);
    CHECK(refused.error().message.find("the budget is 4.0000") != std::string::npos);
    CHECK(ledger->spent() == before);
    CHECK(*ledger->spentAfter(kRound) > 4);
    // A cheaper round may still fit.
    CHECK(ledger->charge({round + 1, {0.3, 100, 1}}));
}

TEST_CASE("a ledger rebuilt from its charges has spent the same")
{
    auto ledger = PrivacyLedger::open({10, 1e-5});
    REQUIRE(ledger);
    CHECK(ledger->charge({1, {0.3, 3, 1}}));
    CHECK(ledger->charge({2, {1, 20, 4}}));
    CHECK(ledger->charge({5, {0.1, 1.5, 2}}));
    auto rebuilt = PrivacyLedger::open(ledger->budget());
    for (const PrivacyCharge& charge : ledger->charges()) CHECK(rebuilt->charge(charge));
    CHECK(rebuilt->spent() == ledger->spent());
    CHECK(rebuilt->charges() == ledger->charges());
}

TEST_CASE("a round is charged once, and rounds go forward")
{
    auto ledger = PrivacyLedger::open({10, 1e-5});
    CHECK(ledger->charge({3, kRound}));
    CHECK_FALSE(ledger->charge({3, kRound}));
    CHECK_FALSE(ledger->charge({2, kRound}));
    CHECK(ledger->charge({4, kRound}));
}

TEST_CASE("a budget that is none and a charge that is none are refused")
{
    CHECK_FALSE(PrivacyLedger::open({0, 1e-5}));
    CHECK_FALSE(PrivacyLedger::open({-1, 1e-5}));
    CHECK_FALSE(PrivacyLedger::open({std::nan(""), 1e-5}));
    CHECK_FALSE(PrivacyLedger::open({1, 0}));
    CHECK_FALSE(PrivacyLedger::open({1, 1}));
    auto ledger = PrivacyLedger::open({10, 1e-5});
    CHECK_FALSE(ledger->charge({1, {0.3, 0, 1}}));
    CHECK_FALSE(ledger->chargesLeft({0.3, 1, 1000}, ~std::uint64_t{0}));
    CHECK(ledger->charges().empty());
}
