// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "enclave_client/join_client.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// A service with an address for the invited, and a coordinator's session.
struct Scene {
    Scene()
    {
        services::ServerOptions options{"127.0.0.1:0", of.authority.certificate(), of.verified().policyDigest, of.anchors, {}, "127.0.0.1:0"};
        service.server = services::AggregationServer::start(options, simulated(of.serviceLaunch(), of.clock()), of.clock(), systemRandom()).value();
        service.address = "127.0.0.1:" + std::to_string(service.server->port());
        joinAddress = "127.0.0.1:" + std::to_string(service.server->joinPort());
        publish(of, service);
        coordinator = sessionOf(of, of.coordinator(), service);
    }
    [[nodiscard]] study::Invitation invite() const
    {
        study::Member invited;
        invited.organisation = "Zurich";
        invited.role = study::Role::Auditor;
        const auto expires = toSeconds(of.clock()()) + std::chrono::hours(1);
        return study::makeInvitation(of.authority, "HEART", invited, expires, systemRandom()).value();
    }
    [[nodiscard]] static study::Invitation copyOf(const study::Invitation& from)
    {
        return {from.id, from.consortium, from.root, from.service, SecretBytes::copyOf(from.secret.expose()), from.role, from.organisation,
                from.site, from.expires};
    }

    SmallConsortium of;
    RunningService service;
    std::string joinAddress;
    std::unique_ptr<MemberSession> coordinator;
};

dsse::Envelope requestFor(const study::Invitation& invitation)
{
    const auto keys = study::JoinKeys::generate(invitation.role, systemRandom()).value();
    return study::makeJoinRequest(invitation, "A. Auditor", keys).value();
}

template <typename T>
std::string refusal(const Result<T>& answer)
{
    return answer ? std::string("taken") : answer.error().message;
}

}  // namespace

TEST_CASE("A person who was invited asks at the service, and the answer comes back with a certificate that lets them in")
{
    Scene scene;
    const auto& of = scene.of;
    const auto invitation = scene.invite();
    const auto keys = study::JoinKeys::generate(invitation.role, systemRandom()).value();
    const auto request = study::makeJoinRequest(invitation, "A. Auditor", keys).value();
    CHECK(refusal(askToJoin(scene.joinAddress, invitation, request)).find("no open invitation is known here") == 0);
    REQUIRE(scene.coordinator->client().offerInvitation(invitation));
    CHECK(scene.coordinator->client().joinRequests()->empty());
    for (int again = 0; again < 2; ++again) CHECK_FALSE(askToJoin(scene.joinAddress, invitation, request).value());

    const auto waiting = scene.coordinator->client().joinRequests().value();
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0] == request);
    study::IssuedInvitation issued{Scene::copyOf(invitation), {}};
    const auto joined = study::confirmJoin(of.authority, issued, waiting[0], study::fingerprintOf(request), of.verified().roster,
                                           toSeconds(of.clock()()), systemRandom()).value();
    REQUIRE(scene.coordinator->client().updateRoster(joined.roster));
    REQUIRE(scene.coordinator->client().answerJoin(invitation.id, joined.answer));
    CHECK(scene.coordinator->client().joinRequests()->empty());

    const auto answer = askToJoin(scene.joinAddress, invitation, request).value();
    REQUIRE(answer);
    const auto accepted = study::readJoinAnswer(*answer, invitation, request).value();
    CHECK(accepted.member.name == "A. Auditor");
    AttestedChannel channel(scene.service.address, {accepted.certificate.toPem(), keys.tlsKey->toPkcs8Pem()}, of.clock(), systemRandom());
    CHECK(requireAccepted(channel.attest(attestation::Purpose::Channel, of.expectations())->result));
    // Of no study yet.
    CHECK(StudyClient(channel).list()->empty());
    CHECK(refusal(StudyClient(channel).get(of.study())) == "the caller is not a member of this study's roster");
}

