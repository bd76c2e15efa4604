// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"
#include "quorate/v1/members.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

UtcSeconds now(const Registry& registry) { return toSeconds(registry.context().clock()); }

class InvitationRpc final : public v1::InvitationService::Service {
public:
    explicit InvitationRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status OfferInvitation(grpc::ServerContext* context, const v1::OfferInvitationRequest* request,
                                 v1::OfferInvitationResponse*) override
    {
        const auto caller = memberCalling(*context, m_registry, ruleFor("InvitationService.OfferInvitation"));
        if (!caller) return statusOf(caller);
        return statusOf(offer(*request));
    }

    grpc::Status ListJoinRequests(grpc::ServerContext* context, const v1::ListJoinRequestsRequest*,
                                  v1::ListJoinRequestsResponse* response) override
    {
        const auto caller = memberCalling(*context, m_registry, ruleFor("InvitationService.ListJoinRequests"));
        if (!caller) return statusOf(caller);
        for (const auto& item : m_registry.invitations().waiting(now(m_registry))) wire::write(*response->add_requests(), item);
        return grpc::Status::OK;
    }

    grpc::Status AnswerJoin(grpc::ServerContext* context, const v1::AnswerJoinRequest* request, v1::AnswerJoinResponse*) override
    {
        const auto caller = memberCalling(*context, m_registry, ruleFor("InvitationService.AnswerJoin"));
        if (!caller) return statusOf(caller);
        const auto invitation = wire::fixedFrom<16>(request->invitation(), "invitation id");
        if (!invitation) return statusOf(invitation);
        return statusOf(m_registry.invitations().answer(*invitation, wire::read(request->answer()), m_registry.context().rosterRoot));
    }

private:
    Result<void> offer(const v1::OfferInvitationRequest& request)
    {
        TRY_ASSIGN(invitation, wire::fixedFrom<16>(request.invitation(), "invitation id"));
        TRY_ASSIGN(ticketDigest, wire::fixedFrom<32>(request.ticket_digest(), "ticket digest"));
        TRY_ASSIGN(expires, secondsFrom(request.expires()));
        return m_registry.invitations().offer(invitation, ticketDigest, expires, now(m_registry));
    }

    /// Before anything is computed with it.
    static Result<UtcSeconds> secondsFrom(std::int64_t value)
    {
        if (value < 0 || value > kLatestSecond) return fail(ErrorKind::Malformed, "time is out of range");
        return UtcSeconds(std::chrono::seconds(value));
    }
    static constexpr std::int64_t kLatestSecond = 253402300799;  // 9999-12-31T23:59:59Z

    Registry& m_registry;
};

class JoinRpc final : public v1::JoinService::Service {
public:
    explicit JoinRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status AskToJoin(grpc::ServerContext*, const v1::AskToJoinRequest* request, v1::AskToJoinResponse* response) override
    {
        static_assert(ruleFor("JoinService.AskToJoin").membership == Membership::Invitation);
        const auto invitation = wire::fixedFrom<16>(request->invitation(), "invitation id");
        if (!invitation) return statusOf(invitation);
        const auto answer =
            m_registry.invitations().ask(*invitation, asBytes(request->ticket()), wire::read(request->request()), now(m_registry));
        if (answer && *answer) wire::write(*response->mutable_answer(), **answer);
        return statusOf(answer);
    }

private:
    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeInvitationRpc(Registry& registry) { return std::make_unique<InvitationRpc>(registry); }
std::unique_ptr<grpc::Service> makeJoinRpc(Registry& registry) { return std::make_unique<JoinRpc>(registry); }

}  // namespace quorate::services
