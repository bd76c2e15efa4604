// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/ports/vault_desk.h"
#include "ui/widgets/card.h"

namespace quorate::ui {

class Button;

/// What the vault is, when it was copied last, and a new copy. Asks; the page does.
class BackupCard final : public Card {
    Q_OBJECT

public:
    explicit BackupCard(Theme& theme, QWidget* parent = nullptr);
    void show(const std::optional<VaultInfo>& vault, const QString& blocked, UtcMillis now);
    using Card::show;
    [[nodiscard]] QString lastBackup() const;

Q_SIGNALS:
    void fileChosen(const QString& file);

private:
    void choose();

    TextLabel* m_facts = nullptr;
    TextLabel* m_damage = nullptr;
    TextLabel* m_last = nullptr;
    Button* m_button = nullptr;
};

}  // namespace quorate::ui
