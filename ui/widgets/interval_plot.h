// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/models/study_tables.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// Per site: own, federated and (where allowed) pooled figure, each with its 95 % interval where it has one.
class IntervalPlot final : public QWidget {
    Q_OBJECT

public:
    explicit IntervalPlot(Theme& theme, QWidget* parent = nullptr);
    /// `caption` stands under the axis.
    void setComparisons(std::vector<SiteComparison> sites, const QString& caption);
    static void paintMark(QPainter& painter, const Theme& theme, QPointF middle, int which);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] double xOf(double value) const;
    void paintScale(QPainter& painter, int bottom) const;
    void paintEstimate(QPainter& painter, const Estimate& estimate, double y, int which) const;

    Theme& m_theme;
    std::vector<SiteComparison> m_sites;
    QString m_caption;
    double m_low = 0;
    double m_high = 1;
};

/// The plot's marks with their names, in one row.
class IntervalLegend final : public QWidget {
    Q_OBJECT

public:
    explicit IntervalLegend(Theme& theme, QWidget* parent = nullptr);
    void setNames(const QStringList& names);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    QStringList m_names;
};

}  // namespace quorate::ui
