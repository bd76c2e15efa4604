// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QLabel>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// A label whose font and colour follow the theme. Plain text unless setTextFormat() says otherwise.
class TextLabel : public QLabel {
    Q_OBJECT

public:
    TextLabel(Theme& theme, FontRole role, Token color, const QString& text = {}, QWidget* parent = nullptr);

    void setRole(FontRole role);
    void setColor(Token color);
    /// The verdict's text colour instead of a token.
    void setVerdictColor(VerdictKind kind);
    /// Breaks lines; the label then takes the height its width asks for.
    TextLabel* wrapped();
    /// Can be selected by mouse and keyboard.
    TextLabel* selectable();
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    void restyle();

    Theme& m_theme;
    FontRole m_role;
    Token m_color;
    std::optional<VerdictKind> m_verdict;
};

/// A picture of resources/icons whose colour follows the theme.
class IconLabel : public QLabel {
    Q_OBJECT

public:
    IconLabel(Theme& theme, const QString& icon, int size, Token color, QWidget* parent = nullptr);
    void setIcon(const QString& icon, Token color);
    void setVerdictIcon(const QString& icon, VerdictKind kind);

private:
    void restyle();

    Theme& m_theme;
    QString m_icon;
    int m_size;
    Token m_color;
    std::optional<VerdictKind> m_verdict;
};

}  // namespace quorate::ui
