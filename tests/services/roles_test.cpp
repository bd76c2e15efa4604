// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <grpcpp/grpcpp.h>
#include <google/protobuf/descriptor.h>
#include <openssl/ssl.h>

#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"
#include "quorate/v1/members.grpc.pb.h"
#include "quorate/v1/monitor.grpc.pb.h"
#include "quorate/v1/preview.grpc.pb.h"
#include "quorate/v1/release.grpc.pb.h"
#include "quorate/v1/rounds.grpc.pb.h"
#include "quorate/v1/studies.grpc.pb.h"
#include "quorate/v1/witness.grpc.pb.h"
#include "services/aggregation/rpc/call_rules.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;
using study::Role;

namespace {

struct Scene {
    Scene() : service(startService(consortium)) { publish(consortium, service); }

    /// A channel that takes the service's certificate as it is: what the server makes of the caller is the matter here.
    [[nodiscard]] std::shared_ptr<grpc::Channel> channelAs(const Identity& identity) const
    {
        const auto& serverLeaf = service.server->registry().context().attester.tls().certificate;
        const SecretBytes key = identity.tlsKey->toPkcs8Pem();
        grpc::ChannelArguments arguments;
        arguments.SetSslTargetNameOverride(kServiceDnsName);
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        return grpc::CreateCustomChannel(
            service.address, grpc::SslCredentials({serverLeaf.toPem(), std::string(asText(key.expose())), identity.certificate.toPem()}), arguments);
    }

    SmallConsortium consortium;
    RunningService service;
};

/// The scene that the calls below are about: the shared one, or the one of the newest Using.
const Scene*& chosen()
{
    static const Scene* scene = nullptr;
    return scene;
}

class Using {
public:
    explicit Using(const Scene& scene) { chosen() = &scene; }
    ~Using() { chosen() = nullptr; }
    Using(const Using&) = delete;
    Using& operator=(const Using&) = delete;
};

const Scene& scene()
{
    static const Scene shared;
    return chosen() != nullptr ? *chosen() : shared;
}

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

grpc::Status publishStudy(const std::shared_ptr<grpc::Channel>& channel)
{
    v1::PublishStudyRequest request;
    wire::write(*request.mutable_package(), scene().consortium.package);
    return unary<v1::StudyService>(channel, &v1::StudyService::Stub::PublishStudy, request);
}

grpc::Status updateRoster(const std::shared_ptr<grpc::Channel>& channel)
{
    v1::UpdateRosterRequest request;
    wire::write(*request.mutable_roster(), scene().consortium.package.roster);
    return unary<v1::StudyService>(channel, &v1::StudyService::Stub::UpdateRoster, request);
}

grpc::Status acceptProduct(const std::shared_ptr<grpc::Channel>& channel)
{
    return unary<v1::StudyService>(channel, &v1::StudyService::Stub::AcceptProduct, ofStudy<v1::AcceptProductRequest>());
}

grpc::Status challenge(const std::shared_ptr<grpc::Channel>& channel)
{
    v1::ChallengeRequest request;
    request.set_nonce(std::string(32, 'n'));
    request.set_purpose(1);
    return unary<v1::AttestationService>(channel, &v1::AttestationService::Stub::Challenge, request);
}

grpc::Status stop(const std::shared_ptr<grpc::Channel>& channel)
{
    release::Revocation order;
    order.study = scene().consortium.study();
    v1::StopRequest request;
    wire::write(*request.mutable_revocation(), unsignedObject(study::kinds::kRevocation, release::encode(order)));
    return unary<v1::ReleaseService>(channel, &v1::ReleaseService::Stub::Stop, request);
}

grpc::Status orderRounds(const std::shared_ptr<grpc::Channel>& channel)
{
    study::RoundOrder order;
    order.study = scene().consortium.study();
    order.number = 1;
    order.reason = "test";
    v1::OrderRoundsRequest request;
    wire::write(*request.mutable_order(), unsignedObject(study::kinds::kRoundOrder, study::encode(order)));
    return unary<v1::StudyService>(channel, &v1::StudyService::Stub::OrderRounds, request);
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
    const auto stub = v1::RoundService::NewStub(channel);
    const auto writer = stub->SubmitUpdate(&context);
    v1::SubmitUpdateRequest message;
    message.mutable_header()->set_study(studyId());
    writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
}

grpc::Status offerInvitation(const std::shared_ptr<grpc::Channel>& channel)
{
    return unary<v1::InvitationService>(channel, &v1::InvitationService::Stub::OfferInvitation, v1::OfferInvitationRequest());
}

grpc::Status listJoinRequests(const std::shared_ptr<grpc::Channel>& channel)
{
    return unary<v1::InvitationService>(channel, &v1::InvitationService::Stub::ListJoinRequests, v1::ListJoinRequestsRequest());
}

grpc::Status answerJoin(const std::shared_ptr<grpc::Channel>& channel)
{
    return unary<v1::InvitationService>(channel, &v1::InvitationService::Stub::AnswerJoin, v1::AnswerJoinRequest());
}

grpc::Status askToJoin(const std::shared_ptr<grpc::Channel>& channel)
{
    return unary<v1::JoinService>(channel, &v1::JoinService::Stub::AskToJoin, v1::AskToJoinRequest());
}

using Call = std::function<grpc::Status(const std::shared_ptr<grpc::Channel>&)>;

template <typename Service, typename Request, typename Response>
Call plain(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*))
{
    return [method](const auto& to) { return unary<Service>(to, method, ofStudy<Request>()); };
}

