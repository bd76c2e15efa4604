// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QImage>
#include <QTabBar>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/attestation/attestation_page.h"
#include "ui/pages/attestation/evidence_rows.h"
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
