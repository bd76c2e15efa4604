// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// A large way in: icon on a plate, what it is, one line, chevron.
class WelcomeTile : public QAbstractButton {
    Q_OBJECT

public:
    enum class Plate { Soft, Training };
    WelcomeTile(Theme& theme, Plate plate, const QString& icon, const QString& title, const QString& line, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Theme& m_theme;
    Plate m_plate;
    QString m_icon;
    QString m_line;
};

}  // namespace quorate::ui
