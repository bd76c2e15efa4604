// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/quorum_ring.h"

#include <QPainter>
#include <QPainterPath>

namespace quorate::ui {

QuorumRing::QuorumRing(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFixedSize(116, 116);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void QuorumRing::setShares(int sealed, int needed)
{
    m_needed = qMax(1, needed);
    m_sealed = qBound(0, sealed, m_needed);
    setAccessibleName(tr("%1 of %2 shares sealed").arg(m_sealed).arg(m_needed));
    update();
}

void QuorumRing::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr double kGap = 16;
    constexpr double kThick = 9;
    const QRectF outer = QRectF(rect()).adjusted(2, 2, -2, -2);
    const QRectF inner = outer.adjusted(kThick, kThick, -kThick, -kThick);
    const double span = 360.0 / m_needed - kGap;
    for (int part = 0; part < m_needed; ++part) {
        const double start = 90 - kGap / 2 - part * (span + kGap);
        QPainterPath path;
        path.arcMoveTo(outer, start);
        path.arcTo(outer, start, -span);
        path.arcTo(inner, start - span, span);
        path.closeSubpath();
        const bool sealed = part < m_sealed;
        painter.setPen(sealed ? QPen(Qt::NoPen) : QPen(m_theme.color(Token::Line), m_theme.edgeWidth()));
        painter.setBrush(sealed ? QBrush(m_theme.color(Token::Accent)) : QBrush(Qt::NoBrush));
        painter.drawPath(path);
    }
    // Figure and word as one block, its inked height in the ring's middle.
    const QFontMetrics figure(m_theme.font(FontRole::Figure));
    const QFontMetrics word(m_theme.font(FontRole::Small));
    constexpr int kBetween = 6;
    const int block = figure.capHeight() + kBetween + word.xHeight() + word.descent();
    const int figureBase = rect().center().y() - block / 2 + figure.capHeight();
    const auto centred = [&](const QFontMetrics& metrics, const QString& text, int base) {
        painter.drawText(QPoint((width() - metrics.horizontalAdvance(text)) / 2, base), text);
    };
    painter.setPen(m_theme.color(Token::Text));
    painter.setFont(m_theme.font(FontRole::Figure));
    centred(figure, tr("%1 of %2").arg(m_sealed).arg(m_needed), figureBase);
    painter.setPen(m_theme.color(Token::Text3));
    painter.setFont(m_theme.font(FontRole::Small));
    centred(word, tr("shares"), figureBase + kBetween + word.ascent());
}

}  // namespace quorate::ui
