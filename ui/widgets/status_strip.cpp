// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/status_strip.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include "ui/widgets/text_label.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

StatusStrip::StatusStrip(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    m_row = new QHBoxLayout(this);
    m_row->setContentsMargins(space::kTight, 1, space::kMedium, 0);
    m_row->setSpacing(space::kTight);
    m_hint = new TextLabel(theme, FontRole::Small, Token::Text2);
    m_row->addStretch(1);
    m_row->addWidget(m_hint);
    setMinimumHeight(height::kStatusBar);
    connect(&theme, &Theme::changed, this, [this] { restyle(); });
}

int StatusStrip::addItem()
{
    const int index = static_cast<int>(m_items.size());
    Item item;
    item.button = new QToolButton;
    item.button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    item.button->setAutoRaise(true);
    item.button->setFocusPolicy(Qt::StrongFocus);
    item.button->setIconSize({16, 16});
    item.button->setFont(m_theme.font(FontRole::Small));
    item.button->setMinimumHeight(24);
    m_items.append(item);
    m_row->insertWidget(index, item.button);
    connect(item.button, &QToolButton::clicked, this, [this, index] { Q_EMIT activated(index); });
    return index;
}

void StatusStrip::setItem(int index, const QString& icon, const QString& text, const QString& toolTip)
{
    Item& item = m_items[index];
    item.icon = icon;
    item.kind.reset();
    fill(item, text, toolTip);
}

void StatusStrip::setItem(int index, VerdictKind kind, const QString& text, const QString& toolTip)
{
    Item& item = m_items[index];
    item.icon = iconOf(kind);
    item.kind = kind;
    fill(item, text, toolTip);
}

void StatusStrip::setHint(const QString& hint)
{
    m_hint->setText(hint);
}

void StatusStrip::fill(Item& item, const QString& text, const QString& toolTip)
{
    // The space keeps the word off its icon.
    item.button->setText(text.isEmpty() ? text : QLatin1Char(' ') + text);
    item.button->setAccessibleName(text);
    item.button->setToolTip(toolTip);
    const QColor ink = item.kind ? m_theme.verdict(*item.kind).text : m_theme.color(Token::Text2);
    item.button->setIcon(m_theme.icon(item.icon, 16, ink));
    item.button->setVisible(!text.isEmpty());
}

void StatusStrip::restyle()
{
    for (Item& item : m_items) {
        item.button->setFont(m_theme.font(FontRole::Small));
        fill(item, item.button->text().trimmed(), item.button->toolTip());
    }
    update();
}

void StatusStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Token::Nav));
    painter.fillRect(QRect(0, 0, width(), 1), m_theme.color(Token::Border));
    for (const Item& item : m_items) {
        if (item.button->isHidden()) continue;
        painter.fillRect(QRect(item.button->geometry().right() + 2, 6, 1, height() - 12), m_theme.color(Token::Border));
    }
}

}  // namespace quorate::ui
