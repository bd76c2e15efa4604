// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/attestation/attestation_page.h"
#include "ui/pages/attestation/event_log_rows.h"
#include "ui/pages/attestation/evidence_rows.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/check_row.h"
#include "ui/widgets/hash_label.h"

using namespace quorate;
using namespace quorate::ui;
using tests::SampleStage;

class AttestationPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRefusedAppraisalShowsTheRefusedBannerAndOpensItsQuestion()
    {
        Fixture f({.refusedEvidence = true});
        QCOMPARE(f.page.banner().kind(), VerdictKind::Refused);
        QCOMPARE(f.page.banner().sentence(), QStringLiteral("Refused: this is not the approved program"));
        const CheckRow* row = f.page.rows()[2];
        QVERIFY(row->isOpen());
        QCOMPARE(row->content().answer, QStringLiteral("No"));
        QVERIFY(!row->content().why.isEmpty() && !row->content().todo.isEmpty());
    }

    void whatIsNotCheckedIsNeverAYes()
    {
        Fixture f({});
        QCOMPARE(f.page.rows()[0]->content().kind, VerdictKind::Caution);
        attestation::AppraisalResult empty;
        NodeAppraisal node;
        node.result = empty;
        for (const QuestionText& text : questionTexts(node)) QCOMPARE(text.kind, VerdictKind::Unknown);
    }

    void trainingModeShowsNoGreenAnywhereOnThePage()
    {
        Fixture f({.mode = study::StudyMode::Training});
        QCOMPARE(f.page.banner().kind(), VerdictKind::Training);
        f.page.resize(1072, 744);
        const QImage image = f.page.grab().toImage();
        const VerdictColors green = f.theme.verdict(VerdictKind::Accepted);
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QRgb pixel = image.pixel(x, y);
                QVERIFY(pixel != green.text.rgb() && pixel != green.bg.rgb() && pixel != green.line.rgb());
            }
        }
    }

    void checkAgainAsksTheDeskAndCanBeCancelled()
    {
        Fixture f({});
        f.page.checkAgain();
        QCOMPARE(f.desk.nodeChecks.size(), std::size_t(1));
        QCOMPARE(f.page.state(), PageState::Loading);
        Q_EMIT f.page.cancelRequested();
        QCOMPARE(f.page.state(), PageState::Ready);
        f.desk.finishCalls();
        QCOMPARE(f.page.state(), PageState::Ready);
    }

    void aFailedCheckKeepsTheOldAnswersUnderItsBanner()
    {
        Fixture f({});
        f.desk.failNext({ErrorKind::Unavailable, "service is not reachable"});
        f.page.checkAgain();
        f.desk.finishCalls();
        QCOMPARE(f.page.state(), PageState::Failed);
        QCOMPARE(f.page.rows()[2]->content().answer, QStringLiteral("Yes"));
    }

    void filesOpenInATabOfTheirOwn()
    {
        Fixture f({});
        const int before = f.page.nodeTabs()->count();
        f.desk.setFileAnswer(tests::sampleService({.refusedEvidence = true}));
        f.page.openFolder(QStringLiteral("somewhere"));
        QCOMPARE(f.page.nodeTabs()->count(), before + 1);
        QCOMPARE(f.page.banner().kind(), VerdictKind::Refused);
    }

    void theFirstDifferingByteIsFound()
    {
        QCOMPARE(firstDifference({1, 2, 3}, {1, 9, 3}), std::optional<std::size_t>(1));
        QCOMPARE(firstDifference({1, 2}, {1, 2, 3}), std::optional<std::size_t>(2));
        QVERIFY(!firstDifference({1, 2}, {1, 2}));
    }

    void expertTablesKeepTheRulesOfItemModels()
    {
        Theme theme;
        EvidenceTableModel model(theme);
        const QAbstractItemModelTester tester(&model);
        model.setTable(transcriptTable(tests::sampleService()));
        QCOMPARE(model.rowCount(), 15);
        model.setTable(tcbTable(tests::sampleService()));
        QCOMPARE(model.columnCount(), 4);
    }

    void theEventLogIsGroupedAndItsFirstDivergenceMarked()
    {
        using namespace attestation::eventlog;
        NodeAppraisal node = tests::sampleService();
        QCOMPARE(eventLogTable(node).rows.size(), std::size_t(1));
        Replay log;
        const auto event = [&log](std::size_t rtmr, std::uint8_t fill, Confirmation confirmation) {
            ReplayedEvent row;
            row.number = log.events.size() + 1;
            row.rtmr = rtmr;
            row.digest = Digest48::from(Bytes(48, fill)).value();
            row.confirmation = confirmation;
            log.events.push_back(row);
        };
        event(1, 0x11, Confirmation::WholeData);
        event(0, 0x22, Confirmation::None);
        event(1, 0x33, Confirmation::Contradicted);
        event(1, 0x44, Confirmation::WholeData);
        node.result.eventLog = log;
        const auto plain = eventLogTable(node);
        QCOMPARE(plain.rows.size(), std::size_t(4));
        QCOMPARE(plain.rows[0].cells.first(), QStringLiteral("RTMR0"));
        QCOMPARE(plain.rows[0].kind, std::optional(VerdictKind::Unknown));
        QCOMPARE(plain.rows[1].cells.last(), QStringLiteral("Confirmed by data"));
        QCOMPARE(plain.rows[2].kind, std::optional(VerdictKind::Refused));

        node.result.checks.push_back({"tdx.event-log.reference", attestation::Question::ApprovedProgram, attestation::CheckOutcome::Fail,
                                      toText(Divergence{1, 4, log.events[3].digest, Digest48{}, "found", "wanted"}), {}, {}});
        const auto marked = eventLogTable(node);
        QCOMPARE(marked.rows[3].cells.last(), QStringLiteral("First difference from the reference log"));
        QCOMPARE(marked.rows[1].cells.last(), QStringLiteral("Confirmed by data"));
        node.result.checks.back().found = toText(Divergence{1, 0, std::nullopt, Digest48{}, {}, "wanted"});
        QCOMPARE(eventLogTable(node).rows.back().cells.last(), QStringLiteral("Ends before the reference log"));
    }

    void aBundleIsWrittenAsItIs()
    {
        Fixture f({});
        const auto* button = f.page.findChild<QPushButton*>(QStringLiteral("exportBundle"));
        QVERIFY(button->isHidden());
        NodeAppraisal node = tests::sampleService();
        node.bundle = std::make_shared<const std::string>("{\n}\n");
        f.desk.setFileAnswer(node);
        f.page.openFolder(QStringLiteral("somewhere"));
        QVERIFY(!button->isHidden());
        const QTemporaryDir folder;
        f.page.exportBundle(folder.filePath(QStringLiteral("b.json")));
        QFile file(folder.filePath(QStringLiteral("b.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("{\n}\n"));
        f.page.exportBundle(folder.filePath(QStringLiteral("missing/b.json")));
        QCOMPARE(f.page.state(), PageState::Failed);
    }

    void aBundleWhoseResultDoesNotComeOutAgainIsRefused()
    {
        Fixture f({});
        NodeAppraisal node = tests::sampleService();
        node.reappraised = NodeAppraisal::Reappraised{true, "line 3"};
        f.desk.setFileAnswer(node);
        f.page.openFolder(QStringLiteral("bundle.json"));
        QCOMPARE(f.page.banner().kind(), VerdictKind::Refused);
        QCOMPARE(f.page.banner().sentence(), QStringLiteral("The bundle's result did not come out again"));
    }

    void anAcceptanceThatTheVerdictRestsOnIsShownWithItsSignersAndItsEnd()
    {
        Fixture f({});
        const auto* label = f.page.findChild<QLabel*>(QStringLiteral("acceptance"));
        NodeAppraisal node = tests::sampleService();
        f.desk.setFileAnswer(node);
        f.page.openFolder(QStringLiteral("somewhere"));
        QVERIFY(label->parentWidget()->isHidden());
        study::Member signer;
        signer.name = "Ada Root";
        signer.organisation = "Cleveland";
        node.acceptance = study::VerifiedAcceptance{{{}, "Milan", "no other machines until March", *parseRfc3339("2027-03-31T00:00:00Z"), {}}, {signer}, {}};
        f.desk.setFileAnswer(node);
        f.page.openFolder(QStringLiteral("somewhere"));
        QVERIFY(!label->parentWidget()->isHidden());
        for (const char* part : {"Milan machines", "31 Mar 2027", "Ada Root", "Cleveland", "no other machines until March"}) {
            QVERIFY2(label->text().contains(QLatin1String(part)), qPrintable(label->text()));
        }
    }

    void exceptionsOfAPolicyAreSaidWhetherOrNotOneHolds()
    {
        StudySnapshot study = tests::sampleStudy(SampleStage::Running);
        const UtcMillis now = tests::sampleNow(SampleStage::Running);
        QVERIFY(exceptionsSentence(study, now).isEmpty());
        study.policy.productsUnderAcceptance = {"Milan"};
        QVERIFY(exceptionsSentence(study, now).startsWith(QStringLiteral("Milan machines do not count")));
        study::VerifiedAcceptance given{{{}, "Milan", "a reason", toSeconds(now) + std::chrono::hours(1), {}}, {}, {}};
        study.acceptances.push_back({given, {}, now});
        QVERIFY(exceptionsSentence(study, now).contains(QStringLiteral("a reason")));
        QVERIFY(exceptionsSentence(study, now + std::chrono::hours(2)).startsWith(QStringLiteral("Milan machines do not count")));
    }

    void whatIsKeptOfTheMakersPapersSaysUntilWhen()
    {
        Fixture f({});
        const auto* label = f.page.findChild<QLabel*>(QStringLiteral("collateral"));
        const UtcMillis now = tests::sampleNow(SampleStage::Running);
        DeskStatus status;
        f.page.setStatus(status);
        QVERIFY(label->text().contains(QStringLiteral("This computer fetches none.")));
        status.collateral.emplace();
        f.page.setStatus(status);
        QCOMPARE(label->text(), QStringLiteral("None is kept on this computer yet."));
        status.collateral->validUntil = now + std::chrono::hours(24 * 9);
        status.collateral->refreshedAt = now - std::chrono::hours(5);
        f.page.setStatus(status);
        QVERIFY2(label->text().startsWith(QStringLiteral("Collateral kept here is valid until ")), qPrintable(label->text()));
        QVERIFY(label->text().endsWith(QStringLiteral("Refreshed 5 h ago.")));
        status.collateral->validUntil = now - std::chrono::hours(1);
        status.collateral->problem = Error{ErrorKind::Unavailable, "no answer"};
        f.page.setStatus(status);
        QVERIFY(label->text().startsWith(QStringLiteral("Collateral kept here expired on ")));
        QVERIFY(label->text().contains(QStringLiteral("(no answer)")));
    }

private:
    struct Fixture {
        explicit Fixture(const tests::SampleOptions& options)
            : page({desk, theme, [] { return tests::sampleNow(SampleStage::Running); }})
        {
            theme.setSchemeChoice(SchemeChoice::Light);
            page.setStudy(std::make_shared<StudySnapshot>(tests::sampleStudy(SampleStage::Running, options)));
        }
        Theme theme;
        tests::FakeDesk desk;
        AttestationPage page;
    };
};

QTEST_MAIN(AttestationPageTest)
#include "attestation_page_test.moc"
