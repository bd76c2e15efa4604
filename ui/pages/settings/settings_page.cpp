// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_page.h"

#include <QVBoxLayout>

#include "ui/pages/settings/backup_card.h"
#include "ui/pages/settings/diagnostics_card.h"
#include "ui/pages/settings/security_card.h"
#include "ui/text/passphrase_text.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"

namespace quorate::ui {
namespace {

constexpr int kSideWidth = 388;

}  // namespace

SettingsPage::SettingsPage(const PageContext& context, QWidget* parent) : Page(PageId::Settings, context, tr("Settings"), parent)
{
    head().setSentence(tr("The vault on this computer, its backups, and whether this program does what it should"));
    auto* columns = new Columns(theme(), Columns::Side::Trailing, kSideWidth);
    m_security = new SecurityCard(theme());
    m_backup = new BackupCard(theme());
    m_diagnostics = new DiagnosticsCard(theme());
    columns->main()->addWidget(m_security);
    columns->main()->addStretch(1);
    columns->side()->addWidget(m_backup);
    columns->side()->addWidget(m_diagnostics);
    columns->side()->addStretch(1);
    body()->addWidget(columns, 1);
    connect(m_security, &SecurityCard::passphraseChangeRequested, this, [this](int unlockMs) {
        run(tr("Changing the passphrase…"), [this, unlockMs](VaultDesk& vault, Completion<void> done) {
            auto typed = m_security->takeChange();
            return vault.changePassphrase(std::move(typed.current), std::move(typed.next), unlockMs, std::move(done));
        }, tr("The passphrase was changed."));
    });
    connect(m_security, &SecurityCard::idleLockChosen, this, [this](int minutes) {
        run(tr("Keeping the time…"), [minutes](VaultDesk& vault, Completion<void> done) {
            return vault.setIdleLock(std::chrono::minutes(minutes), std::move(done));
        }, tr("The time was kept."));
    });
    connect(m_security, &SecurityCard::keystoreRequested, this, [this](bool on) {
        run(tr("Asking the computer's keystore…"), [this, on](VaultDesk& vault, Completion<void> done) {
            auto passphrase = m_security->takeKeyPassphrase();
            return on ? vault.addKeystore(std::move(passphrase), std::move(done)) : vault.removeKeystore(std::move(done));
        }, on ? tr("The keystore opens this vault from now on.") : tr("The keystore does not open this vault any more."));
    });
    connect(m_security, &SecurityCard::rotateRequested, this, [this] {
        run(tr("Encrypting everything under a new key…"), [this](VaultDesk& vault, Completion<void> done) {
            return vault.rotateKey(m_security->takeKeyPassphrase(), std::move(done));
        }, tr("Everything is encrypted under a new key."));
    });
    connect(m_security, &SecurityCard::tokenRequested, this, &SettingsPage::askInfo);
    connect(m_backup, &BackupCard::restoreChosen, this, &SettingsPage::restore);
    connect(m_backup, &BackupCard::fileChosen, this, [this](const QString& file) {
        run(tr("Copying, then comparing…"), [file](VaultDesk& vault, Completion<void> done) {
            return vault.backUp(file.toStdString(), std::move(done));
        }, tr("The backup was written and compared with the vault."));
    });
    showInfo();
}

void SettingsPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_diagnostics->setStudy(std::move(study));
}

void SettingsPage::setStatus(const DeskStatus& status)
{
    Page::setStatus(status);
    m_diagnostics->setStatus(status);
    m_security->setIdleLock(static_cast<int>(status.idleLock.count()));
}

void SettingsPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    askInfo();
}

void SettingsPage::askInfo()
{
    VaultDesk* vault = desk().vault();
    if (!vault || m_call.isActive()) return;
    m_info = vault->info([this](Result<VaultInfo> info) {
        if (info) {
            m_vault = std::move(*info);
        } else {
            const ErrorText text = sentenceFor(info.error());
            setState(PageState::Failed, text.what, text.todo);
        }
        showInfo();
    });
}

void SettingsPage::showInfo()
{
    QString blocked;
    if (!desk().vault()) blocked = tr("No vault is open. The demo has one.");
    else if (m_call.isActive()) blocked = tr("The vault is at work.");
    m_security->show(m_vault, blocked);
    m_backup->show(m_vault, blocked, now());
    m_diagnostics->setVault(m_vault);
}

void SettingsPage::run(const QString& doing, const std::function<PendingCall(VaultDesk&, Completion<void>)>& start, const QString& done)
{
    VaultDesk* vault = desk().vault();
    if (!vault) return;
    begin(doing);
    m_call = start(*vault, [this, done](Result<void> result) { finished(result, done); });
    showInfo();
}

void SettingsPage::begin(const QString& doing)
{
    setState(PageState::Loading, doing);
    m_security->setNote({});
    // The button that was pressed is blocked next; its focus would wander on and take the page with it.
    m_focus = focusWidget();
    if (m_focus) m_focus->clearFocus();
}

void SettingsPage::restore(const QString& backup, const QString& file)
{
    VaultDesk* vault = desk().vault();
    if (!vault) return;
    begin(tr("Copying the backup and checking all of it…"));
    m_call = vault->restore(backup.toStdString(), file.toStdString(), m_backup->takePassphrase(), [this](Result<std::string> gap) {
        if (!gap) return finished(tl::unexpected(gap.error()), {});
        finished({}, gap->empty() ? tr("The backup was restored. Close this window and open the new file to use it.")
                                  : tr("The backup was restored and opens for reading only: %1").arg(QString::fromStdString(*gap)));
    });
    showInfo();
}

void SettingsPage::finished(const Result<void>& done, const QString& sentence)
{
    m_call = {};
    if (done) {
        setState(PageState::Ready);
        m_security->setNote(sentence);
    } else {
        const ErrorText text = passphraseSentenceFor(done.error());
        setState(PageState::Failed, text.what, text.todo);
    }
    showInfo();
    if (m_focus) m_focus->setFocus();
    m_focus = nullptr;
    askInfo();
}

}  // namespace quorate::ui
