// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/published_figures.h"

namespace quorate::demo {

std::optional<PublishedAccuracy> publishedAccuracy(const std::string& plan, const std::string& siteCode)
{
    if (plan != "fedavg") return std::nullopt;
    if (siteCode == "cleveland") return PublishedAccuracy{.746, .731, .019, .783};
    if (siteCode == "hungarian") return PublishedAccuracy{.746, .719, .029, .764};
    if (siteCode == "switzerland") return PublishedAccuracy{.725, .650, .102, .750};
    if (siteCode == "va") return PublishedAccuracy{.702, .640, .045, .644};
    return std::nullopt;
}

}  // namespace quorate::demo
