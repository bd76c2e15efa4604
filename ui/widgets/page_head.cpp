// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/page_head.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"

namespace quorate::ui {

PageHead::PageHead(Theme& theme, const QString& title, QWidget* parent) : QWidget(parent)
{
    setMinimumHeight(68);
    m_row = new QBoxLayout(QBoxLayout::LeftToRight, this);
    m_row->setContentsMargins(0, 10, 0, 10);
    m_row->setSpacing(space::kSmall);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    m_title = new TextLabel(theme, FontRole::Title, Token::Text, title);
    m_sentence = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    words->addStretch(1);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    words->addStretch(1);
    m_row->addLayout(words, 1);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(space::kSmall);
    m_row->addLayout(m_actions);
}

void PageHead::setTitle(const QString& title)
{
    m_title->setText(title);
}

void PageHead::setSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
}

void PageHead::addAction(QWidget* button)
{
    m_actions->addWidget(button, 0, Qt::AlignVCenter);
}

QSize PageHead::minimumSizeHint() const
{
    return {qMax(m_title->minimumSizeHint().width(), m_actions->minimumSize().width()), QWidget::minimumSizeHint().height()};
}

void PageHead::arrange()
{
    const int wanted = m_title->minimumSizeHint().width() + space::kSmall + m_actions->minimumSize().width();
    const bool below = wanted > width();
    m_row->setDirection(below ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_row->setAlignment(m_actions, below ? Qt::AlignLeft : Qt::Alignment());
}

bool PageHead::event(QEvent* event)
{
    // Actions come, go and change their words.
    if (event->type() == QEvent::LayoutRequest) arrange();
    return QWidget::event(event);
}

void PageHead::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

QString PageHead::title() const { return m_title->text(); }

QString PageHead::sentence() const { return m_sentence->text(); }

}  // namespace quorate::ui
