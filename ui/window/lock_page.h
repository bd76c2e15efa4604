// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/base/result.h"
#include "core/base/secret_bytes.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

class Button;
class DemoBanner;
class FormField;
class SecretField;
class TextLabel;

/// What a locked window shows: nothing but the question for the vault's passphrase.
class LockPage : public QWidget {
    Q_OBJECT

public:
    explicit LockPage(Theme& theme, QWidget* parent = nullptr);

    /// The rehearsal's banner stays over everything.
    void setDemo(bool demo);
    /// Under the field while nothing went wrong; the demo tells its passphrase.
    void setHint(const QString& hint);
    /// After the last attempt; it can be tried again.
    void showError(const Error& error);
    /// Empties the field and forgets errors.
    void begin();
    [[nodiscard]] SecretBytes takePassphrase();

Q_SIGNALS:
    void unlockRequested();

private:
    void ask();
    void setWaiting(bool waiting);

    SecretField* m_passphrase = nullptr;
    FormField* m_field = nullptr;
    Button* m_unlock = nullptr;
    TextLabel* m_todo = nullptr;
    DemoBanner* m_demo = nullptr;
};

}  // namespace quorate::ui
