// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/pages/overview/waiting.h"
#include "ui/pages/page_names.h"
#include "ui/text/audit_text.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/demo_banner.h"
#include "ui/widgets/nav_list.h"
#include "ui/widgets/status_strip.h"
#include "ui/widgets/study_chooser.h"
#include "ui/widgets/verdict_painter.h"
#include "ui/window/coach_dock.h"
#include "ui/window/command_palette.h"
#include "ui/window/focus_ring.h"
#include "ui/window/window_lock.h"
#include "ui/window/window_menus.h"

namespace quorate::ui {

namespace {

constexpr int kNavWide = 208;
constexpr int kNavWidest = 232;
constexpr int kNavNarrow = 56;
constexpr int kPageMinimum = 900;
constexpr int kLargeWindow = 1600;

enum StripItem { Who, Service, Evidence, Log };

// The ground of navigation and menu: one colour with a hairline at the right.
class NavPanel final : public QWidget {
public:
    explicit NavPanel(Theme& theme) : m_theme(theme) {}

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), m_theme.color(Token::Nav));
        painter.fillRect(QRect(width() - 1, 0, 1, height()), m_theme.color(Token::Border));
    }

private:
    Theme& m_theme;
};

}  // namespace

MainWindow::MainWindow(StudyDesk& desk, Theme& theme, Clock clock, const PageFactories& factories, QWidget* parent)
    : QMainWindow(parent), m_desk(desk), m_theme(theme), m_clock(std::move(clock))
{
    setWindowIcon(QIcon(QStringLiteral(":/icons/app.svg")));
    buildPages(factories);
    buildNavigation();
    auto* front = new QStackedWidget;
    front->addWidget(buildCentre());
    setCentralWidget(front);
    m_lock = new WindowLock(desk, theme, *front, *this);
    connect(m_lock, &WindowLock::lockedChanged, this, &MainWindow::showLocked);
    buildStrip();
    m_menus = new WindowMenus(*this);
    m_palette = new CommandPalette(theme, *this);
    new FocusRing(theme, *this);
    const auto restyle = [this] {
        setPalette(m_theme.palette());
        setFont(m_theme.font(FontRole::Body));
    };
    restyle();
    connect(&theme, &Theme::changed, this, [this, restyle] {
        restyle();
        arrange();
        m_navPanel->update();
    });
    resize(1280, 800);
    refresh();
    showPage(m_study ? PageId::Overview : PageId::Welcome);
    m_subscription = desk.subscribe([this] { refresh(); });
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPages(const PageFactories& factories)
{
    m_stack = new QStackedWidget;
    const PageContext context{m_desk, m_theme, m_clock};
    for (const auto& [id, factory] : factories) {
        Page* page = factory(context).release();
        m_pages.insert(id, page);
        m_stack->addWidget(page);
        connectPage(*page);
    }
}

void MainWindow::connectPage(Page& page)
{
    connect(&page, &Page::openPage, this, &MainWindow::showPage);
    connect(&page, &Page::openStudy, this, &MainWindow::selectStudy);
    connect(&page, &Page::demoRequested, this, &MainWindow::demoRequested);
    connect(&page, &Page::openEvidenceRequested, this, [this] {
        const Page* attestation = m_pages.value(PageId::Attestation);
        if (auto* open = attestation ? attestation->findChild<QAction*>(QStringLiteral("openEvidence")) : nullptr) open->trigger();
    });
}

void MainWindow::buildNavigation()
{
    m_navPanel = new NavPanel(m_theme);
    auto* column = new QVBoxLayout(m_navPanel);
    column->setContentsMargins(8, 12, 9, 12);
    column->setSpacing(space::kMedium);
    m_chooser = new StudyChooser(m_theme);
    m_nav = new NavList(m_theme);
    column->addWidget(m_chooser);
    column->addWidget(m_nav, 1);
    const auto add = [this](std::initializer_list<PageId> pages) {
        for (const PageId id : pages) {
            if (m_pages.contains(id)) m_nav->addEntry(static_cast<int>(id), iconOf(id), nameOf(id));
        }
    };
    add({PageId::Overview, PageId::Studies, PageId::Sites});
    m_nav->addGroup(tr("This study"));
    add({PageId::Approvals, PageId::Attestation, PageId::KeyRelease, PageId::Training, PageId::Results});
    if (m_pages.contains(PageId::Audit)) m_nav->addGroup(tr("Record"));
    add({PageId::Audit});
    m_nav->addStretch();
    add({PageId::Settings});
    connect(m_nav, &NavList::activated, this, [this](int key) { showPage(static_cast<PageId>(key)); });
    connect(m_chooser, &StudyChooser::chosen, this, &MainWindow::selectStudy);
}

QWidget* MainWindow::buildCentre()
{
    m_demo = new DemoBanner(m_theme);
    m_coach = new CoachDock(m_theme);
    m_strip = new StatusStrip(m_theme);
    auto* centre = new QWidget;
    auto* rows = new QVBoxLayout(centre);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(m_navPanel);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_demo);
    auto* beside = new QHBoxLayout;
    beside->setSpacing(0);
    beside->addWidget(m_stack, 1);
    beside->addWidget(m_coach);
    right->addLayout(beside, 1);
    columns->addLayout(right, 1);
    rows->addLayout(columns, 1);
    rows->addWidget(m_strip);
    connect(m_demo, &DemoBanner::coachRequested, this, [this] { setCoachVisible(!isCoachVisible()); });
    connect(m_demo, &DemoBanner::leaveRequested, this, &MainWindow::leaveDemoRequested);
    connect(m_coach, &CoachDock::closed, this, [this] { setCoachVisible(false); });
    connect(m_coach, &CoachDock::playRestRequested, this, &MainWindow::playRestRequested);
    connect(m_coach, &CoachDock::showStep, this, &MainWindow::showStep);
    return centre;
}

