// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/translation.h"

#include <QCoreApplication>
#include <QTranslator>

namespace quorate::ui {

bool installTranslation()
{
    auto* english = new QTranslator(QCoreApplication::instance());
    return english->load(QStringLiteral(":/translations/quorate_en.qm")) && QCoreApplication::installTranslator(english);
}

}  // namespace quorate::ui
