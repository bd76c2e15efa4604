// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

#include "ui/theme/theme.h"

namespace quorate::ui {

class TextLabel;

/// The token field above a table, with "13 of 1204" at its right end.
class FilterField final : public QLineEdit {
    Q_OBJECT

public:
    FilterField(Theme& theme, const QString& name, const QString& placeholder, QWidget* parent = nullptr);
    void showCount(int shown, int all);

private:
    TextLabel* m_count = nullptr;
};

}  // namespace quorate::ui
