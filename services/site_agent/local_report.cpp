// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/local_report.h"

#include <nlohmann/json.hpp>

#include "learning/metrics_report.h"

namespace quorate::services {
namespace {

using learning::Report;
using nlohmann::ordered_json;

template <typename T>
ordered_json orNull(const std::optional<T>& value)
{
    return value ? ordered_json(*value) : ordered_json();
}

ordered_json json(const learning::Interval& interval) { return {interval.low, interval.high}; }
ordered_json json(const learning::Share& share)
{
    return {{"value", share.value}, {"interval", json(share.interval)}, {"count", share.count}, {"of", share.of}};
}
ordered_json json(const std::optional<learning::Share>& share) { return share ? json(*share) : ordered_json(); }

ordered_json json(const learning::Confusion& confusion)
{
    return {{"truePositives", confusion.truePositives}, {"falsePositives", confusion.falsePositives},
            {"trueNegatives", confusion.trueNegatives}, {"falseNegatives", confusion.falseNegatives},
            {"accuracy", json(confusion.accuracy)}, {"sensitivity", json(confusion.sensitivity)},
            {"specificity", json(confusion.specificity)}, {"positivePredictiveValue", json(confusion.positivePredictiveValue)},
            {"negativePredictiveValue", json(confusion.negativePredictiveValue)}};
}

ordered_json json(const learning::Calibration& calibration)
{
    ordered_json bins = ordered_json::array();
    for (const auto& bin : calibration.bins) {
        bins.push_back({{"low", bin.low}, {"high", bin.high}, {"records", bin.records}, {"predicted", bin.predicted}, {"observed", bin.observed}});
    }
    return {{"bins", bins}, {"expectedError", calibration.expectedError}, {"slope", orNull(calibration.slope)},
            {"intercept", orNull(calibration.intercept)}};
}

ordered_json json(const Report& report)
{
    ordered_json out{{"records", report.summary.records}, {"loss", report.summary.loss}};
    if (report.binary) {
        const auto& binary = *report.binary;
        out["auc"] = {{"value", binary.auc}, {"interval", json(binary.aucInterval)}};
        out["brier"] = binary.brier;
        out["confusion"] = binary.confusion ? json(*binary.confusion) : ordered_json();
        out["calibration"] = json(binary.calibration);
    }
    if (report.regression) {
        out["rmse"] = report.regression->rmse;
        out["meanAbsoluteError"] = report.regression->meanAbsoluteError;
        out["determination"] = orNull(report.regression->determination);
    }
    if (report.classes) {
        out["accuracy"] = json(report.classes->accuracy);
        out["confusion"] = report.classes->confusion;
    }
    if (report.survival) {
        const auto& survival = *report.survival;
        out["events"] = survival.events;
        out["concordance"] = {{"value", orNull(survival.concordance)}, {"interval", survival.interval ? json(*survival.interval) : ordered_json()}};
    }
    return out;
}

/// Of one model; {"withheld": why} where it would rest on too few records.
Result<ordered_json> wholeReport(const std::vector<double>& predictions, const schema::RecordSet& test, std::size_t outputs,
                                 const learning::ReportOptions& options)
{
    const auto made = learning::report(predictions, test, outputs, options);
    if (made) return json(*made);
    if (made.error().kind == ErrorKind::PolicyRefused) return ordered_json{{"withheld", made.error().message}};
    return tl::unexpected(made.error());
}

}  // namespace

std::string labelOf(const schema::DataDictionary& dictionary, const std::string& variable, std::uint16_t level)
{
    const auto* found = dictionary.find(variable);
    return found == nullptr || level >= found->levels.size() ? std::string() : found->levels[level].label;
}

Result<std::string> localReport(const SiteConfig& config, const ComparedModels& models, std::uint32_t minimumCell)
{
    const auto& protocol = config.package.protocol;
    const auto& test = config.dataset.test;
    const std::size_t outputs = protocol.model.outputs;
    learning::ReportOptions options;
    options.minimumCell = minimumCell;
    TRY_ASSIGN(byFederated, config.model->predict(models.federated, test));
    TRY_ASSIGN(byOwn, config.model->predict(models.own, test));
    TRY_ASSIGN(federated, wholeReport(byFederated, test, outputs, options));
    TRY_ASSIGN(own, wholeReport(byOwn, test, outputs, options));
    ordered_json subgroups = ordered_json::array();
    for (const auto& grouping : test.groupings) {
        TRY_ASSIGN(federatedOf, learning::reportBySubgroup(byFederated, test, outputs, grouping.variable, options));
        TRY_ASSIGN(ownOf, learning::reportBySubgroup(byOwn, test, outputs, grouping.variable, options));
        for (const auto& [level, report] : federatedOf) {
            const auto& other = ownOf.at(level);
            const bool isGiven = report && other;
            subgroups.push_back({{"variable", grouping.variable}, {"level", labelOf(protocol.dictionary, grouping.variable, level)},
                                 {"federated", isGiven ? json(*report) : ordered_json()}, {"own", isGiven ? json(*other) : ordered_json()}});
        }
    }
    const ordered_json out{{"format", "quorate-local-report/1"}, {"study", toHex(protocol.id)}, {"site", config.site.code},
                           {"model", toHex(models.federatedDigest)}, {"minimumCell", minimumCell}, {"threshold", options.threshold},
                           {"federated", federated}, {"own", own}, {"subgroups", subgroups}};
    return out.dump(2) + "\n";
}

}  // namespace quorate::services
