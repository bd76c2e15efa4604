// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/sites/sites_page.h"

#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/models/study_tables.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/table_view.h"

using namespace quorate;
using namespace quorate::ui;
using tests::SampleStage;

namespace {

const UtcMillis kNow = tests::sampleNow(SampleStage::Running);
constexpr int kOfficer = 6;  ///< The security officer's place in the roster.
constexpr int kStanding = 3;
constexpr int kWhy = 4;

/// The running study with the security officer revoked from `from` on.
StudySnapshot revokedFrom(UtcMillis from)
{
    StudySnapshot study = tests::sampleStudy(SampleStage::Running);
    study.roster.members[kOfficer].revokedFrom = toSeconds(from);
    study.roster.members[kOfficer].revocationReason = "Has left";
    return study;
}

}  // namespace

class SitesPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<SitesPage>(PageContext{m_desk, m_theme, [] { return kNow; }});
        m_page->resize(1072, 716);
        m_page->setAttribute(Qt::WA_DontShowOnScreen);
        m_page->show();
    }

    void everyoneOfTheRosterIsListedWithTheirRole()
    {
        show(tests::sampleStudy(SampleStage::Running));
        QCOMPARE(people().rowCount(), 10);
        QCOMPARE(people().index(kOfficer, 0).data().toString(), QStringLiteral("Security officer, Zurich"));
        QCOMPARE(people().index(kOfficer, 2).data().toString(), QStringLiteral("custodian"));
        QCOMPARE(people().index(kOfficer, kStanding).data().toString(), QStringLiteral("Member"));
        QVERIFY(!cell(kOfficer, kStanding).verdict);
        QVERIFY(!banner()->isVisible());
    }

    void whoWasRevokedIsMarkedSinceWhenAndWhy()
    {
        show(revokedFrom(kNow));
        QCOMPARE(cell(kOfficer, kStanding).verdict, std::optional(VerdictKind::Refused));
        QCOMPARE(cell(kOfficer, kStanding).text, QStringLiteral("Revoked since 21 Nov 2026, 14:41 UTC"));
        QCOMPARE(cell(kOfficer, kWhy).text, QStringLiteral("Has left"));
    }

    void whoWillBeRevokedIsStillAMember()
    {
        show(revokedFrom(kNow + std::chrono::hours(24)));
        QCOMPARE(cell(kOfficer, kStanding).verdict, std::optional(VerdictKind::Caution));
        QCOMPARE(cell(kOfficer, kStanding).text, QStringLiteral("Revoked from 22 Nov 2026, 14:41 UTC on"));
    }

    void aRosterThatWasNotTakenIsABannerUntilOneIs()
    {
        DeskStatus status = tests::sampleStatus(tests::sampleMember(study::Role::Coordinator, "Cleveland"));
        status.rosterProblem = Error{ErrorKind::Untrusted, "no signature is by the roster's root"};
        m_page->setStatus(status);
        show(tests::sampleStudy(SampleStage::Running));
        QVERIFY(banner()->isVisible());
        QCOMPARE(banner()->kind(), VerdictKind::Refused);
        status.rosterProblem.reset();
        m_page->setStatus(status);
        show(tests::sampleStudy(SampleStage::Running));
        QVERIFY(!banner()->isVisible());
    }

private:
    void show(StudySnapshot study)
    {
        m_desk.setStudy(std::move(study));
        m_page->setStudy(m_desk.studies().front());
    }
    [[nodiscard]] QAbstractItemModel& people() const { return *m_page->findChildren<TableView*>().at(1)->model(); }
    [[nodiscard]] Cell cell(int row, int column) const { return people().index(row, column).data(TableModel::CellRole).value<Cell>(); }
    [[nodiscard]] Banner* banner() const { return m_page->findChild<Banner*>(QStringLiteral("rosterProblem")); }

    Theme m_theme;
    tests::FakeDesk m_desk;
    std::unique_ptr<SitesPage> m_page;
};

QTEST_MAIN(SitesPageTest)
#include "sites_page_test.moc"