void MainWindow::buildStrip()
{
    for (int i = 0; i <= Log; ++i) m_strip->addItem();
    m_strip->setHint(tr("Ctrl+K Commands"));
    connect(m_strip, &StatusStrip::activated, this, [this](int item) {
        switch (item) {
        case Who: openRoleMenu(); break;
        case Service: showPage(PageId::Overview); break;
        case Evidence: showPage(PageId::Attestation); break;
        case Log: showPage(PageId::Audit); break;
        default: break;
        }
    });
}

QList<PageId> MainWindow::pageIds() const
{
    return m_pages.keys();
}

void MainWindow::showPage(PageId id)
{
    Page* page = m_pages.value(id);
    if (!page) return;
    m_current = id;
    m_stack->setCurrentWidget(page);
    m_nav->setCurrent(static_cast<int>(id));
    arrange();
    refreshTitle();
}

void MainWindow::selectStudy(const Uuid& study)
{
    m_studyId = study;
    refreshStudy();
    if (m_current == PageId::Welcome) showPage(PageId::Overview);
}

void MainWindow::refresh()
{
    m_status = m_desk.status();
    m_lock->refresh(m_status);
    // What stood on the pages stays there, unseen, until the vault is open again.
    if (m_lock->isLocked()) return;
    for (Page* page : std::as_const(m_pages)) page->setStatus(m_status);
    const bool nothingBefore = !m_study;
    refreshStudy();
    if (nothingBefore && m_study && m_current == PageId::Welcome) showPage(PageId::Overview);
    refreshStrip();
    m_demo->setVisible(m_status.demo);
    m_coach->setVisible(m_status.demo && m_coachWanted && m_current != PageId::Welcome);
    m_menus->refresh(m_status);
}

void MainWindow::refreshStudy()
{
    const auto studies = m_desk.studies();
    m_study.reset();
    for (const auto& candidate : studies) {
        if (candidate->protocol().id == m_studyId) m_study = candidate;
    }
    if (!m_study && !studies.empty()) m_study = studies.front();
    m_studyId = m_study ? m_study->protocol().id : Uuid{};
    for (Page* page : std::as_const(m_pages)) page->setStudy(m_study);
    m_coach->setSteps(coachSteps(m_study.get()));
    m_coach->playRestButton()->setBlockedBy(playRestBlocked());
    refreshNavigation();
    refreshStrip();
    refreshTitle();
}

QString MainWindow::playRestBlocked() const
{
    if (m_playingRest) return tr("The rest is being played.");
    return restBlocked(m_status, m_study.get());
}

void MainWindow::setPlayingRest(bool playing)
{
    m_playingRest = playing;
    m_coach->playRestButton()->setBlockedBy(playRestBlocked());
    m_menus->refresh(m_status);
}

