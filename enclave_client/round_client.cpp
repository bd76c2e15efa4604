// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/round_client.h"

#include <grpcpp/client_context.h>
#include <random>
#include <thread>

#include "core/base/byte_reader.h"
#include "enclave_client/attested_channel.h"
#include "enclave_client/status_map.h"
#include "enclave_client/upload_stream.h"
#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kCallDeadline{30};
constexpr std::chrono::minutes kTransferDeadline{10};
/// A cut connection: 0.1 + 0.2 + ... + 6.4 s.
constexpr int kUploadAttempts = 8;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestWait{10'000};
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

/// A chain of receipts only grows.
Result<void> follow(SeenReceipt* seen, const v1::NextTaskResponse& response)
{
    if (seen == nullptr || response.kind() == v1::NextTaskResponse::REJOIN) return {};
    SeenReceipt named{response.last_receipt_round(), {}};
    if (named.round != 0) {
        TRY_ASSIGN(digest, wire::fixedFrom<32>(response.last_receipt(), "receipt digest"));
        named.digest = digest;
    }
    if (named.round < seen->round || (named.round == seen->round && named.digest != seen->digest)) {
        return fail(ErrorKind::Untrusted, "the service's newest receipt is of round " + std::to_string(named.round) +
                                              ", and this site has seen another of round " + std::to_string(seen->round));
    }
    *seen = named;
    return {};
}

/// Between one and two times as long, so that sites that were put off together do not come again together.
std::chrono::milliseconds spread(std::chrono::milliseconds pause)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    return pause + std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, pause.count())(random));
}

}  // namespace

Bytes modelKeyInfo(const Uuid& study, std::uint64_t keyEpoch)
{
    return ByteWriter().text("quorate/v1/model-key").lengthPrefixed(study.view()).u64be(keyEpoch).take();
}

Bytes modelKeyAad(const Uuid& site) { return ByteWriter().lengthPrefixed(site.view()).take(); }

Bytes modelLabel(const Uuid& study) { return ByteWriter().text("quorate/v1/model").lengthPrefixed(study.view()).take(); }

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
    if (m_seen != nullptr && m_seen->round != 0) {
        request.set_last_receipt_round(m_seen->round);
        request.set_last_receipt(wire::bytesOf(m_seen->digest));
    }
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
    TRY(follow(m_seen, response));
    if (response.retry_after_ms() > 0) {
        std::this_thread::sleep_for(spread(std::min(std::chrono::milliseconds(response.retry_after_ms()), kLongestWait)));
    }
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
        if (!response.taken_update().empty()) {
            TRY_ASSIGN(taken, wire::fixedFrom<32>(response.taken_update(), "update digest"));
            task.takenUpdate = taken;
        }
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
    auto pause = kFirstPause;
    int failures = 0;
    while (true) {
        const auto sent = submitOnce(update, keepGoing);
        if (sent && sent->retryAfter.count() == 0) return {};
        if (!keepGoing()) return fail(ErrorKind::Cancelled, "the upload was given up");
        if (sent) {
            std::this_thread::sleep_for(spread(sent->retryAfter));
            continue;
        }
        if (sent.error().kind != ErrorKind::Unavailable || ++failures == kUploadAttempts) return tl::unexpected(sent.error());
        std::this_thread::sleep_for(pause);
        pause *= 2;
    }
}

Result<UploadOutcome> RoundClient::submitOnce(const SiteUpdate& update, const std::function<bool()>& keepGoing) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    return sendUpdate(channel, m_study, update, keepGoing);
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