/// One way to make each call, about the scene's study where it is about one.
const std::map<std::string_view, Call>& calls()
{
    static const std::map<std::string_view, Call> all{
        {"AttestationService.Challenge", challenge},
        {"AttestationService.ListNodes", plain<v1::AttestationService>(&v1::AttestationService::Stub::ListNodes)},
        {"StudyService.PublishStudy", publishStudy},
        {"StudyService.ListStudies",
         [](const auto& to) { return unary<v1::StudyService>(to, &v1::StudyService::Stub::ListStudies, v1::ListStudiesRequest()); }},
        {"StudyService.GetStudy", plain<v1::StudyService>(&v1::StudyService::Stub::GetStudy)},
        {"StudyService.SubmitParticipation", submitParticipation},
        {"StudyService.AcceptProduct", acceptProduct},
        {"StudyService.StartRounds", plain<v1::StudyService>(&v1::StudyService::Stub::StartRounds)},
        {"StudyService.OrderRounds", orderRounds},
        {"StudyService.UpdateRoster", updateRoster},
        {"StudyService.NewestRoster", plain<v1::StudyService>(&v1::StudyService::Stub::NewestRoster)},
        {"InvitationService.OfferInvitation", offerInvitation},
        {"InvitationService.ListJoinRequests", listJoinRequests},
        {"InvitationService.AnswerJoin", answerJoin},
        {"JoinService.AskToJoin", askToJoin},
        {"ReleaseService.FreezeStatement", freezeStatement},
        {"ReleaseService.SubmitApproval", submitApproval},
        {"ReleaseService.Stop", stop},
        {"RoundService.BeginJoin", plain<v1::RoundService>(&v1::RoundService::Stub::BeginJoin)},
        {"RoundService.Join", plain<v1::RoundService>(&v1::RoundService::Stub::Join)},
        {"RoundService.NextTask", plain<v1::RoundService>(&v1::RoundService::Stub::NextTask)},
        {"RoundService.FetchModel", fetchModel},
        {"RoundService.SubmitUpdate", submitUpdate},
        {"RoundService.ReportResult", plain<v1::RoundService>(&v1::RoundService::Stub::ReportResult)},
        {"MonitorService.Watch", watch},
        {"PreviewService.OfferPreview", plain<v1::PreviewService>(&v1::PreviewService::Stub::OfferPreview)},
        {"PreviewService.ListPreviews", plain<v1::PreviewService>(&v1::PreviewService::Stub::ListPreviews)},
        {"WitnessService.Cosign", plain<v1::WitnessService>(&v1::WitnessService::Stub::Cosign)},
        {"WitnessService.NewestCheckpoint", plain<v1::WitnessService>(&v1::WitnessService::Stub::NewestCheckpoint)},
        {"WitnessService.HeadsToCosign", plain<v1::WitnessService>(&v1::WitnessService::Stub::HeadsToCosign)},
        {"WitnessService.AddCosignature", plain<v1::WitnessService>(&v1::WitnessService::Stub::AddCosignature)},
        {"WitnessService.CosignedByMembers", plain<v1::WitnessService>(&v1::WitnessService::Stub::CosignedByMembers)},
    };
    return all;
}

