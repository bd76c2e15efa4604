// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/interval_plot.h"

#include <QPainter>
#include <cmath>

#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

constexpr int kNames = 104;
constexpr int kFoot = 48;
constexpr int kRight = 22;
constexpr int kLegendLine = 24;

/// Own, federated, pooled.
QColor colorOf(const Theme& theme, int which)
{
    return which == 0 ? theme.chartColor(1) : theme.color(which == 1 ? Token::Accent : Token::Text3);
}

}  // namespace

IntervalPlot::IntervalPlot(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("The figure per site; the table below has the numbers"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void IntervalPlot::setComparisons(std::vector<SiteComparison> sites, const QString& caption)
{
    m_sites = std::move(sites);
    m_caption = caption;
    setAccessibleDescription(caption);
    double low = 1;
    double high = 0;
    const auto reach = [&](const Estimate& estimate) {
        if (!std::isfinite(estimate.value)) return;
        low = std::min(low, estimate.interval ? estimate.interval->low : estimate.value);
        high = std::max(high, estimate.interval ? estimate.interval->high : estimate.value);
    };
    for (const SiteComparison& site : m_sites) {
        reach(site.own);
        reach(site.federated);
        if (site.pooled) reach(*site.pooled);
    }
    const bool any = low <= high;
    m_low = any ? std::floor(low * 10) / 10 : 0;
    m_high = any ? std::max(m_low + .1, std::min(1.0, std::ceil(high * 10) / 10)) : 1;
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
    painter.drawText(QRect(kNames, bottom + 22, width() - kNames, 18), Qt::AlignCenter, m_caption);
}

void IntervalPlot::paintMark(QPainter& painter, const Theme& theme, QPointF middle, int which)
{
    const QColor color = colorOf(theme, which);
    painter.setPen(QPen(color, which == 1 ? 2 : 1.5));
    painter.setBrush(which == 1 ? color : theme.color(Token::Surface));
    if (which == 0) painter.drawRect(QRectF(middle.x() - 4.5, middle.y() - 4.5, 9, 9));
    else if (which == 1) painter.drawEllipse(middle, 5, 5);
    else painter.drawPolygon(QPolygonF{middle + QPointF(0, -6), middle + QPointF(6, 0), middle + QPointF(0, 6), middle + QPointF(-6, 0)});
}

void IntervalPlot::paintEstimate(QPainter& painter, const Estimate& estimate, double y, int which) const
{
    if (!std::isfinite(estimate.value)) return;
    painter.setPen(QPen(colorOf(m_theme, which), which == 1 ? 2 : 1.5));
    if (estimate.interval) {
        const double left = xOf(estimate.interval->low);
        const double right = xOf(estimate.interval->high);
        painter.drawLine(QPointF(left, y), QPointF(right, y));
        for (const double end : {left, right}) painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4));
    }
    paintMark(painter, m_theme, {xOf(estimate.value), y}, which);
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

IntervalLegend::IntervalLegend(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void IntervalLegend::setNames(const QStringList& names)
{
    m_names = names;
    setAccessibleName(names.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize IntervalLegend::sizeHint() const
{
    const QFontMetrics metrics(m_theme.font(FontRole::Small));
    int width = 0;
    for (const QString& name : m_names) width += kLegendLine + 6 + metrics.horizontalAdvance(name) + space::kLarge;
    return {width, 22};
}

void IntervalLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(FontRole::Small));
    const double y = height() / 2.0;
    int x = 0;
    for (int which = 0; which < m_names.size(); ++which) {
        painter.setPen(QPen(colorOf(m_theme, which), which == 1 ? 2 : 1.5));
        painter.drawLine(QPointF(x, y), QPointF(x + kLegendLine, y));
        IntervalPlot::paintMark(painter, m_theme, {x + kLegendLine / 2.0, y}, which);
        x += kLegendLine + 6;
        painter.setPen(m_theme.color(Token::Text2));
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, m_names[which]);
        x += painter.fontMetrics().horizontalAdvance(m_names[which]) + space::kLarge;
    }
}

}  // namespace quorate::ui
