// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/text_label.h"

namespace quorate::ui {

TextLabel::TextLabel(Theme& theme, FontRole role, Token color, const QString& text, QWidget* parent)
    : QLabel(text, parent), m_theme(theme), m_role(role), m_color(color)
{
    setTextFormat(Qt::PlainText);
    // Inside a button a label would otherwise take the button's text colour.
    setForegroundRole(QPalette::WindowText);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void TextLabel::setRole(FontRole role)
{
    m_role = role;
    restyle();
}

void TextLabel::setColor(Token color)
{
    m_color = color;
    m_verdict.reset();
    restyle();
}

void TextLabel::setVerdictColor(VerdictKind kind)
{
    m_verdict = kind;
    restyle();
}

TextLabel* TextLabel::wrapped()
{
    setWordWrap(true);
    QSizePolicy policy = sizePolicy();
    policy.setHorizontalPolicy(QSizePolicy::Expanding);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    return this;
}

TextLabel* TextLabel::selectable()
{
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setCursor(Qt::IBeamCursor);
    return this;
}

QSize TextLabel::minimumSizeHint() const
{
    // A broken text's own hint assumes a narrow column, which would make whole pages scroll.
    if (wordWrap()) return {40, fontMetrics().height()};
    return QLabel::minimumSizeHint();
}

void TextLabel::restyle()
{
    setFont(m_theme.font(m_role));
    QPalette own = m_theme.palette();
    const QColor ink = m_verdict ? m_theme.verdict(*m_verdict).text : m_theme.color(m_color);
    own.setColor(QPalette::WindowText, ink);
    own.setColor(QPalette::Text, ink);
    setPalette(own);
}

IconLabel::IconLabel(Theme& theme, const QString& icon, int size, Token color, QWidget* parent)
    : QLabel(parent), m_theme(theme), m_icon(icon), m_size(size), m_color(color)
{
    setFixedSize(size, size);
    restyle();
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

void IconLabel::setIcon(const QString& icon, Token color)
{
    m_icon = icon;
    m_color = color;
    m_verdict.reset();
    restyle();
}

void IconLabel::setVerdictIcon(const QString& icon, VerdictKind kind)
{
    m_icon = icon;
    m_verdict = kind;
    restyle();
}

void IconLabel::restyle()
{
    const QColor ink = m_verdict ? m_theme.verdict(*m_verdict).text : m_theme.color(m_color);
    setPixmap(m_theme.pixmap(m_icon, m_size, ink, devicePixelRatioF()));
}

}  // namespace quorate::ui
