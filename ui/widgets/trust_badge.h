// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

/// A verdict or state as icon, word, fill and edge. Never the icon alone.
class TrustBadge : public QWidget {
    Q_OBJECT

public:
    TrustBadge(Theme& theme, const BadgeLook& look, QWidget* parent = nullptr);

    void setLook(const BadgeLook& look);
    [[nodiscard]] const BadgeLook& look() const { return m_look; }
    /// Without fill and edge.
    void setPlain(bool plain);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void restyle();

    Theme& m_theme;
    BadgeLook m_look;
    bool m_plain = false;
};

}  // namespace quorate::ui
