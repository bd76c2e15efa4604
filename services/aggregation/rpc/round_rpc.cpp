// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/digest.h"
#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

constexpr int kTaskWaitMs = 15000;

v1::NextTaskResponse::Kind wireKind(Task::Kind kind)
{
    switch (kind) {
    case Task::Kind::Wait: return v1::NextTaskResponse::WAIT;
    case Task::Kind::Train: return v1::NextTaskResponse::TRAIN;
    case Task::Kind::Evaluate: return v1::NextTaskResponse::EVALUATE;
    case Task::Kind::Done: return v1::NextTaskResponse::DONE;
    case Task::Kind::Rejoin: return v1::NextTaskResponse::REJOIN;
    }
    return v1::NextTaskResponse::WAIT;
}

/// Collects one upload: chunks in order, each with its digest, exactly as many bytes as declared.
class Upload {
public:
    Result<void> begin(const v1::UpdateHeader& header)
    {
        TRY_ASSIGN(digest, wire::fixedFrom<32>(header.digest(), "update digest"));
        m_total = header.total_bytes();
        m_digest = digest;
        return {};
    }

    Result<void> add(const v1::UpdateChunk& chunk)
    {
        if (chunk.offset() != m_bytes.size()) {
            return fail(ErrorKind::Malformed, "chunk begins at " + std::to_string(chunk.offset()) + ", want " + std::to_string(m_bytes.size()));
        }
        if (chunk.content().empty() || chunk.content().size() > wire::kChunkBytes || m_bytes.size() + chunk.content().size() > m_total) {
            return fail(ErrorKind::Malformed, "chunk is empty, over 1 MiB, or goes past the declared size");
        }
        const BytesView content = asBytes(chunk.content());
        if (wire::bytesOf(sha256(content)) != chunk.digest()) {
            return fail(ErrorKind::Untrusted, "chunk at " + std::to_string(chunk.offset()) + " has another digest than it says");
        }
        m_bytes.insert(m_bytes.end(), content.begin(), content.end());
        return {};
    }

    Result<Bytes> finish()
    {
        if (m_bytes.size() != m_total) {
            return fail(ErrorKind::Malformed, "update ended at " + std::to_string(m_bytes.size()) + " of " + std::to_string(m_total) + " bytes");
        }
        if (sha256(m_bytes) != m_digest) return fail(ErrorKind::Untrusted, "update has another digest than it says");
        return std::move(m_bytes);
    }

private:
    std::uint64_t m_total = 0;
    Digest32 m_digest;
    Bytes m_bytes;
};

class RoundRpc final : public v1::RoundService::Service {
public:
    explicit RoundRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status BeginJoin(grpc::ServerContext* context, const v1::BeginJoinRequest* request, v1::BeginJoinResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.BeginJoin"));
        if (!caller) return statusOf(caller);
        const auto nonce = caller->study->rounds().beginJoin(caller->member);
        if (nonce) response->set_nonce(wire::bytesOf(*nonce));
        return statusOf(nonce);
    }

    grpc::Status Join(grpc::ServerContext* context, const v1::JoinRequest* request, v1::JoinResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.Join"));
        if (!caller) return statusOf(caller);
        JoinOffer offer;
        offer.trainRecords = request->train_records();
        const auto hpkeKey = wire::fixedFrom<32>(request->hpke_public_key(), "HPKE key");
        if (!hpkeKey) return statusOf(hpkeKey);
        offer.hpkePublicKey = *hpkeKey;
        if (request->has_evidence()) {
            auto received = wire::read(request->evidence());
            if (!received) return statusOf(received);
            offer.evidence = ProvidedEvidence{std::move(received->evidence), std::move(received->collateral)};
        }
        return statusOf(caller->study->rounds().join(caller->member, offer));
    }

    grpc::Status NextTask(grpc::ServerContext* context, const v1::NextTaskRequest* request, v1::NextTaskResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.NextTask"));
        if (!caller) return statusOf(caller);
        const auto task = caller->study->rounds().nextTask(caller->member, kTaskWaitMs);
        if (!task) return statusOf(task);
        response->set_kind(wireKind(task->kind));
        response->set_round(task->round);
        response->set_model_digest(wire::bytesOf(task->modelDigest));
        response->set_sealed_model_key(wire::bytesOf(BytesView(task->sealedModelKey)));
        response->set_deadline_ms(task->deadline.time_since_epoch().count());
        return grpc::Status::OK;
    }

    grpc::Status FetchModel(grpc::ServerContext* context, const v1::FetchModelRequest* request,
                            grpc::ServerWriter<v1::ModelChunk>* writer) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.FetchModel"));
        if (!caller) return statusOf(caller);
        const auto digest = wire::fixedFrom<32>(request->model_digest(), "model digest");
        if (!digest) return statusOf(digest);
        const auto model = caller->study->rounds().sealedModel(caller->member, *digest);
        if (!model) return statusOf(model);
        v1::ModelChunk chunk;
        chunk.set_total_bytes(model->size());
        for (std::size_t offset = 0; offset < model->size(); offset += wire::kChunkBytes) {
            const auto part = BytesView(*model).subspan(offset, std::min(wire::kChunkBytes, model->size() - offset));
            chunk.set_content(wire::bytesOf(part));
            if (!writer->Write(chunk)) return {grpc::StatusCode::CANCELLED, "the site went away"};
            chunk.clear_total_bytes();
        }
        return grpc::Status::OK;
    }

    grpc::Status SubmitUpdate(grpc::ServerContext* context, grpc::ServerReader<v1::SubmitUpdateRequest>* reader,
                              v1::SubmitUpdateResponse*) override
    {
        v1::SubmitUpdateRequest message;
        if (!reader->Read(&message) || !message.has_header()) {
            return {grpc::StatusCode::INVALID_ARGUMENT, "an upload begins with its header"};
        }
        const v1::UpdateHeader header = message.header();
        const auto caller = callerOf(*context, m_registry, header.study(), ruleFor("RoundService.SubmitUpdate"));
        if (!caller) return statusOf(caller);
        const auto permit = caller->study->rounds().admitUpload(caller->member, header.round(), header.total_bytes());
        if (!permit) return statusOf(permit);
        Upload upload;
        if (auto begun = upload.begin(header); !begun) return statusOf(begun);
        while (reader->Read(&message)) {
            if (!message.has_chunk()) return {grpc::StatusCode::INVALID_ARGUMENT, "an upload has one header"};
            if (auto added = upload.add(message.chunk()); !added) return statusOf(added);
        }
        const auto base = wire::fixedFrom<32>(header.base_model(), "base model digest");
        if (!base) return statusOf(base);
        auto weights = upload.finish();
        if (!weights) return statusOf(weights);
        return statusOf(caller->study->rounds().submitUpdate(caller->member, header.round(), *base, std::move(*weights),
                                                             wire::read(header.metrics())));
    }

    grpc::Status ReportResult(grpc::ServerContext* context, const v1::ReportResultRequest* request, v1::ReportResultResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.ReportResult"));
        if (!caller) return statusOf(caller);
        const auto digest = wire::fixedFrom<32>(request->model_digest(), "model digest");
        if (!digest) return statusOf(digest);
        return statusOf(caller->study->rounds().reportResult(caller->member, *digest, wire::read(request->own()),
                                                             wire::read(request->federated())));
    }

private:
    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeRoundRpc(Registry& registry) { return std::make_unique<RoundRpc>(registry); }

}  // namespace quorate::services
