// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QToolButton>

#include "ui/theme/theme.h"
#include "ui/theme/theme_style.h"

namespace quorate::ui {

/// A push button with an icon that follows the theme.
class Button : public QPushButton {
    Q_OBJECT

public:
    Button(Theme& theme, const QString& text, ButtonKind kind = ButtonKind::Default, const QString& icon = {},
           QWidget* parent = nullptr);
    /// Disabled with the reason as tool tip and spoken description; an empty reason enables.
    void setBlockedBy(const QString& reason);
    void setIconName(const QString& icon);

private:
    void restyle();

    Theme& m_theme;
    ButtonKind m_kind;
    QString m_icon;
    QString m_blockedBy;
};

/// 30x30 with an icon alone; `name` is its tool tip and its spoken name.
class IconButton : public QToolButton {
    Q_OBJECT

public:
    IconButton(Theme& theme, const QString& icon, const QString& name, QWidget* parent = nullptr);
    void setIconName(const QString& icon);

private:
    void restyle();

    Theme& m_theme;
    QString m_icon;
};

}  // namespace quorate::ui
