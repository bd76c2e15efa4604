// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/headless_demo.h"

#include <condition_variable>
#include <mutex>

#include "app/demo/demo_steps.h"
#include "enclave_client/event_stream.h"

namespace quorate::demo {
namespace {

constexpr std::chrono::minutes kLongestSilence{5};

/// Follows the events of one study into a projection, and waits for its end.
class Follower {
public:
    Follower(const MemberSession& session, const study::StudyProtocol& protocol, Progress progress)
        : m_projection(protocol), m_progress(std::move(progress)),
          m_stream(session.channel(), protocol.id, 0, [this](study::StudyEvent event) { take(std::move(event)); },
                   [this](Error error) { end(std::move(error)); })
    {
    }

    Result<study::StudyProjection> waitForEnd()
    {
        std::unique_lock lock(m_mutex);
        while (m_projection.state() != study::StudyState::Finished && !m_error) {
            if (m_changed.wait_for(lock, kLongestSilence) == std::cv_status::timeout) {
                return fail(ErrorKind::Unavailable, "the study has been silent for five minutes");
            }
        }
        if (m_error) return tl::unexpected(*m_error);
        return m_projection;
    }

private:
    void take(study::StudyEvent event)
    {
        const std::lock_guard lock(m_mutex);
        if (auto applied = m_projection.apply(event); !applied) m_error = applied.error();
        if (event.kind == study::EventKind::RoundOpened) {
            m_progress("round " + std::to_string(event.round) + " of " + std::to_string(event.total));
        }
        m_changed.notify_all();
    }

    void end(Error error)
    {
        const std::lock_guard lock(m_mutex);
        m_error = std::move(error);
        m_changed.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    study::StudyProjection m_projection;
    std::optional<Error> m_error;
    Progress m_progress;
    EventStream m_stream;  // last: its thread uses the others
};

DemoReport reportOf(const DemoWorld& world, const study::StudyProjection& projection,
                    const std::map<std::string, study::Evaluation>& pooled)
{
    DemoReport report;
    report.studyCode = world.verified().protocol.code;
    report.plan = world.verified().protocol.plan;
    report.modelDigest = projection.finalModel().value_or(Digest32{});
    report.events = projection.events();
    report.seconds = std::chrono::duration<double>(report.events.back().at - report.events.front().at).count();
    for (const auto& site : world.verified().protocol.sites) {
        const auto& progress = projection.sites().at(site.id);
        DemoReport::Site row;
        row.code = site.code;
        row.name = site.name;
        if (!progress.metrics.empty()) row.trainRecords = progress.metrics.rbegin()->second.trainRecords;
        row.own = progress.own.value_or(study::Evaluation{});
        row.federated = progress.federated.value_or(study::Evaluation{});
        if (const auto found = pooled.find(site.code); found != pooled.end()) row.pooled = found->second;
        report.sites.push_back(std::move(row));
    }
    return report;
}

}  // namespace

Result<DemoReport> playWholeStudy(const DemoWorld& world, DemoProcesses& processes, const Progress& progress)
{
    progress("starting the aggregation service with simulated TDX evidence");
    TRY_ASSIGN(service, processes.startService());
    progress("checking the service and publishing study " + world.verified().protocol.code);
    TRY(publishStudy(world, service));
    progress("starting " + std::to_string(world.sites().size()) + " site agents with simulated SEV-SNP evidence");
    TRY(processes.startSites(service));
    TRY(waitForSites(world, service, processes));
    progress("each site's reviewer approves");
    TRY(approveAll(world, service));
    progress("release statement frozen; two of three custodians check and seal their shares");
    TRY(freezeAndSeal(world, service, world.verified().protocol.quorum.threshold));
    TRY_ASSIGN(coordinator, sessionFor(world, *world.withRole(study::Role::Coordinator).front(), service));
    Follower follower(*coordinator, world.verified().protocol, progress);
    TRY(coordinator->startRounds());
    TRY_ASSIGN(projection, follower.waitForEnd());
    progress("pooled comparison (possible in a rehearsal only)");
    TRY_ASSIGN(pooled, processes.pooled());
    auto report = reportOf(world, projection, pooled);
    progress("replaying the rounds without one site after the other");
    // Noise cannot be replayed, and some rules do not work for one site fewer: the study's own results stand without.
    if (auto figures = processes.compared(); !figures) {
        progress("no contributions: " + figures.error().message);
    } else if (figures->model == report.modelDigest) {
        report.figures = std::move(*figures);
    }
    return report;
}

}  // namespace quorate::demo
