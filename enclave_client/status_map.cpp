// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/status_map.h"

#include <array>
#include <utility>

namespace quorate::wire {
namespace {

constexpr std::array<std::pair<ErrorKind, grpc::StatusCode>, 7> kTable{{
    {ErrorKind::Malformed, grpc::StatusCode::INVALID_ARGUMENT},
    {ErrorKind::Untrusted, grpc::StatusCode::UNAUTHENTICATED},
    {ErrorKind::PolicyRefused, grpc::StatusCode::PERMISSION_DENIED},
    {ErrorKind::Unavailable, grpc::StatusCode::UNAVAILABLE},
    {ErrorKind::Cancelled, grpc::StatusCode::CANCELLED},
    {ErrorKind::StorageFailed, grpc::StatusCode::DATA_LOSS},
    {ErrorKind::Internal, grpc::StatusCode::INTERNAL},
}};

}  // namespace

grpc::Status toStatus(const Error& error)
{
    for (const auto& [kind, code] : kTable) {
        if (kind == error.kind) return {code, error.message};
    }
    return {grpc::StatusCode::INTERNAL, error.message};
}

Error toError(const grpc::Status& status)
{
    for (const auto& [kind, code] : kTable) {
        if (code == status.error_code()) return {kind, status.error_message()};
    }
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
        return {ErrorKind::Unavailable, "the service did not answer in time"};
    }
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
        return {ErrorKind::Unavailable, "the service has no room for this call now (" + status.error_message() + ")"};
    }
    return {ErrorKind::Internal, status.error_message()};
}

}  // namespace quorate::wire
