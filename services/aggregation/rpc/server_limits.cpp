// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rpc/server_limits.h"

#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>

#include "enclave_client/wire.h"

namespace quorate::services {
namespace {

constexpr std::size_t kMemoryQuotaBytes = std::size_t{96} << 20;
constexpr int kMaxThreads = 256;
/// A chunk is 1 MiB: read and framed in a few large pieces instead of in many of 8 and 16 KiB.
constexpr int kReadBytes = 256 * 1024;
constexpr int kFrameBytes = 1024 * 1024;
/// What a site may send ahead of what was taken: fixed, because gRPC's own measure lets it grow on a fast link. 2 MiB in
/// flight are 160 Mbit/s over a tenth of a second.
constexpr int kWindowBytes = 2 * 1024 * 1024;

}  // namespace

void limitServer(grpc::ServerBuilder& builder)
{
    builder.SetMaxReceiveMessageSize(wire::kMaxMessageBytes);
    grpc::ResourceQuota quota("quorate-aggregator");
    quota.Resize(kMemoryQuotaBytes).SetMaxThreads(kMaxThreads);
    builder.SetResourceQuota(quota);
    builder.AddChannelArgument(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadBytes);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, kFrameBytes);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
}

}  // namespace quorate::services
