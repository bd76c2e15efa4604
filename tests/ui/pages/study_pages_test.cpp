// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QGraphicsView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/study_pages.h"
#include "ui/text/privacy_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/chart_frame.h"
#include "ui/widgets/cross_hair.h"
#include "ui/widgets/heat_map.h"
#include "ui/widgets/round_timeline.h"
#include "ui/widgets/trust_badge.h"

using namespace quorate;
using namespace quorate::ui;
using namespace quorate::tests;
using study::Role;

namespace {

/// One page on a desk, shown at the size it has in a window of 1280x800.
struct Stand {
    Stand(PageId id, SampleStage at, const study::Member& me, const SampleOptions& options = {}) : stage(at)
    {
        theme.setSchemeChoice(SchemeChoice::Light);
        theme.setBodyPointSize(10);
        theme.applyTo(*qApp);
        desk.setStudy(sampleStudy(stage, options));
        desk.setStatus(sampleStatus(me));
        page = studyPages().at(id)({desk, theme, [this] { return sampleNow(stage); }});
        page->resize(1072, 716);
        refresh();
        page->show();
    }
    void refresh()
    {
        page->setStatus(desk.status());
        page->setStudy(desk.studies().front());
    }
    /// A layout that changes its form asks the one above it, level by level.
    void settle() const
    {
        for (int pass = 0; pass < 8; ++pass) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            (void)page->grab();
        }
    }
    QPushButton* button(const char* name) const { return page->findChild<QPushButton*>(QLatin1String(name)); }
    void click(const char* name) const { QTest::mouseClick(button(name), Qt::LeftButton); }
    void fill(const QString& code) const
    {
        QTest::keyClicks(page->findChild<QPlainTextEdit*>(QStringLiteral("reason")), QStringLiteral("Checked"));
        QTest::keyClicks(page->findChild<QLineEdit*>(QStringLiteral("studyCode")), code);
        QTest::keyClicks(page->findChild<QLineEdit*>(QStringLiteral("passphrase")), QStringLiteral("secret"));
    }

    SampleStage stage;
    Theme theme;
    FakeDesk desk;
    std::unique_ptr<Page> page;
};

}  // namespace

class StudyPagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReviewerApprovesWithReasonCodeAndPassphrase()
    {
        Stand stand(PageId::Approvals, SampleStage::AwaitingApprovals, sampleMember(Role::SiteReviewer, "Zurich"));
        QVERIFY(!stand.button("approve")->isEnabled());
        stand.fill(QStringLiteral("HEART-4"));
        QVERIFY(stand.button("approve")->isEnabled());
        stand.click("approve");
        QCOMPARE(stand.desk.participations.size(), 1U);
        QCOMPARE(stand.desk.participations[0].decision, study::Decision::Approve);
        QCOMPARE(stand.desk.participations[0].reason, std::string("Checked"));
        QCOMPARE(stand.desk.participations[0].passphrase, std::string("secret"));
        QVERIFY(!stand.button("approve")->isEnabled());
        stand.desk.finishCalls();
        QVERIFY(stand.page->findChild<QLineEdit*>(QStringLiteral("studyCode"))->text().isEmpty());
    }

    void aWrongStudyCodeKeepsApproveDisabled()
    {
        Stand stand(PageId::Approvals, SampleStage::AwaitingApprovals, sampleMember(Role::SiteReviewer, "Zurich"));
        stand.fill(QStringLiteral("HEART-5"));
        QVERIFY(!stand.button("approve")->isEnabled());
        QVERIFY(stand.button("approve")->toolTip().contains(QStringLiteral("HEART-4")));
        stand.click("approve");
        QVERIFY(stand.desk.participations.empty());
    }

    void enterNeverSigns()
    {
        Stand stand(PageId::Approvals, SampleStage::AwaitingApprovals, sampleMember(Role::SiteReviewer, "Zurich"));
        stand.fill(QStringLiteral("HEART-4"));
        QTest::keyClick(stand.page->findChild<QLineEdit*>(QStringLiteral("passphrase")), Qt::Key_Return);
        QTest::keyClick(stand.page->findChild<QLineEdit*>(QStringLiteral("studyCode")), Qt::Key_Enter);
        QVERIFY(stand.desk.participations.empty());
    }

    void anotherRoleCannotAnswerAndReadsWhy()
    {
        Stand stand(PageId::Approvals, SampleStage::AwaitingApprovals, sampleMember(Role::Coordinator, "Cleveland"));
        stand.fill(QStringLiteral("HEART-4"));
        QVERIFY(!stand.button("approve")->isEnabled());
        QVERIFY(stand.button("approve")->toolTip().contains(QStringLiteral("coordinator")));
    }

    void aFailureShowsWhatAndWhatToDo()
    {
        Stand stand(PageId::Approvals, SampleStage::AwaitingApprovals, sampleMember(Role::SiteReviewer, "Zurich"));
        stand.fill(QStringLiteral("HEART-4"));
        stand.desk.failNext({ErrorKind::Unavailable, "service did not answer"});
        stand.click("refuse");
        stand.desk.finishCalls();
        bool said = false;
        for (const Banner* banner : stand.page->findChildren<Banner*>()) {
            said = said || (banner->isVisible() && banner->accessibleDescription().contains(QStringLiteral("service did not answer")));
        }
        QVERIFY(said);
    }

    void aCustodianSealsTheShare()
    {
        Stand stand(PageId::KeyRelease, SampleStage::AwaitingKey, sampleMember(Role::Custodian, "Long Beach"));
        QVERIFY(stand.button("sealShare")->isEnabled());
        stand.click("sealShare");
        stand.fill(QStringLiteral("HEART-4"));
        stand.click("approve");
        QCOMPARE(stand.desk.shares.size(), 1U);
        QCOMPARE(stand.desk.shares[0].decision, study::Decision::Approve);
        stand.desk.finishCalls();
        QVERIFY(!stand.button("approve")->isVisible());
    }

    void evidenceThatDiffersBlocksSealing()
    {
        SampleOptions options;
        options.refusedEvidence = true;
        Stand stand(PageId::KeyRelease, SampleStage::AwaitingKey, sampleMember(Role::Custodian, "Long Beach"), options);
        QVERIFY(!stand.button("sealShare")->isEnabled());
        QVERIFY(!stand.button("sealShare")->toolTip().isEmpty());
    }

    void whoSealedCannotSealAgain()
    {
        Stand stand(PageId::KeyRelease, SampleStage::AwaitingKey, sampleMember(Role::Custodian, "Zurich"));
        QVERIFY(!stand.button("sealShare")->isEnabled());
    }

    void revokedCustodiansAreMarkedAndMissed()
    {
        Stand stand(PageId::KeyRelease, SampleStage::AwaitingKey, sampleMember(Role::Custodian, "Long Beach"));
        const auto shown = [&](const QString& words) {
            const auto labels = stand.page->findChildren<QLabel*>();
            return std::ranges::count_if(labels, [&](const QLabel* label) { return label->text().contains(words); });
        };
        QCOMPARE(shown(QStringLiteral("Too few custodians")), 0);
        StudySnapshot study = sampleStudy(stand.stage);
        const UtcSeconds from = toSeconds(sampleNow(stand.stage)) - std::chrono::hours(1);
        for (study::Member& member : study.roster.members) {
            if (member.role != Role::Custodian) continue;
            member.revokedFrom = from;
            member.revocationReason = "Has left";
        }
        const auto custodians = study.protocol().quorum.shares.size();
        StudySnapshot later = study;
        for (study::Member& member : later.roster.members) {
            if (member.revokedFrom) member.revokedFrom = from + std::chrono::hours(24);
        }
        stand.desk.setStudy(std::move(later));
        stand.refresh();
        QCOMPARE(shown(QStringLiteral("Revoked from")), static_cast<qsizetype>(custodians));
        QCOMPARE(shown(QStringLiteral("Too few custodians")), 0);
        QVERIFY(stand.button("sealShare")->isEnabled());
        stand.desk.setStudy(std::move(study));
        stand.refresh();
        QCOMPARE(shown(QStringLiteral("Revoked since")), static_cast<qsizetype>(custodians));
        QCOMPARE(shown(QStringLiteral("UTC\nRevoked since")), 2);
        QVERIFY(shown(QStringLiteral("Too few custodians are left: 2 of 3 shares are sealed, 0 can still come")) >= 1);
    }

    void aCoordinatorFreezesTheStatement()
    {
        Stand stand(PageId::KeyRelease, SampleStage::ApprovalsComplete, sampleMember(Role::Coordinator, "Cleveland"));
        stand.click("freezeStatement");
        QVERIFY(stand.desk.frozenStatements.empty());
        stand.fill(QStringLiteral("HEART-4"));
        stand.click("approve");
        QCOMPARE(stand.desk.frozenStatements.size(), 1U);
        QCOMPARE(stand.desk.frozenStatements[0].reason, std::string("Checked"));
        QCOMPARE(stand.desk.frozenStatements[0].passphrase, std::string("secret"));
        QVERIFY(!stand.button("freezeStatement")->isEnabled());
        stand.desk.finishCalls();
        QVERIFY(stand.button("freezeStatement")->isEnabled());
        QVERIFY(!stand.button("approve")->isVisible());
    }

    void anyoneFreezesTheStudy()
    {
        Stand stand(PageId::KeyRelease, SampleStage::Running, sampleMember(Role::Auditor, "Cleveland"));
        stand.click("freezeStudy");
        stand.fill(QStringLiteral("HEART-4"));
        stand.click("approve");
        QCOMPARE(stand.desk.stops.size(), 1U);
        QCOMPARE(stand.desk.stops[0].kind, release::Revocation::Kind::Freeze);
    }

    void onlyCustodiansThawAndOnlyTheFreezeThatWasShown()
    {
        Stand stand(PageId::KeyRelease, SampleStage::Frozen, sampleMember(Role::Coordinator, "Cleveland"));
        QVERIFY(!stand.button("freezeStudy")->isEnabled());
        stand.desk.setStatus(sampleStatus(sampleMember(Role::Custodian, "Zurich")));
        stand.refresh();
        QVERIFY(stand.button("freezeStudy")->isEnabled());
        stand.click("freezeStudy");
        stand.fill(QStringLiteral("HEART-4"));
        stand.click("approve");
        QCOMPARE(stand.desk.stops.size(), 1U);
        QCOMPARE(stand.desk.stops[0].kind, release::Revocation::Kind::Thaw);
        QVERIFY(stand.desk.stops[0].freeze == stand.desk.studies().front()->projection.freezeOrder());
    }

    void aCoordinatorStartsTheRoundsAndNobodyElse()
    {
        Stand stand(PageId::Training, SampleStage::Quorate, sampleMember(Role::SiteReviewer, "Zurich"));
        QVERIFY(!stand.button("startRounds")->isEnabled());
        stand.desk.setStatus(sampleStatus(sampleMember(Role::Coordinator, "Cleveland")));
        stand.refresh();
        stand.click("startRounds");
        QCOMPARE(stand.desk.startedStudies.size(), 1U);
    }

    void liveEventsReplacePointsAndBuildNoNewLines()
    {
        Stand stand(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        auto* chart = stand.page->findChild<ChartFrame*>();
        QCOMPARE(chart->rebuilds(), 1);
        QCOMPARE(chart->table().cell(8, 5).text, QStringLiteral("–"));
        stand.desk.setStudy(withLastUpdate(*stand.desk.studies().front()));
        for (int i = 0; i < 50; ++i) stand.refresh();
        QTRY_VERIFY(chart->table().cell(8, 5).text != QStringLiteral("–"));
        QCOMPARE(chart->rebuilds(), 1);
    }

    void arrowKeysNameACellOfTheHeatMap()
    {
        Stand stand(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        auto* map = stand.page->findChild<HeatMap*>();
        for (int i = 0; i < 3; ++i) QTest::keyClick(map, Qt::Key_Down);
        for (int i = 0; i < 4; ++i) QTest::keyClick(map, Qt::Key_Right);
        QCOMPARE(map->accessibleDescription(), QStringLiteral("Long Beach, round 5: dropped"));
    }

    void nothingIsGreenInTrainingMode()
    {
        const SampleOptions options{.mode = study::StudyMode::Training, .refusedEvidence = false, .pooled = true};
        for (const SampleStage stage : {SampleStage::AwaitingKey, SampleStage::Finished}) {
            for (const auto& [id, factory] : studyPages()) {
                Stand stand(id, stage, sampleMember(Role::Custodian, "Long Beach"), options);
                for (const Banner* banner : stand.page->findChildren<Banner*>()) {
                    QVERIFY(!banner->isVisible() || banner->isWaiting() || banner->kind() != VerdictKind::Accepted);
                }
                for (const TrustBadge* badge : stand.page->findChildren<TrustBadge*>()) {
                    QVERIFY(badge->look().kind != VerdictKind::Accepted);
                }
            }
        }
    }

    void noPageScrollsSidewaysOrAtAllInItsUsualSize()
    {
        const std::map<PageId, SampleStage> stages{{PageId::KeyRelease, SampleStage::AwaitingKey}, {PageId::Training, SampleStage::Running},
                                                   {PageId::Results, SampleStage::Finished}, {PageId::Audit, SampleStage::Finished}};
        for (const auto& [id, stage] : stages) {
            SampleOptions options;
            options.pooled = id == PageId::Results;
            Stand stand(id, stage, sampleMember(Role::Custodian, "Long Beach"), options);
            for (const int width : {776, 1072}) {
                stand.page->resize(width, 716);
                stand.settle();
                const QString folder = qEnvironmentVariable("QUORATE_PICTURES");
                if (!folder.isEmpty()) stand.page->grab().save(QStringLiteral("%1/page-%2-%3.png").arg(folder).arg(static_cast<int>(id)).arg(width));
                for (const auto* area : stand.page->findChildren<QAbstractScrollArea*>()) {
                    if (!area->isVisible() || !area->horizontalScrollBar()) continue;
                    const bool isPage = qobject_cast<const QScrollArea*>(area) != nullptr;
                    QVERIFY2(!isPage || width < 900 || area->verticalScrollBar()->maximum() == 0, qPrintable(QStringLiteral("%1 by %2").arg(area->accessibleName()).arg(area->verticalScrollBar()->maximum())));
                    QVERIFY2(area->horizontalScrollBar()->maximum() == 0,
                             qPrintable(QStringLiteral("%1 at %2 on page %3").arg(area->accessibleName()).arg(width).arg(static_cast<int>(id))));
                }
            }
        }
    }

    void theChartsAxisDropsTheLeadingZeroAndItsTabsFit()
    {
        Stand stand(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        auto* chart = stand.page->findChild<ChartFrame*>();
        QVERIFY(chart->valueLabels().size() >= 3);
        for (const QString& label : chart->valueLabels()) QVERIFY2(label.startsWith(QLatin1Char('.')), qPrintable(label));
        const auto* tabs = chart->findChild<QTabBar*>();
        QCOMPARE(tabs->count(), 6);
        QVERIFY(tabs->tabRect(5).right() < tabs->width());
        QVERIFY(tabs->width() >= tabs->sizeHint().width());
    }

    void theCrossHairNamesShownLinesOnly()
    {
        Stand stand(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        auto* chart = stand.page->findChild<ChartFrame*>();
        auto* view = chart->findChild<QGraphicsView*>();
        const auto point = [&] { QTest::mouseMove(view->viewport(), QPoint(view->width() / 3, view->height() / 2)); };
        stand.settle();
        point();
        auto* cross = chart->findChild<CrossHair*>();
        QTRY_VERIFY(cross->isVisible());
        QCOMPARE(cross->content().rows.size(), 6U);
        for (auto* button : chart->findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Zurich")) QTest::mouseClick(button, Qt::LeftButton);
        }
        QTest::mouseMove(view->viewport(), QPoint(view->width() / 3 + 1, view->height() / 2));
        QTRY_COMPARE(cross->content().rows.size(), 5U);
    }

    void aTrainingPageThatComesToTheFrontIsUpToDate()
    {
        Stand stand(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        const auto* chart = stand.page->findChild<ChartFrame*>();
        stand.page->hide();
        stand.desk.setStudy(withLastUpdate(*stand.desk.studies().front()));
        stand.refresh();
        stand.page->show();
        QVERIFY(chart->table().cell(8, 5).text != QStringLiteral("–"));
    }

    void aTimelineWithoutEventsHasNoEmptyBand()
    {
        Stand bare(PageId::Training, SampleStage::Quorate, sampleMember(Role::Coordinator, "Cleveland"));
        Stand busy(PageId::Training, SampleStage::Running, sampleMember(Role::Coordinator, "Cleveland"));
        QVERIFY(bare.page->findChild<RoundTimeline*>()->height() < busy.page->findChild<RoundTimeline*>()->height());
    }

    void resultsCompareAucWithoutClaimingAnInterval()
    {
        Stand stand(PageId::Results, SampleStage::Finished, sampleMember(Role::Coordinator, "Cleveland"));
        auto* measure = stand.page->findChild<QComboBox*>(QStringLiteral("measure"));
        const auto* table = stand.page->findChild<QTableView*>();
        const auto reading = [&] { return table->model()->index(0, table->model()->columnCount() - 1).data().toString(); };
        QCOMPARE(reading(), QStringLiteral("Higher, not certain"));
        measure->setCurrentIndex(1);
        QVERIFY(reading().endsWith(QStringLiteral("no interval")));
    }

    void theStatementsFootLeadsToAllChecks()
    {
        Stand stand(PageId::KeyRelease, SampleStage::AwaitingKey, sampleMember(Role::Custodian, "Long Beach"));
        PageId opened = PageId::Welcome;
        connect(stand.page.get(), &Page::openPage, this, [&](PageId page) { opened = page; });
        stand.click("allChecks");
        QCOMPARE(opened, PageId::Attestation);
        const auto* table = stand.page->findChild<QTableView*>();
        QVERIFY(std::abs(table->columnWidth(1) - table->columnWidth(2)) <= 1);
    }

    void theAuditShowsTheNewestUntilAnotherIsChosen()
    {
        Stand stand(PageId::Audit, SampleStage::Running, sampleMember(Role::Auditor, "Cleveland"));
        auto* table = stand.page->findChild<QTableView*>(QStringLiteral("studyEvents"));
        stand.desk.setStudy(withLastUpdate(*stand.desk.studies().front()));
        stand.refresh();
        QCOMPARE(table->currentIndex().row(), 0);
        table->selectRow(5);
        const QString chosen = table->currentIndex().siblingAtColumn(0).data().toString();
        stand.refresh();
        QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), chosen);
    }

    void theAuditFilterUnderstandsItsTokens()
    {
        Stand stand(PageId::Audit, SampleStage::Running, sampleMember(Role::Auditor, "Cleveland"));
        auto* field = stand.page->findChild<QLineEdit*>(QStringLiteral("eventFilter"));
        auto* table = stand.page->findChild<QAbstractItemView*>(QStringLiteral("studyEvents"));
        QTest::keyClicks(field, QStringLiteral("kind:dropped site:beach"));
        QCOMPARE(table->model()->rowCount(), 1);
        field->clear();
        QTest::keyClicks(field, QStringLiteral("who:\"security officer\" sealed"));
        QCOMPARE(table->model()->rowCount(), 1);
    }

    void everyPageRendersInBothSchemes()
    {
        const QString folder = qEnvironmentVariable("QUORATE_PICTURES");
        const std::map<PageId, SampleStage> stages{{PageId::Approvals, SampleStage::AwaitingApprovals}, {PageId::KeyRelease, SampleStage::AwaitingKey},
                                                   {PageId::Training, SampleStage::Running}, {PageId::Results, SampleStage::Finished},
                                                   {PageId::Studies, SampleStage::Running}, {PageId::Sites, SampleStage::Running},
                                                   {PageId::Audit, SampleStage::Running}};
        for (const auto& [id, stage] : stages) {
            const auto me = id == PageId::Approvals ? sampleMember(Role::SiteReviewer, "Long Beach") : sampleMember(Role::Custodian, "Long Beach");
            SampleOptions options;
            options.pooled = id == PageId::Results;
            Stand stand(id, stage, me, options);
            for (const auto choice : {SchemeChoice::Light, SchemeChoice::Dark}) {
                stand.theme.setSchemeChoice(choice);
                // The application hands a new palette to its widgets by an event.
                QTRY_COMPARE(stand.page->grab().toImage().pixelColor(2, 2).name(), stand.theme.color(Token::Window).name());
                if (folder.isEmpty()) continue;
                stand.settle();
                const QPixmap picture = stand.page->grab();
                const QString scheme = choice == SchemeChoice::Dark ? QStringLiteral("-dark") : QString();
                QVERIFY(picture.save(QStringLiteral("%1/page-%2%3.png").arg(folder).arg(static_cast<int>(id)).arg(scheme)));
            }
        }
    }

    void aStudyThatProtectsRecordsSaysHowInputsAreScaledAndWhichRecordsAStepTakes()
    {
        study::TrainingPlan plan;
        QCOMPARE(preparationWords(plan.privacy), QStringLiteral("Standardised by each site's own training part"));
        plan.privacy.kind = study::PrivacyKind::RecordLevel;
        plan.privacy.samplingRate = 0.25;
        QVERIFY(preparationWords(plan.privacy).startsWith(QStringLiteral("Scaled by each input's range")));
        QCOMPARE(batchWords(plan), QStringLiteral("Each record with a chance of 0.25 in each step"));
    }

    void aReviewerSeesTheDigestOfATorchScriptFileAndTheStepsOfASequence()
    {
        study::ModelSpec model{study::ModelKind::TorchScript, 3, 1, 0, 0, 0, {}};
        model.scriptDigest.bytes[31] = 0xab;
        QVERIFY(modelWords(model).endsWith(QStringLiteral("00ab")));
        model = {study::ModelKind::Lstm, 3, 1, 8, 0, 24, {}};
        QCOMPARE(modelWords(model), QStringLiteral("LSTM: 24 steps of inputs 3, outputs 1"));
    }
};

QTEST_MAIN(StudyPagesTest)
#include "study_pages_test.moc"
