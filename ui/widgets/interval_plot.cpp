// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/interval_plot.h"

#include <QPainter>
#include <cmath>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

constexpr int kNames = 104;
constexpr int kFoot = 48;
constexpr int kRight = 16;

}  // namespace

IntervalPlot::IntervalPlot(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Accuracy per site with 95 % intervals; the table below has the numbers"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void IntervalPlot::setComparisons(std::vector<SiteComparison> sites)
{
    m_sites = std::move(sites);
    double low = 1;
    double high = 0;
    for (const SiteComparison& site : m_sites) {
        low = std::min({low, site.own.interval.low, site.federated.interval.low});
        high = std::max({high, site.own.interval.high, site.federated.interval.high});
        if (site.pooled) low = std::min(low, site.pooled->interval.low), high = std::max(high, site.pooled->interval.high);
    }
    m_low = m_sites.empty() ? 0 : std::floor(low * 10) / 10;
    m_high = m_sites.empty() ? 1 : std::min(1.0, std::ceil(high * 10) / 10);
    setMinimumHeight(static_cast<int>(m_sites.size()) * 50 + kFoot);
    update();
}

double IntervalPlot::xOf(double value) const
{
    return kNames + (value - m_low) / (m_high - m_low) * (width() - kNames - kRight);
}

void IntervalPlot::paintScale(QPainter& painter, int bottom) const
{
    painter.setFont(m_theme.font(FontRole::Tiny));
    for (int tenth = static_cast<int>(std::lround(m_low * 10)); tenth <= std::lround(m_high * 10); ++tenth) {
        const double x = std::round(xOf(tenth / 10.0)) + .5;
        painter.setPen(m_theme.color(Token::Grid));
        painter.drawLine(QPointF(x, 8), QPointF(x, bottom));
        painter.setPen(m_theme.color(Token::Text3));
        painter.drawText(QRectF(x - 20, bottom + 4, 40, 16), Qt::AlignCenter, chartNumber(tenth / 10.0, 2));
    }
    painter.setPen(m_theme.color(Token::Line));
    painter.drawLine(kNames, bottom, width() - kRight, bottom);
    painter.setPen(m_theme.color(Token::Text3));
    painter.drawText(QRect(kNames, bottom + 22, width() - kNames, 18), Qt::AlignCenter,
                     tr("Accuracy on the site's own test records, 95 % interval"));
}

void IntervalPlot::paintEstimate(QPainter& painter, const Estimate& estimate, double y, int which) const
{
    const QColor colors[] = {m_theme.chartColor(1), m_theme.color(Token::Accent), m_theme.color(Token::Text3)};
    const QColor color = colors[which];
    painter.setPen(QPen(color, which == 1 ? 2 : 1.5));
    const double left = xOf(estimate.interval.low);
    const double right = xOf(estimate.interval.high);
    painter.drawLine(QPointF(left, y), QPointF(right, y));
    for (const double end : {left, right}) painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4));
    const QPointF middle(xOf(estimate.value), y);
    painter.setBrush(which == 1 ? color : m_theme.color(Token::Surface));
    if (which == 0) painter.drawRect(QRectF(middle.x() - 4.5, y - 4.5, 9, 9));
    else if (which == 1) painter.drawEllipse(middle, 5, 5);
    else painter.drawPolygon(QPolygonF{middle + QPointF(0, -6), middle + QPointF(6, 0), middle + QPointF(0, 6), middle + QPointF(-6, 0)});
}

void IntervalPlot::paintEvent(QPaintEvent*)
{
    if (m_sites.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int bottom = height() - kFoot;
    const double row = double(bottom - 8) / static_cast<double>(m_sites.size());
    const bool hasTotal = m_sites.size() > 1;
    if (hasTotal) painter.fillRect(QRectF(1, bottom - row, width() - 2, row), m_theme.color(Token::Hover));
    paintScale(painter, bottom);
    for (std::size_t i = 0; i < m_sites.size(); ++i) {
        const SiteComparison& site = m_sites[i];
        const double top = 8 + static_cast<double>(i) * row;
        painter.setPen(m_theme.color(Token::Border));
        if (i > 0) painter.drawLine(QPointF(1, std::round(top) + .5), QPointF(width() - 1, std::round(top) + .5));
        painter.setPen(m_theme.color(Token::Text));
        painter.setFont(m_theme.font(FontRole::Strong));
        painter.drawText(QRectF(space::kLarge, top, kNames, row / 2 + 2), Qt::AlignBottom | Qt::AlignLeft, site.name);
        painter.setPen(m_theme.color(Token::Text3));
        painter.setFont(m_theme.font(FontRole::Tiny));
        painter.drawText(QRectF(space::kLarge, top + row / 2 + 2, kNames, row / 2), Qt::AlignTop | Qt::AlignLeft,
                         tr("%n record(s)", nullptr, static_cast<int>(site.records)));
        const double gap = std::min(17.0, row / 3.6);
        const double middle = top + row / 2;
        const double first = site.pooled ? middle - gap : middle - gap / 2;
        paintEstimate(painter, site.own, first, 0);
        paintEstimate(painter, site.federated, first + gap, 1);
        if (site.pooled) paintEstimate(painter, *site.pooled, first + 2 * gap, 2);
    }
}

}  // namespace quorate::ui
