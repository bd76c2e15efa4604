// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/banner.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/text_label.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

Banner::Banner(Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::kLarge, 10, space::kLarge, 10);
    row->setSpacing(space::kMedium);
    m_icon = new IconLabel(theme, iconOf(m_kind), 24, Token::Text2);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_sentence = (new TextLabel(theme, FontRole::Section, Token::Text))->wrapped();
    m_detail = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    words->addWidget(m_sentence);
    words->addWidget(m_detail);
    row->addLayout(words, 1);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(space::kSmall);
    row->addLayout(m_actions);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Banner::showVerdict(VerdictKind kind, const QString& sentence, const QString& detail)
{
    m_kind = kind;
    m_waiting = false;
    m_icon->setVerdictIcon(iconOf(kind), kind);
    fill(sentence, detail);
}

void Banner::showWaiting(const QString& sentence, const QString& detail)
{
    m_waiting = true;
    m_icon->setIcon(QStringLiteral("clock"), Token::Accent);
    fill(sentence, detail);
}

void Banner::fill(const QString& sentence, const QString& detail)
{
    m_sentence->setText(sentence);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    setAccessibleName(sentence);
    setAccessibleDescription(detail);
    update();
}

void Banner::addAction(QWidget* button)
{
    m_actions->addWidget(button, 0, Qt::AlignVCenter);
}

QString Banner::sentence() const
{
    return m_sentence->text();
}

void Banner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const VerdictColors colors = m_theme.verdict(m_kind);
    const double width = m_theme.edgeWidth();
    QPen edge(m_waiting ? m_theme.color(Token::Accent) : colors.line, width);
    if (m_kind == VerdictKind::Unknown && !m_waiting) edge.setDashPattern({4, 3});
    painter.setPen(edge);
    painter.setBrush(m_waiting ? m_theme.color(Token::AccentSoft) : colors.bg);
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), radius::kCard,
                            radius::kCard);
}

}  // namespace quorate::ui
