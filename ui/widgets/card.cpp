// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/card.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"

namespace quorate::ui {

Card::Card(Theme& theme, const QString& title, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(1, 1, 1, 1);
    whole->setSpacing(0);

    m_head = new QWidget(this);
    m_head->setMinimumHeight(height::kCardHead - 1);
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(space::kLarge, 4, space::kSmall, 4);
    head->setSpacing(space::kSmall);
    m_title = new TextLabel(theme, FontRole::Strong, Token::Text);
    m_note = new TextLabel(theme, FontRole::Small, Token::Text3);
    m_rightNote = new TextLabel(theme, FontRole::Small, Token::Text2);
    m_rightNote->setContentsMargins(0, 0, space::kSmall, 0);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(space::kTight);
    head->addWidget(m_title);
    head->addWidget(m_note);
    head->addStretch(1);
    head->addWidget(m_rightNote);
    head->addLayout(m_tools);
    whole->addWidget(m_head);

    m_body = new QVBoxLayout;
    m_body->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    m_body->setSpacing(space::kSmall);
    whole->addLayout(m_body, 1);

    setTitle(title);
    setNote({});
    setRightNote({});
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    m_head->setVisible(!title.isEmpty());
}

void Card::setNote(const QString& note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void Card::setRightNote(const QString& note)
{
    m_rightNote->setText(note);
    m_rightNote->setVisible(!note.isEmpty());
}

void Card::addTool(QWidget* tool)
{
    m_tools->addWidget(tool);
}

QVBoxLayout* Card::bodyFlush()
{
    // The strip at the foot keeps tables off the rounded corners.
    m_body->setContentsMargins(0, 0, 0, space::kTight);
    m_body->setSpacing(0);
    return m_body;
}

void Card::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = m_theme.edgeWidth() / 2.0;
    painter.setPen(QPen(m_theme.color(Token::Border), m_theme.edgeWidth()));
    painter.setBrush(m_theme.color(Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), radius::kCard, radius::kCard);
    if (m_head->isHidden()) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(m_theme.color(Token::Border));
    const int y = m_head->geometry().bottom();
    painter.drawLine(1, y, width() - 2, y);
}

Hairline::Hairline(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFixedHeight(1);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Hairline::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), m_theme.color(Token::Border));
}

}  // namespace quorate::ui
