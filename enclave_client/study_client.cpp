// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/study_client.h"

#include <grpcpp/client_context.h>

#include "core/crypto/digest.h"
#include "core/study/reference_codec.h"
#include "enclave_client/attested_channel.h"
#include "enclave_client/status_map.h"
#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"
#include "quorate/v1/members.grpc.pb.h"
#include "quorate/v1/release.grpc.pb.h"
#include "quorate/v1/studies.grpc.pb.h"
#include "quorate/v1/witness.grpc.pb.h"

namespace quorate {
namespace {

constexpr std::chrono::seconds kCallDeadline{15};
/// A service that is given a study with a TorchScript file looks into the file first, in a process of its own.
constexpr std::chrono::seconds kPublishDeadline{180};

/// One unary call of `Service` over the verified channel.
template <typename Service, typename Request, typename Response>
Result<Response> call(const AttestedChannel& attested,
                      grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request,
                      std::chrono::seconds deadline = kCallDeadline)
{
    TRY_ASSIGN(channel, attested.verifiedChannel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    Response response;
    const auto stub = Service::NewStub(channel);
    const auto status = (stub.get()->*method)(&context, request, &response);
    if (!status.ok()) return tl::unexpected(wire::toError(status));
    return response;
}

UtcMillis millis(std::int64_t value) { return UtcMillis(std::chrono::milliseconds(value)); }

ReceivedEnvelope read(const v1::StoredEnvelope& in) { return {wire::read(in.envelope()), millis(in.received_at_ms())}; }

template <typename Repeated>
std::vector<ReceivedEnvelope> readAll(const Repeated& in)
{
    std::vector<ReceivedEnvelope> out;
    for (const auto& item : in) out.push_back(read(item));
    return out;
}

}  // namespace

Result<Digest32> StudyClient::publish(const study::StudyPackage& package) const
{
    v1::PublishStudyRequest request;
    wire::write(*request.mutable_package(), package);
    TRY_ASSIGN(response, call<v1::StudyService>(m_channel, &v1::StudyService::Stub::PublishStudy, request, kPublishDeadline));
    return wire::fixedFrom<32>(response.protocol_digest(), "protocol digest");
}

Result<std::vector<Uuid>> StudyClient::list() const
{
    TRY_ASSIGN(response, call<v1::StudyService>(m_channel, &v1::StudyService::Stub::ListStudies, v1::ListStudiesRequest()));
    std::vector<Uuid> out;
    for (const auto& id : response.studies()) {
        TRY_ASSIGN(study, wire::fixedFrom<16>(id, "study id"));
        out.push_back(study);
    }
    return out;
}

Result<StudyRecord> StudyClient::get(const Uuid& study) const
{
    v1::GetStudyRequest request;
    request.set_study(wire::bytesOf(study));
    TRY_ASSIGN(response, call<v1::StudyService>(m_channel, &v1::StudyService::Stub::GetStudy, request));
    StudyRecord out;
    out.package = wire::read(response.package());
    out.participations = readAll(response.participations());
    if (response.has_statement()) out.statement = read(response.statement());
    out.approvals = readAll(response.approvals());
    out.stops = readAll(response.stops());
    out.receipts = readAll(response.receipts());
    out.orders = readAll(response.orders());
    if (response.has_model_statement()) out.modelStatement = read(response.model_statement());
    out.acceptances = readAll(response.acceptances());
    return out;
}

Result<std::vector<NodeEvidence>> StudyClient::nodes(const Uuid& study) const
{
    v1::ListNodesRequest request;
    request.set_study(wire::bytesOf(study));
    TRY_ASSIGN(response, call<v1::AttestationService>(m_channel, &v1::AttestationService::Stub::ListNodes, request));
    std::vector<NodeEvidence> out;
    for (const auto& node : response.nodes()) {
        TRY_ASSIGN(site, wire::fixedFrom<16>(node.site(), "site id"));
        TRY_ASSIGN(received, wire::read(node.evidence()));
        TRY_ASSIGN(transcript, study::decodeTranscript(asBytes(node.transcript())));
        out.push_back({site, std::move(received.evidence), std::move(received.collateral), transcript, millis(node.received_at_ms())});
    }
    return out;
}

Result<void> StudyClient::submitParticipation(const dsse::Envelope& participation) const
{
    v1::SubmitParticipationRequest request;
    wire::write(*request.mutable_participation(), participation);
    TRY(call<v1::StudyService>(m_channel, &v1::StudyService::Stub::SubmitParticipation, request));
    return {};
}

Result<void> StudyClient::acceptProduct(const Uuid& study, const dsse::Envelope& acceptance) const
{
    v1::AcceptProductRequest request;
    request.set_study(wire::bytesOf(study));
    wire::write(*request.mutable_acceptance(), acceptance);
    TRY(call<v1::StudyService>(m_channel, &v1::StudyService::Stub::AcceptProduct, request));
    return {};
}

Result<void> StudyClient::startRounds(const Uuid& study) const
{
    v1::StartRoundsRequest request;
    request.set_study(wire::bytesOf(study));
    TRY(call<v1::StudyService>(m_channel, &v1::StudyService::Stub::StartRounds, request));
    return {};
}

Result<void> StudyClient::orderRounds(const dsse::Envelope& order) const
{
    v1::OrderRoundsRequest request;
    wire::write(*request.mutable_order(), order);
    TRY(call<v1::StudyService>(m_channel, &v1::StudyService::Stub::OrderRounds, request));
    return {};
}

Result<std::uint32_t> StudyClient::updateRoster(const dsse::Envelope& roster) const
{
    v1::UpdateRosterRequest request;
    wire::write(*request.mutable_roster(), roster);
    TRY_ASSIGN(response, call<v1::StudyService>(m_channel, &v1::StudyService::Stub::UpdateRoster, request));
    return response.version();
}

Result<dsse::Envelope> StudyClient::newestRoster(const Uuid& study) const
{
    v1::NewestRosterRequest request;
    request.set_study(wire::bytesOf(study));
    TRY_ASSIGN(response, call<v1::StudyService>(m_channel, &v1::StudyService::Stub::NewestRoster, request));
    return wire::read(response.roster());
}

Result<void> StudyClient::offerInvitation(const study::Invitation& invitation) const
{
    v1::OfferInvitationRequest request;
    request.set_invitation(wire::bytesOf(invitation.id));
    request.set_ticket_digest(wire::bytesOf(sha256(study::ticketOf(invitation).view())));
    request.set_expires(invitation.expires.time_since_epoch().count());
    TRY(call<v1::InvitationService>(m_channel, &v1::InvitationService::Stub::OfferInvitation, request));
    return {};
}

Result<std::vector<dsse::Envelope>> StudyClient::joinRequests() const
{
    TRY_ASSIGN(response,
               call<v1::InvitationService>(m_channel, &v1::InvitationService::Stub::ListJoinRequests, v1::ListJoinRequestsRequest()));
    std::vector<dsse::Envelope> out;
    for (const auto& item : response.requests()) out.push_back(wire::read(item));
    return out;
}

Result<void> StudyClient::answerJoin(const Uuid& invitation, const dsse::Envelope& answer) const
{
    v1::AnswerJoinRequest request;
    request.set_invitation(wire::bytesOf(invitation));
    wire::write(*request.mutable_answer(), answer);
    TRY(call<v1::InvitationService>(m_channel, &v1::InvitationService::Stub::AnswerJoin, request));
    return {};
}

Result<void> StudyClient::freezeStatement(const dsse::Envelope& statement) const
{
    v1::FreezeStatementRequest request;
    wire::write(*request.mutable_statement(), statement);
    TRY(call<v1::ReleaseService>(m_channel, &v1::ReleaseService::Stub::FreezeStatement, request));
    return {};
}

Result<ApprovalReceipt> StudyClient::submitApproval(const dsse::Envelope& approval) const
{
    v1::SubmitApprovalRequest request;
    wire::write(*request.mutable_approval(), approval);
    TRY_ASSIGN(response, call<v1::ReleaseService>(m_channel, &v1::ReleaseService::Stub::SubmitApproval, request));
    return ApprovalReceipt{response.sealed_shares(), response.released()};
}

Result<void> StudyClient::stop(const dsse::Envelope& revocation) const
{
    v1::StopRequest request;
    wire::write(*request.mutable_revocation(), revocation);
    TRY(call<v1::ReleaseService>(m_channel, &v1::ReleaseService::Stub::Stop, request));
    return {};
}

Result<std::optional<audit::SignedCheckpoint>> StudyClient::newestCheckpoint(const Uuid& study) const
{
    v1::NewestCheckpointRequest request;
    request.set_study(wire::bytesOf(study));
    TRY_ASSIGN(response, call<v1::WitnessService>(m_channel, &v1::WitnessService::Stub::NewestCheckpoint, request));
    if (response.checkpoint().empty()) return std::optional<audit::SignedCheckpoint>();
    TRY_ASSIGN(checkpoint, audit::parseCheckpoint(response.checkpoint()));
    return std::optional(std::move(checkpoint));
}

Result<audit::SignedCheckpoint> StudyClient::cosign(const Uuid& study, const audit::CosignRequest& request) const
{
    v1::CosignRequest out;
    out.set_study(wire::bytesOf(study));
    out.set_checkpoint(audit::toText(request.checkpoint));
    out.set_old_size(request.oldSize);
    for (const Bytes& hash : request.consistency) out.add_consistency(wire::bytesOf(BytesView(hash)));
    TRY_ASSIGN(response, call<v1::WitnessService>(m_channel, &v1::WitnessService::Stub::Cosign, out));
    return audit::parseCheckpoint(response.checkpoint());
}

Result<std::vector<audit::HeadToCosign>> StudyClient::headsToCosign(const Uuid& study, const std::map<Uuid, std::uint64_t>& watched) const
{
    v1::HeadsToCosignRequest request;
    request.set_study(wire::bytesOf(study));
    for (const auto& [member, size] : watched) {
        auto& log = *request.add_watched();
        log.set_member(wire::bytesOf(member));
        log.set_size(size);
    }
    TRY_ASSIGN(response, call<v1::WitnessService>(m_channel, &v1::WitnessService::Stub::HeadsToCosign, request));
    std::vector<audit::HeadToCosign> out;
    for (const auto& head : response.heads()) {
        TRY_ASSIGN(member, wire::fixedFrom<16>(head.member(), "member id"));
        TRY_ASSIGN(checkpoint, audit::parseCheckpoint(head.checkpoint()));
        audit::CosignRequest asked{std::move(checkpoint), head.old_size(), {}};
        for (const std::string& hash : head.consistency()) asked.consistency.push_back(toBytes(hash));
        out.push_back({member, std::move(asked)});
    }
    return out;
}

Result<void> StudyClient::addCosignature(const Uuid& study, const Uuid& owner, const audit::SignedCheckpoint& cosigned) const
{
    v1::AddCosignatureRequest request;
    request.set_study(wire::bytesOf(study));
    request.set_member(wire::bytesOf(owner));
    request.set_checkpoint(audit::toText(cosigned));
    TRY(call<v1::WitnessService>(m_channel, &v1::WitnessService::Stub::AddCosignature, request));
    return {};
}

Result<std::vector<audit::SignedCheckpoint>> StudyClient::cosignedByMembers(const Uuid& study) const
{
    v1::CosignedByMembersRequest request;
    request.set_study(wire::bytesOf(study));
    TRY_ASSIGN(response, call<v1::WitnessService>(m_channel, &v1::WitnessService::Stub::CosignedByMembers, request));
    std::vector<audit::SignedCheckpoint> out;
    for (const std::string& note : response.checkpoints()) {
        TRY_ASSIGN(checkpoint, audit::parseCheckpoint(note));
        out.push_back(std::move(checkpoint));
    }
    return out;
}

}  // namespace quorate
