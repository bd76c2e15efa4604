// SPDX-License-Identifier: GPL-3.0-or-later
// The chart's cross-hair and its export: the half of ChartFrame that reads.
#include <QCategoryAxis>
#include <QChartView>
#include <QFileDialog>
#include <QLineSeries>
#include <QMouseEvent>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QToolButton>
#include <cmath>

#include "ui/text/formats.h"
#include "ui/widgets/chart_frame.h"
#include "ui/widgets/cross_hair.h"

namespace quorate::ui {

bool ChartFrame::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseMove) showCross(static_cast<QMouseEvent*>(event)->position());
    if (event->type() == QEvent::Leave) m_cross->hide();
    return QWidget::eventFilter(watched, event);
}

void ChartFrame::showCross(const QPointF& position)
{
    const QRectF plot = m_chart->plotArea();
    const int round = m_band ? static_cast<int>(std::lround(m_chart->mapToValue(position, m_running).x())) : 0;
    const bool inside = plot.contains(position) && round >= 1 && round <= static_cast<int>(m_series.median.values.size());
    m_cross->setVisible(inside);
    if (!inside) return;
    const auto at = static_cast<std::size_t>(round - 1);
    const QString time = m_series.closedAt[at];
    CrossHair::Content content;
    content.title = time.isEmpty() ? tr("Round %1, running").arg(round) : tr("Round %1, %2").arg(round).arg(time);
    content.plot = plot;
    content.x = m_chart->mapToPosition({static_cast<double>(round), m_y->min()}, m_running).x();
    const auto add = [&](const Series& series, const QColor& color) {
        if (!isLineShown(series.name)) return;
        const double value = series.values[at];
        content.rows.push_back({series.name, chartNumber(value), color, false});
        // The dot sits on the line as drawn, which may be the smoothed one.
        for (const QPointF& point : m_lines.at(series.name).shown->points()) {
            if (qFuzzyCompare(point.x(), double(round))) content.dots.push_back({m_chart->mapToPosition(point, m_running), color});
        }
    };
    add(m_series.median, m_theme.federationColor());
    for (const Series& site : m_series.sites) add(site, m_theme.chartColor(site.colorIndex));
    if (isLineShown(tr("Range")) && std::isfinite(m_series.low[at])) {
        content.rows.push_back({tr("Range"), QStringLiteral("%1–%2").arg(chartNumber(m_series.low[at], 2), chartNumber(m_series.high[at], 2)),
                                m_theme.chartColor(0), true});
    }
    m_cross->setGeometry(m_view->rect());
    m_cross->setContent(std::move(content));
}

QString ChartFrame::exportTo(const QString& path) const
{
    if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(toCsv(*m_model).toUtf8()) < 0 || !file.commit()) {
            return tr("The file could not be written: %1").arg(file.errorString());
        }
        return {};
    }
    if (path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(path);
        svg.setSize(m_view->size());
        svg.setViewBox(m_view->rect());
        QPainter painter;
        if (!painter.begin(&svg)) return tr("The file could not be written.");
        m_view->render(&painter);
        return {};
    }
    return m_view->grab().save(path, "PNG") ? QString() : tr("The file could not be written.");
}

void ChartFrame::askForExport()
{
    auto* dialog = new QFileDialog(this, tr("Export the chart"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Picture (*.png)"), tr("Drawing (*.svg)"), tr("Numbers (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("png"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const QString problem = exportTo(path);
        if (!problem.isEmpty()) setToolTip(problem);
    });
    dialog->open();
}

}  // namespace quorate::ui
