// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

namespace quorate::ui {

/// The pages about one study's protocol, approvals, key, rounds, results and events.
PageFactories studyPages();

}  // namespace quorate::ui
