// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/metrics.h"

namespace quorate::services {

/// Finite, and within what the measure can be: what a site reports is shown to people.
bool isPlausible(const study::Evaluation& evaluation);
bool isPlausible(const study::SiteRoundMetrics& metrics);

}  // namespace quorate::services
