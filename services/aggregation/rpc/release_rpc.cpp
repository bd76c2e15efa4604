// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"
#include "quorate/v1/release.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

class ReleaseRpc final : public v1::ReleaseService::Service {
public:
    explicit ReleaseRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status FreezeStatement(grpc::ServerContext* context, const v1::FreezeStatementRequest* request,
                                 v1::FreezeStatementResponse*) override
    {
        const auto envelope = wire::read(request->statement());
        const auto statement = release::decodeStatement(envelope.payload);
        if (!statement) return statusOf(statement);
        const auto caller = callerOf(*context, m_registry, wire::bytesOf(statement->study), ruleFor("ReleaseService.FreezeStatement"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->freezeStatement(envelope));
    }

    grpc::Status SubmitApproval(grpc::ServerContext* context, const v1::SubmitApprovalRequest* request,
                                v1::SubmitApprovalResponse* response) override
    {
        const auto envelope = wire::read(request->approval());
        const auto approval = release::decodeApproval(envelope.payload);
        if (!approval) return statusOf(approval);
        const auto caller = callerOf(*context, m_registry, wire::bytesOf(approval->study), ruleFor("ReleaseService.SubmitApproval"));
        if (!caller) return statusOf(caller);
        const auto state = caller->study->approve(envelope);
        if (!state) return statusOf(state);
        response->set_sealed_shares(state->sealedShares);
        response->set_released(state->released);
        return grpc::Status::OK;
    }

    grpc::Status Stop(grpc::ServerContext* context, const v1::StopRequest* request, v1::StopResponse*) override
    {
        const auto envelope = wire::read(request->revocation());
        const auto revocation = release::decodeRevocation(envelope.payload);
        if (!revocation) return statusOf(revocation);
        const auto caller = callerOf(*context, m_registry, wire::bytesOf(revocation->study), ruleFor("ReleaseService.Stop"));
        if (!caller) return statusOf(caller);
        return statusOf(caller->study->stop(envelope));
    }

private:
    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeReleaseRpc(Registry& registry) { return std::make_unique<ReleaseRpc>(registry); }

}  // namespace quorate::services
