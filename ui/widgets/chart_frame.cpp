// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_frame.h"

#include <QAreaSeries>
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
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr double kSmoothing = 0.6;
constexpr std::size_t kMaxPoints = 2000;

QPixmap swatchOf(const QColor& color, bool filled)
{
    QPixmap pixmap(20, 12);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setPen(QPen(color, 1));
    if (filled) painter.fillRect(0, 5, 20, 3, color);
    else painter.drawRoundedRect(1, 3, 17, 5, 2, 2);
    return pixmap;
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
    m_legend->setSpacing(2);
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
    for (const Metric metric : kMetrics) m_tabs->addTab(nameOf(metric));
    m_smooth = new QToolButton;
    m_smooth->setText(tr("Smooth 0.6"));
    m_smooth->setCheckable(true);
    m_smooth->setChecked(true);
    m_smooth->setAutoRaise(true);
    m_smooth->setToolTip(tr("Smooth the lines; the raw line stays behind"));
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
    m_y = new QValueAxis;
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
    m_view->setMinimumHeight(150);
    m_view->setAccessibleName(tr("Chart; its numbers are in the table tool"));
    m_view->viewport()->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    m_cross = new QWidget(m_view);
    m_cross->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_cross->setAutoFillBackground(true);
    m_cross->hide();
    m_card = new TextLabel(m_theme, FontRole::Small, Token::Text, {}, m_view);
    m_card->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_card->setAutoFillBackground(true);
    m_card->setFrameShape(QFrame::Box);
    m_card->setMargin(6);
    m_card->hide();
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
    m_chart->addSeries(m_band);
    m_band->attachAxis(m_x);
    m_band->attachAxis(m_y);
    addLine(m_series.median);
    m_bandToggle = addToggle(tr("Range"), m_theme.chartColor(0));
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
    const QColor color = series.colorIndex < 0 ? m_theme.federationColor() : m_theme.chartColor(series.colorIndex);
    line.toggle = addToggle(series.name, color);
    m_lines[series.name] = line;
}

QToolButton* ChartFrame::addToggle(const QString& name, const QColor& color)
{
    auto* button = new QToolButton;
    button->setText(name);
    button->setAccessibleName(tr("Show %1").arg(name));
    button->setToolTip(tr("Show or hide %1; Alt+click shows it alone").arg(name));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setIconSize({20, 12});
    button->setIcon(swatchOf(color, true));
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
    if (high - low < 1e-9) low -= .05, high += .05;
    m_y->setRange(low, high);
    m_y->setTickCount(6);
    m_y->applyNiceNumbers();
    m_y->setLabelFormat(m_y->max() < 1 ? QStringLiteral("%.2f") : QStringLiteral("%.1f"));
    m_x->setRange(1, std::max<std::uint32_t>(2, m_series.plannedRounds));
    m_x->setTickCount(m_series.plannedRounds <= 20 ? static_cast<int>(std::max<std::uint32_t>(2, m_series.plannedRounds)) : 6);
}

void ChartFrame::restyle()
{
    for (QValueAxis* axis : {m_x, m_y}) {
        axis->setLabelsColor(m_theme.color(Token::Text3));
        axis->setLabelsFont(m_theme.font(FontRole::Tiny));
        axis->setTitleFont(m_theme.font(FontRole::Tiny));
        axis->setTitleBrush(m_theme.color(Token::Text3));
        axis->setGridLineColor(m_theme.color(Token::Grid));
        axis->setLinePenColor(m_theme.color(Token::Line));
    }
    m_view->setBackgroundBrush(m_theme.color(Token::Surface));
    QPalette line = m_theme.palette();
    line.setColor(QPalette::Window, m_theme.color(Token::Text3));
    m_cross->setPalette(line);
    if (!m_band) return;
    QColor band = m_theme.chartColor(0);
    band.setAlphaF(0.13F);
    m_band->setBrush(band);
    m_band->setPen(Qt::NoPen);
    const auto paint = [this](const Series& series) {
        const Line& shown = m_lines.at(series.name);
        const bool median = series.colorIndex < 0;
        QColor color = median ? m_theme.federationColor() : m_theme.chartColor(series.colorIndex);
        shown.toggle->setIcon(swatchOf(color, isLineShown(series.name)));
        shown.shown->setPen(QPen(color, median ? 2.75 : 2));
        color.setAlphaF(0.4F);
        shown.raw->setPen(QPen(color, 1.25));
    };
    paint(m_series.median);
    for (const Series& site : m_series.sites) paint(site);
    m_bandToggle->setIcon(swatchOf(m_theme.chartColor(0), isLineShown(tr("Range"))));
}

bool ChartFrame::isTableShown() const
{
    return m_stack->currentIndex() == 1;
}

}  // namespace quorate::ui
