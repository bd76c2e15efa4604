// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/screenshots.h"

#include <QTimer>

#include "ui/window/grab_pages.h"

namespace quorate::desktop {

using ui::PageId;

ScreenshotTour::ScreenshotTour(DemoDesktop& desktop, ui::Theme& theme, QString folder)
    : m_desktop(desktop), m_theme(theme), m_folder(std::move(folder))
{
    connect(&desktop, &DemoDesktop::failed, this, &ScreenshotTour::failed);
    connect(&desktop, &DemoDesktop::demoOpened, this, [this] {
        m_desktop.window()->resize(1280, 800);
        m_desktop.window()->setCoachVisible(false);
        m_subscription = m_desktop.desk()->subscribe([this] { look(); });
        look();
    });
}

bool ScreenshotTour::isActing(study::Role role, int index) const
{
    const auto status = m_desktop.desk()->status();
    int seen = 0;
    for (const auto& member : status.playable) {
        if (member.role == role && seen++ == index) return status.me.id == member.id && status.connection == Connection::Connected;
    }
    return false;
}

void ScreenshotTour::actAs(study::Role role, int index)
{
    int seen = 0;
    for (const auto& member : m_desktop.desk()->status().playable) {
        if (member.role == role && seen++ == index) m_desktop.desk()->actAs(member.id);
    }
}

template <typename Start>
void ScreenshotTour::go(Stop next, Start start)
{
    m_stop = next;
    m_busy = true;
    m_step = start([this](Result<void> done) {
        m_busy = false;
        if (!done) {
            Q_EMIT failed(QString::fromStdString(done.error().message));
            return;
        }
        look();
    });
}

void ScreenshotTour::look()
{
    const auto studies = m_desktop.desk()->studies();
    if (m_busy || studies.empty()) return;
    const auto& projection = studies.front()->projection;
    auto* host = m_desktop.host();
    switch (m_stop) {
    case Stop::Joining:
        // Evidence of every node is there, nobody has approved yet.
        if (studies.front()->nodes.size() <= projection.sites().size()) return;
        if (!isActing(study::Role::SiteReviewer, 1)) return actAs(study::Role::SiteReviewer, 1);
        grab({PageId::Welcome, PageId::Approvals, PageId::Studies});
        return go(Stop::Approvals, [host](auto done) { return host->approveAll(std::move(done)); });
    case Stop::Approvals:
        if (projection.state() != study::StudyState::AwaitingKey) return;
        return go(Stop::KeyRelease, [host](auto done) { return host->freezeAndSealOne(std::move(done)); });
    case Stop::KeyRelease:
        if (projection.sealedBy().empty() || !studies.front()->statement) return;
        if (!isActing(study::Role::Custodian, 2)) return actAs(study::Role::Custodian, 2);
        grab({PageId::KeyRelease, PageId::Attestation, PageId::Overview, PageId::Sites});
        return go(Stop::Training, [host](auto done) { return host->playRest(std::move(done)); });
    case Stop::Training:
        if (projection.currentRound() < 9) return;
        if (projection.state() == study::StudyState::Running) grab({PageId::Training});
        m_stop = Stop::Results;
        return;
    case Stop::Results:
        if (projection.state() != study::StudyState::Finished || studies.front()->pooled.empty()) return;
        grab({PageId::Results, PageId::Audit, PageId::Settings});
        m_stop = Stop::Done;
        m_subscription.reset();
        Q_EMIT finished();
        return;
    case Stop::Done: return;
    }
}

void ScreenshotTour::grab(const QList<PageId>& pages)
{
    for (const auto scheme : {ui::SchemeChoice::Light, ui::SchemeChoice::Dark}) {
        const auto written = ui::grabPages(*m_desktop.window(), pages, m_folder, scheme);
        if (!written) Q_EMIT failed(QString::fromStdString(written.error().message));
    }
}

}  // namespace quorate::desktop
