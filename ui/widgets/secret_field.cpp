// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/secret_field.h"

namespace quorate::ui {

SecretField::SecretField(QWidget* parent) : QLineEdit(parent)
{
    setEchoMode(QLineEdit::Password);
    setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
}

SecretBytes SecretField::take()
{
    QByteArray typed = text().toUtf8();
    SecretBytes secret = SecretBytes::copyOf(asBytes(std::string_view(typed.constData(), static_cast<std::size_t>(typed.size()))));
    typed.fill('\0');
    clear();
    return secret;
}

}  // namespace quorate::ui
