// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "tests/ui/support/sample_study.h"
#include "ui/models/metric_series.h"
#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"

using namespace quorate;
using namespace quorate::ui;
using namespace quorate::tests;

class StudyModelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSampleAppliesAndReachesItsState()
    {
        QCOMPARE(sampleStudy(SampleStage::AwaitingKey).projection.state(), study::StudyState::AwaitingKey);
        QCOMPARE(sampleStudy(SampleStage::Running).projection.state(), study::StudyState::Running);
        QCOMPARE(sampleStudy(SampleStage::Running).projection.currentRound(), 9U);
        QCOMPARE(sampleStudy(SampleStage::Finished).projection.state(), study::StudyState::Finished);
    }

    void aNewEventInsertsOneRowAtTheTop()
    {
        TableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const StudySnapshot running = sampleStudy(SampleStage::Running);
        model.setContent(eventTable(running));
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setContent(eventTable(withLastUpdate(running)));
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(inserted.front().at(1).toInt(), 0);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 0);
        QCOMPARE(model.cell(0, 2).text, QStringLiteral("Update accepted"));
        QCOMPARE(model.cell(0, 3).text, QStringLiteral("Long Beach node"));
    }

    void aChangedRowSaysSoAndOnlyIt()
    {
        TableModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const StudySnapshot running = sampleStudy(SampleStage::Running);
        model.setContent(roundTable(running));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setContent(roundTable(withLastUpdate(running)));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.cell(3, 1).text, QStringLiteral("Update in"));
    }

    void noRowOfATrainingStudyIsGreen()
    {
        const SampleOptions options{.mode = study::StudyMode::Training, .refusedEvidence = false, .pooled = true};
        for (const auto& table : {roundTable(sampleStudy(SampleStage::Running, options)), statementTable(sampleStudy(SampleStage::AwaitingKey, options)),
                                  siteTable(sampleStudy(SampleStage::Running, options), sampleNow(SampleStage::Running)),
                                  resultTable(sampleStudy(SampleStage::Finished, options))}) {
            QVERIFY(!table.rows.empty());
            for (const Row& row : table.rows) {
                for (const Cell& cell : row.cells) QVERIFY(cell.verdict != VerdictKind::Accepted);
            }
        }
    }

    void aStatementThatDiffersNamesTheField()
    {
        SampleOptions options;
        QCOMPARE(differingFields(sampleStudy(SampleStage::AwaitingKey, options)), 0);
        options.refusedEvidence = true;
        const StudySnapshot refused = sampleStudy(SampleStage::AwaitingKey, options);
        QCOMPARE(differingFields(refused), 1);
        for (const Row& row : statementTable(refused).rows) {
            QCOMPARE(row.cells.back().verdict == VerdictKind::Refused, row.key == QStringLiteral("MRTD"));
        }
    }

    void theStatementNamesFieldsAsTheManualsDoTheImportantFirst()
    {
        StudySnapshot study = sampleStudy(SampleStage::AwaitingKey);
        study.statement->value.claims["mrowner"] = std::string(96, '0');
        study.statement->value.claims["moduleTcbStatus"] = "UpToDate";
        const TableContent table = statementTable(study);
        QStringList fields;
        for (const Row& row : table.rows) fields << row.key;
        QCOMPARE(fields.mid(0, 5), QStringList({QStringLiteral("Recipient"), QStringLiteral("Enclave key (HPKE)"), QStringLiteral("MRTD"),
                                                QStringLiteral("RTMR0–RTMR3"), QStringLiteral("MRCONFIGID")}));
        QVERIFY(fields.indexOf(QStringLiteral("Key epoch")) < fields.indexOf(QStringLiteral("MROWNER")));
        QVERIFY(fields.contains(QStringLiteral("Module TCB status")));
        QCOMPARE(table.rows[static_cast<std::size_t>(fields.indexOf(QStringLiteral("MROWNER")))].cells[1].text, QStringLiteral("48 zero bytes"));
    }

    void aRegisterThatDiffersGetsItsOwnRow()
    {
        StudySnapshot study = sampleStudy(SampleStage::AwaitingKey);
        study.statement->value.claims["rtmr2"] = std::string(96, 'a');
        const TableContent table = statementTable(study);
        QCOMPARE(differingFields(study), 1);
        QVERIFY(std::any_of(table.rows.begin(), table.rows.end(), [](const Row& row) {
            return row.key == QStringLiteral("RTMR2") && row.cells.back().verdict == VerdictKind::Refused;
        }));
    }

    void secondsKeepTheDigitsThatSaySomething()
    {
        QCOMPARE(secondsText(134.4), QStringLiteral("134"));
        QCOMPARE(secondsText(2.44), QStringLiteral("2.4"));
        QCOMPARE(secondsText(.018), QStringLiteral("0.02"));
        QCOMPARE(secondsText(.001), QStringLiteral("<0.01"));
        QCOMPARE(secondsText(0), QStringLiteral("0.00"));
    }

    void anAucHasNoIntervalAndItsMeanIsCalledAMean()
    {
        StudySnapshot study = sampleStudy(SampleStage::Finished);
        const auto sites = comparisons(study, ResultMeasure::Auc);
        QCOMPARE(sites.size(), 5U);
        QVERIFY(!sites.front().own.interval);
        QCOMPARE(sites.back().name, QStringLiteral("Mean"));
    }

    void overlappingIntervalsAreNeverCalledHigher()
    {
        const TableContent table = resultTable(sampleStudy(SampleStage::Finished));
        QCOMPARE(table.rows.size(), 5U);
        QCOMPARE(table.rows[0].cells.back().text, QStringLiteral("Higher, not certain"));
        QCOMPARE(table.rows[2].cells.back().text, QStringLiteral("Too few records"));
        QCOMPARE(table.rows[3].cells.back().text, QStringLiteral("Lower, not certain"));
        QVERIFY(table.rows[4].highlighted);
    }

    void wilsonIntervalMatchesPublishedValues()
    {
        // Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611.
        const Interval some = wilson95(81, 263);
        QVERIFY(std::abs(some.low - .2553) < 5e-5);
        QVERIFY(std::abs(some.high - .3662) < 5e-5);
        const Interval none = wilson95(0, 20);
        QVERIFY(std::abs(none.low) < 1e-12);
        QVERIFY(std::abs(none.high - .1611) < 5e-5);
    }

    void smoothingIsDebiasedAndSkipsGaps()
    {
        const auto smooth = smoothed({1, 1, std::nan(""), 1}, .6);
        QCOMPARE(smooth[0], 1.0);
        QVERIFY(std::isnan(smooth[2]));
        QCOMPARE(smooth[3], 1.0);
        QVERIFY(std::abs(smoothed({0, 1}, .6)[1] - .4 / .64) < 1e-12);
    }

    void decimationKeepsExtremesWithinTheLimit()
    {
        std::vector<Point> points;
        for (int i = 0; i < 100000; ++i) points.push_back({double(i), i == 54321 ? 9.0 : std::sin(i)});
        const auto few = decimated(points, 2000);
        QVERIFY(few.size() <= 2000);
        QVERIFY(std::any_of(few.begin(), few.end(), [](const Point& p) { return p.y == 9.0; }));
        QVERIFY(std::is_sorted(few.begin(), few.end(), [](const Point& a, const Point& b) { return a.x < b.x; }));
    }

    void aDroppedSiteHasNoValueAndTheMedianGoesOn()
    {
        const MetricSeries series = metricSeries(sampleStudy(SampleStage::Running), Metric::Auc);
        QVERIFY(std::isnan(series.sites[3].values[4]));
        QVERIFY(std::isfinite(series.median.values[4]));
        QVERIFY(std::isnan(series.median.values[8]));
        QCOMPARE(series.runningRound, 9U);
    }

    void csvDefusesCellsThatASpreadsheetWouldRun()
    {
        TableModel model;
        model.setContent({{{.text = QStringLiteral("A")}, {.text = QStringLiteral("B")}},
                          {{QStringLiteral("1"), {{.text = QStringLiteral("=1+1")}, {.text = QStringLiteral("say \"a\", b")}}, false}}});
        QCOMPARE(toCsv(model), QStringLiteral("A,B\r\n'=1+1,\"say \"\"a\"\", b\"\r\n"));
    }

    void numbersDropTheLeadingZero()
    {
        QCOMPARE(chartNumber(.731), QStringLiteral(".731"));
        QCOMPARE(chartNumber(1.5, 2), QStringLiteral("1.50"));
        QCOMPARE(signedNumber(-.022), QStringLiteral("−.022"));
        QCOMPARE(signedNumber(.029), QStringLiteral("+.029"));
        QCOMPARE(signedNumber(0), QStringLiteral("±.000"));
        QCOMPARE(chartNumber(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("–"));
    }

    void everyEventHasATitleAndASentence()
    {
        const StudySnapshot finished = sampleStudy(SampleStage::Finished);
        for (const auto& event : finished.projection.events()) {
            QVERIFY(!titleOf(event.kind).isEmpty());
            QVERIFY(sentenceFor(event, finished).endsWith(QLatin1Char('.')));
        }
    }
};

QTEST_MAIN(StudyModelsTest)
#include "study_models_test.moc"
