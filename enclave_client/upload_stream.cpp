// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/upload_stream.h"

#include <grpcpp/client_context.h>

#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::minutes kTransferDeadline{10};
constexpr std::chrono::milliseconds kLongestRetry{10'000};

/// The answers to one upload, read while its chunks are on their way.
using UploadStream = grpc::ClientReaderWriter<v1::SubmitUpdateRequest, v1::SubmitUpdateResponse>;

/// Sends the chunks from `offset` on. A write that fails ends it: the stream's status says why.
void sendChunks(UploadStream& stream, grpc::ClientContext& context, const study::UpdateFile& file, std::uint64_t offset,
                const std::function<bool()>& keepGoing)
{
    const BytesView values = file.values();
    v1::SubmitUpdateRequest part;
    for (; offset < values.size(); offset += wire::kChunkBytes) {
        if (!keepGoing()) {
            context.TryCancel();
            return;
        }
        const auto content = values.subspan(offset, std::min<std::size_t>(wire::kChunkBytes, values.size() - offset));
        part.mutable_chunk()->set_offset(offset);
        part.mutable_chunk()->set_content(content.data(), content.size());
        part.mutable_chunk()->set_digest(wire::bytesOf(file.chunkDigests()[offset / wire::kChunkBytes]));
        if (!stream.Write(part)) return;
    }
}

v1::UpdateHeader headerOf(const Uuid& study, const SiteUpdate& update)
{
    v1::UpdateHeader out;
    out.set_study(wire::bytesOf(study));
    out.set_round(update.round);
    out.set_base_model(wire::bytesOf(update.baseModel));
    out.set_value_bytes(update.file.values().size());
    out.set_digest(wire::bytesOf(update.file.digest()));
    out.set_safetensors_header(wire::bytesOf(update.file.header()));
    wire::write(*out.mutable_metrics(), update.metrics);
    return out;
}

}  // namespace

Result<UploadOutcome> sendUpdate(const std::shared_ptr<grpc::Channel>& channel, const Uuid& study, const SiteUpdate& update,
                        const std::function<bool()>& keepGoing)
{
    const std::size_t valueBytes = update.file.values().size();
    v1::SubmitUpdateRequest first;
    *first.mutable_header() = headerOf(study, update);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kTransferDeadline);
    const auto stub = v1::RoundService::NewStub(channel);
    const auto stream = stub->SubmitUpdate(&context);
    stream->Write(first);
    v1::SubmitUpdateResponse answer;
    bool accepted = stream->Read(&answer) && answer.accepted();
    const std::chrono::milliseconds retryAfter(answer.retry_after_ms());
    if (!accepted && retryAfter.count() == 0 && answer.committed_bytes() <= valueBytes) {
        sendChunks(*stream, context, update.file, answer.committed_bytes() / wire::kChunkBytes * wire::kChunkBytes, keepGoing);
        stream->WritesDone();
    }
    // To the end: the status comes behind the last answer.
    while (stream->Read(&answer)) accepted = answer.accepted();
    const auto status = stream->Finish();
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    if (!accepted && retryAfter.count() > 0) return UploadOutcome{std::min(retryAfter, kLongestRetry)};
    if (!accepted) return fail(ErrorKind::Unavailable, "the service ended the upload without taking the update");
    return UploadOutcome{};
}

}  // namespace quorate
