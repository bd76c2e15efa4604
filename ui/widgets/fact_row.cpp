// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/fact_row.h"

#include <QHBoxLayout>

#include "ui/widgets/text_label.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

QWidget* factRow(Theme& theme, VerdictKind kind, const QString& what, const QString& value)
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 5, 0, 5);
    row->setSpacing(space::kMedium);
    auto* icon = new IconLabel(theme, iconOf(kind), 18, Token::Text2);
    icon->setVerdictIcon(iconOf(kind), kind);
    row->addWidget(icon);
    row->addWidget(new TextLabel(theme, FontRole::Body, Token::Text, what));
    auto* right = (new TextLabel(theme, FontRole::Small, Token::Text2, value))->wrapped();
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(right, 1);
    return box;
}

}  // namespace quorate::ui
