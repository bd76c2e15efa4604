// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/backup_card.h"

#include <QFileDialog>
#include <QVBoxLayout>

#include "ui/text/formats.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/secret_field.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr std::chrono::hours kOld{30 * 24};

}  // namespace

BackupCard::BackupCard(Theme& theme, QWidget* parent) : Card(theme, tr("Backup"), parent)
{
    m_facts = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    m_damage = (new TextLabel(theme, FontRole::Body, Token::Text))->wrapped();
    m_damage->setVerdictColor(VerdictKind::Refused);
    m_last = (new TextLabel(theme, FontRole::Body, Token::Text))->wrapped();
    m_last->setObjectName(QStringLiteral("lastBackup"));
    m_button = new Button(theme, tr("Back up to a file…"), ButtonKind::Default, QStringLiteral("export"));
    m_button->setObjectName(QStringLiteral("backUp"));
    body()->addWidget(m_facts);
    body()->addWidget(m_damage);
    body()->addWidget(m_last);
    body()->addWidget(m_button, 0, Qt::AlignLeft);
    body()->addWidget((new TextLabel(theme, FontRole::Small, Token::Text3,
        tr("The copy is encrypted, opens with the same passphrase, and is compared with the vault after it was written. Keep it elsewhere, "
           "with the small file “.slots” beside it.")))->wrapped());
    body()->addWidget(new Hairline(theme));
    buildRestore(theme);
    connect(m_button, &QPushButton::clicked, this, &BackupCard::choose);
}

void BackupCard::buildRestore(Theme& theme)
{
    m_passphrase = new SecretField;
    m_passphrase->setObjectName(QStringLiteral("backupPassphrase"));
    body()->addWidget(new FormField(theme, tr("Passphrase of a backup"), m_passphrase,
                                    tr("A backup is restored to a new file; this vault stays as it is.")));
    m_restore = new Button(theme, tr("Restore a backup…"), ButtonKind::Default, QStringLiteral("open"));
    m_restore->setObjectName(QStringLiteral("restoreBackup"));
    body()->addWidget(m_restore, 0, Qt::AlignLeft);
    connect(m_restore, &QPushButton::clicked, this, &BackupCard::chooseBackup);
    connect(m_passphrase, &QLineEdit::textChanged, this, &BackupCard::refresh);
}

void BackupCard::refresh()
{
    const QString typed = m_passphrase->text().isEmpty() ? tr("Type the passphrase that the backup was made under.") : QString();
    m_restore->setBlockedBy(!m_blocked.isEmpty() ? m_blocked : typed);
}

void BackupCard::show(const std::optional<VaultInfo>& vault, const QString& blocked, UtcMillis now)
{
    m_facts->setVisible(vault.has_value());
    m_damage->setVisible(vault && !vault->damage.empty());
    m_last->setVisible(vault.has_value());
    m_blocked = !blocked.isEmpty() || vault ? blocked : tr("The vault is being asked.");
    m_button->setBlockedBy(m_blocked);
    refresh();
    if (!vault) return;
    m_facts->setText(tr("%1, %n log entries, format SQLCipher %2", nullptr, static_cast<int>(vault->logEntries))
                         .arg(byteCount(vault->sizeBytes)).arg(vault->fileFormat));
    m_facts->setToolTip(toQString(vault->file));
    if (!vault->damage.empty()) {
        m_damage->setText(tr("%n place(s) do not agree with the log, first: %1. The vault opens for reading only; restore a backup.",
                             nullptr, static_cast<int>(vault->damage.size())).arg(toQString(vault::toText(vault->damage.front()))));
    }
    if (!vault->lastBackup) {
        m_last->setText(tr("No backup was made yet."));
        m_last->setVerdictColor(VerdictKind::Caution);
        return;
    }
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *vault->lastBackup);
    m_last->setText(tr("Last backup: %1 (%2 ago)").arg(bothTimes(*vault->lastBackup), ageText(age)));
    if (age > kOld) m_last->setVerdictColor(VerdictKind::Caution);
    else m_last->setColor(Token::Text);
}

QString BackupCard::lastBackup() const
{
    return m_last->text();
}

void BackupCard::choose()
{
    auto* dialog = new QFileDialog(this, tr("Back up to a file"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("quorate-backup.vault"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &BackupCard::fileChosen);
    dialog->open();
}

void BackupCard::chooseBackup()
{
    auto* dialog = new QFileDialog(this, tr("Restore a backup: choose it"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &BackupCard::choosePlace);
    dialog->open();
}

void BackupCard::choosePlace(const QString& backup)
{
    auto* dialog = new QFileDialog(this, tr("Restore a backup: choose the new file"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("quorate-restored.vault"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this, backup](const QString& file) { Q_EMIT restoreChosen(backup, file); });
    dialog->open();
}

SecretBytes BackupCard::takePassphrase()
{
    return m_passphrase->take();
}

}  // namespace quorate::ui
