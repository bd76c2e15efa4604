// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "ui/pages/page.h"

namespace quorate::ui {

class BackupCard;
class DiagnosticsCard;
class SecurityCard;

/// What the vault's owner looks after: passphrase, keys and lock; backups; whether this program does what it should.
class SettingsPage final : public Page {
    Q_OBJECT

public:
    explicit SettingsPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;
    void setStatus(const DeskStatus& status) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// Starts one call of the vault; until it ends, what changes the vault is blocked.
    void run(const QString& doing, const std::function<PendingCall(VaultDesk&, Completion<void>)>& start, const QString& done);
    void begin(const QString& doing);
    void restore(const QString& backup, const QString& file);
    void finished(const Result<void>& done, const QString& sentence);
    void askInfo();
    void showInfo();

    std::optional<VaultInfo> m_vault;
    SecurityCard* m_security = nullptr;
    BackupCard* m_backup = nullptr;
    DiagnosticsCard* m_diagnostics = nullptr;
    QPointer<QWidget> m_focus;  ///< Gets it back when the call has ended.
    PendingCall m_info;
    PendingCall m_call;  // Last: its completion touches the others.
};

}  // namespace quorate::ui
