// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <grpcpp/grpcpp.h>
#include <openssl/ssl.h>

#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"
#include "quorate/v1/monitor.grpc.pb.h"
#include "quorate/v1/release.grpc.pb.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "quorate/v1/studies.grpc.pb.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;
using study::Role;

namespace {

struct Scene {
    Scene() : service(startService(consortium)) { publish(consortium, service); }

    SmallConsortium consortium;
    RunningService service;
};

const Scene& scene()
{
    static const Scene instance;
    return instance;
}

/// A channel that believes what the caller's credentials lead to: what the server makes of the caller is the matter here.
std::shared_ptr<grpc::Channel> channelOf(const AttestedChannel& attested) { return attested.verifiedChannel().value(); }

std::unique_ptr<AttestedChannel> attestedAs(const Identity& identity)
{
    auto out = std::make_unique<AttestedChannel>(scene().service.address, credentialsOf(identity), scene().consortium.clock(), systemRandom());
    must(requireAccepted(out->attest(attestation::Purpose::Channel, scene().consortium.expectations()).value().result));
    return out;
}

std::string studyId() { return wire::bytesOf(scene().consortium.study()); }

template <typename Service, typename Request, typename Response>
grpc::Status unary(const std::shared_ptr<grpc::Channel>& channel,
                   grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request)
{
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    Response response;
    const auto stub = Service::NewStub(channel);
    return (stub.get()->*method)(&context, request, &response);
}

template <typename Request>
Request ofStudy()
{
    Request request;
    request.set_study(studyId());
    return request;
}

/// Objects that decode and name the study, so that the role decides and not the parser.
dsse::Envelope unsignedObject(const char* kind, Bytes payload) { return {dsse::payloadTypeFor(kind), std::move(payload), {}}; }

grpc::Status submitParticipation(const std::shared_ptr<grpc::Channel>& channel)
{
    study::Participation decision;
    decision.study = scene().consortium.study();
    v1::SubmitParticipationRequest request;
    wire::write(*request.mutable_participation(), unsignedObject(study::kinds::kParticipation, study::encode(decision)));
    return unary<v1::StudyService>(channel, &v1::StudyService::Stub::SubmitParticipation, request);
}

grpc::Status freezeStatement(const std::shared_ptr<grpc::Channel>& channel)
{
    release::ReleaseStatement statement;
    statement.study = scene().consortium.study();
    v1::FreezeStatementRequest request;
    wire::write(*request.mutable_statement(), unsignedObject(study::kinds::kReleaseStatement, release::encode(statement)));
    return unary<v1::ReleaseService>(channel, &v1::ReleaseService::Stub::FreezeStatement, request);
}

grpc::Status submitApproval(const std::shared_ptr<grpc::Channel>& channel)
{
    release::ReleaseApproval approval;
    approval.study = scene().consortium.study();
    v1::SubmitApprovalRequest request;
    wire::write(*request.mutable_approval(), unsignedObject(study::kinds::kReleaseApproval, release::encode(approval)));
    return unary<v1::ReleaseService>(channel, &v1::ReleaseService::Stub::SubmitApproval, request);
}

grpc::Status stop(const std::shared_ptr<grpc::Channel>& channel)
{
    release::Revocation order;
    order.study = scene().consortium.study();
    v1::StopRequest request;
    wire::write(*request.mutable_revocation(), unsignedObject(study::kinds::kRevocation, release::encode(order)));
    return unary<v1::ReleaseService>(channel, &v1::ReleaseService::Stub::Stop, request);
}

grpc::Status watch(const std::shared_ptr<grpc::Channel>& channel)
{
    grpc::ClientContext context;
    const auto stub = v1::MonitorService::NewStub(channel);
    const auto reader = stub->Watch(&context, ofStudy<v1::WatchRequest>());
    v1::WatchResponse response;
    if (!reader->Read(&response)) return reader->Finish();
    context.TryCancel();
    reader->Finish();
    return grpc::Status::OK;
}

grpc::Status fetchModel(const std::shared_ptr<grpc::Channel>& channel)
{
    grpc::ClientContext context;
    const auto stub = v1::RoundService::NewStub(channel);
    auto request = ofStudy<v1::FetchModelRequest>();
    request.set_model_digest(std::string(32, 'x'));
    const auto reader = stub->FetchModel(&context, request);
    v1::ModelChunk chunk;
    while (reader->Read(&chunk)) continue;
    return reader->Finish();
}

grpc::Status submitUpdate(const std::shared_ptr<grpc::Channel>& channel)
{
    grpc::ClientContext context;
    v1::SubmitUpdateResponse response;
    const auto stub = v1::RoundService::NewStub(channel);
    const auto writer = stub->SubmitUpdate(&context, &response);
    v1::SubmitUpdateRequest message;
    message.mutable_header()->set_study(studyId());
    writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
}

struct Row {
    const char* name;
    std::set<Role> allowed;
    std::function<grpc::Status(const std::shared_ptr<grpc::Channel>&)> call;
};

std::vector<Row> table()
{
    const std::set<Role> people{Role::Coordinator, Role::SiteReviewer, Role::Custodian, Role::Auditor};
    return {
        {"ListNodes", people, [](const auto& to) { return unary<v1::AttestationService>(to, &v1::AttestationService::Stub::ListNodes, ofStudy<v1::ListNodesRequest>()); }},
        {"GetStudy", people, [](const auto& to) { return unary<v1::StudyService>(to, &v1::StudyService::Stub::GetStudy, ofStudy<v1::GetStudyRequest>()); }},
        {"SubmitParticipation", {Role::SiteReviewer}, submitParticipation},
        {"StartRounds", {Role::Coordinator}, [](const auto& to) { return unary<v1::StudyService>(to, &v1::StudyService::Stub::StartRounds, ofStudy<v1::StartRoundsRequest>()); }},
        {"FreezeStatement", {Role::Coordinator}, freezeStatement},
        {"SubmitApproval", {Role::Custodian}, submitApproval},
        {"Stop", people, stop},
        {"Watch", people, watch},
        {"BeginJoin", {Role::SiteNode}, [](const auto& to) { return unary<v1::RoundService>(to, &v1::RoundService::Stub::BeginJoin, ofStudy<v1::BeginJoinRequest>()); }},
        {"Join", {Role::SiteNode}, [](const auto& to) { return unary<v1::RoundService>(to, &v1::RoundService::Stub::Join, ofStudy<v1::JoinRequest>()); }},
        {"NextTask", {Role::SiteNode}, [](const auto& to) { return unary<v1::RoundService>(to, &v1::RoundService::Stub::NextTask, ofStudy<v1::NextTaskRequest>()); }},
        {"FetchModel", {Role::SiteNode}, fetchModel},
        {"SubmitUpdate", {Role::SiteNode}, submitUpdate},
        {"ReportResult", {Role::SiteNode}, [](const auto& to) { return unary<v1::RoundService>(to, &v1::RoundService::Stub::ReportResult, ofStudy<v1::ReportResultRequest>()); }},
    };
}

bool isRoleRefusal(const grpc::Status& status)
{
    return status.error_code() == grpc::StatusCode::PERMISSION_DENIED && status.error_message().find("may not make this call") != std::string::npos;
}

/// One TLS handshake and one byte read with a client of OpenSSL's own; false when the server ends it.
bool canShakeHands(int version, const Identity* identity)
{
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    const unsigned char h2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), h2, sizeof h2);
    if (identity != nullptr) {
        const Bytes& der = identity->certificate.der();
        SSL_CTX_use_certificate_ASN1(context.get(), static_cast<int>(der.size()), der.data());
        SSL_CTX_use_PrivateKey(context.get(), identity->signing.handle());
    }
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_ssl_connect(context.get()), BIO_free_all);
    BIO_set_conn_hostname(bio.get(), scene().service.address.c_str());
    if (BIO_do_connect(bio.get()) != 1 || BIO_do_handshake(bio.get()) != 1) return false;
    // In TLS 1.3 the server judges the client's certificate after the client has finished; its first frame says yes.
    char first = 0;
    return BIO_read(bio.get(), &first, 1) == 1;
}

}  // namespace

