// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// The one focus ring of a window: two pixels, outside the control that has the keyboard. Follows the keyboard only: a
/// click does not show it.
class FocusRing : public QWidget {
    Q_OBJECT

public:
    FocusRing(Theme& theme, QWidget& window);

    /// Rings `control` from now on, or nothing.
    void follow(QWidget* control);
    [[nodiscard]] QWidget* control() const { return m_control; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void attachToHandle();
    void place();

    Theme& m_theme;
    QWidget& m_window;
    QPointer<QWidget> m_control;
    bool m_byKeyboard = false;
    bool m_attached = false;
};

}  // namespace quorate::ui
