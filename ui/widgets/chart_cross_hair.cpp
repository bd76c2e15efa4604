// SPDX-License-Identifier: GPL-3.0-or-later
// The chart's cross-hair and its export: the half of ChartFrame that reads.
#include <QChartView>
#include <QFileDialog>
#include <QMouseEvent>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QToolButton>
#include <cmath>

#include "ui/text/formats.h"
#include "ui/widgets/chart_frame.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

bool ChartFrame::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseMove) showCross(static_cast<QMouseEvent*>(event)->position());
    if (event->type() == QEvent::Leave) {
        m_cross->hide();
        m_card->hide();
    }
    return QWidget::eventFilter(watched, event);
}

void ChartFrame::showCross(const QPointF& position)
{
    const QRectF plot = m_chart->plotArea();
    const int round = static_cast<int>(std::lround(m_chart->mapToValue(position).x()));
    const bool inside = plot.contains(position) && round >= 1 && round <= static_cast<int>(m_series.median.values.size());
    m_cross->setVisible(inside);
    m_card->setVisible(inside);
    if (!inside) return;
    const int x = static_cast<int>(m_chart->mapToPosition({static_cast<double>(round), 0}).x());
    m_cross->setGeometry(x, static_cast<int>(plot.top()), 1, static_cast<int>(plot.height()));
    m_card->setText(crossText(round));
    m_card->adjustSize();
    const bool left = x + 12 + m_card->width() > m_view->width();
    m_card->move(left ? x - 12 - m_card->width() : x + 12, static_cast<int>(plot.top()) + 8);
}

QString ChartFrame::crossText(int round) const
{
    const auto at = static_cast<std::size_t>(round - 1);
    const QString time = m_series.closedAt[at];
    QStringList lines{time.isEmpty() ? tr("Round %1, running").arg(round) : tr("Round %1, %2").arg(round).arg(time)};
    lines << tr("%1: %2", "line: value").arg(m_series.median.name, chartNumber(m_series.median.values[at]));
    for (const Series& site : m_series.sites) {
        if (isLineShown(site.name)) lines << tr("%1: %2", "line: value").arg(site.name, chartNumber(site.values[at]));
    }
    lines << tr("Range: %1–%2").arg(chartNumber(m_series.low[at]), chartNumber(m_series.high[at]));
    return lines.join(QLatin1Char('\n'));
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
