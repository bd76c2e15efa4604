// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QChart>
#include <QWidget>
#include <map>
#include <set>

#include "ui/models/metric_series.h"
#include "ui/models/table_model.h"
#include "ui/theme/theme.h"

class QAreaSeries;
class QCategoryAxis;
class QChartView;
class QHBoxLayout;
class QLineSeries;
class QStackedWidget;
class QTabBar;
class QToolButton;
class QValueAxis;

namespace quorate::ui {

class CrossHair;
class IconButton;
class TableView;
class TextLabel;

/// The one place that knows Qt Charts: metric tabs, smoothing, zoom, a table of the same numbers, export, a legend of toggle
/// buttons and a cross-hair. Series live as long as the frame; new numbers replace their points.
class ChartFrame final : public QWidget {
    Q_OBJECT

public:
    explicit ChartFrame(Theme& theme, QWidget* parent = nullptr);
    ~ChartFrame() override;

    /// Numbers of the metric in hand. Same lines as before: only points change.
    void setSeries(const MetricSeries& series);
    [[nodiscard]] Metric metric() const { return m_metric; }
    [[nodiscard]] bool isTableShown() const;
    [[nodiscard]] const TableModel& table() const { return *m_model; }
    /// How often the lines themselves were made anew.
    [[nodiscard]] int rebuilds() const { return m_rebuilds; }
    [[nodiscard]] QStringList valueLabels() const;
    [[nodiscard]] bool isLineShown(const QString& name) const { return !m_hidden.contains(name); }

    /// Empty when it worked, else a sentence. The file's ending decides: png, svg or csv.
    QString exportTo(const QString& path) const;

Q_SIGNALS:
    void metricChanged(quorate::ui::Metric metric);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Line {
        QLineSeries* shown = nullptr;
        QLineSeries* raw = nullptr;
        QToolButton* toggle = nullptr;
    };

    void buildHead(class QVBoxLayout* column);
    void buildPlot();
    void rebuildLines();
    void addLine(const Series& series);
    QToolButton* addToggle(const QString& name);
    void refill();
    void fillLine(const Series& series);
    void fillBand();
    void fitAxes();
    void showRunning();
    void placeRunning();
    void restyle();
    void showCross(const QPointF& position);
    void toggle(const QString& name, bool solo);
    void askForExport();

    Theme& m_theme;
    Metric m_metric = Metric::Auc;
    MetricSeries m_series;
    TableModel* m_model;
    QTabBar* m_tabs = nullptr;
    QToolButton* m_smooth = nullptr;
    IconButton* m_tableTool = nullptr;
    QStackedWidget* m_stack = nullptr;
    QChart* m_chart = nullptr;
    QChartView* m_view = nullptr;
    QValueAxis* m_x = nullptr;
    QCategoryAxis* m_y = nullptr;  ///< Its labels are ours: Qt's formats cannot drop the zero in front of the point.
    QAreaSeries* m_band = nullptr;
    QLineSeries* m_bandLow = nullptr;
    QLineSeries* m_bandHigh = nullptr;
    QHBoxLayout* m_legend = nullptr;
    QToolButton* m_bandToggle = nullptr;
    QLineSeries* m_running = nullptr;  ///< Upright at the round that runs.
    TextLabel* m_runningWords = nullptr;
    CrossHair* m_cross = nullptr;
    std::map<QString, Line> m_lines;
    std::set<QString> m_hidden;
    int m_rebuilds = 0;
};

}  // namespace quorate::ui
