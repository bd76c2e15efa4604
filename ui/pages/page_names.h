// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/pages/page.h"

namespace quorate::ui {

/// As in the navigation: "Key release".
QString nameOf(PageId page);
/// Name of its icon.
QString iconOf(PageId page);
/// For files: "key-release".
QString slugOf(PageId page);

}  // namespace quorate::ui
