// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/button.h"

namespace quorate::ui {

Button::Button(Theme& theme, const QString& text, ButtonKind kind, const QString& icon, QWidget* parent)
    : QPushButton(text, parent), m_theme(theme), m_kind(kind), m_icon(icon)
{
    setButtonKind(*this, kind);
    setAutoDefault(false);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void Button::setBlockedBy(const QString& reason)
{
    m_blockedBy = reason;
    setEnabled(reason.isEmpty());
    setToolTip(reason);
    setAccessibleDescription(reason);
}

void Button::setIconName(const QString& icon)
{
    m_icon = icon;
    restyle();
}

void Button::restyle()
{
    setFont(m_theme.font(FontRole::Medium));
    if (m_icon.isEmpty()) return;
    Token ink = m_kind == ButtonKind::Primary ? Token::OnAccent : Token::Text;
    if (m_kind == ButtonKind::Danger) ink = Token::Danger;
    if (m_kind == ButtonKind::Link) ink = Token::Accent;
    setIcon(m_theme.icon(m_icon, 18, m_theme.color(ink)));
    setIconSize({18, 18});
}

IconButton::IconButton(Theme& theme, const QString& icon, const QString& name, QWidget* parent)
    : QToolButton(parent), m_theme(theme), m_icon(icon)
{
    setToolTip(name);
    setAccessibleName(name);
    setAutoRaise(true);
    setFocusPolicy(Qt::StrongFocus);
    setFixedSize(height::kTool, height::kTool);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void IconButton::setIconName(const QString& icon)
{
    m_icon = icon;
    restyle();
}

void IconButton::restyle()
{
    setIcon(m_theme.icon(m_icon, 18));
    setIconSize({18, 18});
}

}  // namespace quorate::ui
