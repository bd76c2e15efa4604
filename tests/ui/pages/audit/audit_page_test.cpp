// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/fake_log.h"
#include "tests/ui/support/sample_study.h"
#include "ui/models/audit_table.h"
#include "ui/pages/audit/audit_page.h"
#include "ui/pages/audit/proof_view.h"
#include "ui/text/audit_text.h"
#include "ui/text/translation.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/text_label.h"

using namespace quorate;
using namespace quorate::tests;
using namespace quorate::ui;

namespace {

/// The audit page of a desk with a log, on the tab of this computer's log.
struct Stand {
    explicit Stand(std::size_t entries = 12, study::StudyMode mode = study::StudyMode::Production) : log(entries)
    {
        SampleOptions options;
        options.mode = mode;
        desk.setStudy(sampleStudy(SampleStage::Running, options));
        desk.setLog(&log);
        page = std::make_unique<AuditPage>(PageContext{desk, theme, [] { return sampleNow(SampleStage::Running); }});
        page->resize(1072, 716);
        page->setAttribute(Qt::WA_DontShowOnScreen);
        page->show();
        refresh();
        page->showTab(AuditPage::Tab::Computer);
        log.finishCalls();
    }

    void refresh() { page->setStudy(desk.studies().front()); }
    [[nodiscard]] QTableView* table() const { return page->findChild<QTableView*>(QStringLiteral("logTable")); }
    [[nodiscard]] QString cell(int row, AuditColumn column) const { return table()->model()->index(row, static_cast<int>(column)).data().toString(); }
    [[nodiscard]] Banner* banner(const char* name) const { return page->findChild<Banner*>(QLatin1String(name)); }
    void click(const char* name) const { QTest::mouseClick(page->findChild<QPushButton*>(QLatin1String(name)), Qt::LeftButton); }
    [[nodiscard]] bool shows(const QString& words) const
    {
        const auto labels = page->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->isVisible() && label->text().contains(words); });
    }

    Theme theme;
    FakeLog log;
    FakeDesk desk;
    std::unique_ptr<AuditPage> page;
};

}  // namespace

class AuditPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { installTranslation(); }

    void entriesShowNewestFirstWithTheirTime()
    {
        const Stand stand;
        QCOMPARE(stand.table()->model()->rowCount(), 12);
        QCOMPARE(stand.cell(0, AuditColumn::Number), QStringLiteral("11"));
        QCOMPARE(stand.cell(3, AuditColumn::Event), QStringLiteral("Share sealed"));
        QCOMPARE(stand.cell(3, AuditColumn::When), QStringLiteral("21 Nov 2026, 09:54:00"));
        QCOMPARE(stand.cell(3, AuditColumn::Why), QStringLiteral("First release after image 1.4.1"));
        QCOMPARE(stand.cell(11, AuditColumn::Who), QStringLiteral("This program"));
    }

    void theModelKeepsItsContractWhileTheLogGrows()
    {
        TableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<audit::Entry> entries{sampleEntry(3)};
        model.setContent(auditTable(entries));
        entries.push_back(sampleEntry(4));
        model.setContent(auditTable(entries));
        entries.insert(entries.begin(), sampleEntry(2));
        model.setContent(auditTable(entries));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.rowOf(QStringLiteral("4")), 0);
    }

    void whatIsAppendedIsReadAloneAndAChosenEntryStaysChosen()
    {
        Stand stand;
        stand.table()->selectRow(5);
        const QString chosen = stand.table()->currentIndex().siblingAtColumn(0).data().toString();
        const auto readings = stand.log.readings;
        stand.log.append(sampleEntry(12));
        stand.refresh();
        stand.log.finishCalls();
        QCOMPARE(stand.table()->model()->rowCount(), 13);
        QCOMPARE(stand.log.readings, readings + 1);
        QCOMPARE(stand.table()->currentIndex().siblingAtColumn(0).data().toString(), chosen);
    }

    void aLongLogShowsItsNewestEntriesAndTheEarlierOnesOnDemand()
    {
        Stand stand(5200);
        QCOMPARE(stand.table()->model()->rowCount(), 5000);
        stand.click("earlierEntries");
        stand.log.finishCalls();
        QCOMPARE(stand.table()->model()->rowCount(), 5200);
        QVERIFY(!stand.page->findChild<QPushButton*>(QStringLiteral("earlierEntries"))->isVisible());
    }

    void theFilterUnderstandsItsTokens()
    {
        const Stand stand;
        auto* field = stand.page->findChild<QLineEdit*>(QStringLiteral("logFilter"));
        QTest::keyClicks(field, QStringLiteral("kind:sealed why:\"image 1.4.1\""));
        QCOMPARE(stand.table()->model()->rowCount(), 1);
        field->clear();
        QTest::keyClicks(field, QStringLiteral("who:program"));
        QCOMPARE(stand.table()->model()->rowCount(), 3);
        field->clear();
        QTest::keyClicks(field, QStringLiteral("09:54"));
        QCOMPARE(stand.table()->model()->rowCount(), 1);
    }

    void particularsShowDigestsAndWhatTheSignatureMeans()
    {
        const Stand stand;
        stand.table()->selectRow(3);
        QTRY_VERIFY(stand.shows(QStringLiteral("Approval: the signer agrees")));
        QTRY_VERIFY(stand.shows(QStringLiteral("statement")));
        QTRY_VERIFY(stand.shows(QStringLiteral("01:54:00 \u221208:00 (09:54:00 UTC)")));
        stand.table()->selectRow(1);
        QTRY_VERIFY(stand.shows(QStringLiteral("settings theme")));
    }

    void verifyShowsProgressThenWhatWasRecomputedAndTheProofOfTheChosenEntry()
    {
        Stand stand;
        QCOMPARE(stand.banner("logVerdict")->kind(), VerdictKind::Unknown);
        stand.table()->selectRow(3);
        stand.click("verifyLog");
        QCOMPARE(stand.page->state(), PageState::Loading);
        QCOMPARE(stand.log.checks.back(), std::optional<std::uint64_t>(8));
        QTRY_VERIFY(stand.shows(QStringLiteral("Recomputed 1 of 12 entries")));
        stand.log.finishCalls();
        QCOMPARE(stand.page->state(), PageState::Ready);
        QCOMPARE(stand.banner("logVerdict")->kind(), VerdictKind::Accepted);
        QTRY_VERIFY(stand.shows(QStringLiteral("12 entries re-hashed")));
        QTRY_VERIFY(stand.shows(QStringLiteral("1 checkpoint verified")));
        const auto* proof = stand.page->findChild<ProofView*>();
        QVERIFY(proof != nullptr);
        const QString folder = qEnvironmentVariable("QUORATE_PICTURES");
        for (const auto choice : {SchemeChoice::Light, SchemeChoice::Dark}) {
            stand.theme.setSchemeChoice(choice);
            if (!folder.isEmpty()) QVERIFY(stand.page->grab().save(QStringLiteral("%1/log-%2.png").arg(folder).arg(static_cast<int>(choice))));
        }
        QVERIFY(proof->accessibleDescription().contains(QStringLiteral("Entry 8")));
        // The proof is that entry's alone.
        stand.table()->selectRow(4);
        QTRY_VERIFY(stand.page->findChild<ProofView*>() == nullptr);
    }

    void aCancelledCheckLeavesThePageAsItWas()
    {
        Stand stand;
        stand.click("verifyLog");
        Q_EMIT stand.page->cancelRequested();
        stand.log.finishCalls();
        QCOMPARE(stand.page->state(), PageState::Ready);
        QCOMPARE(stand.banner("logVerdict")->kind(), VerdictKind::Unknown);
    }

    void nothingOfATrainingStudyLooksAccepted()
    {
        Stand stand(12, study::StudyMode::Training);
        stand.click("verifyLog");
        stand.log.finishCalls();
        QCOMPARE(stand.banner("logVerdict")->kind(), VerdictKind::Training);
    }

    void damageIsABannerThatSaysWhatIsWrongAndWhatToDo()
    {
        Stand stand;
        QVERIFY(!stand.banner("logDamage")->isVisible());
        stand.log.setDamage({{"log", "", 12, 14, vault::Damage::Kind::Gap}, {"settings", "theme", 4, {}, vault::Damage::Kind::Edited}});
        stand.refresh();
        QVERIFY(stand.banner("logDamage")->isVisible());
        QCOMPARE(stand.banner("logDamage")->kind(), VerdictKind::Refused);
        QCOMPARE(stand.banner("logDamage")->sentence(),
                 QStringLiteral("This is an older copy: entries 12 to 14 were cosigned and are not here. And 1 more finding."));
        QTRY_VERIFY(stand.shows(QStringLiteral("put the newest copy of the vault back")));
        QCOMPARE(stand.banner("logVerdict")->kind(), VerdictKind::Refused);
    }

    void everyKindOfDamageHasASentenceAndARemedy()
    {
        using Kind = vault::Damage::Kind;
        QStringList seen;
        for (const auto kind : {Kind::Edited, Kind::Missing, Kind::Extra, Kind::Moved, Kind::Unreadable, Kind::HeadMismatch, Kind::BadCheckpoint,
                                Kind::Gap, Kind::Fork}) {
            const ErrorText text = sentenceFor(vault::Damage{"log", "", 3, {}, kind});
            QVERIFY(!text.what.isEmpty() && !text.todo.isEmpty());
            QVERIFY(!seen.contains(text.what));
            seen << text.what;
        }
    }

    void theCheckpointNamesItsCosignersAndWhyThereAreNone()
    {
        Stand stand;
        for (const char* words : {"The log's owner", "signed", "Aggregation service", "Security officer, Zurich", "21 Nov 2026, 14:41:07"}) {
            QVERIFY2(stand.shows(QLatin1String(words)), words);
        }
        stand.log.setWitnessProblem({ErrorKind::Unavailable, "no answer"});
        stand.refresh();
        QTRY_VERIFY(stand.shows(QStringLiteral("Not cosigned: ")));
        QTRY_VERIFY(stand.shows(QStringLiteral("(no answer)")));
    }

    void anExportGoesWhereItWasAskedToAndAFailureIsShown()
    {
        Stand stand;
        stand.page->exportTo(AuditExportFormat::Export, QStringLiteral("/tmp/log.jsonl"));
        stand.log.finishCalls();
        QCOMPARE(stand.log.exports.size(), 1U);
        QCOMPARE(stand.log.exports[0].file, std::string("/tmp/log.jsonl"));
        QCOMPARE(stand.page->state(), PageState::Ready);
        stand.log.failNext({ErrorKind::StorageFailed, "disk is full"});
        stand.page->exportTo(AuditExportFormat::Odm, QStringLiteral("/tmp/log.xml"));
        stand.log.finishCalls();
        QCOMPARE(stand.page->state(), PageState::Failed);
    }

    void withoutAStudyThereIsThisComputersLog()
    {
        FakeLog log;
        FakeDesk desk;
        desk.setLog(&log);
        Theme theme;
        AuditPage page(PageContext{desk, theme, [] { return sampleNow(SampleStage::Running); }});
        page.setAttribute(Qt::WA_DontShowOnScreen);
        page.setStudy(nullptr);
        page.show();
        log.finishCalls();
        QCOMPARE(page.state(), PageState::Ready);
        QVERIFY(!page.findChild<QTabBar*>()->isTabEnabled(0));
        QTest::mouseClick(page.findChild<QPushButton*>(QStringLiteral("verifyLog")), Qt::LeftButton);
        log.finishCalls();
        QCOMPARE(page.findChild<Banner*>(QStringLiteral("logVerdict"))->kind(), VerdictKind::Accepted);
    }

    void aRosterThatWasNotTakenIsABanner()
    {
        Stand stand;
        QVERIFY(!stand.banner("rosterProblem")->isVisible());
        DeskStatus status = sampleStatus(sampleMember(study::Role::Auditor, "Cleveland"));
        status.rosterProblem = Error{ErrorKind::PolicyRefused, "roster is version 1, version 2 has been accepted before"};
        stand.page->setStatus(status);
        stand.refresh();
        QVERIFY(stand.banner("rosterProblem")->isVisible());
        QCOMPARE(stand.banner("rosterProblem")->kind(), VerdictKind::Refused);
        QVERIFY(stand.shows(QStringLiteral("version 2 has been accepted before")));
        status.rosterProblem = Error{ErrorKind::Unavailable, "no answer"};
        stand.page->setStatus(status);
        stand.refresh();
        QCOMPARE(stand.banner("rosterProblem")->kind(), VerdictKind::Caution);
    }

    void theStudysEventsAreNotMadeTallByTheLogBehindThem()
    {
        Stand stand;
        stand.click("verifyLog");
        stand.log.finishCalls();
        stand.page->showTab(AuditPage::Tab::Study);
        const auto* body = stand.page->findChild<QScrollArea*>();
        QTRY_COMPARE(body->verticalScrollBar()->maximum(), 0);
    }

    void withoutALogThereIsOnlyTheStudy()
    {
        Stand stand;
        stand.desk.setLog(nullptr);
        stand.refresh();
        QVERIFY(!stand.page->findChild<QTabBar*>()->isVisible());
        QVERIFY(!stand.page->findChild<QPushButton*>(QStringLiteral("verifyLog"))->isVisible());
    }
};

QTEST_MAIN(AuditPageTest)
#include "audit_page_test.moc"
