// SPDX-License-Identifier: GPL-3.0-or-later
// Reference values: Wilson's interval as Newcombe 1998 (Statistics in Medicine 17, 857, table I, method 3) prints it; the
// others from their definitions as double sums over all pairs, computed apart from this program.
#include "learning/metrics_report.h"

#include <cmath>
#include <doctest/doctest.h>

#include "learning/metrics.h"

using namespace quorate;
using namespace quorate::learning;
using schema::TargetKind;

namespace {

const std::vector<double> kProbabilities{.03, .08, .12, .15, .22, .27, .31, .35, .35, .42, .48, .51, .55, .58, .62, .66, .71, .78, .85, .93};
const std::vector<double> kOutcomes{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1};

schema::RecordSet outcomes(std::vector<double> targets, TargetKind kind = TargetKind::Binary)
{
    schema::RecordSet records;
    records.targets = std::move(targets);
    records.targetKind = kind;
    return records;
}

ReportOptions options(std::uint32_t minimumCell)
{
    ReportOptions out;
    out.minimumCell = minimumCell;
    out.calibrationBins = 5;
    return out;
}

}  // namespace

TEST_CASE("Wilson's intervals are those in print")
{
    struct Row {
        double successes, trials, low, high;
    };
    for (const Row& row : {Row{81, 263, .2553, .3662}, Row{15, 148, .0624, .1605}, Row{0, 20, 0, .1611}, Row{1, 29, .0061, .1718}}) {
        const Interval interval = study::wilson95(row.successes, row.trials);
        CHECK(std::abs(interval.low - row.low) < 5.1e-5);
        CHECK(std::abs(interval.high - row.high) < 5.1e-5);
    }
    CHECK(study::wilson95(0, 20).low == 0);
    CHECK(study::wilson95(20, 20).high <= 1);
}

TEST_CASE("a binary report holds the area with DeLong's interval, calibration and the confusion at the threshold")
{
    const auto made = report(kProbabilities, outcomes(kOutcomes), 1, options(1));
    REQUIRE(made.has_value());
    const BinaryReport& binary = made->binary.value();
    CHECK(binary.auc == doctest::Approx(0.7727272727));
    CHECK(binary.aucInterval.low == doctest::Approx(0.5546387620));
    CHECK(binary.aucInterval.high == doctest::Approx(0.9908157834));
    CHECK(binary.calibration.slope.value() == doctest::Approx(0.80248052));
    CHECK(binary.calibration.intercept.value() == doctest::Approx(0.00824524).epsilon(1e-5));
    CHECK(binary.calibration.expectedError == doctest::Approx(0.1295));
    REQUIRE(binary.calibration.bins.size() == 5);
    CHECK(binary.calibration.bins[0].records == 4);
    CHECK(binary.calibration.bins[0].observed == doctest::Approx(0.25));
    const Confusion& cells = binary.confusion.value();
    CHECK(cells.truePositives == 6);
    CHECK(cells.falsePositives == 3);
    CHECK(cells.trueNegatives == 8);
    CHECK(cells.falseNegatives == 3);
    CHECK(cells.sensitivity.value == doctest::Approx(6.0 / 9));
    CHECK(cells.specificity.value == doctest::Approx(8.0 / 11));
    CHECK(cells.positivePredictiveValue->value == doctest::Approx(6.0 / 9));
    CHECK(cells.negativePredictiveValue->of == 11);
    ReportOptions strict = options(1);
    strict.threshold = 1;
    CHECK_FALSE(report(kProbabilities, outcomes(kOutcomes), 1, strict)->binary->confusion->positivePredictiveValue.has_value());
}

TEST_CASE("separated outcomes have no calibration slope instead of a wild one")
{
    const auto made = report(std::vector<double>{.1, .2, .3, .7, .8, .9}, outcomes({0, 0, 0, 1, 1, 1}), 1, options(1));
    REQUIRE(made.has_value());
    CHECK(made->binary->auc == 1);
    CHECK_FALSE(made->binary->calibration.slope.has_value());
}

