// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/demo/headless_demo.h"
#include "core/study/published_figures.h"

namespace quorate::demo {
namespace {

using nlohmann::ordered_json;

ordered_json figure(const std::optional<double>& value)
{
    return value ? ordered_json(*value) : ordered_json();
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

ordered_json difference(const std::optional<double>& federated, const std::optional<double>& own)
{
    return federated && own ? ordered_json(*federated - *own) : ordered_json();
}

std::vector<SubgroupFigures> subgroupsOf(const DemoReport& report, const std::string& site)
{
    if (!report.figures) return {};
    const auto found = report.figures->subgroups.find(site);
    return found == report.figures->subgroups.end() ? std::vector<SubgroupFigures>() : found->second;
}

/// Federated minus own accuracy, for each site and, where the replay fits, for each of its subgroups.
ordered_json benefitOf(const DemoReport& report)
{
    ordered_json out = ordered_json::array();
    for (const auto& site : report.sites) {
        ordered_json item{{"id", site.code}, {"records", site.federated.records}, {"own", figure(site.own.accuracy)},
                          {"federated", figure(site.federated.accuracy)}, {"difference", difference(site.federated.accuracy, site.own.accuracy)}};
        item["subgroups"] = ordered_json::array();
        for (const auto& group : subgroupsOf(report, site.code)) {
            item["subgroups"].push_back({{"variable", group.variable}, {"level", group.level},
                                         {"records", group.records ? ordered_json(*group.records) : ordered_json()}, {"own", figure(group.own)},
                                         {"federated", figure(group.federated)}, {"difference", difference(group.federated, group.own)}});
        }
        out.push_back(std::move(item));
    }
    return out;
}

/// Null where the replay does not fit.
ordered_json contributionOf(const DemoReport& report)
{
    if (!report.figures) return {};
    ordered_json out{{"measure", "accuracy on all sites' test records"}, {"method", "leave-one-out of the last round's updates"},
                     {"round", report.figures->round}, {"scoreOfAll", report.figures->scoreOfAll}};
    for (const auto& site : report.figures->contributions) {
        out["sites"].push_back({{"id", site.site}, {"scoreWithout", site.scoreWithout}, {"difference", site.difference}});
    }
    return out;
}

std::string contributionText(const DemoReport& report)
{
    const RehearsalFigures& figures = *report.figures;
    std::map<std::string, std::string> names;
    for (const auto& site : report.sites) names[site.code] = site.name;
    std::string out = "\nThe last round without one site's update: accuracy on all test records, " +
                      row("%.3f with all\n", figures.scoreOfAll) + row("%-14s %9s %11s\n", "Site", "Without", "Difference");
    for (const auto& site : figures.contributions) out += row("%-14s %9.3f %+11.3f\n", names[site.site].c_str(), site.scoreWithout, site.difference);
    return out + "It says what an update did in this round given all the others, not what a site's records are worth.\n";
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
                                {"accuracy", {{"own", figure(site.own.accuracy)}, {"federated", figure(site.federated.accuracy)}, {"pooled", figure(site.pooled.accuracy)}}},
                                {"auc", {{"own", figure(site.own.auc)}, {"federated", figure(site.federated.auc)}, {"pooled", figure(site.pooled.auc)}}}});
    }
    out["benefit"] = benefitOf(report);
    out["contribution"] = contributionOf(report);
    return out.dump(2);
}

std::string toText(const DemoReport& report)
{
    std::string out = "Study " + report.studyCode + ", mode: training. Plan " + report.plan.name + ", " + std::to_string(report.plan.rounds) +
                      " rounds, seed " + std::to_string(report.plan.seed) + ".\nModel " + toHex(report.modelDigest) + "\n\n";
    out += "Accuracy on each site's own test records\n";
    out += row("%-14s %7s %7s   %7s %9s %7s\n", "Site", "Train", "Test", "Own", "Federated", "Pooled");
    for (const auto& site : report.sites) {
        out += row("%-14s %7u %7u   %7.3f %9.3f %7.3f\n", site.name.c_str(), site.trainRecords, site.federated.records, site.own.accuracy.value_or(0),
                   site.federated.accuracy.value_or(0), site.pooled.accuracy.value_or(0));
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
    if (report.figures) out += contributionText(report);
    out += "\nPooling the records is possible because this is a rehearsal. Attestation was simulated: it proves nothing about a real machine.\n";
    return out;
}

}  // namespace quorate::demo
