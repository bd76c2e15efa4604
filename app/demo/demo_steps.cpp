// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_steps.h"

#include <QDeadlineTimer>
#include <QThread>
#include <set>

namespace quorate::demo {
namespace {

constexpr int kJoinMs = 60000;

}  // namespace

Result<std::unique_ptr<MemberSession>> sessionFor(const DemoWorld& world, const Identity& identity, const std::string& service,
                                                  bool studyKnown)
{
    auto session = std::make_unique<MemberSession>(identity, service, world.verified(), world.anchors(), systemClock(), systemRandom());
    TRY_ASSIGN(answer, session->connect(studyKnown));
    TRY(requireAccepted(answer.result));
    return session;
}

Result<void> publishStudy(const DemoWorld& world, const std::string& service)
{
    TRY_ASSIGN(session, sessionFor(world, *world.withRole(study::Role::Coordinator).front(), service, false));
    return session->publish(world.package());
}

Result<void> waitForSites(const DemoWorld& world, const std::string& service, DemoProcesses& processes)
{
    TRY_ASSIGN(session, sessionFor(world, *world.withRole(study::Role::Coordinator).front(), service));
    QDeadlineTimer deadline(kJoinMs);
    while (!deadline.hasExpired()) {
        TRY(processes.requireSitesAlive());
        TRY_ASSIGN(nodes, session->client().nodes(world.verified().protocol.id));
        if (nodes.size() == world.sites().size()) return {};
        QThread::msleep(100);
    }
    return fail(ErrorKind::Unavailable, "not every site agent has joined within a minute; see the site logs in " + world.folder().string());
}

Result<void> approveAll(const DemoWorld& world, const std::string& service) { return approveMissing(world, service, {}); }

Result<void> approveMissing(const DemoWorld& world, const std::string& service, const StudyRecord& record)
{
    std::set<Uuid> decided;
    for (const auto& item : record.participations) {
        TRY_ASSIGN(participation, study::decodeParticipation(item.envelope.payload));
        decided.insert(participation.reviewer);
    }
    for (const auto* reviewer : world.withRole(study::Role::SiteReviewer)) {
        if (decided.contains(reviewer->member.id)) continue;
        TRY_ASSIGN(session, sessionFor(world, *reviewer, service));
        TRY(session->decideParticipation(study::Decision::Approve, {}, "Rehearsal"));
    }
    return {};
}

Result<void> freezeAndSeal(const DemoWorld& world, const std::string& service, std::uint32_t shares)
{
    TRY_ASSIGN(coordinator, sessionFor(world, *world.withRole(study::Role::Coordinator).front(), service));
    TRY_ASSIGN(statement, coordinator->freezeStatement());
    const auto custodians = world.withRole(study::Role::Custodian);
    for (std::uint32_t i = 0; i < shares; ++i) {
        TRY_ASSIGN(session, sessionFor(world, *custodians[i], service));
        TRY(session->decideShare(statement, study::Decision::Approve, "Rehearsal"));
    }
    return {};
}

Result<void> sealMissing(const DemoWorld& world, const std::string& service, const StudyRecord& record)
{
    const std::uint32_t threshold = world.verified().protocol.quorum.threshold;
    if (!record.statement) return freezeAndSeal(world, service, threshold);
    std::set<Uuid> decided;
    std::uint32_t sealed = 0;
    for (const auto& item : record.approvals) {
        TRY_ASSIGN(approval, release::decodeApproval(item.envelope.payload));
        decided.insert(approval.custodian);
        if (approval.decision == study::Decision::Approve) ++sealed;
    }
    for (const auto* custodian : world.withRole(study::Role::Custodian)) {
        if (sealed >= threshold) break;
        if (decided.contains(custodian->member.id)) continue;
        TRY_ASSIGN(session, sessionFor(world, *custodian, service));
        TRY(session->decideShare(record.statement->envelope.payloadDigest(), study::Decision::Approve, "Rehearsal"));
        ++sealed;
    }
    return {};
}

}  // namespace quorate::demo
