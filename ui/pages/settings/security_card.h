// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/base/secret_bytes.h"
#include "core/ports/vault_desk.h"
#include "ui/widgets/card.h"

class QSlider;
class QSpinBox;

namespace quorate::ui {

class Button;
class FormField;
class SecretField;

/// The vault's passphrase, when it locks, and its keys. Asks; the page does.
class SecurityCard final : public Card {
    Q_OBJECT

public:
    explicit SecurityCard(Theme& theme, QWidget* parent = nullptr);

    /// `blocked` says why nothing can be changed now.
    void show(const std::optional<VaultInfo>& vault, const QString& blocked);
    using Card::show;
    void setIdleLock(int minutes);

    struct Change {
        SecretBytes current;
        SecretBytes next;
    };
    /// Leaves the fields empty.
    [[nodiscard]] Change takeChange();
    /// The one that was typed for the keys; leaves the field empty.
    [[nodiscard]] SecretBytes takeKeyPassphrase();

Q_SIGNALS:
    void passphraseChangeRequested(int unlockMs);
    void idleLockChosen(int minutes);
    void keystoreRequested(bool on);
    void rotateRequested();
    void tokenRequested();  ///< To look again whether it is there.

private:
    void buildPassphrase();
    void buildLock();
    void buildKeys();
    void buildToken();
    void showToken(const std::optional<SigningToken>& token);
    void refresh();
    [[nodiscard]] QString whyNoChange() const;

    Theme& m_theme;
    QString m_blocked;
    KeystoreState m_keystore = KeystoreState::Absent;
    int m_idleLock = 0;
    SecretField* m_current = nullptr;
    SecretField* m_next = nullptr;
    SecretField* m_again = nullptr;
    FormField* m_nextField = nullptr;
    FormField* m_againField = nullptr;
    QSlider* m_time = nullptr;
    FormField* m_timeField = nullptr;
    Button* m_change = nullptr;
    QSpinBox* m_minutes = nullptr;
    Button* m_keep = nullptr;
    SecretField* m_keyPassphrase = nullptr;
    FormField* m_keyField = nullptr;
    Button* m_keystoreButton = nullptr;
    Button* m_rotate = nullptr;
    QWidget* m_tokenBox = nullptr;
    TextLabel* m_token = nullptr;
    TextLabel* m_tokenTodo = nullptr;
};

}  // namespace quorate::ui
