// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/page_names.h"

#include <QCoreApplication>

namespace quorate::ui {

QString nameOf(PageId page)
{
    const auto name = [](const char* text) { return QCoreApplication::translate("PageName", text); };
    switch (page) {
    case PageId::Welcome: return name(QT_TRANSLATE_NOOP("PageName", "Welcome"));
    case PageId::Overview: return name(QT_TRANSLATE_NOOP("PageName", "Overview"));
    case PageId::Studies: return name(QT_TRANSLATE_NOOP("PageName", "Studies"));
    case PageId::Sites: return name(QT_TRANSLATE_NOOP("PageName", "Sites"));
    case PageId::Approvals: return name(QT_TRANSLATE_NOOP("PageName", "Approvals"));
    case PageId::Attestation: return name(QT_TRANSLATE_NOOP("PageName", "Attestation"));
    case PageId::KeyRelease: return name(QT_TRANSLATE_NOOP("PageName", "Key release"));
    case PageId::Training: return name(QT_TRANSLATE_NOOP("PageName", "Training"));
    case PageId::Results: return name(QT_TRANSLATE_NOOP("PageName", "Results"));
    case PageId::Audit: return name(QT_TRANSLATE_NOOP("PageName", "Audit"));
    case PageId::Settings: return name(QT_TRANSLATE_NOOP("PageName", "Settings"));
    }
    return {};
}

QString iconOf(PageId page)
{
    switch (page) {
    case PageId::Welcome: return QStringLiteral("help");
    case PageId::KeyRelease: return QStringLiteral("key");
    default: return slugOf(page);
    }
}

QString slugOf(PageId page)
{
    switch (page) {
    case PageId::Welcome: return QStringLiteral("welcome");
    case PageId::Overview: return QStringLiteral("overview");
    case PageId::Studies: return QStringLiteral("studies");
    case PageId::Sites: return QStringLiteral("sites");
    case PageId::Approvals: return QStringLiteral("approvals");
    case PageId::Attestation: return QStringLiteral("attestation");
    case PageId::KeyRelease: return QStringLiteral("key-release");
    case PageId::Training: return QStringLiteral("training");
    case PageId::Results: return QStringLiteral("results");
    case PageId::Audit: return QStringLiteral("audit");
    case PageId::Settings: return QStringLiteral("settings");
    }
    return {};
}

}  // namespace quorate::ui
