// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"
#include "quorate/v1/witness.grpc.pb.h"
#include "services/aggregation/rounds/witness_book.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

/// A proof between trees of fewer than 2^63 leaves is no longer than this.
constexpr int kMaxProofHashes = 128;

Result<audit::CosignRequest> read(const v1::CosignRequest& in)
{
    if (in.consistency_size() > kMaxProofHashes) {
        return fail(ErrorKind::Malformed, "consistency proof has " + std::to_string(in.consistency_size()) + " hashes, want at most " +
                                              std::to_string(kMaxProofHashes));
    }
    TRY_ASSIGN(checkpoint, audit::parseCheckpoint(in.checkpoint()));
    audit::CosignRequest out{std::move(checkpoint), in.old_size(), {}};
    for (const std::string& hash : in.consistency()) out.consistency.push_back(toBytes(hash));
    return out;
}

class WitnessRpc final : public v1::WitnessService::Service {
public:
    explicit WitnessRpc(Registry& registry) : m_registry(registry), m_book(registry.context().attester.receiptKey(), registry.context().stateFolder / "witness")
    {
    }

    grpc::Status Cosign(grpc::ServerContext* context, const v1::CosignRequest* request, v1::CosignResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("WitnessService.Cosign"));
        if (!caller) return statusOf(caller);
        auto asked = read(*request);
        if (!asked) return statusOf(asked);
        const auto cosigned = m_book.cosign(caller->member, std::move(*asked), toSeconds(m_registry.context().clock()));
        if (cosigned) response->set_checkpoint(audit::toText(*cosigned));
        return statusOf(cosigned);
    }

    grpc::Status NewestCheckpoint(grpc::ServerContext* context, const v1::NewestCheckpointRequest* request,
                                  v1::NewestCheckpointResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("WitnessService.NewestCheckpoint"));
        if (!caller) return statusOf(caller);
        if (const auto newest = m_book.newestOf(caller->member.id)) response->set_checkpoint(audit::toText(*newest));
        return grpc::Status::OK;
    }

    grpc::Status HeadsToCosign(grpc::ServerContext* context, const v1::HeadsToCosignRequest* request,
                               v1::HeadsToCosignResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("WitnessService.HeadsToCosign"));
        if (!caller) return statusOf(caller);
        std::map<Uuid, std::uint64_t> watched;
        for (const auto& log : request->watched()) {
            const auto member = wire::fixedFrom<16>(log.member(), "member id");
            if (!member) return statusOf(member);
            watched[*member] = log.size();
        }
        for (const auto& head : m_book.headsFor(caller->member.id, caller->study->package().roster, watched)) {
            auto& out = *response->add_heads();
            out.set_member(wire::bytesOf(head.member));
            out.set_checkpoint(audit::toText(head.request.checkpoint));
            out.set_old_size(head.request.oldSize);
            for (const Bytes& hash : head.request.consistency) out.add_consistency(wire::bytesOf(BytesView(hash)));
        }
        return grpc::Status::OK;
    }

    grpc::Status AddCosignature(grpc::ServerContext* context, const v1::AddCosignatureRequest* request, v1::AddCosignatureResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("WitnessService.AddCosignature"));
        if (!caller) return statusOf(caller);
        const auto owner = wire::fixedFrom<16>(request->member(), "member id");
        if (!owner) return statusOf(owner);
        const auto cosigned = audit::parseCheckpoint(request->checkpoint());
        if (!cosigned) return statusOf(cosigned);
        return statusOf(m_book.addCosignature(caller->member, *owner, *cosigned));
    }

    grpc::Status CosignedByMembers(grpc::ServerContext* context, const v1::CosignedByMembersRequest* request,
                                   v1::CosignedByMembersResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("WitnessService.CosignedByMembers"));
        if (!caller) return statusOf(caller);
        for (const auto& checkpoint : m_book.cosignedByMembers(caller->member.id)) response->add_checkpoints(audit::toText(checkpoint));
        return grpc::Status::OK;
    }

private:
    Registry& m_registry;
    WitnessBook m_book;
};

}  // namespace

std::unique_ptr<grpc::Service> makeWitnessRpc(Registry& registry) { return std::make_unique<WitnessRpc>(registry); }

}  // namespace quorate::services
