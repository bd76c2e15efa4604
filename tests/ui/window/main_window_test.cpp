// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QMenuBar>
#include <QTabBar>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/standard_pages.h"
#include "ui/text/translation.h"
#include "ui/widgets/button.h"
#include "ui/window/coach_dock.h"
#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"
#include "ui/widgets/demo_banner.h"
#include "ui/window/window_lock.h"

using namespace quorate;
using namespace quorate::ui;
using tests::SampleStage;

class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(installTranslation()); }

    void init()
    {
        m_theme = std::make_unique<Theme>();
        m_desk = std::make_unique<tests::FakeDesk>();
    }

    void withoutAStudyTheWelcomePageShows()
    {
        const auto window = open();
        QCOMPARE(window->currentPage(), PageId::Welcome);
        QCOMPARE(window->windowTitle(), QStringLiteral("Quorate"));
    }

    void theFirstStudyOpensTheOverview()
    {
        const auto window = open();
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        QCOMPARE(window->currentPage(), PageId::Overview);
        QVERIFY(window->windowTitle().contains(QStringLiteral("HEART-4")));
    }

    void theDemoIsNamedInTheTitle()
    {
        demo();
        QVERIFY(open()->windowTitle().endsWith(QStringLiteral("Offline demo, mode: training")));
    }

    void everyFocusableWidgetHasAnAccessibleName()
    {
        demo();
        const auto window = open();
        for (const QWidget* widget : window->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(QStringLiteral("qt_"))) continue;
            // A viewport passes the focus on to its view, which has the name.
            const auto* view = qobject_cast<const QAbstractScrollArea*>(widget->parentWidget());
            if (view && view->viewport() == widget) continue;
            const QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            const QString where = QLatin1String(widget->metaObject()->className()) + QStringLiteral(" in ") +
                                  QLatin1String(widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "");
            QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(), qPrintable(where));
        }
    }

    void everyPageFitsASmallScreenWithLargeText()
    {
        demo();
        m_theme->setBodyPointSize(10);
        m_theme->setFontScale(1.5);
        const auto window = open();
        window->resize(1280, 720);
        for (const PageId id : window->pageIds()) {
            window->showPage(id);
            (void)window->grab();
            const QString where = QLatin1String(window->page(id)->metaObject()->className()) + QStringLiteral(" %1x%2").arg(window->width()).arg(window->height());
            QVERIFY2(window->width() <= 1280 && window->height() <= 720, qPrintable(where));
            for (const QScrollArea* area : window->page(id)->findChildren<QScrollArea*>()) {
                QVERIFY2(area->horizontalScrollBar()->maximum() == 0, qPrintable(where));
            }
        }
        QVERIFY(window->isNavigationNarrow());
    }

    void tabsOfNodesThatCameWhileThePageWasHiddenAreSeen()
    {
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        const auto window = open();
        window->showPage(PageId::Attestation);
        const QTabBar* nodes = nullptr;
        for (const QTabBar* tabs : window->page(PageId::Attestation)->findChildren<QTabBar*>()) {
            if (tabs->accessibleName() == QStringLiteral("Nodes")) nodes = tabs;
        }
        QVERIFY(nodes != nullptr && nodes->count() > 0);
        QTRY_VERIFY(nodes->height() > 0 && nodes->height() >= nodes->sizeHint().height());
    }

    void thePaletteGoesToThePageThatIsTyped()
    {
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        const auto window = open();
        window->openPalette();
        QTest::keyClicks(window->commandPalette().field(), QStringLiteral("attest"));
        QTest::keyClick(window->commandPalette().field(), Qt::Key_Return);
        QCOMPARE(window->currentPage(), PageId::Attestation);
        QVERIFY(!window->commandPalette().isVisible());
    }

    void noTextShowsAnUndecidedPlural()
    {
        for (const SampleStage stage : {SampleStage::AwaitingApprovals, SampleStage::AwaitingKey, SampleStage::Finished}) {
            demo(stage);
            const auto window = open();
            for (const QLabel* label : window->findChildren<QLabel*>()) {
                QVERIFY2(!label->text().contains(QStringLiteral("(s)")), qPrintable(label->text()));
            }
        }
    }

    void aDisabledCommandStaysWithItsReason()
    {
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        const auto window = open();
        window->openPalette();
        const QAbstractItemModelTester tester(window->commandPalette().model());
        QTest::keyClicks(window->commandPalette().field(), QStringLiteral("coach"));
        const QModelIndex row = window->commandPalette().model()->index(0);
        QCOMPARE(row.data(PaletteModel::ReasonRole).toString(), QStringLiteral("The coach belongs to the demo."));
    }

    void showMeActsAsTheReviewerOfTheStep()
    {
        demo(SampleStage::AwaitingApprovals);
        const auto window = open();
        QTest::mouseClick(window->coach().showMeButton(), Qt::LeftButton);
        QCOMPARE(m_desk->actedAs.size(), std::size_t(1));
        const study::Roster roster = tests::sampleRoster();
        const study::Member* member = roster.find(m_desk->actedAs.front());
        QVERIFY(member && member->role == study::Role::SiteReviewer);
    }

    void coachStepsAreDoneByEventsAlone()
    {
        const StudySnapshot early = tests::sampleStudy(SampleStage::AwaitingApprovals);
        const StudySnapshot late = tests::sampleStudy(SampleStage::Finished);
        QVERIFY(!coachSteps(&early)[1].done);
        QVERIFY(coachSteps(&late)[1].done);
        QVERIFY(coachSteps(&late)[6].done);
        QVERIFY(!coachSteps(&late)[5].done);
    }

    void theCoachStandsAtTheFirstOpenStep()
    {
        demo(SampleStage::AwaitingApprovals);
        const auto window = open();
        QCOMPARE(window->coach().current(), 1);
        m_desk->setStudy(tests::sampleStudy(SampleStage::AwaitingKey, {.mode = study::StudyMode::Training}));
        QCOMPARE(window->coach().current(), 3);
    }

    void theCoachKeepsTheOpenStepInHand()
    {
        demo(SampleStage::AwaitingApprovals);
        const auto window = open();
        for (int i = 0; i < 3; ++i) window->coach().nextButton()->click();
        QCOMPARE(window->coach().current(), 4);
        m_desk->setStudy(tests::sampleStudy(SampleStage::AwaitingKey, {.mode = study::StudyMode::Training}));
        QCOMPARE(window->coach().current(), 4);
    }

    void theRestCanBePlayedUntilTheRoundsRun()
    {
        demo(SampleStage::AwaitingKey);
        const auto window = open();
        QSignalSpy asked(window.get(), &MainWindow::playRestRequested);
        window->coach().playRestButton()->click();
        QCOMPARE(asked.count(), 1);
        window->setPlayingRest(true);
        QVERIFY(!window->coach().playRestButton()->isEnabled());
        window->setPlayingRest(false);
        QVERIFY(window->coach().playRestButton()->isEnabled());
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running, {.mode = study::StudyMode::Training}));
        QVERIFY(!window->coach().playRestButton()->isEnabled());
        QCOMPARE(window->coach().playRestButton()->toolTip(), QStringLiteral("The rounds run already, or are over."));
    }

    void lockingHidesEverythingAndUnlockingGoesOnWhereItWas()
    {
        m_desk->openVault();
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        const auto window = open();
        window->showPage(PageId::KeyRelease);
        QLineEdit* typed = window->page(PageId::KeyRelease)->findChild<QLineEdit*>(QStringLiteral("passphrase"));
        typed->setText(QStringLiteral("half typed"));
        window->findChild<QAction*>(QStringLiteral("lock"))->trigger();
        // At once: not only when the vault has closed.
        QVERIFY(window->windowLock().page().isVisible());
        QVERIFY(!window->page(PageId::KeyRelease)->isVisible());
        QVERIFY(!window->menuBar()->isVisible());
        QCOMPARE(window->windowTitle(), QStringLiteral("Quorate – locked"));
        QVERIFY(typed->text().isEmpty());
        m_desk->finishCalls();
        QVERIFY(m_desk->status().locked);
        m_desk->setStudy(tests::sampleStudy(SampleStage::Running));
        QVERIFY(!window->windowTitle().contains(QStringLiteral("HEART-4")));

        unlock(*window, "wrong one");
        QVERIFY(window->windowLock().page().isVisible());
        QVERIFY(saysAnywhere(*window, QStringLiteral("This is not the vault's passphrase.")));
        m_desk->failNext({ErrorKind::Malformed, "vault file is damaged at page 7: log: unreadable, entries 3 to 5; want a backup"});
        unlock(*window, "right one");
        QVERIFY(saysAnywhere(*window, QStringLiteral("The vault cannot be opened.")));
        QVERIFY(saysAnywhere(*window, QStringLiteral("Nothing was changed. The vault says: vault file is damaged at page 7: log: unreadable, entries 3 to 5; want a backup.")));
        // Words over several lines take their room from around the card and not from the field.
        const auto* field = window->windowLock().page().findChild<QLineEdit*>(QStringLiteral("unlockPassphrase"));
        QTRY_VERIFY(field->height() >= field->sizeHint().height());
        unlock(*window, "right one");
        QVERIFY(!window->windowLock().page().isVisible());
        QCOMPARE(window->currentPage(), PageId::KeyRelease);
        QVERIFY(window->page(PageId::KeyRelease)->isVisible());
        QVERIFY(window->windowTitle().contains(QStringLiteral("HEART-4")));
    }

    void aRehearsalSaysSoBehindItsLockToo()
    {
        m_desk->openVault();
        DeskStatus status = tests::sampleStatus(tests::sampleMember(study::Role::Custodian, "Long Beach"));
        status.demo = true;
        m_desk->setStatus(status);
        const auto window = open();
        window->windowLock().lock();
        const auto* banner = window->windowLock().page().findChild<DemoBanner*>();
        QVERIFY(banner && banner->isVisible());
        for (const QPushButton* button : banner->findChildren<QPushButton*>()) QVERIFY(!button->isVisible());
        m_desk->finishCalls();
        status = m_desk->status();
        status.demo = false;
        m_desk->setStatus(status);
        QVERIFY(!banner->isVisible());
    }

    void anIdleWindowLocks()
    {
        m_desk->openVault();
        DeskStatus status = tests::sampleStatus(tests::sampleMember(study::Role::Custodian, "Long Beach"));
        m_desk->setStatus(status);
        const auto window = open();
        IdleWatch watch(window.get());
        QSignalSpy idle(&watch, &IdleWatch::idle);
        watch.start(std::chrono::milliseconds(30));
        QVERIFY(idle.wait(2000));
        window->windowLock().lock();
        m_desk->finishCalls();
        QVERIFY(m_desk->status().locked);
    }

    void withoutAVaultThereIsNothingToLock()
    {
        const auto window = open();
        const auto* lock = window->findChild<QAction*>(QStringLiteral("lock"));
        QVERIFY(!lock->isEnabled());
    }