void MainWindow::refreshNavigation()
{
    QList<StudyChooser::Entry> entries;
    const auto studies = m_desk.studies();
    for (const auto& study : studies) {
        entries.append({study->protocol().id, toQString(study->protocol().code), stateLine(*study)});
    }
    m_chooser->setStudies(entries, m_studyId);
    QMap<PageId, int> counts;
    if (m_study) {
        for (const Waiting& item : waitingFor(m_status, {m_study}, m_clock())) counts[item.page] += item.decision ? 1 : 0;
    }
    for (const PageId id : m_pages.keys()) m_nav->setCount(static_cast<int>(id), counts.value(id));
}

void MainWindow::refreshStrip()
{
    const study::Member& me = m_status.me;
    const QString who = m_status.demo ? tr("You, as %1").arg(personName(me)) : personName(me);
    m_strip->setItem(Who, QStringLiteral("person"), who, m_status.demo ? tr("Act as another member") : QString());
    const ConnectionText connection = textOf(m_status.connection, m_study && isTraining(*m_study));
    m_strip->setItem(Service, connection.kind, connection.sentence, toQString(m_status.detail));
    const VerdictText age = evidenceAge(m_study.get(), m_status, m_clock());
    m_strip->setItem(Evidence, age.kind, age.sentence);
    AuditDesk* audit = m_desk.audit();
    if (const auto log = audit ? audit->auditLog() : nullptr) {
        const VerdictKind broken = log->damage.empty() ? VerdictKind::Caution : VerdictKind::Refused;
        if (log->readOnlyBecause.empty()) m_strip->setItem(Log, QStringLiteral("audit"), headLine(*log));
        else m_strip->setItem(Log, broken, headLine(*log), readOnlyText(*log).what);
        return;
    }
    const auto events = m_study ? m_study->projection.lastSequence() : 0;
    m_strip->setItem(Log, QStringLiteral("audit"), m_study ? tr("%n events", nullptr, static_cast<int>(events)) : QString());
}

void MainWindow::refreshTitle()
{
    QStringList parts;
    if (m_lock->isLocked()) {
        setWindowTitle(tr("Quorate – locked"));
        return;
    }
    if (m_current != PageId::Welcome) parts << nameOf(m_current);
    if (m_study && m_current != PageId::Welcome) parts << toQString(m_study->protocol().code);
    parts << QStringLiteral("Quorate");
    if (m_status.demo) parts << tr("Offline demo, mode: training");
    setWindowTitle(parts.join(QStringLiteral(" – ")));
}

void MainWindow::showLocked(bool locked)
{
    if (locked) m_palette->hide();
    m_menus->setLocked(locked);
    refreshTitle();
    if (!locked) refresh();
}

void MainWindow::setCoachVisible(bool visible)
{
    m_coachWanted = visible;
    m_coach->setVisible(visible && m_status.demo && m_current != PageId::Welcome);
}

bool MainWindow::isCoachVisible() const
{
    return !m_coach->isHidden();
}

void MainWindow::openPalette()
{
    m_palette->open(m_menus->paletteEntries());
}

void MainWindow::openRoleMenu()
{
    if (m_status.playable.size() < 2) {
        showPage(PageId::Overview);
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_menus->fillRoles(*menu, m_status);
    const QWidget* button = m_strip->button(Who);
    menu->popup(button->mapToGlobal(QPoint(0, -menu->sizeHint().height() - 2)));
}

void MainWindow::actAs(const Uuid& member)
{
    m_desk.actAs(member);
}

void MainWindow::showStep(const CoachStep& step)
{
    if (step.actAs) actAs(*step.actAs);
    showPage(step.page);
}

void MainWindow::arrange()
{
    const bool welcome = m_current == PageId::Welcome;
    m_navPanel->setVisible(!welcome);
    m_coach->setVisible(m_status.demo && m_coachWanted && !welcome);
    m_narrow = width() - kNavWide < kPageMinimum || m_theme.fontScale() > 1.25;
    m_navPanel->setFixedWidth(m_narrow ? kNavNarrow : (width() >= kLargeWindow ? kNavWidest : kNavWide));
    m_nav->setNarrow(m_narrow);
    m_chooser->setNarrow(m_narrow);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    arrange();
}

}  // namespace quorate::ui
