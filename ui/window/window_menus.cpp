// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/window_menus.h"

#include <algorithm>

#include <QAction>
#include <QActionGroup>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>

#include "ui/pages/page_names.h"
#include "ui/text/error_text.h"
#include "ui/text/study_text.h"
#include "ui/window/grab_pages.h"
#include "ui/window/window_lock.h"

namespace quorate::ui {

namespace {

constexpr double kTextSteps[] = {0.9, 1.0, 1.1, 1.25, 1.5};

}  // namespace

WindowMenus::WindowMenus(MainWindow& window) : QObject(&window), m_window(window)
{
    buildFile();
    buildStudy();
    auto* evidence = window.menuBar()->addMenu(tr("&Evidence"));
    m_menus.append(evidence);
    buildPageMenu(evidence, PageId::Attestation);
    buildView();
    buildWindow();
    buildHelp();
    connect(this, &WindowMenus::actAsRequested, &window, &MainWindow::actAs);
}

void WindowMenus::buildFile()
{
    QMenu* file = m_window.menuBar()->addMenu(tr("&File"));
    m_menus.append(file);
    QAction* welcome = file->addAction(tr("Welcome page"));
    connect(welcome, &QAction::triggered, this, [this] { m_window.showPage(PageId::Welcome); });
    QAction* pictures = file->addAction(tr("Save pictures of all pages…"));
    connect(pictures, &QAction::triggered, this, [this] { savePictures(); });
    file->addSeparator();
    m_lock = file->addAction(tr("Lock"));
    m_lock->setObjectName(QStringLiteral("lock"));
    m_lock->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
    connect(m_lock, &QAction::triggered, this, [this] { m_window.windowLock().lock(); });
    QAction* close = file->addAction(tr("Close window"));
    close->setShortcut(QKeySequence::Close);
    connect(close, &QAction::triggered, &m_window, &QWidget::close);
}

void WindowMenus::buildPageMenu(QMenu* menu, PageId id)
{
    Page* page = m_window.page(id);
    if (!page) return;
    for (QAction* action : page->actions()) {
        menu->addAction(action);
        connect(action, &QAction::triggered, &m_window, [this, id] { m_window.showPage(id); });
    }
}

void WindowMenus::buildStudy()
{
    QMenu* study = m_window.menuBar()->addMenu(tr("&Study"));
    m_menus.append(study);
    m_roles = study->addMenu(tr("Act as"));
    m_playRest = study->addAction(tr("Play the rest for me"));
    connect(m_playRest, &QAction::triggered, &m_window, &MainWindow::playRestRequested);
    for (const PageId id : {PageId::Approvals, PageId::KeyRelease, PageId::Training, PageId::Results}) {
        if (Page* page = m_window.page(id); page && !page->actions().isEmpty()) {
            study->addSection(nameOf(id));
            buildPageMenu(study, id);
        }
    }
}

void WindowMenus::addPage(QMenu* menu, PageId id, int number)
{
    QAction* action = menu->addAction(nameOf(id));
    if (number <= 9) action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number)));
    connect(action, &QAction::triggered, this, [this, id] { m_window.showPage(id); });
}

void WindowMenus::buildView()
{
    QMenu* view = m_window.menuBar()->addMenu(tr("&View"));
    m_menus.append(view);
    QAction* palette = view->addAction(tr("Command palette"));
    palette->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    connect(palette, &QAction::triggered, &m_window, &MainWindow::openPalette);
    view->addSeparator();
    int number = 0;
    for (const PageId id : m_window.pageIds()) {
        if (id != PageId::Welcome) addPage(view, id, ++number);
    }
    view->addSeparator();
    buildAppearance(view);
    buildTextSize(view);
}

void WindowMenus::buildAppearance(QMenu* view)
{
    QMenu* menu = view->addMenu(tr("Appearance"));
    auto* group = new QActionGroup(this);
    Theme& theme = m_window.theme();
    const auto add = [&](const QString& text, SchemeChoice choice) {
        QAction* action = group->addAction(menu->addAction(text));
        action->setCheckable(true);
        action->setChecked(theme.schemeChoice() == choice);
        connect(action, &QAction::triggered, this, [&theme, choice] { theme.setSchemeChoice(choice); });
    };
    add(tr("As the system"), SchemeChoice::System);
    add(tr("Light"), SchemeChoice::Light);
    add(tr("Dark"), SchemeChoice::Dark);
    add(tr("High contrast"), SchemeChoice::Contrast);
}

