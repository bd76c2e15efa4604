// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/round_client.h"

#include <grpcpp/client_context.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "enclave_client/attested_channel.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kCallDeadline{30};
constexpr std::chrono::minutes kTransferDeadline{10};
constexpr std::uint64_t kMaxModelBytes = std::uint64_t{2} << 30;

void expireAfter(grpc::ClientContext& context, std::chrono::seconds time)
{
    context.set_deadline(std::chrono::system_clock::now() + time);
}

Result<void> toResult(const grpc::Status& status)
{
    if (status.ok()) return {};
    return tl::unexpected(wire::toError(status));
}

}  // namespace

Bytes modelKeyInfo(const Uuid& study, std::uint64_t keyEpoch)
{
    return ByteWriter().text("quorate/v1/model-key").lengthPrefixed(study.view()).u64be(keyEpoch).take();
}

Bytes modelKeyAad(const Uuid& site) { return ByteWriter().lengthPrefixed(site.view()).take(); }

Bytes modelAad(const Uuid& study, const Digest32& modelDigest)
{
    return ByteWriter().text("quorate/v1/model").lengthPrefixed(study.view()).lengthPrefixed(modelDigest.view()).take();
}

Result<Digest32> RoundClient::beginJoin() const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kCallDeadline);
    v1::BeginJoinRequest request;
    request.set_study(wire::bytesOf(m_study));
    v1::BeginJoinResponse response;
    TRY(toResult(v1::RoundService::NewStub(channel)->BeginJoin(&context, request, &response)));
    return wire::fixedFrom<32>(response.nonce(), "nonce");
}

Result<void> RoundClient::join(const attestation::Evidence* evidence, const attestation::Collateral& collateral,
                               const Digest32& hpkePublicKey, std::uint64_t trainRecords) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kCallDeadline);
    v1::JoinRequest request;
    request.set_study(wire::bytesOf(m_study));
    if (evidence != nullptr) wire::write(*request.mutable_evidence(), *evidence, collateral);
    request.set_hpke_public_key(wire::bytesOf(hpkePublicKey));
    request.set_train_records(trainRecords);
    v1::JoinResponse response;
    return toResult(v1::RoundService::NewStub(channel)->Join(&context, request, &response));
}

Result<SiteTask> RoundClient::nextTask() const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kCallDeadline);
    v1::NextTaskRequest request;
    request.set_study(wire::bytesOf(m_study));
    v1::NextTaskResponse response;
    TRY(toResult(v1::RoundService::NewStub(channel)->NextTask(&context, request, &response)));
    SiteTask task;
    switch (response.kind()) {
    case v1::NextTaskResponse::TRAIN: task.kind = SiteTask::Kind::Train; break;
    case v1::NextTaskResponse::EVALUATE: task.kind = SiteTask::Kind::Evaluate; break;
    case v1::NextTaskResponse::DONE: task.kind = SiteTask::Kind::Done; break;
    case v1::NextTaskResponse::REJOIN: task.kind = SiteTask::Kind::Rejoin; break;
    default: return task;
    }
    if (task.kind == SiteTask::Kind::Train || task.kind == SiteTask::Kind::Evaluate) {
        TRY_ASSIGN(digest, wire::fixedFrom<32>(response.model_digest(), "model digest"));
        task.modelDigest = digest;
        task.sealedModelKey = toBytes(response.sealed_model_key());
        task.round = response.round();
        task.deadline = UtcMillis(std::chrono::milliseconds(response.deadline_ms()));
    }
    return task;
}

Result<Bytes> RoundClient::fetchModel(const Digest32& modelDigest) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kTransferDeadline);
    v1::FetchModelRequest request;
    request.set_study(wire::bytesOf(m_study));
    request.set_model_digest(wire::bytesOf(modelDigest));
    const auto stub = v1::RoundService::NewStub(channel);
    const auto reader = stub->FetchModel(&context, request);
    v1::ModelChunk chunk;
    Bytes out;
    std::uint64_t total = 0;
    while (reader->Read(&chunk)) {
        if (out.empty()) total = chunk.total_bytes();
        if (total > kMaxModelBytes || out.size() + chunk.content().size() > total) {
            context.TryCancel();
            reader->Finish();
            return fail(ErrorKind::Malformed, "model is larger than declared or than 2 GiB");
        }
        const BytesView content = asBytes(chunk.content());
        out.insert(out.end(), content.begin(), content.end());
    }
    TRY(toResult(reader->Finish()));
    if (out.size() != total) return fail(ErrorKind::Malformed, "model ended early");
    return out;
}

Result<void> RoundClient::submitUpdate(const SiteUpdate& update, const std::function<bool()>& keepGoing) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kTransferDeadline);
    v1::SubmitUpdateResponse response;
    const auto stub = v1::RoundService::NewStub(channel);
    const auto writer = stub->SubmitUpdate(&context, &response);
    v1::SubmitUpdateRequest first;
    auto* header = first.mutable_header();
    header->set_study(wire::bytesOf(m_study));
    header->set_round(update.round);
    header->set_base_model(wire::bytesOf(update.baseModel));
    header->set_total_bytes(update.weights.size());
    header->set_digest(wire::bytesOf(sha256(update.weights)));
    wire::write(*header->mutable_metrics(), update.metrics);
    bool open = writer->Write(first);
    for (std::size_t offset = 0; open && offset < update.weights.size(); offset += wire::kChunkBytes) {
        if (!keepGoing()) {
            context.TryCancel();
            break;
        }
        const auto content = BytesView(update.weights).subspan(offset, std::min(wire::kChunkBytes, update.weights.size() - offset));
        v1::SubmitUpdateRequest part;
        part.mutable_chunk()->set_offset(offset);
        part.mutable_chunk()->set_content(wire::bytesOf(content));
        part.mutable_chunk()->set_digest(wire::bytesOf(sha256(content)));
        open = writer->Write(part);
    }
    writer->WritesDone();
    return toResult(writer->Finish());
}

Result<void> RoundClient::reportResult(const Digest32& modelDigest, const study::Evaluation& own,
                                       const study::Evaluation& federated) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    grpc::ClientContext context;
    expireAfter(context, kCallDeadline);
    v1::ReportResultRequest request;
    request.set_study(wire::bytesOf(m_study));
    request.set_model_digest(wire::bytesOf(modelDigest));
    wire::write(*request.mutable_own(), own);
    wire::write(*request.mutable_federated(), federated);
    v1::ReportResultResponse response;
    return toResult(v1::RoundService::NewStub(channel)->ReportResult(&context, request, &response));
}

}  // namespace quorate