/// Every text with which a caller is turned away.
constexpr std::array<std::string_view, 6> kRefusals{"may not make this call", "only a coordinator of the roster", "not a member of this study's roster",
                                                    "not a member of the newest roster", "this member is revoked", "the caller's certificate"};

/// Who is let in by a role, and is not of it.
std::string_view refusalOfRole(const services::CallRule& rule)
{
    return rule.membership == services::Membership::OfferedRoster ? "only a coordinator of the roster" : "may not make this call";
}

/// Who is on no roster.
std::string_view refusalOfStranger(const services::CallRule& rule)
{
    switch (rule.membership) {
    case services::Membership::Certificate:
    case services::Membership::Invitation: return {};
    case services::Membership::OfferedRoster: return "only a coordinator of the roster";
    case services::Membership::Study: return "not a member of this study's roster";
    case services::Membership::NewestRoster: return "not a member of the newest roster";
    }
    return {};
}

/// What one caller hears to every call: `wanted` gives the text that a refusal has, or empty where the caller is let in.
void checkEveryCall(const std::shared_ptr<grpc::Channel>& channel, const std::function<std::string_view(const services::CallRule&)>& wanted)
{
    for (const auto& rule : services::kCallRules) {
        const std::string_view refusal = wanted(rule);
        const auto status = calls().at(rule.method)(channel);
        CAPTURE(std::string(rule.method));
        CAPTURE(status.error_message());
        // Not on the address of the members.
        if (rule.membership == services::Membership::Invitation) {
            CHECK(status.error_code() == grpc::StatusCode::UNIMPLEMENTED);
            continue;
        }
        if (!refusal.empty()) {
            CHECK(status.error_message().find(refusal) != std::string::npos);
            continue;
        }
        for (const auto text : kRefusals) CHECK(status.error_message().find(text) == std::string::npos);
        CHECK(status.error_message().find("connect") == std::string::npos);
    }
}

/// A member's certificate and keys from the consortium's CA, with validity from `from`.
Identity issuedAt(const ConsortiumAuthority& authority, study::Member member, UtcSeconds from)
{
    return authority.issueIdentity(std::move(member), false, from, systemRandom()).value();
}

UtcSeconds now() { return toSeconds(systemClock()()); }

study::Member stranger(Role role)
{
    study::Member member;
    member.id = randomFixed<16>(systemRandom()).value();
    member.organisation = "Hospital 9";
    member.role = role;
    return member;
}

/// The consortium's root signs `roster`, and `as` brings it to the service.
grpc::Status bringRoster(const Scene& to, const study::Roster& roster, const Signer& root, const Identity& as)
{
    v1::UpdateRosterRequest request;
    wire::write(*request.mutable_roster(), dsse::sign(study::kinds::kRoster, study::encode(roster), root).value());
    return unary<v1::StudyService>(to.channelAs(as), &v1::StudyService::Stub::UpdateRoster, request);
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
        SSL_CTX_use_PrivateKey(context.get(), identity->tlsKey->handle());
    }
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_ssl_connect(context.get()), BIO_free_all);
    BIO_set_conn_hostname(bio.get(), scene().service.address.c_str());
    if (BIO_do_connect(bio.get()) != 1 || BIO_do_handshake(bio.get()) != 1) return false;
    // In TLS 1.3 the server judges the client's certificate after the client has finished; its first frame says yes.
    char first = 0;
    return BIO_read(bio.get(), &first, 1) == 1;
}

}  // namespace

