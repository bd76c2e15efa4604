// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/key_release/quorum_rows.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {
namespace {

constexpr int kDisc = 28;
constexpr int kFigure = 16;
constexpr int kTimeWidth = 44;
constexpr int kThread = kTimeWidth + 15;  ///< Where the thread runs.
constexpr int kTextLeft = kThread + 16;

}  // namespace

CustodianRow::CustodianRow(Theme& theme, const QString& name, const QString& below, const BadgeLook& look, bool me, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_me(me)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(space::kLarge + kDisc + 10, 7, space::kLarge, 7);
    line->setSpacing(space::kSmall);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget((new TextLabel(theme, FontRole::Strong, Token::Text, name))->wrapped());
    words->addWidget((new TextLabel(theme, FontRole::Small, Token::Text3, below))->wrapped());
    line->addLayout(words, 1);
    line->addWidget(new TrustBadge(theme, look));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CustodianRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // Inside the card's edge.
    if (m_me) painter.fillRect(rect().adjusted(1, 0, -1, 0), m_theme.color(Token::Hover));
    const QRect disc(space::kLarge, (height() - kDisc) / 2, kDisc, kDisc);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(m_me ? Token::Accent : Token::Sunken));
    painter.drawEllipse(disc);
    const QColor ink = m_theme.color(m_me ? Token::OnAccent : Token::Text2);
    painter.drawPixmap(disc.center() - QPoint(kFigure / 2 - 1, kFigure / 2 - 1),
                       m_theme.pixmap(QStringLiteral("person"), kFigure, ink, devicePixelRatioF()));
}

HistoryRow::HistoryRow(Theme& theme, const QString& time, const QString& what, bool toCome, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_toCome(toCome)
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 4, 0, 4);
    line->setSpacing(0);
    auto* when = new TextLabel(theme, FontRole::Small, Token::Text3, time);
    when->setAlignment(Qt::AlignRight | Qt::AlignTop);
    when->setFixedWidth(kTimeWidth);
    line->addWidget(when, 0, Qt::AlignTop);
    line->addSpacing(kTextLeft - kTimeWidth);
    line->addWidget((new TextLabel(theme, FontRole::Small, toCome ? Token::Text3 : Token::Text, what))->wrapped(), 1);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistoryRow::setEnds(bool first, bool last)
{
    m_first = first;
    m_last = last;
    update();
}

void HistoryRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = 4 + QFontMetricsF(m_theme.font(FontRole::Small)).height() / 2;
    painter.setPen(m_theme.color(Token::Line));
    if (!m_first) painter.drawLine(QPointF(kThread, 0), QPointF(kThread, middle));
    if (!m_last) painter.drawLine(QPointF(kThread, middle), QPointF(kThread, height()));
    painter.setPen(QPen(m_theme.color(m_toCome ? Token::Line : Token::Accent), 1.25));
    painter.setBrush(m_theme.color(m_toCome ? Token::Surface : Token::Accent));
    painter.drawEllipse(QPointF(kThread, middle), 3.5, 3.5);
}

}  // namespace quorate::ui
