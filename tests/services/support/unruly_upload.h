// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <grpcpp/grpcpp.h>
#include <random>

#include "enclave_client/status_map.h"
#include "tests/services/support/hand_upload.h"

namespace quorate::tests {

/// What became of messages on their way to the service, over all sites. TLS makes it impossible to do this to the bytes of a
/// connection, so it is done to the messages before they are encrypted.
struct UnrulyNetwork {
    std::atomic<unsigned> repeatedChunks{0};   ///< Twice in a row, or again after later ones.
    std::atomic<unsigned> swappedChunks{0};    ///< A later one first: the service refuses the gap.
    std::atomic<unsigned> repeatedUpdates{0};  ///< Whole, after they were taken.
    std::atomic<unsigned> lateUpdates{0};      ///< Of a former round, in the next one.
    std::atomic<unsigned> lateTaken{0};        ///< Of these, taken: none may be.
};

/// The chunks from `first` to `end` in the order in which they arrive.
inline std::vector<std::size_t> unrulyOrder(std::size_t first, std::size_t end, std::mt19937& random, UnrulyNetwork& network)
{
    std::vector<std::size_t> out;
    for (std::size_t chunk = first; chunk < end; ++chunk) {
        out.push_back(chunk);
        if (random() % 2 != 0) continue;
        out.push_back(random() % (chunk + 1));
        ++network.repeatedChunks;
    }
    if (end - first > 1 && random() % 3 == 0) {
        const std::size_t chunk = first + random() % (end - first - 1);
        std::swap(*std::find(out.begin(), out.end(), chunk), *std::find(out.begin(), out.end(), chunk + 1));
        ++network.swappedChunks;
    }
    return out;
}

/// One attempt. True: the service has taken the update; false: it had no place for it yet.
inline Result<bool> unrulyUpload(const AttestedChannel& attested, const v1::UpdateHeader& header, const study::UpdateFile& file,
                                 std::mt19937& random, UnrulyNetwork& network)
{
    TRY_ASSIGN(channel, attested.verifiedChannel());
    const auto stub = v1::RoundService::NewStub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
    const auto stream = stub->SubmitUpdate(&context);
    v1::SubmitUpdateRequest message;
    *message.mutable_header() = header;
    stream->Write(message);
    v1::SubmitUpdateResponse answer;
    if (stream->Read(&answer) && !answer.accepted() && answer.retry_after_ms() == 0) {
        const auto first = static_cast<std::size_t>(answer.committed_bytes() / study::kUpdateChunkBytes);
        for (const std::size_t at : unrulyOrder(first, file.chunkDigests().size(), random, network)) {
            const BytesView rest = file.values().subspan(at * study::kUpdateChunkBytes);
            *message.mutable_chunk() = chunk(at * study::kUpdateChunkBytes, rest.first(std::min(rest.size(), study::kUpdateChunkBytes)));
            if (!stream->Write(message)) break;
        }
    }
    stream->WritesDone();
    bool isTaken = answer.accepted();
    while (stream->Read(&answer)) isTaken = answer.accepted();
    const auto status = stream->Finish();
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    return isTaken;
}

}  // namespace quorate::tests
