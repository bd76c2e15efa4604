// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// Site by round as coloured cells with a legend; arrow keys and the pointer name a cell in words.
class HeatMap final : public QWidget {
    Q_OBJECT

public:
    enum class State { Future, Running, UpdateIn, Done, Dropped, Rejected };
    struct HeatCell {
        State state = State::Future;
        double value = 0;  ///< NaN when unknown.
    };
    struct Content {
        QString metric;
        std::vector<QString> sites;
        std::vector<std::vector<HeatCell>> cells;  ///< One row per site, one cell per planned round.
    };

    explicit HeatMap(Theme& theme, QWidget* parent = nullptr);
    void setContent(Content content);
    /// "Zurich, round 4: AUC .657"
    [[nodiscard]] QString wordsFor(int site, int round) const;
    [[nodiscard]] QPoint currentCell() const { return m_current; }  ///< x = round from 0, y = site.

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void setCurrent(QPoint cell);
    [[nodiscard]] QRectF rectOf(int site, int round) const;
    [[nodiscard]] int rounds() const;
    [[nodiscard]] int namesWidth() const;
    void paintCell(QPainter& painter, int site, int round) const;
    void paintLegend(QPainter& painter) const;

    Theme& m_theme;
    Content m_content;
    double m_low = 0;
    double m_high = 1;
    bool m_hasValues = false;  ///< Else there is no scale to explain.
    QPoint m_current{0, 0};
};

}  // namespace quorate::ui
