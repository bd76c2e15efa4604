// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/grpcpp.h>

#include "core/crypto/digest.h"
#include "core/study/update_digest.h"
#include "enclave_client/wire.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "tests/services/support/fake_site.h"

namespace quorate::tests {

/// An upload by hand, so that every part of it can be wrong.
inline Result<void> upload(const FakeSite& site, const v1::UpdateHeader& header, const std::vector<v1::UpdateChunk>& chunks)
{
    const auto channel = site.channel().verifiedChannel().value();
    const auto stub = v1::RoundService::NewStub(channel);
    grpc::ClientContext context;
    const auto stream = stub->SubmitUpdate(&context);
    v1::SubmitUpdateRequest message;
    *message.mutable_header() = header;
    stream->Write(message);
    v1::SubmitUpdateResponse answer;
    stream->Read(&answer);
    for (const auto& chunk : chunks) {
        *message.mutable_chunk() = chunk;
        stream->Write(message);
    }
    stream->WritesDone();
    while (stream->Read(&answer)) continue;
    const auto status = stream->Finish();
    if (!status.ok()) return fail(ErrorKind::Internal, status.error_message());
    return {};
}

inline v1::UpdateHeader headerFor(const SmallConsortium& consortium, const SiteUpdate& update)
{
    v1::UpdateHeader header;
    header.set_study(wire::bytesOf(consortium.study()));
    header.set_round(update.round);
    header.set_base_model(wire::bytesOf(update.baseModel));
    header.set_value_bytes(update.file.values().size());
    header.set_digest(wire::bytesOf(update.file.digest()));
    header.set_safetensors_header(wire::bytesOf(update.file.header()));
    wire::write(*header.mutable_metrics(), update.metrics);
    return header;
}

inline v1::UpdateChunk chunk(std::uint64_t offset, BytesView content)
{
    v1::UpdateChunk out;
    out.set_offset(offset);
    out.set_content(wire::bytesOf(content));
    out.set_digest(wire::bytesOf(sha256(content)));
    return out;
}

}  // namespace quorate::tests