private:
    void unlock(MainWindow& window, const char* passphrase)
    {
        LockPage& page = window.windowLock().page();
        auto* field = page.findChild<QLineEdit*>(QStringLiteral("unlockPassphrase"));
        QTest::keyClicks(field, QString::fromLatin1(passphrase));
        QTest::mouseClick(page.findChild<QPushButton*>(QStringLiteral("unlock")), Qt::LeftButton);
        m_desk->finishCalls();
    }
    static bool saysAnywhere(MainWindow& window, const QString& sentence)
    {
        for (const QLabel* label : window.findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == sentence) return true;
        }
        return false;
    }
    void demo(SampleStage stage = SampleStage::Running)
    {
        m_stage = stage;
        m_desk->setStudy(tests::sampleStudy(stage, {.mode = study::StudyMode::Training}));
        DeskStatus status = tests::sampleStatus(tests::sampleMember(study::Role::Coordinator, "Cleveland"));
        status.demo = true;
        status.playable = tests::sampleRoster().members;
        m_desk->setStatus(status);
    }
    std::unique_ptr<MainWindow> open()
    {
        auto window = std::make_unique<MainWindow>(*m_desk, *m_theme, [stage = m_stage] { return tests::sampleNow(stage); }, standardPages());
        window->show();
        return window;
    }

    SampleStage m_stage = SampleStage::Running;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<tests::FakeDesk> m_desk;
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