TEST_CASE("Each call is open to exactly the roles it is for")
{
    const auto& of = scene().consortium;
    const std::vector<const Identity*> everybody{&of.coordinator(), &of.reviewers[0], &of.custodians[0], &of.auditors[0], &of.nodes[0]};
    for (const auto* identity : everybody) {
        const auto attested = attestedAs(*identity);
        for (const auto& row : table()) {
            CAPTURE(row.name);
            CAPTURE(study::nameOf(identity->member.role));
            const auto status = row.call(channelOf(*attested));
            CAPTURE(status.error_message());
            CHECK(isRoleRefusal(status) == !row.allowed.contains(identity->member.role));
        }
    }
    CHECK(scene().service.events(of.study()).size() == 1);
}

TEST_CASE("A member of the consortium who is not on the study's roster learns nothing of the study")
{
    const auto& of = scene().consortium;
    study::Member member;
    member.id = randomFixed<16>(systemRandom()).value();
    member.organisation = "Hospital 9";
    member.role = Role::Coordinator;
    const auto outsider = of.authority.issueIdentity(member, false, toSeconds(systemClock()()), systemRandom()).value();
    const auto attested = attestedAs(outsider);
    for (const auto& row : table()) {
        CAPTURE(row.name);
        const auto status = row.call(channelOf(*attested));
        CHECK(status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
        CHECK(status.error_message().find("not a member") != std::string::npos);
    }
    CHECK(StudyClient(*attested).list()->empty());
}

TEST_CASE("A certificate with a member's name over another key is nobody's")
{
    const auto& of = scene().consortium;
    const auto forged = of.authority.issueIdentity(of.coordinator().member, false, toSeconds(systemClock()()), systemRandom()).value();
    CHECK_FALSE(StudyClient(*attestedAs(forged)).startRounds(of.study()));
}

TEST_CASE("A certificate of another consortium does not connect, nor does a caller without one")
{
    const auto& of = scene().consortium;
    const auto other = ConsortiumAuthority::create("Other", toSeconds(systemClock()()), systemRandom()).value();
    const auto stranger = other.issueIdentity(of.coordinator().member, false, toSeconds(systemClock()()), systemRandom()).value();
    AttestedChannel channel(scene().service.address, credentialsOf(stranger), of.clock(), systemRandom());
    const auto answer = channel.attest(attestation::Purpose::Channel, of.expectations(), 3000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::Unavailable);
    CHECK(canShakeHands(TLS1_3_VERSION, &of.coordinator()));
    CHECK_FALSE(canShakeHands(TLS1_3_VERSION, &stranger));
    CHECK_FALSE(canShakeHands(TLS1_3_VERSION, nullptr));
}

TEST_CASE("TLS 1.2 and older are refused")
{
    const auto& me = scene().consortium.coordinator();
    REQUIRE(canShakeHands(TLS1_3_VERSION, &me));
    for (const int version : {TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION}) CHECK_FALSE(canShakeHands(version, &me));
}

TEST_CASE("A challenge that is not one is refused before any evidence is made")
{
    const auto attested = attestedAs(scene().consortium.auditors[0]);
    const auto challenge = [&](const std::string& nonce, std::uint32_t purpose, const std::string& study) {
        v1::ChallengeRequest request;
        request.set_nonce(nonce);
        request.set_purpose(purpose);
        request.set_study(study);
        return unary<v1::AttestationService>(channelOf(*attested), &v1::AttestationService::Stub::Challenge, request).error_code();
    };
    const std::string nonce(32, 'n');
    CHECK(challenge(nonce, 1, studyId()) == grpc::StatusCode::OK);
    CHECK(challenge(nonce, 0, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(challenge(nonce, 5, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(challenge(nonce.substr(1), 1, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(challenge(nonce + "n", 1, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(challenge(nonce, 1, "short") == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(challenge(nonce, 1, std::string(16, 's')) == grpc::StatusCode::UNAVAILABLE);
}
