// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overview_page.h"

#include <algorithm>

#include <QPointer>
#include <QtTest>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/sample_study.h"
#include "ui/widgets/button.h"
#include "ui/widgets/text_label.h"

using namespace quorate;
using namespace quorate::ui;
using tests::SampleStage;

class OverviewPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page.reset();
        m_theme = std::make_unique<Theme>();
        m_desk = std::make_unique<tests::FakeDesk>();
        m_page = std::make_unique<OverviewPage>(PageContext{*m_desk, *m_theme, [] { return tests::sampleNow(SampleStage::AwaitingKey); }});
        m_page->resize(1072, 716);
    }

    void rowsOfAVisiblePageShowWithoutATurnOfTheEventLoop()
    {
        show(SampleStage::AwaitingApprovals);
        show(SampleStage::AwaitingKey);
        // A service fact, a site and an event, each in a card of its own, and what waits.
        for (const char* text : {"Connection", "Zurich"}) QVERIFY2(showsText(QLatin1String(text)), text);
        QVERIFY(reviewButton() && reviewButton()->isVisible());
    }

    void anUnchangedListKeepsItsButtons()
    {
        show(SampleStage::AwaitingKey);
        const QPointer<Button> before = reviewButton();
        QVERIFY(before);
        show(SampleStage::AwaitingKey);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(before && before->isVisible());
    }

    void pressingAButtonThatItsOwnActReplacesIsSafe()
    {
        show(SampleStage::AwaitingKey);
        connect(m_page.get(), &Page::openStudy, this, [this] { show(SampleStage::Finished); });
        QSignalSpy opened(m_page.get(), &Page::openPage);
        reviewButton()->click();
        QCOMPARE(opened.count(), 1);
    }

    void aRosterThatWasNotTakenIsAWarning()
    {
        DeskStatus status = tests::sampleStatus(tests::sampleMember(study::Role::Auditor, "Cleveland"));
        status.rosterProblem = Error{ErrorKind::PolicyRefused, "roster is version 1, version 2 has been accepted before"};
        QVERIFY(!showsText(QStringLiteral("The roster that the service shows was not taken.")));
        show(tests::sampleStudy(SampleStage::AwaitingKey), status);
        QVERIFY(showsText(QStringLiteral("The roster that the service shows was not taken.")));
    }

    void whoWasRevokedIsToldSo()
    {
        StudySnapshot study = tests::sampleStudy(SampleStage::AwaitingKey);
        const study::Member me = tests::sampleMember(study::Role::Custodian, "Long Beach");
        for (auto& member : study.roster.members) {
            if (member.id != me.id) continue;
            member.revokedFrom = toSeconds(tests::sampleNow(SampleStage::AwaitingKey));
            member.revocationReason = "Has left";
        }
        show(std::move(study), tests::sampleStatus(me));
        QVERIFY(showsText(QStringLiteral("You are no longer a member in HEART-4")));
        QVERIFY(showsText(QStringLiteral("Revoked since 21 Nov 2026, 09:46 UTC: Has left. What you sign after that counts for nobody.")));
    }

private:
    void show(StudySnapshot study, const DeskStatus& status)
    {
        m_desk->setStudy(std::move(study));
        m_page->show();
        m_page->setStatus(status);
        m_page->setStudy(m_desk->studies().front());
    }
    void show(SampleStage stage)
    {
        show(tests::sampleStudy(stage), tests::sampleStatus(tests::sampleMember(study::Role::Custodian, "Long Beach")));
    }
    bool showsText(const QString& text) const
    {
        const auto labels = m_page->findChildren<TextLabel*>();
        return std::ranges::any_of(labels, [&](const TextLabel* label) { return label->text() == text && label->isVisible(); });
    }
    Button* reviewButton() const
    {
        for (Button* button : m_page->findChildren<Button*>()) {
            if (button->text() == QStringLiteral("Review…") && !button->isHidden()) return button;
        }
        return nullptr;
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<tests::FakeDesk> m_desk;
    std::unique_ptr<OverviewPage> m_page;
};

QTEST_MAIN(OverviewPageTest)
#include "overview_page_test.moc"
