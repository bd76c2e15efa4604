// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_frame.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChartView>
#include <QHBoxLayout>
#include <QLegend>
#include <QLineSeries>
#include <QMouseEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QValueAxis>
#include <QVBoxLayout>
#include <cmath>

#include "ui/text/formats.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/cross_hair.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr int kLowestPlot = 210;
constexpr double kSmoothing = 0.6;
constexpr std::size_t kMaxPoints = 2000;

/// Room after the swatch is part of the picture: tool buttons put their text right behind it.
constexpr QSize kSwatchSize{28, 14};

QPixmap swatchOf(const QColor& color, bool shown, bool area, double ratio)
{
    QPixmap pixmap(kSwatchSize * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!shown) {
        painter.setPen(QPen(color, 1));
        painter.drawRoundedRect(QRectF(.5, 4.5, 19, 5), 2.5, 2.5);
    } else if (area) {
        painter.fillRect(QRectF(0, 2, 20, 10), color);
    } else {
        painter.fillRect(QRectF(0, 5.5, 20, 3), color);
    }
    return pixmap;
}

/// Nice tick positions of [low, high]: at most `most` steps of 1, 2, 2.5 or 5 times a power of ten.
double niceStep(double low, double high, int most)
{
    const double raw = (high - low) / most;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (raw <= factor * power * (1 + 1e-9)) return factor * power;
    }
    return 10 * power;
}

int decimalsOf(double step)
{
    for (int decimals = 0; decimals < 4; ++decimals) {
        const double scaled = step * std::pow(10, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6) return decimals;
    }
    return 4;
}

QList<QPointF> pointsOf(const std::vector<double>& values)
{
    std::vector<Point> points;
    for (std::size_t i = 0; i < values.size(); ++i) points.push_back({static_cast<double>(i + 1), values[i]});
    QList<QPointF> out;
    for (const Point& point : decimated(points, kMaxPoints)) out.append({point.x, point.y});
    return out;
}

}  // namespace

ChartFrame::ChartFrame(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_model(new TableModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHead(column);
    column->addWidget(new Hairline(theme));
    buildPlot();
    auto* table = new TableView(theme, tr("Numbers of the chart"));
    table->setModel(m_model);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_view);
    m_stack->addWidget(table);
    column->addWidget(m_stack, 1);
    column->addWidget(new Hairline(theme));
    auto* legend = new QWidget;
    legend->setFixedHeight(32);
    m_legend = new QHBoxLayout(legend);
    m_legend->setContentsMargins(space::kSmall, 0, space::kSmall, 0);
    m_legend->setSpacing(0);
    m_legend->addStretch(1);
    column->addWidget(legend);
    connect(m_tableTool, &QToolButton::toggled, m_stack, [this](bool on) { m_stack->setCurrentIndex(on ? 1 : 0); });
    connect(m_smooth, &QToolButton::toggled, this, &ChartFrame::refill);
    connect(&theme, &Theme::changed, this, &ChartFrame::restyle);
}

ChartFrame::~ChartFrame() = default;

void ChartFrame::buildHead(QVBoxLayout* column)
{
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space::kSmall, 0, space::kSmall, 0);
    head->setSpacing(space::kTight);
    m_tabs = new QTabBar;
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Metric"));
    m_tabs->setUsesScrollButtons(false);
    for (const Metric metric : kMetrics) m_tabs->addTab(tabNameOf(metric));
    for (int i = 0; i < m_tabs->count(); ++i) m_tabs->setTabToolTip(i, nameOf(kMetrics[i]));
    m_smooth = new QToolButton;
    m_smooth->setText(tr("Smooth"));
    m_smooth->setAccessibleDescription(tr("Exponential moving average, weight 0.6"));
    m_smooth->setCheckable(true);
    m_smooth->setChecked(true);
    m_smooth->setAutoRaise(true);
    m_smooth->setToolTip(tr("Smooth the lines (weight 0.6); the raw line stays behind"));
    auto* reset = new IconButton(m_theme, QStringLiteral("zoom"), tr("Show the whole chart"));
    m_tableTool = new IconButton(m_theme, QStringLiteral("table"), tr("Show the numbers as a table"));
    m_tableTool->setCheckable(true);
    auto* save = new IconButton(m_theme, QStringLiteral("export"), tr("Export as PNG, SVG or CSV"));
    head->addWidget(m_tabs);
    head->addStretch(1);
    for (QWidget* tool : {static_cast<QWidget*>(m_smooth), static_cast<QWidget*>(reset), static_cast<QWidget*>(m_tableTool),
                          static_cast<QWidget*>(save)}) {
        head->addWidget(tool);
    }
    column->addLayout(head);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_metric = kMetrics[index];
        Q_EMIT metricChanged(m_metric);
    });
    connect(reset, &QToolButton::clicked, this, &ChartFrame::fitAxes);
    connect(save, &QToolButton::clicked, this, &ChartFrame::askForExport);
}

