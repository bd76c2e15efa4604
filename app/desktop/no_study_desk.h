// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"

namespace quorate::desktop {

/// The desk before a study is open: nothing is known, nothing can be decided; evidence files can be looked at.
class NoStudyDesk final : public StudyDesk {
public:
    explicit NoStudyDesk(Executor& executor) : m_executor(executor) {}

    std::unique_ptr<Subscription> subscribe(Listener) override { return std::make_unique<Subscription>(); }
    DeskStatus status() const override { return {}; }
    std::vector<std::shared_ptr<const StudySnapshot>> studies() const override { return {}; }
    void actAs(const Uuid&) override {}
    PendingCall checkNodes(const Uuid&, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall decideParticipation(ParticipationRequest, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall freezeStatement(StatementRequest, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall decideShare(ShareRequest, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall stop(StopRequest, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall startRounds(const Uuid&, Completion<void> done) override { return refuse(std::move(done)); }
    PendingCall orderRounds(OrderRequest, Completion<void> done) override { return refuse(std::move(done)); }
    Result<NodeAppraisal> appraiseFiles(const std::string& path) const override;

private:
    PendingCall refuse(Completion<void> done);

    Executor& m_executor;
};

}  // namespace quorate::desktop
