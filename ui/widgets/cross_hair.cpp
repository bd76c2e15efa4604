// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cross_hair.h"

#include <QPainter>
#include <cmath>

namespace quorate::ui {
namespace {

constexpr int kDistance = 12;
constexpr int kPad = 10;
constexpr int kRow = 16;
constexpr int kSwatch = 16;
constexpr int kDot = 4;

}  // namespace

CrossHair::CrossHair(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void CrossHair::setContent(Content content)
{
    m_content = std::move(content);
    update();
}

QRectF CrossHair::cardRect() const
{
    const QFontMetricsF small(m_theme.font(FontRole::Small));
    double wide = QFontMetricsF(m_theme.font(FontRole::SmallStrong)).horizontalAdvance(m_content.title);
    for (const Row& row : m_content.rows) {
        wide = qMax(wide, kSwatch + 6 + small.horizontalAdvance(row.name) + 20 + small.horizontalAdvance(row.value));
    }
    const QSizeF size(std::ceil(wide) + 2 * kPad, kRow * double(m_content.rows.size() + 1) + 10);
    const bool left = m_content.x + kDistance + size.width() > width();
    const double x = left ? m_content.x - kDistance - size.width() : m_content.x + kDistance;
    const double y = qMax(m_content.plot.top(), m_content.plot.bottom() - size.height() - 8);
    return {QPointF(std::round(x) + .5, std::round(y) + .5), size};
}

void CrossHair::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(m_theme.color(Token::Text3));
    const int x = qRound(m_content.x);
    painter.drawLine(x, qRound(m_content.plot.top()), x, qRound(m_content.plot.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(m_theme.color(Token::Surface));
    for (const Dot& dot : m_content.dots) {
        painter.setPen(QPen(dot.color, 1.5));
        painter.drawEllipse(dot.at, kDot, kDot);
    }
    paintCard(painter);
}

void CrossHair::paintCard(QPainter& painter) const
{
    const QRectF card = cardRect();
    painter.setPen(QPen(m_theme.color(Token::Line), m_theme.edgeWidth()));
    painter.setBrush(m_theme.color(Token::Surface));
    painter.drawRoundedRect(card, radius::kBadge, radius::kBadge);
    QRectF line(card.left() + kPad, card.top() + 5, card.width() - 2 * kPad, kRow);
    painter.setPen(m_theme.color(Token::Text));
    painter.setFont(m_theme.font(FontRole::SmallStrong));
    painter.drawText(line, Qt::AlignVCenter, m_content.title);
    painter.setFont(m_theme.font(FontRole::Small));
    for (const Row& row : m_content.rows) {
        line.translate(0, kRow);
        QColor color = row.color;
        if (row.area) color.setAlphaF(0.25F);
        const double high = row.area ? 9 : 2.5;
        painter.fillRect(QRectF(line.left(), line.center().y() - high / 2, kSwatch, high), color);
        painter.setPen(m_theme.color(Token::Text2));
        painter.drawText(line.adjusted(kSwatch + 6, 0, 0, 0), Qt::AlignVCenter, row.name);
        painter.setPen(m_theme.color(Token::Text));
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, row.value);
    }
}

}  // namespace quorate::ui
