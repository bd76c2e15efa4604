// SPDX-License-Identifier: GPL-3.0-or-later
// The published heart-disease table and FedProx's published experiment, with the production training and aggregation, in one
// process, over seeds 42 to 46.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "bench/fedprox_experiment.h"
#include "bench/heart_table.h"

using namespace quorate;
using namespace quorate::bench;

namespace {

constexpr std::uint32_t kFedProxRounds = 200;

void printText(const std::vector<TableRow>& rows)
{
    std::printf("%-16s", "accuracy");
    for (const char* site : kHeartSites) std::printf("  %-24s", site);
    std::printf("\n");
    for (const TableRow& row : rows) {
        std::printf("%-16s", row.name.c_str());
        for (const TableCell& cell : row.cells) {
            const auto published = cell.published.value_or(study::PublishedMean{});
            std::printf("  %.3f (%.3f +- %.3f) %s ", cell.mean, published.mean, published.deviation, cell.isWithin() ? "  " : "no");
        }
        std::printf("\n");
    }
}

void printText(const std::vector<FedProxFigures>& fedProx)
{
    std::printf("synthetic(1,1), 90 %% stragglers: FedAvg drops them, FedProx (mu 1) keeps their work; iid, none: mu 0, mu 1\n");
    std::printf("%-6s  %-16s  %-16s  %s\n", "seed", "one data set", "redrawn", "iid");
    for (const FedProxFigures& of : fedProx) {
        std::printf("%-6u  %.3f  %.3f      %.3f  %.3f      %.3f  %.3f\n", static_cast<unsigned>(of.seed), of.dropping, of.partial,
                    of.droppingRedrawn, of.partialRedrawn, of.iidAverage, of.iidProximal);
    }
}

nlohmann::ordered_json toJson(const std::vector<TableRow>& rows)
{
    auto out = nlohmann::ordered_json::array();
    for (const TableRow& row : rows) {
        auto& item = out.emplace_back(nlohmann::ordered_json{{"method", row.name}, {"isFederated", row.isFederated}});
        for (std::size_t s = 0; s < row.cells.size(); ++s) {
            nlohmann::ordered_json site{{"site", kHeartSites[s]}, {"accuracy", row.cells[s].mean}};
            if (const auto& published = row.cells[s].published) {
                site["published"] = published->mean;
                site["deviation"] = published->deviation;
            }
            item["sites"].push_back(std::move(site));
        }
    }
    return out;
}

nlohmann::ordered_json toJson(const std::vector<FedProxFigures>& fedProx)
{
    auto out = nlohmann::ordered_json::array();
    for (const FedProxFigures& of : fedProx) {
        out.push_back({{"seed", of.seed}, {"fedAvgDropping", of.dropping}, {"fedProxPartial", of.partial},
                       {"redrawn", {{"fedAvgDropping", of.droppingRedrawn}, {"fedProxPartial", of.partialRedrawn}}},
                       {"iid", {{"mu0", of.iidAverage}, {"mu1", of.iidProximal}}}});
    }
    return out;
}

bool isWithin(const std::vector<TableRow>& rows)
{
    return std::all_of(rows.begin(), rows.end(), [](const TableRow& row) {
        return !row.isFederated || std::all_of(row.cells.begin(), row.cells.end(), [](const TableCell& cell) { return cell.isWithin(); });
    });
}

struct Options {
    std::filesystem::path data;
    bool json = false;
    std::string only;  ///< "heart" or "fedprox"; empty: both.
};

std::optional<Options> parse(int argc, char** argv)
{
    Options out;
    const char* shared = std::getenv("QUORATE_SHARED");
    out.data = std::filesystem::path(shared != nullptr && *shared != '\0' ? shared : "../shared") / "data/heart-disease";
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--json") {
            out.json = true;
        } else if (name == "--data" && i + 1 < argc) {
            out.data = argv[++i];
        } else if (name == "--only" && i + 1 < argc) {
            out.only = argv[++i];
            if (out.only != "heart" && out.only != "fedprox") return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

Result<void> run(const Options& options)
{
    nlohmann::ordered_json out;
    if (options.only != "fedprox") {
        TRY_ASSIGN(rows, heartTable(options.data));
        if (!options.json) printText(rows);
        out["rows"] = toJson(rows);
        out["federatedWithinThreeDeviations"] = isWithin(rows);
    }
    if (options.only != "heart") {
        TRY_ASSIGN(fedProx, measureFedProx(kFedProxRounds));
        if (!options.json) printText(fedProx);
        out["fedProx"] = toJson(fedProx);
    }
    if (options.json) std::printf("%s\n", out.dump(2).c_str());
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    const auto options = parse(argc, argv);
    if (!options) {
        std::fputs("usage: bench_learning [--data FOLDER] [--only heart|fedprox] [--json]\n", stderr);
        return 2;
    }
    if (const auto done = run(*options); !done) {
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
        return 5;
    }
    return 0;
}
