// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/preview_client.h"

#include <grpcpp/client_context.h>

#include "enclave_client/attested_channel.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/preview.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kDeadline{20};

}  // namespace

Result<void> PreviewClient::offer(const std::string& json) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    v1::OfferPreviewRequest request;
    request.set_study(wire::bytesOf(m_study));
    request.set_preview(json);
    v1::OfferPreviewResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    const auto status = v1::PreviewService::NewStub(channel)->OfferPreview(&context, request, &response);
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    return {};
}

Result<std::vector<OfferedPreview>> PreviewClient::list(const schema::DataDictionary& dictionary) const
{
    TRY_ASSIGN(channel, m_channel.verifiedChannel());
    v1::ListPreviewsRequest request;
    request.set_study(wire::bytesOf(m_study));
    v1::ListPreviewsResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    const auto status = v1::PreviewService::NewStub(channel)->ListPreviews(&context, request, &response);
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    std::vector<OfferedPreview> out;
    for (const auto& item : response.previews()) {
        TRY_ASSIGN(site, wire::fixedFrom<16>(item.site(), "site id"));
        auto preview = schema::previewFromJson(item.preview(), dictionary);
        if (!preview) return failAt("site " + toHex(site), preview.error());
        out.push_back({site, std::move(*preview), UtcMillis(std::chrono::milliseconds(item.received_at_ms()))});
    }
    return out;
}

}  // namespace quorate
