// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_steps.h"

namespace quorate::demo {

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

Result<void> approveAll(const DemoWorld& world, const std::string& service)
{
    for (const auto* reviewer : world.withRole(study::Role::SiteReviewer)) {
        TRY_ASSIGN(session, sessionFor(world, *reviewer, service));
        TRY(session->decideParticipation(study::Decision::Approve, {}, "Rehearsal"));
    }
    return {};
}

Result<void> releaseKey(const DemoWorld& world, const std::string& service)
{
    TRY_ASSIGN(coordinator, sessionFor(world, *world.withRole(study::Role::Coordinator).front(), service));
    TRY(coordinator->freezeStatement());
    const auto custodians = world.withRole(study::Role::Custodian);
    for (std::uint32_t i = 0; i < world.verified().protocol.quorum.threshold; ++i) {
        TRY_ASSIGN(session, sessionFor(world, *custodians[i], service));
        TRY(session->decideShare(study::Decision::Approve, "Rehearsal"));
    }
    return {};
}

}  // namespace quorate::demo
