// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rpc/server_limits.h"

#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>

#include "enclave_client/wire.h"

namespace quorate::services {
namespace {

constexpr std::size_t kMemoryQuotaBytes = std::size_t{96} << 20;
constexpr int kMaxThreads = 256;
constexpr std::size_t kJoinMemoryQuotaBytes = std::size_t{64} << 20;
constexpr int kJoinMaxThreads = 8;
constexpr int kJoinMaxMessageBytes = 64 * 1024;
/// A chunk is 1 MiB: read and framed in a few large pieces instead of in many of 8 and 16 KiB.
constexpr int kReadBytes = 256 * 1024;
constexpr int kFrameBytes = 1024 * 1024;
/// What a site may send ahead of what was taken: fixed, because gRPC's own measure lets it grow on a fast link. 2 MiB in
/// flight are 160 Mbit/s over a tenth of a second.
constexpr int kWindowBytes = 2 * 1024 * 1024;

void limit(grpc::ServerBuilder& builder, const char* name, std::size_t memoryBytes, int threads, int messageBytes)
{
    builder.SetMaxReceiveMessageSize(messageBytes);
    grpc::ResourceQuota quota(name);
    quota.Resize(memoryBytes).SetMaxThreads(threads);
    builder.SetResourceQuota(quota);
}

}  // namespace

void limitServer(grpc::ServerBuilder& builder)
{
    limit(builder, "quorate-aggregator", kMemoryQuotaBytes, kMaxThreads, wire::kMaxMessageBytes);
    builder.AddChannelArgument(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadBytes);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, kFrameBytes);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
}

void limitJoinServer(grpc::ServerBuilder& builder)
{
    limit(builder, "quorate-aggregator-join", kJoinMemoryQuotaBytes, kJoinMaxThreads, kJoinMaxMessageBytes);
}

}  // namespace quorate::services