TEST_CASE("cells below the minimum are withheld, and too few records give no report at all")
{
    const auto made = report(kProbabilities, outcomes(kOutcomes), 1, options(5));
    REQUIRE(made.has_value());
    CHECK_FALSE(made->binary->confusion.has_value());
    CHECK(made->binary->calibration.bins.empty());
    CHECK(report(kProbabilities, outcomes(kOutcomes), 1, options(3))->binary->confusion.has_value());
    const auto refused = report(kProbabilities, outcomes(kOutcomes), 1, options(10));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::PolicyRefused);
    CHECK(refused.error().message == "fewer than 10 records with the outcome");
}

TEST_CASE("numbers have error, absolute error and explained variance")
{
    const auto made = report(std::vector<double>{1, 2, 4, 4}, outcomes({1, 3, 3, 5}, TargetKind::Decimal), 1, options(1));
    REQUIRE(made.has_value());
    CHECK(made->regression->rmse == doctest::Approx(std::sqrt(0.75)));
    CHECK(made->regression->meanAbsoluteError == doctest::Approx(0.75));
    CHECK(made->regression->determination.value() == doctest::Approx(1 - 3.0 / 8));
    CHECK_FALSE(report(std::vector<double>{1, 2}, outcomes({3, 3}, TargetKind::Decimal), 1, options(1))->regression->determination.has_value());
}

TEST_CASE("classes have a confusion of outcome by prediction")
{
    const std::vector<double> probabilities{.7, .2, .1, .2, .5, .3, .1, .1, .8, .4, .4, .2};
    const auto made = report(probabilities, outcomes({0, 1, 2, 1}, TargetKind::Class), 3, options(1));
    REQUIRE(made.has_value());
    CHECK(made->classes->accuracy.count == 3);
    CHECK(made->classes->confusion == std::vector<std::vector<std::uint32_t>>{{1, 0, 0}, {1, 1, 0}, {0, 0, 1}});
    CHECK(made->summary.loss == doctest::Approx(-(std::log(.7) + std::log(.5) + std::log(.8) + std::log(.4)) / 4));
    CHECK_FALSE(report(probabilities, outcomes({0, 1, 3, 1}, TargetKind::Class), 3, options(1)).has_value());
}

TEST_CASE("a time to an event has Harrell's index with ties and censoring, and the same interval each time")
{
    auto records = outcomes({5, 3, 8, 8, 2, 12, 7, 7, 10, 1, 3, 9}, TargetKind::TimeToEvent);
    records.events = {1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1};
    const std::vector<double> hazards{.2, .9, -.4, .1, 1.1, -.9, .3, .3, .5, .7, .4, -.1};
    const auto made = report(hazards, records, 1, options(1));
    REQUIRE(made.has_value());
    CHECK(made->survival->concordance.value() == doctest::Approx(38.5 / 46));
    CHECK(made->summary.loss == doctest::Approx(1.4927619333));
    CHECK(made->survival->events == 8);
    CHECK(made->survival->interval->low < 38.5 / 46);
    CHECK(made->survival->interval->high > 38.5 / 46);
    CHECK(made->survival->interval == report(hazards, records, 1, options(1))->survival->interval);
    records.events.assign(12, 0);
    CHECK(report(hazards, records, 1, options(1)).error().message == "fewer than 1 events: there is none");
    CHECK_FALSE(concordance(hazards, records.targets, records.events).has_value());
}

TEST_CASE("a subgroup that is withheld takes another with it, so that nobody can subtract")
{
    auto records = outcomes(kOutcomes);
    schema::Grouping sex{"sex", std::vector<std::uint16_t>(20, 0)};
    for (const std::size_t row : {3U, 4U, 5U, 7U, 8U, 10U, 11U, 12U}) sex.levels[row] = 1;
    for (const std::size_t row : {0U, 13U}) sex.levels[row] = 2;
    records.groupings = {sex};
    const auto all = reportBySubgroup(kProbabilities, records, 1, "sex", options(1)).value();
    REQUIRE(all.size() == 3);
    CHECK(all.at(1)->summary.records == 8);
    CHECK(all.at(2)->binary->auc == 1);
    const auto some = reportBySubgroup(kProbabilities, records, 1, "sex", options(2)).value();
    CHECK(some.at(0).has_value());
    CHECK_FALSE(some.at(1).has_value());
    CHECK_FALSE(some.at(2).has_value());
    CHECK_FALSE(reportBySubgroup(kProbabilities, records, 1, "age", options(1)).has_value());
}
