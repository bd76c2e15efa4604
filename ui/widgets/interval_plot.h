// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/models/study_tables.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// Per site: own, federated and (where allowed) pooled accuracy, each with its 95 % interval.
class IntervalPlot final : public QWidget {
    Q_OBJECT

public:
    explicit IntervalPlot(Theme& theme, QWidget* parent = nullptr);
    void setComparisons(std::vector<SiteComparison> sites);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] double xOf(double value) const;
    void paintScale(QPainter& painter, int bottom) const;
    void paintEstimate(QPainter& painter, const Estimate& estimate, double y, int which) const;

    Theme& m_theme;
    std::vector<SiteComparison> m_sites;
    double m_low = 0;
    double m_high = 1;
};

}  // namespace quorate::ui
