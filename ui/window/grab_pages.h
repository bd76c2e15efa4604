// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include "core/base/result.h"
#include "ui/pages/page.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

class MainWindow;

/// Draws `pages` of the window under `scheme` into `folder` as "<page>.png" (light), "<page>-dark.png" or
/// "<page>-contrast.png", at the window's size, and goes back to the page and scheme from before. Makes the folder; gives
/// the files written, or StorageFailed with the file that could not be.
Result<QStringList> grabPages(MainWindow& window, const QList<PageId>& pages, const QString& folder, SchemeChoice scheme);
/// All pages that the window has.
Result<QStringList> grabAllPages(MainWindow& window, const QString& folder, SchemeChoice scheme);

}  // namespace quorate::ui
