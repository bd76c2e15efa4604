// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/named_plans.h"

#include <doctest/doctest.h>

#include "core/study/published_figures.h"

using namespace quorate;
using namespace quorate::study;

TEST_CASE("every named plan can be run by a study of five sites, and carries its name and seed")
{
    for (const char* name : {"fedavg", "fedprox", "scaffold", "fedadam", "fedyogi", "fedadagrad", "coordinate-median", "trimmed-mean",
                             "krum", "multi-krum", "geometric-median"}) {
        CAPTURE(name);
        const auto plan = planNamed(name, 44);
        REQUIRE(plan.has_value());
        CHECK(plan->name == name);
        CHECK(plan->seed == 44);
        CHECK(violations(*plan, 5).empty());
    }
    CHECK(planNamed("fedavg", 42).value() == TrainingPlan{});
    CHECK(planNamed("fedadagrad", 42)->aggregation.serverLearningRate == .316228);
    CHECK(planNamed("fedprox", 42)->proximalMu == .01);
    const auto unknown = planNamed("mean", 42);
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().message.starts_with("there is no plan \"mean\"; this version has: fedavg, fedprox, "));
}

TEST_CASE("published figures are of the plans and sites that were published")
{
    CHECK(publishedAccuracy("fedyogi", "va")->federated.mean == .676);
    CHECK(publishedAccuracy("scaffold", "cleveland")->federated.deviation == .017);
    CHECK(publishedAccuracy("fedavg", "switzerland")->own.mean == .725);
    CHECK_FALSE(publishedAccuracy("trimmed-mean", "va").has_value());
    CHECK_FALSE(publishedAccuracy("fedavg", "basel").has_value());
}
