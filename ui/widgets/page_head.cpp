// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/page_head.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"

namespace quorate::ui {

PageHead::PageHead(Theme& theme, const QString& title, QWidget* parent) : QWidget(parent)
{
    setMinimumHeight(68);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 10, 0, 10);
    row->setSpacing(space::kSmall);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    m_title = new TextLabel(theme, FontRole::Title, Token::Text, title);
    m_sentence = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    words->addStretch(1);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    words->addStretch(1);
    row->addLayout(words, 1);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(space::kSmall);
    row->addLayout(m_actions);
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

QString PageHead::title() const { return m_title->text(); }

QString PageHead::sentence() const { return m_sentence->text(); }

}  // namespace quorate::ui
