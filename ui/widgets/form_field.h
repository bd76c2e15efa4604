// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace quorate::ui {

class IconLabel;
class TextLabel;

/// One field of a form: label, input, hint, error and what a screen reader says, as one object. Owns the input.
class FormField : public QWidget {
    Q_OBJECT

public:
    FormField(Theme& theme, const QString& label, QWidget* input, const QString& hint = {}, QWidget* parent = nullptr);

    [[nodiscard]] QWidget* input() const { return m_input; }
    /// Shows the sentence with an icon and marks the input; empty clears it and shows the hint again.
    void setError(const QString& error);
    [[nodiscard]] QString error() const { return m_error; }
    void setHint(const QString& hint);

private:
    void refresh();

    QWidget* m_input;
    TextLabel* m_below = nullptr;
    IconLabel* m_icon = nullptr;
    QString m_hint;
    QString m_error;
};

}  // namespace quorate::ui
