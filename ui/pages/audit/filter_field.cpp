// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/filter_field.h"

#include <QAction>
#include <QHBoxLayout>

#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr int kCountWidth = 108;

}  // namespace

FilterField::FilterField(Theme& theme, const QString& name, const QString& placeholder, QWidget* parent) : QLineEdit(parent)
{
    setAccessibleName(name);
    setPlaceholderText(placeholder);
    auto* search = addAction(theme.icon(QStringLiteral("search")), LeadingPosition);
    connect(&theme, &Theme::changed, search, [&theme, search] { search->setIcon(theme.icon(QStringLiteral("search"))); });
    m_count = new TextLabel(theme, FontRole::Small, Token::Text3, {}, this);
    auto* inside = new QHBoxLayout(this);
    inside->setContentsMargins(0, 0, space::kMedium, 0);
    inside->addWidget(m_count, 0, Qt::AlignRight | Qt::AlignVCenter);
    m_count->setAttribute(Qt::WA_TransparentForMouseEvents);
    setTextMargins(0, 0, kCountWidth, 0);
}

void FilterField::showCount(int shown, int all) { m_count->setText(tr("%1 of %2").arg(shown).arg(all)); }

}  // namespace quorate::ui
