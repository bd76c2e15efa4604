// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/check_row.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

CheckRow::CheckRow(Theme& theme, QWidget* parent) : QAbstractButton(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::kLarge, 7, space::kMedium, 7);
    row->setSpacing(space::kMedium);
    m_icon = new IconLabel(theme, QStringLiteral("unknown"), 20, Token::Text2);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    m_words = new QVBoxLayout;
    m_words->setSpacing(2);
    auto* first = new QHBoxLayout;
    first->setSpacing(space::kSmall);
    m_question = (new TextLabel(theme, FontRole::Strong, Token::Text))->wrapped();
    m_answer = new TextLabel(theme, FontRole::Strong, Token::Text2);
    m_chevron = new IconLabel(theme, QStringLiteral("chevron-right"), 16, Token::Text2);
    first->addWidget(m_question, 1);
    first->addWidget(m_answer, 0, Qt::AlignTop);
    first->addWidget(m_chevron, 0, Qt::AlignTop);
    m_words->addLayout(first);
    m_sentence = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    m_more = (new TextLabel(theme, FontRole::Small, Token::Text2))->wrapped();
    m_more->setTextFormat(Qt::RichText);
    m_words->addWidget(m_sentence);
    m_words->addWidget(m_more);
    row->addLayout(m_words, 1);
    // The labels lie over the button; the row is one target.
    for (QWidget* label : findChildren<QWidget*>()) label->setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(this, &QAbstractButton::clicked, this, [this] { setOpen(!m_open); });
    connect(&theme, &Theme::changed, this, [this] { refresh(); });
}

void CheckRow::setContent(const Content& content)
{
    const bool alarming = content.kind == VerdictKind::Refused || content.kind == VerdictKind::Caution;
    const bool changed = content.kind != m_content.kind || content.question != m_content.question;
    m_content = content;
    if (changed) m_open = alarming;
    refresh();
}

void CheckRow::setDetails(QWidget* details)
{
    delete m_details;
    m_details = details;
    if (details) m_words->addWidget(details);
    refresh();
}

void CheckRow::setOpen(bool open)
{
    m_open = open;
    refresh();
}

void CheckRow::refresh()
{
    m_icon->setVerdictIcon(m_content.icon.isEmpty() ? iconOf(m_content.kind) : m_content.icon, m_content.kind);
    m_question->setText(m_content.question);
    m_answer->setText(m_content.answer);
    m_answer->setVerdictColor(m_content.kind);
    m_sentence->setText(m_content.sentence);
    QStringList lines;
    if (!m_content.why.isEmpty()) lines << tr("<b>Why:</b> %1").arg(m_content.why.toHtmlEscaped());
    if (!m_content.todo.isEmpty()) lines << tr("<b>What to do:</b> %1").arg(m_content.todo.toHtmlEscaped());
    m_more->setText(lines.join(QStringLiteral("<br>")));
    m_more->setVisible(m_open && !lines.isEmpty());
    if (m_details) m_details->setVisible(m_open);
    m_chevron->setIcon(m_open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), Token::Text2);
    setAccessibleName(m_content.question + QLatin1Char(' ') + m_content.answer);
    setAccessibleDescription(m_content.sentence);
    updateGeometry();
    update();
}

QSize CheckRow::sizeHint() const
{
    return layout() ? layout()->sizeHint() : QSize();
}

int CheckRow::heightForWidth(int width) const
{
    return layout() ? layout()->heightForWidth(width) : 0;
}

void CheckRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) click();
    else QAbstractButton::keyPressEvent(event);
}

void CheckRow::paintEvent(QPaintEvent*)
{
    if (underMouse()) QPainter(this).fillRect(rect().adjusted(1, 0, -1, 0), m_theme.color(Token::Hover));
}

}  // namespace quorate::ui
