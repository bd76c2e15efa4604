// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// Says on every page that this is a rehearsal. Hatched, which nothing else is; cannot be closed.
class DemoBanner : public QWidget {
    Q_OBJECT

public:
    explicit DemoBanner(Theme& theme, QWidget* parent = nullptr);
    /// Behind a lock there is nothing to do but to unlock.
    void setActionsVisible(bool visible);

Q_SIGNALS:
    void coachRequested();
    void leaveRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* plate(const QString& text);

    Theme& m_theme;
    QList<QWidget*> m_plates;
    QList<QWidget*> m_actions;
};

}  // namespace quorate::ui
