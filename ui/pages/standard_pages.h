// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

namespace quorate::ui {

/// Every page that this version has.
PageFactories standardPages();

}  // namespace quorate::ui
