// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/metrics.h"

namespace quorate::payload::v1 {
class Evaluation;
class SiteRoundMetrics;
}  // namespace quorate::payload::v1

namespace quorate::study {

void write(payload::v1::Evaluation& out, const Evaluation& evaluation);
void write(payload::v1::SiteRoundMetrics& out, const SiteRoundMetrics& metrics);
Evaluation read(const payload::v1::Evaluation& in);
SiteRoundMetrics read(const payload::v1::SiteRoundMetrics& in);

}  // namespace quorate::study
