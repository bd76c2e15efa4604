// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"

class QActionGroup;
class QMenu;

namespace quorate::ui {

/// The window's menus. Everything in them works; what cannot be used now says why. The palette offers the same actions.
class WindowMenus : public QObject {
    Q_OBJECT

public:
    explicit WindowMenus(MainWindow& window);

    /// After who acts, or the study, changed.
    void refresh(const DeskStatus& status);
    /// Locked: no command can be given, by menu, key or palette.
    void setLocked(bool locked);
    void fillRoles(QMenu& menu, const DeskStatus& status);
    [[nodiscard]] QList<PaletteEntry> paletteEntries() const;

Q_SIGNALS:
    void actAsRequested(const quorate::Uuid& member);

private:
    void buildFile();
    void buildPageMenu(QMenu* menu, PageId page);
    void buildStudy();
    void buildView();
    void buildAppearance(QMenu* view);
    void buildTextSize(QMenu* view);
    void buildWindow();
    void buildHelp();
    void savePictures();
    void showAbout();
    void addPage(QMenu* menu, PageId page, int number);

    MainWindow& m_window;
    QList<QMenu*> m_menus;
    QMenu* m_roles = nullptr;
    QAction* m_coach = nullptr;
    QAction* m_playRest = nullptr;
    QAction* m_lock = nullptr;
};

}  // namespace quorate::ui
