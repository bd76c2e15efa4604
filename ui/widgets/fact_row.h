// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/theme/theme.h"

class QWidget;

namespace quorate::ui {

/// One fact of a list: a verdict's shape, what it is about, and at the right what it is.
QWidget* factRow(Theme& theme, VerdictKind kind, const QString& what, const QString& value);

}  // namespace quorate::ui
