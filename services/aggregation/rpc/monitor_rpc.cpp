// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/wire.h"
#include "quorate/v1/monitor.grpc.pb.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

/// How often a stream with nothing to say looks whether its client is still there.
constexpr int kWaitMs = 500;

class MonitorRpc final : public v1::MonitorService::Service {
public:
    explicit MonitorRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                       grpc::ServerWriter<v1::WatchResponse>* writer) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("MonitorService.Watch"));
        if (!caller) return statusOf(caller);
        std::uint64_t cursor = request->after_sequence();
        if (cursor > caller->study->log().lastSequence()) {
            return statusOf(Result<void>(fail(ErrorKind::Malformed, "the cursor is past the newest event: this service has begun anew")));
        }
        while (!context->IsCancelled()) {
            for (const auto& event : caller->study->log().after(cursor, kWaitMs)) {
                v1::WatchResponse response;
                wire::write(*response.mutable_event(), event);
                if (!writer->Write(response)) return grpc::Status::OK;
                cursor = event.sequence;
            }
        }
        return grpc::Status::OK;
    }

private:
    Registry& m_registry;
};

}  // namespace

std::unique_ptr<grpc::Service> makeMonitorRpc(Registry& registry) { return std::make_unique<MonitorRpc>(registry); }

}  // namespace quorate::services
