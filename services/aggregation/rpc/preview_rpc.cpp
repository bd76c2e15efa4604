// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview.h"
#include "enclave_client/wire.h"
#include "quorate/v1/preview.grpc.pb.h"
#include "services/aggregation/rounds/preview_book.h"
#include "services/aggregation/rpc/caller.h"
#include "services/aggregation/rpc/rpc_result.h"
#include "services/aggregation/rpc/rpc_services.h"

namespace quorate::services {
namespace {

class PreviewRpc final : public v1::PreviewService::Service {
public:
    explicit PreviewRpc(Registry& registry) : m_registry(registry) {}

    grpc::Status OfferPreview(grpc::ServerContext* context, const v1::OfferPreviewRequest* request, v1::OfferPreviewResponse*) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("PreviewService.OfferPreview"));
        if (!caller) return statusOf(caller);
        const auto& protocol = caller->study->package().protocol;
        if (protocol.findSite(caller->member.site) == nullptr) {
            return statusOf(Result<void>(fail(ErrorKind::PolicyRefused, "this node's site is not part of the study")));
        }
        // Only what fits the study's dictionary is kept: others will read it.
        const auto preview = schema::previewFromJson(request->preview(), protocol.dictionary);
        if (!preview) return statusOf(preview);
        m_book.put(protocol.id, {caller->member.site, request->preview(), m_registry.context().clock()});
        return grpc::Status::OK;
    }

    grpc::Status ListPreviews(grpc::ServerContext* context, const v1::ListPreviewsRequest* request, v1::ListPreviewsResponse* response) override
    {
        const auto caller = callerOf(*context, m_registry, request->study(), ruleFor("PreviewService.ListPreviews"));
        if (!caller) return statusOf(caller);
        for (const auto& offered : m_book.of(caller->study->package().protocol.id)) {
            auto* item = response->add_previews();
            item->set_site(wire::bytesOf(offered.site));
            item->set_preview(offered.preview);
            item->set_received_at_ms(offered.at.time_since_epoch().count());
        }
        return grpc::Status::OK;
    }

private:
    Registry& m_registry;
    PreviewBook m_book;
};

}  // namespace

std::unique_ptr<grpc::Service> makePreviewRpc(Registry& registry) { return std::make_unique<PreviewRpc>(registry); }

}  // namespace quorate::services
