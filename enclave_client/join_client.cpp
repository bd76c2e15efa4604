// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/join_client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "enclave_client/leaf_pin.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/members.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kDeadline{15};

std::shared_ptr<grpc::Channel> dial(const std::string& address)
{
    namespace tls = grpc::experimental;
    tls::TlsChannelCredentialsOptions options;
    // Nobody vouches for the service's certificate, and there is no evidence to be judged yet.
    options.set_verify_server_certs(false);
    options.set_check_call_host(false);
    options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<LeafPinVerifier>(std::make_shared<LeafPin>()));
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(wire::kMaxMessageBytes);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address, tls::TlsCredentials(options), arguments);
}

}  // namespace

Result<std::optional<dsse::Envelope>> askToJoin(const std::string& address, const study::Invitation& invitation, const dsse::Envelope& request)
{
    v1::AskToJoinRequest out;
    out.set_invitation(wire::bytesOf(invitation.id));
    out.set_ticket(wire::bytesOf(study::ticketOf(invitation)));
    wire::write(*out.mutable_request(), request);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    v1::AskToJoinResponse response;
    const auto stub = v1::JoinService::NewStub(dial(address));
    const auto status = stub->AskToJoin(&context, out, &response);
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    if (!response.has_answer()) return std::optional<dsse::Envelope>();
    return std::optional(wire::read(response.answer()));
}

}  // namespace quorate
