// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// m parts with 16-degree gaps from 12 o'clock: sealed ones filled, open ones outlined, "2 of 3" in the middle.
class QuorumRing final : public QWidget {
    Q_OBJECT

public:
    explicit QuorumRing(Theme& theme, QWidget* parent = nullptr);
    void setShares(int sealed, int needed);
    [[nodiscard]] int sealedShares() const { return m_sealed; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    int m_sealed = 0;
    int m_needed = 1;
};

}  // namespace quorate::ui
