// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

#include "core/base/secret_bytes.h"

namespace quorate::ui {

/// A line for a passphrase. It is never shown, completed or left behind.
class SecretField final : public QLineEdit {
    Q_OBJECT

public:
    explicit SecretField(QWidget* parent = nullptr);
    /// What was typed, as UTF-8; leaves the field empty.
    [[nodiscard]] SecretBytes take();
};

}  // namespace quorate::ui
