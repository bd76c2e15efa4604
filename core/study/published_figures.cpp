// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/published_figures.h"

#include <algorithm>
#include <array>

namespace quorate::study {

namespace {

struct Site {
    const char* code;
    PublishedMean own;
    PublishedMean pooled;
};

constexpr std::array kSites = {Site{"cleveland", {.746, .014}, {.783, .010}}, Site{"hungarian", {.746, .006}, {.764, .000}},
                               Site{"switzerland", {.725, .109}, {.750, .000}}, Site{"va", {.702, .046}, {.644, .000}}};

struct Row {
    const char* plan;
    std::array<PublishedMean, kSites.size()> sites;
};

constexpr std::array kRows = {
    Row{"fedavg", {{{.731, .019}, {.719, .029}, {.650, .102}, {.640, .045}}}},
    Row{"fedprox", {{{.731, .019}, {.719, .029}, {.650, .102}, {.640, .045}}}},
    Row{"scaffold", {{{.727, .017}, {.719, .029}, {.650, .102}, {.640, .045}}}},
    Row{"fedadam", {{{.752, .015}, {.746, .017}, {.738, .025}, {.667, .040}}}},
    Row{"fedyogi", {{{.760, .016}, {.753, .016}, {.738, .025}, {.676, .036}}}},
    Row{"fedadagrad", {{{.760, .016}, {.753, .016}, {.738, .025}, {.676, .036}}}},
};

}  // namespace

std::optional<PublishedAccuracy> publishedAccuracy(const std::string& plan, const std::string& siteCode)
{
    const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& candidate) { return plan == candidate.plan; });
    const auto site = std::find_if(kSites.begin(), kSites.end(), [&](const Site& candidate) { return siteCode == candidate.code; });
    if (row == kRows.end() || site == kSites.end()) return std::nullopt;
    return PublishedAccuracy{site->own, row->sites[static_cast<std::size_t>(site - kSites.begin())], site->pooled};
}

}  // namespace quorate::study
