// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "core/ports/study_desk.h"
#include "ui/window/idle_watch.h"
#include "ui/window/lock_page.h"

class QStackedWidget;

namespace quorate::ui {

/// Locks the desk's vault on request and when nobody is there, and puts the lock page before everything while it is locked.
/// What was on the pages stays behind it, so that unlocking goes on where it was; passphrases that were typed do not.
class WindowLock : public QObject {
    Q_OBJECT

public:
    /// `front` gets the lock page as its second widget. The window and the desk outlive it.
    WindowLock(StudyDesk& desk, Theme& theme, QStackedWidget& front, QWidget& window);

    /// After who acts, or whether the vault is locked, changed.
    void refresh(const DeskStatus& status);
    void lock();
    [[nodiscard]] bool isLocked() const { return m_locked; }
    /// Why it cannot be locked now; empty when it can.
    [[nodiscard]] QString blocked() const;
    [[nodiscard]] LockPage& page() const { return *m_page; }

Q_SIGNALS:
    void lockedChanged(bool locked);

private:
    void unlock();
    void hideAll();
    void finished(const Result<void>& done);

    StudyDesk& m_desk;
    QStackedWidget& m_front;
    QWidget& m_window;
    LockPage* m_page = nullptr;
    IdleWatch* m_idle = nullptr;
    QPointer<QWidget> m_focus;  ///< Had it before.
    bool m_locked = false;
    bool m_locking = false;     ///< Asked for, and not yet done by the desk.
    PendingCall m_call;  // Last: its completion touches the others.
};

}  // namespace quorate::ui