void ChartFrame::buildPlot()
{
    m_chart = new QChart;
    m_chart->legend()->hide();
    m_chart->setBackgroundVisible(false);
    m_chart->setMargins({4, 8, 8, 0});
    m_x = new QValueAxis;
    m_y = new QCategoryAxis;
    m_y->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_x->setGridLineVisible(false);
    m_x->setLabelFormat(QStringLiteral("%d"));
    m_x->setTitleText(tr("Round"));
    m_y->setLineVisible(false);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    m_view = new QChartView(m_chart);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setRubberBand(QChartView::RectangleRubberBand);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMinimumHeight(kLowestPlot);
    // Its hint is the scene as drawn, which would make the page keep the height it once had.
    m_view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_view->setAccessibleName(tr("Chart; its numbers are in the table tool"));
    m_view->viewport()->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    m_runningWords = new TextLabel(m_theme, FontRole::Tiny, Token::Text3, {}, m_view);
    m_runningWords->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_runningWords->hide();
    m_cross = new CrossHair(m_theme, m_view);
    connect(m_chart, &QChart::plotAreaChanged, this, &ChartFrame::placeRunning);
}

void ChartFrame::setSeries(const MetricSeries& series)
{
    bool same = m_band && series.sites.size() == m_series.sites.size() && series.median.name == m_series.median.name;
    for (std::size_t i = 0; same && i < series.sites.size(); ++i) same = series.sites[i].name == m_series.sites[i].name;
    m_series = series;
    if (!same) rebuildLines();
    m_model->setContent(metricTable(series));
    refill();
    if (!m_chart->isZoomed()) fitAxes();
}