TEST_CASE("Every RPC of the wire has a row in the table of callers, and the table has no other rows")
{
    std::set<std::string> declared;
    for (const char* file : {"attestation", "members", "monitor", "preview", "release", "rounds", "studies", "witness"}) {
        const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindFileByName("quorate/v1/" + std::string(file) + ".proto");
        REQUIRE(descriptor != nullptr);
        for (int i = 0; i < descriptor->service_count(); ++i) {
            const auto* service = descriptor->service(i);
            for (int n = 0; n < service->method_count(); ++n) declared.insert(service->name() + "." + service->method(n)->name());
        }
    }
    std::set<std::string> ruled;
    for (const auto& rule : services::kCallRules) ruled.emplace(rule.method);
    CHECK(declared == ruled);
    CHECK(ruled.size() == services::kCallRules.size());
    CHECK(calls().size() == services::kCallRules.size());
}

TEST_CASE("Each call is open to exactly the roles it is for")
{
    const auto& of = scene().consortium;
    for (const auto* identity : {&of.coordinator(), &of.reviewers[0], &of.custodians[0], &of.auditors[0], &of.nodes[0]}) {
        const Role role = identity->member.role;
        CAPTURE(study::nameOf(role));
        checkEveryCall(scene().channelAs(*identity), [role](const services::CallRule& rule) -> std::string_view {
            if (rule.membership == services::Membership::Certificate || rule.roles.contains(role)) return {};
            return refusalOfRole(rule);
        });
    }
    CHECK(scene().service.events(of.study()).size() == 1);
}

TEST_CASE("Who is not on the study's roster, or has a member's name over another key, learns nothing of the study")
{
    const auto& of = scene().consortium;
    const auto outsider = issuedAt(of.authority, stranger(Role::Coordinator), now());
    const auto forged = issuedAt(of.authority, of.coordinator().member, now());
    for (const auto* identity : {&outsider, &forged}) {
        checkEveryCall(scene().channelAs(*identity), refusalOfStranger);
        CHECK(StudyClient(*attestedAs(*identity)).list()->empty());
    }
}

TEST_CASE("A later roster revokes at once, in every call; it must be the root's, and later")
{
    Scene own;
    const Using here(own);
    const auto& of = own.consortium;
    const auto& root = of.authority.rootKey();
    const auto& roster = of.verified().roster;
    const auto& revoked = of.coordinators[1];
    const auto next = study::withRevocation(roster, revoked.member.id, now(), "left the hospital").value();
    CHECK(bringRoster(own, next, *of.coordinator().signer, of.coordinator()).error_code() == grpc::StatusCode::UNAUTHENTICATED);
    CHECK(bringRoster(own, next, root, of.auditors[0]).error_message().find("only a coordinator") != std::string::npos);
    checkEveryCall(own.channelAs(revoked), [](const services::CallRule& rule) -> std::string_view {
        return rule.roles.contains(Role::Coordinator) ? "" : "may not make this call";
    });
    CHECK(bringRoster(own, next, root, of.coordinator()).ok());
    CHECK(bringRoster(own, next, root, of.coordinator()).ok());
    checkEveryCall(own.channelAs(revoked), [](const services::CallRule&) { return std::string_view("this member is revoked"); });
    CHECK(bringRoster(own, roster, root, of.coordinator()).error_message() == "roster is version 1, version 2 has been accepted before");
    auto other = next;
    other.members[0].name = "another";
    CHECK(bringRoster(own, other, root, of.coordinator()).error_code() == grpc::StatusCode::UNAUTHENTICATED);
    auto later = study::withRevocation(next, of.reviewers[0].member.id, now() + std::chrono::hours(1), "leaves soon").value();
    const auto newcomer = issuedAt(of.authority, stranger(Role::Auditor), now());
    later.members.push_back(newcomer.member);
    CHECK(bringRoster(own, later, root, of.coordinator()).ok());
    const auto get = calls().at("StudyService.GetStudy");
    CHECK(get(own.channelAs(newcomer)).error_message() == "the caller is not a member of this study's roster");
    CHECK(get(own.channelAs(of.reviewers[0])).error_message().find("revoked") == std::string::npos);
    own.consortium.advance(std::chrono::hours(2));
    CHECK(get(own.channelAs(of.reviewers[0])).error_message().find("this member is revoked") == 0);
}

