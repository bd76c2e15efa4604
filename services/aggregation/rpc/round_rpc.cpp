// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>

#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

constexpr int kTaskWaitMs = 15000;
/// Each holds one of the server's threads, and the other calls need some.
constexpr int kMaxWaiting = 128;
constexpr std::uint32_t kAskAgainMs = 2000;
constexpr std::uint32_t kOfferAgainMs = 500;

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

Result<UploadOffer> offerOf(const v1::UpdateHeader& header)
{
    TRY_ASSIGN(base, wire::fixedFrom<32>(header.base_model(), "base model digest"));
    TRY_ASSIGN(digest, wire::fixedFrom<32>(header.digest(), "update digest"));
    return UploadOffer{header.round(), base, digest, header.value_bytes(), toBytes(header.safetensors_header()), wire::read(header.metrics())};
}

using UploadStream = grpc::ServerReaderWriter<v1::SubmitUpdateResponse, v1::SubmitUpdateRequest>;

/// The chunks of one upload, until it is accepted or the stream ends.
Result<void> receive(UploadStream& stream, RoundEngine::Upload& upload)
{
    v1::SubmitUpdateResponse answer;
    answer.set_committed_bytes(upload.committedBytes());
    answer.set_accepted(upload.isAccepted());
    stream.Write(answer);
    if (upload.isAccepted()) return {};
    v1::SubmitUpdateRequest message;
    while (stream.Read(&message)) {
        if (!message.has_chunk()) return fail(ErrorKind::Malformed, "an upload has one header");
        TRY_ASSIGN(digest, wire::fixedFrom<32>(message.chunk().digest(), "chunk digest"));
        TRY(upload.add(message.chunk().offset(), asBytes(message.chunk().content()), digest));
    }
    TRY(upload.accept());
    answer.set_committed_bytes(upload.committedBytes());
    answer.set_accepted(true);
    stream.Write(answer);
    return {};
}

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
        if (request->last_receipt_round() != 0) {
            const auto digest = wire::fixedFrom<32>(request->last_receipt(), "receipt digest");
            if (!digest) return statusOf(digest);
            offer.seen = {request->last_receipt_round(), *digest};
        }
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
        const bool mayWait = m_waiting.fetch_add(1) < kMaxWaiting;
        const auto task = caller->study->rounds().nextTask(caller->member, mayWait ? kTaskWaitMs : 0);
        m_waiting.fetch_sub(1);
        if (!task) return statusOf(task);
        if (!mayWait && task->kind == Task::Kind::Wait) response->set_retry_after_ms(kAskAgainMs);
        response->set_kind(wireKind(task->kind));
        response->set_round(task->round);
        response->set_model_digest(wire::bytesOf(task->modelDigest));
        response->set_sealed_model_key(wire::bytesOf(BytesView(task->sealedModelKey)));
        response->set_deadline_ms(task->deadline.time_since_epoch().count());
        response->set_last_receipt_round(task->newestReceipt.round);
        response->set_last_receipt(wire::bytesOf(task->newestReceipt.digest));
        if (!task->takenUpdate.isZero()) response->set_taken_update(wire::bytesOf(task->takenUpdate));
        return grpc::Status::OK;
    }

    grpc::Status FetchModel(grpc::ServerContext* context, const v1::FetchModelRequest* request,
                            grpc::ServerWriter<v1::ModelChunk>* writer) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("RoundService.FetchModel"));
        if (!caller) return statusOf(caller);
        const auto digest = wire::fixedFrom<32>(request->model_digest(), "model digest");
        if (!digest) return statusOf(digest);
        const auto model = caller->study->rounds().model(caller->member, *digest);
        if (!model) return statusOf(model);
        const std::uint64_t total = (*model)->sealedBytes();
        v1::ModelChunk chunk;
        chunk.set_total_bytes(total);
        for (std::uint64_t offset = 0; offset < total; offset += wire::kChunkBytes) {
            std::string& content = *chunk.mutable_content();
            content.resize(static_cast<std::size_t>(std::min<std::uint64_t>(wire::kChunkBytes, total - offset)));
            const auto read = (*model)->readSealed(offset, {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
            if (!read) return statusOf(read);
            if (!writer->Write(chunk)) return {grpc::StatusCode::CANCELLED, "the site went away"};
            chunk.clear_total_bytes();
        }
        return grpc::Status::OK;
    }

    grpc::Status SubmitUpdate(grpc::ServerContext* context, UploadStream* stream) override
    {
        v1::SubmitUpdateRequest message;
        if (!stream->Read(&message) || !message.has_header()) {
            return {grpc::StatusCode::INVALID_ARGUMENT, "an upload begins with its header"};
        }
        const auto caller = callerOf(*context, m_registry, message.header().study(), ruleFor("RoundService.SubmitUpdate"));
        if (!caller) return statusOf(caller);
        auto offer = offerOf(message.header());
        if (!offer) return statusOf(offer);
        auto upload = caller->study->rounds().beginUpload(caller->member, std::move(*offer));
        if (!upload) return statusOf(upload);
        if (*upload) return statusOf(receive(*stream, **upload));
        v1::SubmitUpdateResponse later;
        later.set_retry_after_ms(kOfferAgainMs);
        stream->Write(later);
        return grpc::Status::OK;
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
    std::atomic<int> m_waiting = 0;
};

}  // namespace

std::unique_ptr<grpc::Service> makeRoundRpc(Registry& registry) { return std::make_unique<RoundRpc>(registry); }

}  // namespace quorate::services
