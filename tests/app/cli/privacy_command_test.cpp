// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>

#include "tests/app/cli/run_quoratectl.h"

using quorate::tests::Outcome;
using quorate::tests::quoratectl;

TEST_CASE("a plan is told with both accountants, and with what members see")
{
    const Outcome outcome = quoratectl("privacy plan --sites 71 --rounds 100 --rate 0.3 --delta 1e-3 --noise 2.9 --budget 2 --values 1000 --json");
    REQUIRE(outcome.code == 0);
    const auto out = outcome.parsed();
    const auto& planned = out["planned"];
    CHECK(std::abs(planned["epsilonRenyi"].get<double>() - 3.9374) < 1e-3);
    CHECK(planned["epsilonTight"] < planned["epsilonRenyi"]);
    CHECK(planned["epsilonKnowingWhoTookPart"] > 17);
    CHECK(planned["roundsWithinBudget"] > 10);
    CHECK(planned["roundsWithinBudget"] < 60);
    REQUIRE(out["noiseFor"].size() == 5);
    CHECK(std::abs(out["noiseFor"][0]["noiseMultiplier"].get<double>() - 8.8) < 0.05);
    CHECK(std::abs(out["noiseFor"][4]["noiseMultiplier"].get<double>() - 1.5) < 0.05);
    CHECK(std::abs(out["noiseFor"][0]["noiseToSignal"].get<double>() - 8.82 * std::sqrt(1000) / 21.3) < 0.1);
}

TEST_CASE("in words a plan says what epsilon does not promise")
{
    const Outcome site = quoratectl("privacy plan --sites 71 --rounds 50 --delta 1e-3 --noise 20.6");
    CHECK(site.code == 0);
    CHECK(site.output.find("It says nothing about what is true of many") != std::string::npos);
    CHECK(site.output.find("most models are spoilt") != std::string::npos);
    CHECK(site.output.find("gets no help from sampling") == std::string::npos);
    const Outcome record = quoratectl("privacy plan --sites 4 --rounds 15 --rate 0.01 --delta 1e-5 --record-level --epsilon 1,3");
    CHECK(record.code == 0);
    CHECK(record.output.find("A patient with several records is protected less") != std::string::npos);
}

TEST_CASE("a plan that is none is refused")
{
    CHECK(quoratectl("privacy plan --sites 71 --rounds 50").code == 2);
    CHECK(quoratectl("privacy plan --sites 71 --rounds 50 --delta 1e-3 --rate 1.5").code == 2);
    CHECK(quoratectl("privacy plan --sites 71 --rounds 50 --delta 1").code == 3);
    CHECK(quoratectl("privacy plan --sites 71 --rounds 50 --delta 1e-3 --noise 0.001").code == 3);
    const Outcome refused = quoratectl("privacy plan --sites 71 --rounds 50 --delta 1e-3 --noise -1 --json");
    CHECK(refused.parsed()["error"]["message"] == "noise multiplier is -1, want 0.05 to 1e+06");
}
