// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

/// A study's state as a badge: "Quorate", "Waiting", "Frozen", "Closed"; never green in training mode.
BadgeLook stateLook(const StudySnapshot& study);
/// One site's: "In round", "Update in", "Dropped", "Approved", "Waiting", "Refused".
BadgeLook siteLook(const StudySnapshot& study, const study::SiteSpec& site);

}  // namespace quorate::ui
