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
    explicit WitnessRpc(Registry& registry) : m_registry(registry), m_book(registry.context().attester.receiptKey()) {}

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

private:
    Registry& m_registry;
    WitnessBook m_book;
};

}  // namespace

std::unique_ptr<grpc::Service> makeWitnessRpc(Registry& registry) { return std::make_unique<WitnessRpc>(registry); }

}  // namespace quorate::services