TEST_CASE("Without the code nobody leaves anything, and one invitation takes one request")
{
    Scene scene;
    const auto invitation = scene.invite();
    REQUIRE(scene.coordinator->client().offerInvitation(invitation));
    auto guessed = Scene::copyOf(invitation);
    guessed.secret = randomSecret(systemRandom(), 16).value();
    const std::string unknown = refusal(askToJoin(scene.joinAddress, scene.invite(), requestFor(invitation)));
    CHECK(unknown.find("no open invitation is known here") == 0);
    CHECK(refusal(askToJoin(scene.joinAddress, guessed, requestFor(guessed))) == unknown);
    CHECK(refusal(scene.coordinator->client().offerInvitation(guessed)) == "this invitation is known here with another ticket");
    CHECK(scene.coordinator->client().offerInvitation(invitation));

    const auto request = requestFor(invitation);
    REQUIRE(askToJoin(scene.joinAddress, invitation, request));
    CHECK(refusal(askToJoin(scene.joinAddress, invitation, requestFor(invitation))) == "another request has been made by this invitation");
    auto big = request;
    big.payload.resize(services::InvitationBook::kMaxRequestBytes);
    CHECK(refusal(askToJoin(scene.joinAddress, invitation, big)).find("want a join request of at most 16 KiB") == 0);
    big.payload.resize(70 * 1024);
    CHECK(askToJoin(scene.joinAddress, invitation, big).error().kind != ErrorKind::PolicyRefused);

    scene.of.advance(std::chrono::hours(2));
    scene.coordinator = sessionOf(scene.of, scene.of.coordinator(), scene.service);
    CHECK(refusal(askToJoin(scene.joinAddress, invitation, request)) == unknown);
    CHECK(scene.coordinator->client().joinRequests()->empty());
    CHECK(refusal(scene.coordinator->client().offerInvitation(invitation)).find("invitation ends at") == 0);
}

TEST_CASE("Only the root's answer is passed on, and only to who asked")
{
    Scene scene;
    const auto& of = scene.of;
    const auto invitation = scene.invite();
    const auto request = requestFor(invitation);
    study::IssuedInvitation issued{Scene::copyOf(invitation), {}};
    const auto joined = study::confirmJoin(of.authority, issued, request, study::fingerprintOf(request), of.verified().roster,
                                           toSeconds(of.clock()()), systemRandom()).value();
    const auto client = scene.coordinator->client();
    REQUIRE(client.offerInvitation(invitation));
    CHECK(refusal(client.answerJoin(invitation.id, joined.answer)) == "nobody has asked here by this invitation");
    REQUIRE(askToJoin(scene.joinAddress, invitation, request));
    const auto forged = dsse::sign(study::kinds::kJoinAnswer, joined.answer.payload, *of.coordinator().signer).value();
    CHECK(client.answerJoin(invitation.id, forged).error().kind == ErrorKind::Untrusted);
    CHECK(client.answerJoin(invitation.id, joined.roster).error().kind == ErrorKind::Untrusted);
    CHECK_FALSE(askToJoin(scene.joinAddress, invitation, request).value());
    CHECK(client.answerJoin(invitation.id, joined.answer));
    CHECK(askToJoin(scene.joinAddress, invitation, request).value() == joined.answer);
    auto auditor = sessionOf(of, of.auditors[0], scene.service);
    CHECK(refusal(auditor->client().joinRequests()) == "a auditor may not make this call");
}

TEST_CASE("A service holds 64 open invitations, and those that are over make room")
{
    Scene scene;
    const auto client = scene.coordinator->client();
    for (std::size_t i = 0; i < services::InvitationBook::kMaxInvitations; ++i) REQUIRE(client.offerInvitation(scene.invite()));
    CHECK(refusal(client.offerInvitation(scene.invite())) == "this service holds 64 open invitations already");
    scene.of.advance(std::chrono::hours(2));
    CHECK(sessionOf(scene.of, scene.of.coordinator(), scene.service)->client().offerInvitation(scene.invite()));
}