void WindowMenus::buildTextSize(QMenu* view)
{
    QMenu* menu = view->addMenu(tr("Text size"));
    auto* group = new QActionGroup(this);
    Theme& theme = m_window.theme();
    for (const double scale : kTextSteps) {
        QAction* action = group->addAction(menu->addAction(tr("%1 %").arg(qRound(scale * 100))));
        action->setCheckable(true);
        action->setChecked(qFuzzyCompare(theme.fontScale(), scale));
        connect(action, &QAction::triggered, this, [&theme, scale] { theme.setFontScale(scale); });
    }
}

void WindowMenus::buildWindow()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Window"));
    m_menus.append(menu);
    QAction* minimise = menu->addAction(tr("Minimise"));
    connect(minimise, &QAction::triggered, &m_window, &QWidget::showMinimized);
    QAction* full = menu->addAction(tr("Full screen"));
    full->setShortcut(QKeySequence(Qt::Key_F11));
    connect(full, &QAction::triggered, this, [this] {
        if (m_window.isFullScreen()) m_window.showNormal();
        else m_window.showFullScreen();
    });
    m_coach = menu->addAction(tr("Coach"));
    connect(m_coach, &QAction::triggered, this, [this] { m_window.setCoachVisible(!m_window.isCoachVisible()); });
}

void WindowMenus::buildHelp()
{
    QMenu* help = m_window.menuBar()->addMenu(tr("&Help"));
    m_menus.append(help);
    QAction* about = help->addAction(tr("About Quorate"));
    connect(about, &QAction::triggered, this, [this] { showAbout(); });
}

void WindowMenus::setLocked(bool locked)
{
    m_window.menuBar()->setVisible(!locked);
    for (QMenu* menu : m_menus) menu->menuAction()->setEnabled(!locked);
}

void WindowMenus::refresh(const DeskStatus& status)
{
    setBlockedBy(*m_lock, m_window.windowLock().blocked());
    fillRoles(*m_roles, status);
    m_roles->menuAction()->setEnabled(status.playable.size() > 1);
    setBlockedBy(*m_playRest, m_window.playRestBlocked());
    setBlockedBy(*m_coach, status.demo ? QString() : tr("The coach belongs to the demo."));
}

void WindowMenus::fillRoles(QMenu& menu, const DeskStatus& status)
{
    menu.clear();
    for (const study::Member& member : status.playable) {
        QAction* action = menu.addAction(tr("%1 (%2)").arg(personName(member), roleWord(member.role)));
        action->setCheckable(true);
        action->setChecked(member.id == status.me.id);
        connect(action, &QAction::triggered, this, [this, id = member.id] { Q_EMIT actAsRequested(id); });
    }
}

QList<PaletteEntry> WindowMenus::paletteEntries() const
{
    QList<PaletteEntry> out;
    const auto collect = [&out](const auto& self, const QMenu* menu, const QString& where) -> void {
        for (QAction* action : menu->actions()) {
            if (action->isSeparator()) continue;
            if (action->menu()) {
                const QString inner = action->menu()->title().remove(QLatin1Char('&'));
                self(self, action->menu(), where + QStringLiteral(" › ") + inner);
            } else if (action->shortcut() != QKeySequence(Qt::CTRL | Qt::Key_K)) {
                out.append({action, where});
            }
        }
    };
    for (const QMenu* menu : m_menus) collect(collect, menu, menu->title().remove(QLatin1Char('&')));
    // The pages first: they are what is looked for most.
    std::stable_partition(out.begin(), out.end(), [](const PaletteEntry& entry) { return entry.where == tr("View"); });
    return out;
}

void WindowMenus::savePictures()
{
    auto* dialog = new QFileDialog(&m_window, tr("Save pictures of all pages"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        const auto written = grabAllPages(m_window, folder, m_window.theme().schemeChoice());
        if (written) return;
        const ErrorText text = sentenceFor(written.error());
        auto* box = new QMessageBox(QMessageBox::Warning, tr("Save pictures of all pages"), text.what, QMessageBox::Close, &m_window);
        box->setInformativeText(text.todo);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    dialog->open();
}

void WindowMenus::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Quorate"),
                                tr("Quorate lets hospitals learn together. No record leaves, and no key moves before enough "
                                   "people have checked. Free software under the GNU General Public License, version 3 or later."),
                                QMessageBox::Close, &m_window);
    box->setIconPixmap(QIcon(QStringLiteral(":/icons/app.svg")).pixmap(64, 64));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

}  // namespace quorate::ui