void ChartFrame::rebuildLines()
{
    ++m_rebuilds;
    m_chart->removeAllSeries();
    m_lines.clear();
    while (QLayoutItem* item = m_legend->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    m_bandLow = new QLineSeries(this);
    m_bandHigh = new QLineSeries(this);
    m_band = new QAreaSeries(m_bandHigh, m_bandLow);
    m_running = new QLineSeries;
    for (QAbstractSeries* part : {static_cast<QAbstractSeries*>(m_band), static_cast<QAbstractSeries*>(m_running)}) {
        m_chart->addSeries(part);
        part->attachAxis(m_x);
        part->attachAxis(m_y);
    }
    addLine(m_series.median);
    m_bandToggle = addToggle(tr("Range"));
    for (const Series& site : m_series.sites) addLine(site);
    m_legend->addStretch(1);
    restyle();
}

void ChartFrame::addLine(const Series& series)
{
    Line line;
    line.raw = new QLineSeries;
    line.shown = new QLineSeries;
    for (QLineSeries* part : {line.raw, line.shown}) {
        m_chart->addSeries(part);
        part->attachAxis(m_x);
        part->attachAxis(m_y);
    }
    line.toggle = addToggle(series.name);
    m_lines[series.name] = line;
}

QToolButton* ChartFrame::addToggle(const QString& name)
{
    auto* button = new QToolButton;
    button->setText(name);
    button->setAccessibleName(tr("Show %1").arg(name));
    button->setToolTip(tr("Show or hide %1; Alt+click shows it alone").arg(name));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setIconSize(kSwatchSize);
    button->setFont(m_theme.font(FontRole::Small));
    m_legend->addWidget(button);
    connect(button, &QToolButton::clicked, this,
            [this, name] { toggle(name, QGuiApplication::keyboardModifiers().testFlag(Qt::AltModifier)); });
    return button;
}

void ChartFrame::toggle(const QString& name, bool solo)
{
    if (solo) {
        m_hidden.clear();
        for (const auto& [other, line] : m_lines) {
            if (other != name) m_hidden.insert(other);
        }
        if (name != tr("Range")) m_hidden.insert(tr("Range"));
    } else if (!m_hidden.insert(name).second) {
        m_hidden.erase(name);
    }
    restyle();
    refill();
}

void ChartFrame::refill()
{
    if (!m_band) return;
    fillBand();
    fillLine(m_series.median);
    for (const Series& site : m_series.sites) fillLine(site);
    showRunning();
}

void ChartFrame::fillLine(const Series& series)
{
    const Line& line = m_lines.at(series.name);
    const bool smooth = m_smooth->isChecked();
    const bool visible = isLineShown(series.name);
    line.shown->replace(pointsOf(smooth ? smoothed(series.values, kSmoothing) : series.values));
    line.raw->replace(smooth ? pointsOf(series.values) : QList<QPointF>());
    line.shown->setVisible(visible);
    line.raw->setVisible(visible && smooth);
}

void ChartFrame::fillBand()
{
    const bool smooth = m_smooth->isChecked();
    m_bandLow->replace(pointsOf(smooth ? smoothed(m_series.low, kSmoothing) : m_series.low));
    m_bandHigh->replace(pointsOf(smooth ? smoothed(m_series.high, kSmoothing) : m_series.high));
    m_band->setVisible(isLineShown(tr("Range")) && m_bandLow->count() > 1);
}

void ChartFrame::fitAxes()
{
    m_chart->zoomReset();
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const Series& site : m_series.sites) {
        for (const double value : site.values) {
            if (!std::isfinite(value)) continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (!(low <= high)) low = 0, high = 1;
    if (high - low < 1e-9) low -= std::max(.05, std::abs(low) * .05), high += std::max(.05, std::abs(high) * .05);
    const double step = niceStep(low, high, 6);
    low = std::floor(low / step + 1e-9) * step;
    high = std::ceil(high / step - 1e-9) * step;
    for (const QString& label : m_y->categoriesLabels()) m_y->remove(label);
    m_y->setRange(low, high);
    const int decimals = std::max(decimalsOf(step), high <= 1 && step < 1 ? 2 : 0);
    for (int tick = 0; low + tick * step <= high + step / 2; ++tick) {
        m_y->append(chartNumber(low + tick * step, decimals), low + tick * step);
    }
    const int rounds = static_cast<int>(std::max<std::uint32_t>(2, m_series.plannedRounds));
    m_x->setRange(1, rounds);
    m_x->setTickType(QValueAxis::TicksDynamic);
    m_x->setTickAnchor(1);
    m_x->setTickInterval(rounds <= 20 ? 1 : std::max(1.0, niceStep(1, rounds, 10)));
    showRunning();
}

void ChartFrame::showRunning()
{
    if (!m_band) return;
    const bool runs = m_series.runningRound > 0;
    const double x = m_series.runningRound;
    m_running->replace(runs ? QList<QPointF>{{x, m_y->min()}, {x, m_y->max()}} : QList<QPointF>());
    m_runningWords->setText(tr("Round %1 running").arg(m_series.runningRound));
    m_runningWords->adjustSize();
    m_runningWords->setVisible(runs);
    placeRunning();
}

void ChartFrame::placeRunning()
{
    const QRectF plot = m_chart->plotArea();
    const double x = m_chart->mapToPosition({static_cast<double>(m_series.runningRound), m_y->max()}, m_running).x();
    const int wide = m_runningWords->width();
    const bool left = x + 6 + wide > plot.right();
    m_runningWords->move(qRound(left ? x - 6 - wide : x + 6), qRound(plot.top()));
}

void ChartFrame::restyle()
{
    for (QValueAxis* axis : {m_x, static_cast<QValueAxis*>(m_y)}) {
        axis->setLabelsColor(m_theme.color(Token::Text3));
        axis->setLabelsFont(m_theme.font(FontRole::Tiny));
        axis->setTitleFont(m_theme.font(FontRole::Tiny));
        axis->setTitleBrush(m_theme.color(Token::Text3));
        axis->setGridLineColor(m_theme.color(Token::Grid));
        axis->setLinePenColor(m_theme.color(Token::Line));
    }
    m_view->setBackgroundBrush(m_theme.color(Token::Surface));
    if (!m_band) return;
    const double ratio = devicePixelRatioF();
    const QColor off = m_theme.color(Token::Line);
    QColor band = m_theme.chartColor(0);
    band.setAlphaF(0.13F);
    m_band->setBrush(band);
    m_running->setPen(QPen(m_theme.color(Token::Text3), 1, Qt::DotLine));
    m_band->setPen(Qt::NoPen);
    const auto paint = [&](const Series& series) {
        const Line& shown = m_lines.at(series.name);
        const bool median = series.colorIndex < 0;
        QColor color = median ? m_theme.federationColor() : m_theme.chartColor(series.colorIndex);
        const bool on = isLineShown(series.name);
        shown.toggle->setIcon(swatchOf(on ? color : off, on, false, ratio));
        shown.shown->setPen(QPen(color, median ? 2.75 : 2));
        color.setAlphaF(0.4F);
        shown.raw->setPen(QPen(color, 1.25));
    };
    paint(m_series.median);
    for (const Series& site : m_series.sites) paint(site);
    const bool bandOn = isLineShown(tr("Range"));
    QColor swatch = m_theme.chartColor(0);
    swatch.setAlphaF(0.25F);
    m_bandToggle->setIcon(swatchOf(bandOn ? swatch : off, bandOn, true, ratio));
}

QStringList ChartFrame::valueLabels() const
{
    return m_y->categoriesLabels();
}

bool ChartFrame::isTableShown() const
{
    return m_stack->currentIndex() == 1;
}

}  // namespace quorate::ui
