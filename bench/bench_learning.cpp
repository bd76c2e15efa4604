// SPDX-License-Identifier: GPL-3.0-or-later
// The published heart-disease table with the production training and aggregation, in one process, over seeds 42 to 46.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include "bench/fedprox_experiment.h"
#include "bench/heart_table.h"

using namespace quorate;
using namespace quorate::bench;

namespace {

constexpr std::uint32_t kFedProxRounds = 200;

void printText(const std::vector<TableRow>& rows, const std::vector<FedProxFigures>& fedProx)
{
    std::printf("%-16s", "accuracy");
    for (const char* site : kHeartSites) std::printf("  %-24s", site);
    std::printf("\n");
    for (const TableRow& row : rows) {
        std::printf("%-16s", row.name.c_str());
        for (const TableCell& cell : row.cells) {
            std::printf("  %.3f", cell.mean);
            if (cell.published) std::printf(" of %.3f (%.3f) %s", cell.published->mean, cell.published->deviation, cell.isWithin() ? "ok" : "NO");
        }
        std::printf("\n");
    }
    std::printf("\nsynthetic(1,1), 90 %% stragglers: FedAvg drops them, FedProx (mu 1) keeps their work; iid: mu 0, mu 1\n");
    for (const FedProxFigures& of : fedProx) {
        std::printf("  seed %u  %.3f  %.3f   %.3f  %.3f\n", static_cast<unsigned>(of.seed), of.averageDropping, of.proximalPartial,
                    of.iidAverage, of.iidProximal);
    }
}

void printJson(const std::vector<TableRow>& rows, const std::vector<FedProxFigures>& fedProx)
{
    bool isWithin = true;
    std::printf("{\"rows\":[");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::printf("%s{\"method\":\"%s\",\"isFederated\":%s,\"sites\":[", r > 0 ? "," : "", rows[r].name.c_str(), rows[r].isFederated ? "true" : "false");
        for (std::size_t s = 0; s < rows[r].cells.size(); ++s) {
            const TableCell& cell = rows[r].cells[s];
            std::printf("%s{\"site\":\"%s\",\"accuracy\":%.4f", s > 0 ? "," : "", kHeartSites[s], cell.mean);
            if (cell.published) {
                std::printf(",\"published\":%.3f,\"deviation\":%.3f", cell.published->mean, cell.published->deviation);
                if (rows[r].isFederated) isWithin = isWithin && cell.isWithin();
            }
            std::printf("}");
        }
        std::printf("]}");
    }
    std::printf("],\"federatedWithinThreeDeviations\":%s,\"fedProx\":[", isWithin ? "true" : "false");
    for (std::size_t i = 0; i < fedProx.size(); ++i) {
        std::printf("%s{\"seed\":%u,\"fedAvgDropping\":%.4f,\"fedProxPartial\":%.4f,\"iidMu0\":%.4f,\"iidMu1\":%.4f}", i > 0 ? "," : "",
                    static_cast<unsigned>(fedProx[i].seed), fedProx[i].averageDropping, fedProx[i].proximalPartial,
                    fedProx[i].iidAverage, fedProx[i].iidProximal);
    }
    std::printf("]}\n");
}

}  // namespace

int main(int argc, char** argv)
{
    bool json = false;
    const char* shared = std::getenv("QUORATE_SHARED");
    std::filesystem::path data = std::filesystem::path(shared != nullptr && *shared != '\0' ? shared : "../shared") / "data/heart-disease";
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--json") {
            json = true;
        } else if (name == "--data" && i + 1 < argc) {
            data = argv[++i];
        } else {
            std::fputs("usage: bench_learning [--data FOLDER] [--json]\n", stderr);
            return 2;
        }
    }
    const auto rows = heartTable(data);
    if (!rows) {
        std::fprintf(stderr, "%s\n", rows.error().message.c_str());
        return 5;
    }
    std::vector<FedProxFigures> fedProx;
    for (std::uint64_t seed = 42; seed <= 46; ++seed) {
        const auto figures = measureFedProx(seed, kFedProxRounds);
        if (!figures) {
            std::fprintf(stderr, "%s\n", figures.error().message.c_str());
            return 5;
        }
        fedProx.push_back(*figures);
    }
    json ? printJson(*rows, fedProx) : printText(*rows, fedProx);
    return 0;
}
