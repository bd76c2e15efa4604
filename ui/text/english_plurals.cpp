// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/english_plurals.h"

namespace quorate::ui {

QString EnglishPlurals::translate(const char*, const char* source, const char*, int n) const
{
    // A null string means: not translated here.
    if (n < 0) return {};
    QString text = QString::fromUtf8(source);
    if (!text.contains(QLatin1String("(s)"))) return {};
    // "hospital(s)" follows the regular rule; the words used with %n have no other.
    return text.replace(QLatin1String("(s)"), n == 1 ? QString() : QStringLiteral("s"));
}

}  // namespace quorate::ui