TEST_CASE("A certificate counts while it is valid, also on a connection that began earlier")
{
    Scene own;
    const Using here(own);
    const auto& of = own.consortium;
    const auto expired = issuedAt(of.authority, of.auditors[0].member, now() - std::chrono::days(366));
    const auto early = issuedAt(of.authority, of.auditors[0].member, now() + std::chrono::hours(1));
    CHECK_FALSE(canShakeHands(TLS1_3_VERSION, &expired));
    CHECK_FALSE(canShakeHands(TLS1_3_VERSION, &early));
    const auto channel = own.channelAs(of.auditors[0]);
    CHECK(challenge(channel).ok());
    own.consortium.advance(std::chrono::hours(24 * 366));
    checkEveryCall(channel, [](const services::CallRule&) { return std::string_view("the caller's certificate"); });
}

TEST_CASE("A certificate of another consortium does not connect, nor does a caller without one")
{
    const auto& of = scene().consortium;
    const auto other = ConsortiumAuthority::create("Other", toSeconds(systemClock()()), systemRandom()).value();
    const auto foreign = other.issueIdentity(of.coordinator().member, false, toSeconds(systemClock()()), systemRandom()).value();
    AttestedChannel channel(scene().service.address, credentialsOf(foreign), of.clock(), systemRandom());
    const auto answer = channel.attest(attestation::Purpose::Channel, of.expectations(), 3000);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::Unavailable);
    CHECK(canShakeHands(TLS1_3_VERSION, &of.coordinator()));
    CHECK_FALSE(canShakeHands(TLS1_3_VERSION, &foreign));
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
    const auto ask = [&](const std::string& nonce, std::uint32_t purpose, const std::string& study) {
        v1::ChallengeRequest request;
        request.set_nonce(nonce);
        request.set_purpose(purpose);
        request.set_study(study);
        return unary<v1::AttestationService>(channelOf(*attested), &v1::AttestationService::Stub::Challenge, request).error_code();
    };
    const std::string nonce(32, 'n');
    CHECK(ask(nonce, 1, studyId()) == grpc::StatusCode::OK);
    CHECK(ask(nonce, 0, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ask(nonce, 5, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ask(nonce.substr(1), 1, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ask(nonce + "n", 1, studyId()) == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ask(nonce, 1, "short") == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(ask(nonce, 1, std::string(16, 's')) == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("Who has no certificate reaches the one call for the invited, on its own address, and nothing else there")
{
    const auto& of = scene().consortium;
    services::ServerOptions options{"127.0.0.1:0", of.authority.certificate(), of.verified().policyDigest, of.anchors, {}, "127.0.0.1:0"};
    const auto server = services::AggregationServer::start(options, simulated(of.serviceLaunch(), of.clock()), of.clock(), systemRandom()).value();
    CHECK(scene().service.server->joinPort() == 0);
    REQUIRE(server->joinPort() != 0);
    const auto& leaf = server->registry().context().attester.tls().certificate;
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(kServiceDnsName);
    const auto channel = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server->joinPort()),
                                                   grpc::SslCredentials({leaf.toPem(), "", ""}), arguments);
    for (const auto& rule : services::kCallRules) {
        const auto status = calls().at(rule.method)(channel);
        CAPTURE(std::string(rule.method));
        const bool isForTheInvited = rule.membership == services::Membership::Invitation;
        CHECK(status.error_code() == (isForTheInvited ? grpc::StatusCode::INVALID_ARGUMENT : grpc::StatusCode::UNIMPLEMENTED));
    }
}
