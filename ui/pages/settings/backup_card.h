// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/ports/vault_desk.h"
#include "ui/widgets/card.h"

namespace quorate::ui {

class Button;
class SecretField;

/// What the vault is, when it was copied last, a new copy, and a copy brought back. Asks; the page does.
class BackupCard final : public Card {
    Q_OBJECT

public:
    explicit BackupCard(Theme& theme, QWidget* parent = nullptr);
    void show(const std::optional<VaultInfo>& vault, const QString& blocked, UtcMillis now);
    using Card::show;
    [[nodiscard]] QString lastBackup() const;

    /// The backup's, for the restoring that was asked for.
    [[nodiscard]] SecretBytes takePassphrase();

Q_SIGNALS:
    void fileChosen(const QString& file);
    void restoreChosen(const QString& backup, const QString& file);

private:
    void choose();
    void chooseBackup();
    void choosePlace(const QString& backup);
    void buildRestore(Theme& theme);
    void refresh();

    TextLabel* m_facts = nullptr;
    TextLabel* m_damage = nullptr;
    TextLabel* m_last = nullptr;
    Button* m_button = nullptr;
    SecretField* m_passphrase = nullptr;
    Button* m_restore = nullptr;
    QString m_blocked;
};

}  // namespace quorate::ui
