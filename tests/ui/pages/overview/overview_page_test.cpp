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

private:
    void show(SampleStage stage)
    {
        m_desk->setStudy(tests::sampleStudy(stage));
        m_page->show();
        m_page->setStatus(tests::sampleStatus(tests::sampleMember(study::Role::Custodian, "Long Beach")));
        m_page->setStudy(m_desk->studies().front());
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
