// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/window_lock.h"

#include <QDialog>
#include <QMenu>
#include <QStackedWidget>

#include "ui/text/study_text.h"
#include "ui/widgets/secret_field.h"

namespace quorate::ui {

WindowLock::WindowLock(StudyDesk& desk, Theme& theme, QStackedWidget& front, QWidget& window)
    : QObject(&window), m_desk(desk), m_front(front), m_window(window), m_page(new LockPage(theme)), m_idle(new IdleWatch(this))
{
    m_front.addWidget(m_page);
    connect(m_page, &LockPage::unlockRequested, this, &WindowLock::unlock);
    connect(m_idle, &IdleWatch::idle, this, &WindowLock::lock);
    connect(m_idle, &IdleWatch::used, this, [this] {
        if (VaultDesk* vault = m_desk.vault()) vault->touch();
    });
}

QString WindowLock::blocked() const
{
    return m_desk.vault() ? QString() : tr("No vault is open.");
}

void WindowLock::refresh(const DeskStatus& status)
{
    m_page->setDemo(status.demo);
    m_page->setHint(status.demo ? demoPassphraseHint() : QString());
    const bool locked = status.locked || m_locking;
    if (m_desk.vault() && !locked) m_idle->start(status.idleLock);
    else m_idle->stop();
    if (locked == m_locked) return;
    m_locked = locked;
    if (m_locked) hideAll();
    else m_front.setCurrentIndex(0);
    Q_EMIT lockedChanged(m_locked);
    if (m_locked) m_page->setFocus();
    else if (m_focus) m_focus->setFocus();
}

void WindowLock::hideAll()
{
    m_focus = m_window.focusWidget();
    for (QDialog* dialog : m_window.findChildren<QDialog*>()) dialog->reject();
    for (QMenu* menu : m_window.findChildren<QMenu*>()) menu->close();
    for (SecretField* field : m_window.findChildren<SecretField*>()) field->clear();
    m_page->begin();
    m_front.setCurrentWidget(m_page);
}

void WindowLock::lock()
{
    VaultDesk* vault = m_desk.vault();
    if (!vault || m_locked) return;
    // The pages go at once; the vault follows when the worker has finished what it is at.
    m_locking = true;
    refresh(m_desk.status());
    m_call = vault->lock([this](Result<void> done) { finished(done); });
}

void WindowLock::unlock()
{
    VaultDesk* vault = m_desk.vault();
    if (!vault) return;
    // An unlock that overtakes its lock waits in the worker's queue behind it.
    m_call = vault->unlock(m_page->takePassphrase(), [this](Result<void> done) { finished(done); });
}

void WindowLock::finished(const Result<void>& done)
{
    m_call = {};
    m_locking = false;
    if (!done) m_page->showError(done.error());
    refresh(m_desk.status());
}

}  // namespace quorate::ui
