// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// Drawn over a plot: an upright line, an open dot on each curve, and a card of all values beside it. Takes no mouse.
class CrossHair final : public QWidget {
    Q_OBJECT

public:
    struct Row {
        QString name;
        QString value;
        QColor color;
        bool area = false;  ///< A filled swatch instead of a line.
    };
    struct Dot {
        QPointF at;
        QColor color;
    };
    struct Content {
        QString title;
        QRectF plot;
        double x = 0;
        std::vector<Row> rows;
        std::vector<Dot> dots;
    };

    CrossHair(Theme& theme, QWidget* parent);
    void setContent(Content content);
    [[nodiscard]] const Content& content() const { return m_content; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QRectF cardRect() const;
    void paintCard(QPainter& painter) const;

    Theme& m_theme;
    Content m_content;
};

}  // namespace quorate::ui
