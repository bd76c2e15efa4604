// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rows.h"

#include <QBoxLayout>
#include <QWidget>

namespace quorate::ui {

void clearRows(QBoxLayout& rows)
{
    while (QLayoutItem* item = rows.takeAt(0)) {
        if (QWidget* row = item->widget()) {
            row->hide();
            row->deleteLater();
        }
        delete item;
    }
}

void addRow(QBoxLayout& rows, QWidget* row)
{
    rows.addWidget(row);
    row->show();
}

}  // namespace quorate::ui
