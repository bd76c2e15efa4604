// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/form_field.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/theme/theme_style.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

FormField::FormField(Theme& theme, const QString& label, QWidget* input, const QString& hint, QWidget* parent)
    : QWidget(parent), m_input(input), m_hint(hint)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kTight);
    auto* caption = new TextLabel(theme, FontRole::Medium, Token::Text, label);
    caption->setBuddy(input);
    input->setAccessibleName(label);
    column->addWidget(caption);
    column->addWidget(input);
    auto* below = new QHBoxLayout;
    below->setSpacing(space::kTight);
    m_icon = new IconLabel(theme, QStringLiteral("refused"), 16, Token::Danger);
    m_below = (new TextLabel(theme, FontRole::Small, Token::Text3))->wrapped();
    below->addWidget(m_icon, 0, Qt::AlignTop);
    below->addWidget(m_below, 1);
    column->addLayout(below);
    refresh();
}

void FormField::setError(const QString& error)
{
    if (error == m_error) return;
    m_error = error;
    refresh();
}

void FormField::setHint(const QString& hint)
{
    m_hint = hint;
    refresh();
}

void FormField::refresh()
{
    const bool wrong = !m_error.isEmpty();
    setFieldInvalid(*m_input, wrong);
    m_icon->setVisible(wrong);
    m_below->setText(wrong ? m_error : m_hint);
    if (wrong) m_below->setVerdictColor(VerdictKind::Refused);
    else m_below->setColor(Token::Text3);
    m_below->setVisible(!m_below->text().isEmpty());
    m_input->setAccessibleDescription(m_below->text());
}

}  // namespace quorate::ui
