// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <chrono>

namespace quorate::ui {

/// Says when nobody has used keyboard, mouse or touch in this program for the limit, and a few times a minute that somebody does.
class IdleWatch : public QObject {
    Q_OBJECT

public:
    /// Counts nothing before start().
    explicit IdleWatch(QObject* parent);
    void start(std::chrono::milliseconds limit);
    void stop();

Q_SIGNALS:
    void idle();
    void used();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QTimer m_timer;
    QElapsedTimer m_sinceSaid;
};

}  // namespace quorate::ui
