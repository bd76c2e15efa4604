// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

/// Rounds as a row of boxes; what happened hangs below its round by a line.
class RoundTimeline final : public QWidget {
    Q_OBJECT

public:
    struct Mark {
        int round = 1;
        BadgeLook look;   ///< Its word is what happened.
        QString detail;
    };
    struct Content {
        int rounds = 0;
        int done = 0;
        int running = 0;            ///< 0 when none runs.
        double runningPart = 0;     ///< Updates in, of those expected.
        std::vector<Mark> marks;    ///< Newest last; the oldest give way where there is no room.
    };

    explicit RoundTimeline(Theme& theme, QWidget* parent = nullptr);
    void setContent(Content content);
    [[nodiscard]] const Content& content() const { return m_content; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QRectF boxOf(int round) const;
    void paintMark(QPainter& painter, const Mark& mark) const;
    Theme& m_theme;
    Content m_content;
};

}  // namespace quorate::ui
