// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/reference_codec.h"
#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

class AttestationRpc final : public v1::AttestationService::Service {
public:
    explicit AttestationRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status Challenge(grpc::ServerContext* context, const v1::ChallengeRequest* request, v1::ChallengeResponse* response) override
    {
        const auto key = callerKey(*context, m_registry);
        if (!key) return statusOf(key);
        return statusOf(challenge(*key, *request, *response));
    }

    grpc::Status ListNodes(grpc::ServerContext* context, const v1::ListNodesRequest* request,
                           v1::ListNodesResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("AttestationService.ListNodes"));
        if (!caller) return statusOf(caller);
        for (const auto& node : caller->study->rounds().nodes()) {
            auto* item = response->add_nodes();
            item->set_site(wire::bytesOf(node.site));
            wire::write(*item->mutable_evidence(), node.evidence.evidence, node.evidence.collateral);
            item->set_transcript(wire::bytesOf(BytesView(study::encode(node.transcript))));
            item->set_received_at_ms(node.receivedAt.time_since_epoch().count());
        }
        return grpc::Status::OK;
    }

private:
    Result<void> challenge(const CallerKey& caller, const v1::ChallengeRequest& request, v1::ChallengeResponse& response)
    {
        if (request.purpose() < 1 || request.purpose() > 4) return fail(ErrorKind::Malformed, "purpose must be 1 to 4");
        ChallengeScope scope;
        scope.purpose = static_cast<attestation::Purpose>(request.purpose());
        TRY_ASSIGN(nonce, wire::fixedFrom<32>(request.nonce(), "nonce"));
        scope.nonce = nonce;
        if (!request.study().empty()) {
            TRY_ASSIGN(study, wire::fixedFrom<16>(request.study(), "study id"));
            TRY_ASSIGN(host, m_registry.find(study));
            scope.study = study;
            scope.keyEpoch = host->package().protocol.keyEpoch;
            scope.referenceValuesDigest = host->package().referenceValuesDigest;
            if (caller.memberOf(host->package().roster) != nullptr) writeAcceptances(*host, response);
        }
        auto& attester = m_registry.context().attester;
        TRY_ASSIGN(provided, attester.answer(scope));
        wire::write(*response.mutable_evidence(), provided.evidence, provided.collateral);
        response.set_hpke_public_key(wire::bytesOf(attester.hpkeKey().publicKey()));
        response.set_time_ms(m_registry.context().clock().time_since_epoch().count());
        response.set_receipt_key_spki_der(wire::bytesOf(BytesView(attester.receiptKey().publicKey().spki())));
        return {};
    }

    /// The client needs them before it can trust this channel with a call.
    void writeAcceptances(const StudyHost& host, v1::ChallengeResponse& response) const
    {
        const auto now = toSeconds(m_registry.context().clock());
        for (const auto& envelope : host.acceptances().envelopesAt(now)) wire::write(*response.add_acceptances(), envelope);
    }

    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeAttestationRpc(Registry& registry) { return std::make_unique<AttestationRpc>(registry); }

}  // namespace quorate::services
