// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>

#include "ui/pages/page.h"

class QStackedWidget;

namespace quorate::ui {

class CoachDock;
class CommandPalette;
class DemoBanner;
class FocusRing;
class NavList;
class StatusStrip;
class StudyChooser;
class WindowLock;
class WindowMenus;
struct CoachStep;

/// The one window: menus, navigation, the page in hand, the coach of the demo, the status bar. Reads everything from the
/// desk, which outlives it, as does the theme.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    MainWindow(StudyDesk& desk, Theme& theme, Clock clock, const PageFactories& factories, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Does nothing for a page that has no factory.
    void showPage(PageId page);
    [[nodiscard]] PageId currentPage() const { return m_current; }
    [[nodiscard]] Page* page(PageId page) const { return m_pages.value(page); }
    [[nodiscard]] QList<PageId> pageIds() const;
    void selectStudy(const Uuid& study);
    /// The study in hand, or null.
    [[nodiscard]] std::shared_ptr<const StudySnapshot> study() const { return m_study; }

    void setCoachVisible(bool visible);
    [[nodiscard]] bool isCoachVisible() const;
    void openPalette();
    [[nodiscard]] CommandPalette& commandPalette() const { return *m_palette; }
    [[nodiscard]] StatusStrip& statusStrip() const { return *m_strip; }
    [[nodiscard]] WindowLock& windowLock() const { return *m_lock; }
    [[nodiscard]] CoachDock& coach() const { return *m_coach; }
    [[nodiscard]] Theme& theme() const { return m_theme; }
    /// Demo: what is left is being played; until false it cannot be asked for again.
    void setPlayingRest(bool playing);
    /// Why it cannot be asked for now; empty when it can.
    [[nodiscard]] QString playRestBlocked() const;
    [[nodiscard]] bool isNavigationNarrow() const { return m_narrow; }
    /// Demo: act as another member from now on.
    void actAs(const Uuid& member);
    /// The demo's members, to choose whom to act as.
    void openRoleMenu();

Q_SIGNALS:
    void demoRequested();
    void leaveDemoRequested();
    /// Demo: every role plays what is missing up to running rounds.
    void playRestRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildPages(const PageFactories& factories);
    void buildNavigation();
    QWidget* buildCentre();
    void buildStrip();
    void connectPage(Page& page);
    void refresh();
    void refreshStudy();
    void refreshNavigation();
    void refreshStrip();
    void refreshTitle();
    void arrange();
    void showLocked(bool locked);
    void showStep(const CoachStep& step);

    StudyDesk& m_desk;
    Theme& m_theme;
    Clock m_clock;
    DeskStatus m_status;
    std::shared_ptr<const StudySnapshot> m_study;
    Uuid m_studyId;
    QMap<PageId, Page*> m_pages;
    PageId m_current = PageId::Welcome;
    bool m_narrow = false;
    bool m_coachWanted = true;
    bool m_playingRest = false;
    QWidget* m_navPanel = nullptr;
    StudyChooser* m_chooser = nullptr;
    NavList* m_nav = nullptr;
    DemoBanner* m_demo = nullptr;
    QStackedWidget* m_stack = nullptr;
    CoachDock* m_coach = nullptr;
    StatusStrip* m_strip = nullptr;
    CommandPalette* m_palette = nullptr;
    WindowMenus* m_menus = nullptr;
    WindowLock* m_lock = nullptr;
    std::unique_ptr<StudyDesk::Subscription> m_subscription;  // Last: its listener touches the others.
};

}  // namespace quorate::ui
