// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/demo/headless_demo.h"
#include "core/study/published_figures.h"

namespace quorate::demo {
namespace {

using nlohmann::ordered_json;

ordered_json aucOf(const study::Evaluation& evaluation)
{
    return evaluation.auc ? ordered_json(*evaluation.auc) : ordered_json();
}

std::string row(const char* format, auto... values)
{
    char line[160];
    std::snprintf(line, sizeof line, format, values...);
    return line;
}

/// ".731 (.019)", or "-" without a published figure.
std::string published(double value, double deviation)
{
    if (value <= 0) return "-";
    char text[32];
    if (deviation > 0) {
        std::snprintf(text, sizeof text, "%.3f (%.3f)", value, deviation);
    } else {
        std::snprintf(text, sizeof text, "%.3f", value);
    }
    return text;
}

}  // namespace

std::string toJson(const DemoReport& report)
{
    ordered_json out;
    out["mode"] = "training";
    out["study"] = report.studyCode;
    out["plan"] = report.plan.name;
    out["seed"] = report.plan.seed;
    out["modelDigest"] = toHex(report.modelDigest);
    out["rounds"] = report.plan.rounds;
    out["seconds"] = report.seconds;
    out["sites"] = ordered_json::array();
    for (const auto& site : report.sites) {
        out["sites"].push_back({{"id", site.code},
                                {"trainRecords", site.trainRecords},
                                {"testRecords", site.federated.records},
                                {"accuracy", {{"own", site.own.accuracy}, {"federated", site.federated.accuracy}, {"pooled", site.pooled.accuracy}}},
                                {"auc", {{"own", aucOf(site.own)}, {"federated", aucOf(site.federated)}, {"pooled", aucOf(site.pooled)}}}});
    }
    return out.dump(2);
}

std::string toText(const DemoReport& report)
{
    std::string out = "Study " + report.studyCode + ", mode: training. Plan " + report.plan.name + ", " + std::to_string(report.plan.rounds) +
                      " rounds, seed " + std::to_string(report.plan.seed) + ".\nModel " + toHex(report.modelDigest) + "\n\n";
    out += "Accuracy on each site's own test records\n";
    out += row("%-14s %7s %7s   %7s %9s %7s\n", "Site", "Train", "Test", "Own", "Federated", "Pooled");
    for (const auto& site : report.sites) {
        out += row("%-14s %7u %7u   %7.3f %9.3f %7.3f\n", site.name.c_str(), site.trainRecords, site.federated.records, site.own.accuracy,
                   site.federated.accuracy, site.pooled.accuracy);
    }
    out += "\nArea under the ROC curve\n";
    out += row("%-14s %7s %9s %7s\n", "Site", "Own", "Federated", "Pooled");
    for (const auto& site : report.sites) {
        out += row("%-14s %7.3f %9.3f %7.3f\n", site.name.c_str(), site.own.auc.value_or(0), site.federated.auc.value_or(0),
                   site.pooled.auc.value_or(0));
    }
    bool heading = false;
    for (const auto& site : report.sites) {
        const auto figures = study::publishedAccuracy(report.plan.name, site.code);
        if (!figures) continue;
        if (!heading) {
            out += "\nPublished accuracy (FLamby, NeurIPS 2022; means of five seeds, standard deviation in brackets)\n";
            out += row("%-14s %7s %15s %7s\n", "Site", "Own", "Federated", "Pooled");
            heading = true;
        }
        out += row("%-14s %7s %15s %7s\n", site.name.c_str(), published(figures->own.mean, 0).c_str(),
                   published(figures->federated.mean, figures->federated.deviation).c_str(), published(figures->pooled.mean, 0).c_str());
    }
    out += "\nPooling the records is possible because this is a rehearsal. Attestation was simulated: it proves nothing about a real machine.\n";
    return out;
}

}  // namespace quorate::demo
