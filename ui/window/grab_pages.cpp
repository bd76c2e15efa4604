// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/grab_pages.h"

#include <QDir>
#include <QPixmap>

#include "ui/pages/page_names.h"
#include "ui/window/main_window.h"

namespace quorate::ui {

namespace {

QString suffixOf(Scheme scheme)
{
    switch (scheme) {
    case Scheme::Light: return {};
    case Scheme::Dark: return QStringLiteral("-dark");
    case Scheme::Contrast: return QStringLiteral("-contrast");
    }
    return {};
}

}  // namespace

Result<QStringList> grabPages(MainWindow& window, const QList<PageId>& pages, const QString& folder, SchemeChoice scheme)
{
    if (!QDir().mkpath(folder)) return fail(ErrorKind::StorageFailed, "cannot make folder " + folder.toStdString());
    const PageId before = window.currentPage();
    const SchemeChoice choiceBefore = window.theme().schemeChoice();
    window.theme().setSchemeChoice(scheme);
    window.ensurePolished();
    QStringList files;
    QString unwritten;
    for (const PageId page : pages) {
        window.showPage(page);
        // The first grab lets layouts that learn their width only now settle; the second is the picture.
        (void)window.grab();
        const QString file = QDir(folder).filePath(slugOf(page) + suffixOf(window.theme().scheme()) + QStringLiteral(".png"));
        if (!window.grab().save(file, "PNG")) {
            unwritten = file;
            break;
        }
        files.append(file);
    }
    window.theme().setSchemeChoice(choiceBefore);
    window.showPage(before);
    if (!unwritten.isEmpty()) return fail(ErrorKind::StorageFailed, "cannot write " + unwritten.toStdString());
    return files;
}

Result<QStringList> grabAllPages(MainWindow& window, const QString& folder, SchemeChoice scheme)
{
    return grabPages(window, window.pageIds(), folder, scheme);
}

}  // namespace quorate::ui
