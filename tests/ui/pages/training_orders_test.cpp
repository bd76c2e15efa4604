// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTest>
#include <QTimer>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/study_pages.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/page_head.h"

using namespace quorate;
using namespace quorate::ui;
using namespace quorate::tests;
using study::OrderAction;
using study::Role;

namespace {

/// The training page of a running study, at the size it has in a window of 1280x800.
struct Stand {
    explicit Stand(const study::Member& me = sampleMember(Role::Coordinator, "Cleveland"), SampleStage at = SampleStage::Running) : stage(at)
    {
        theme.setSchemeChoice(SchemeChoice::Light);
        theme.setBodyPointSize(10);
        theme.applyTo(*qApp);
        desk.setStudy(sampleStudy(stage));
        desk.setStatus(sampleStatus(me));
        page = studyPages().at(PageId::Training)({desk, theme, [this] { return sampleNow(stage); }});
        page->resize(1072, 716);
        refresh();
        page->show();
    }
    void refresh()
    {
        // It paints ten times a second at most.
        QTRY_VERIFY(!page->findChild<QTimer*>({}, Qt::FindDirectChildrenOnly)->isActive());
        page->setStatus(desk.status());
        page->setStudy(desk.studies().front());
    }
    /// The coordinator's order reaches the page as an event of the study.
    void order(OrderAction action, const std::string& reason, const std::string& site = {})
    {
        desk.setStudy(withOrder(*desk.studies().front(), action, reason, site));
        refresh();
    }
    [[nodiscard]] QPushButton* button(const char* name) const { return page->findChild<QPushButton*>(QLatin1String(name)); }
    void click(const char* name) const { QTest::mouseClick(button(name), Qt::LeftButton); }
    [[nodiscard]] QTableView* sites() const
    {
        for (auto* table : page->findChildren<QTableView*>()) {
            if (table->accessibleName() == QStringLiteral("Sites in this round")) return table;
        }
        return nullptr;
    }
    void choose(int row) const
    {
        auto* table = sites();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 0)).center());
    }
    void sign(const QString& reason) const
    {
        QTest::keyClicks(page->findChild<QPlainTextEdit*>(QStringLiteral("reason")), reason);
        QTest::keyClicks(page->findChild<QLineEdit*>(QStringLiteral("studyCode")), QStringLiteral("HEART-4"));
        QTest::keyClicks(page->findChild<QLineEdit*>(QStringLiteral("passphrase")), QStringLiteral("secret"));
        click("approve");
    }
    [[nodiscard]] Banner* banner(const char* name) const { return page->findChild<Banner*>(QLatin1String(name)); }
    [[nodiscard]] QString words(const char* name) const
    {
        QStringList out;
        for (const auto* label : banner(name)->findChildren<QLabel*>()) out << label->text();
        return out.join(QLatin1Char(' '));
    }
    [[nodiscard]] QString state(int row) const { return sites()->model()->index(row, 1).data().toString(); }

    SampleStage stage;
    Theme theme;
    FakeDesk desk;
    std::unique_ptr<Page> page;
};

constexpr int kZurich = 2;

}  // namespace

class TrainingOrdersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCoordinatorPausesAndResumesWithAReason()
    {
        Stand stand;
        QVERIFY(!stand.banner("hold")->isVisible());
        QCOMPARE(stand.button("pauseRounds")->text(), QStringLiteral("Pause…"));
        stand.click("pauseRounds");
        QVERIFY(!stand.button("approve")->isEnabled());
        stand.sign(QStringLiteral("Committee meets"));
        QCOMPARE(stand.desk.orders.size(), 1U);
        QCOMPARE(stand.desk.orders[0].action, OrderAction::Pause);
        QVERIFY(stand.desk.orders[0].site.isZero());
        QCOMPARE(stand.desk.orders[0].reason, std::string("Committee meets"));
        QCOMPARE(stand.desk.orders[0].passphrase, std::string("secret"));
        QCOMPARE(stand.desk.orders[0].number, 1U);
        QVERIFY(!stand.button("approve")->isEnabled());
        stand.desk.finishCalls();
        QVERIFY(!stand.button("approve")->isVisible());

        stand.order(OrderAction::Pause, "Committee meets");
        QVERIFY(stand.banner("hold")->isVisible());
        QVERIFY(stand.banner("hold")->sentence().contains(QStringLiteral("round 9 may end")));
        QVERIFY(stand.words("hold").contains(QStringLiteral("since 14:41 UTC, 21 Nov 2026: Committee meets")));
        QVERIFY(stand.words("hold").contains(toName(sampleMember(Role::Coordinator, "Cleveland"))));
        QCOMPARE(stand.button("pauseRounds")->text(), QStringLiteral("Resume…"));
        stand.click("pauseRounds");
        stand.sign(QStringLiteral("Committee agreed"));
        QCOMPARE(stand.desk.orders[1].action, OrderAction::Resume);
        QCOMPARE(stand.desk.orders[1].number, 2U);
        stand.desk.finishCalls();
        stand.order(OrderAction::Resume, "Committee agreed");
        QVERIFY(!stand.banner("hold")->isVisible());
        QCOMPARE(stand.button("pauseRounds")->text(), QStringLiteral("Pause…"));
    }

    void theChosenSiteIsExcludedAndReadmitted()
    {
        Stand stand;
        QVERIFY(!stand.button("excludeSite")->isEnabled());
        QVERIFY(stand.button("excludeSite")->toolTip().contains(QStringLiteral("Choose a site")));
        stand.choose(kZurich);
        QCOMPARE(stand.button("excludeSite")->text(), QStringLiteral("Exclude Zurich…"));
        stand.click("excludeSite");
        stand.sign(QStringLiteral("Records under review"));
        QCOMPARE(stand.desk.orders.size(), 1U);
        QCOMPARE(stand.desk.orders[0].action, OrderAction::Exclude);
        QVERIFY(stand.desk.orders[0].site == sampleSite("zurich"));
        stand.desk.finishCalls();

        stand.order(OrderAction::Exclude, "Records under review", "zurich");
        QCOMPARE(stand.state(kZurich), QStringLiteral("Excluded"));
        QVERIFY(stand.banner("excluded")->isVisible());
        QVERIFY(stand.banner("excluded")->sentence().contains(QStringLiteral("Zurich")));
        QVERIFY(stand.words("excluded").contains(QStringLiteral("Records under review")));
        // Nobody waits for its update.
        QVERIFY(stand.page->findChild<PageHead*>()->sentence().contains(QStringLiteral("2 of 3 updates are in")));
        QCOMPARE(stand.button("excludeSite")->text(), QStringLiteral("Readmit Zurich…"));
        stand.click("excludeSite");
        stand.sign(QStringLiteral("Reviewed"));
        QCOMPARE(stand.desk.orders[1].action, OrderAction::Readmit);
        QVERIFY(stand.desk.orders[1].site == sampleSite("zurich"));
        stand.desk.finishCalls();
        stand.order(OrderAction::Readmit, "Reviewed", "zurich");
        QVERIFY(!stand.banner("excluded")->isVisible());
        QCOMPARE(stand.button("excludeSite")->text(), QStringLiteral("Exclude Zurich…"));
    }

    void theSheetIsAboutTheSiteForWhichItWasOpened()
    {
        Stand stand;
        stand.choose(kZurich);
        stand.click("excludeSite");
        // Another order arrives while the reason is typed: what was shown is what is signed, and the service refuses its number.
        stand.order(OrderAction::Exclude, "Late again", "budapest");
        stand.sign(QStringLiteral("Records under review"));
        QVERIFY(stand.desk.orders[0].site == sampleSite("zurich"));
        QCOMPARE(stand.desk.orders[0].number, 1U);
    }

    void aRefusedOrderStaysOnTheSheetWithItsReason()
    {
        Stand stand;
        stand.click("pauseRounds");
        stand.desk.failNext({ErrorKind::PolicyRefused, "the order has number 1, want 2"});
        stand.sign(QStringLiteral("Committee meets"));
        stand.desk.finishCalls();
        QVERIFY(stand.button("approve")->isVisible());
        bool isShown = false;
        for (const Banner* banner : stand.page->findChildren<Banner*>()) isShown = isShown || (banner->isVisible() && !banner->isWaiting());
        QVERIFY(isShown);
    }

    void belowTheMinimumTheStudySaysThatItWaits()
    {
        Stand stand;
        const auto minimum = stand.desk.studies().front()->protocol().plan.minimumSites;
        std::uint32_t left = 4;
        for (const char* site : {"cleveland", "budapest", "zurich"}) {
            stand.order(OrderAction::Exclude, "test", site);
            QCOMPARE(stand.banner("hold")->isVisible(), --left < minimum);
        }
        QVERIFY(stand.banner("hold")->sentence().contains(QStringLiteral("1 site")));
        QVERIFY(stand.words("excluded").contains(QStringLiteral("Budapest: ")));
    }

    void nobodyButACoordinatorOrdersAndOnlyWhileRoundsRun()
    {
        Stand stand(sampleMember(Role::Auditor, "Cleveland"));
        stand.choose(kZurich);
        for (const char* name : {"pauseRounds", "excludeSite"}) {
            QVERIFY(!stand.button(name)->isEnabled());
            QVERIFY(stand.button(name)->toolTip().contains(QStringLiteral("coordinator")));
        }
        Stand over(sampleMember(Role::Coordinator, "Cleveland"), SampleStage::Finished);
        over.choose(kZurich);
        for (const char* name : {"pauseRounds", "excludeSite"}) QVERIFY(!over.button(name)->isEnabled());
        Stand early(sampleMember(Role::Coordinator, "Cleveland"), SampleStage::Quorate);
        QVERIFY(!early.button("pauseRounds")->isVisible());
    }

    void noPageScrollsSidewaysWithTheOrdersShown()
    {
        Stand stand;
        stand.order(OrderAction::Exclude, "The site exchanged its scanner; its records are under review until the vendor has answered.", "zurich");
        stand.order(OrderAction::Pause, "The steering committee meets on Monday.");
        stand.choose(3);
        for (const int width : {776, 1072}) {
            stand.page->resize(width, 716);
            for (int pass = 0; pass < 8; ++pass) {
                QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
                (void)stand.page->grab();
            }
            for (const auto* area : stand.page->findChildren<QScrollArea*>()) QCOMPARE(area->horizontalScrollBar()->maximum(), 0);
        }
    }

private:
    static QString toName(const study::Member& member) { return QString::fromStdString(member.name); }
};

QTEST_MAIN(TrainingOrdersTest)
#include "training_orders_test.moc"
