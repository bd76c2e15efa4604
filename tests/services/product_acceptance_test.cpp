// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <future>

#include "core/attestation/policy/policy_check_kinds.h"
#include "core/crypto/digest.h"
#include "core/study/product_acceptance.h"
#include "services/site_agent/site_agent.h"
#include "tests/services/support/fake_site.h"
#include "tests/services/support/hospital_files.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;
using attestation::TeeKind;
using attestation::Verdict;
using study::EventKind;

namespace {

constexpr std::chrono::hours kMonth{24 * 30};
const std::string kCheck = attestation::checks::kProductAcceptance.id;

/// A study whose policy counts the rehearsal's SEV-SNP machines, Genoa, under acceptance only.
struct Cautious {
    explicit Cautious(TeeKind serviceTee) : tee(serviceTee) { start(); }

    void start()
    {
        service = startService(consortium, simulated(consortium.serviceLaunch(), consortium.clock(), tee), "127.0.0.1:0", folder.path());
    }
    [[nodiscard]] UtcSeconds now() const { return toSeconds(consortium.clock()()); }
    [[nodiscard]] attestation::ProductAcceptance acceptance(std::chrono::seconds lasting) const
    {
        return {consortium.study(), "Genoa", "no other machines yet", now() + lasting, consortium.verified().policyDigest};
    }
    [[nodiscard]] dsse::Envelope signedBy(const attestation::ProductAcceptance& value, std::size_t custodians) const
    {
        auto out = dsse::sign(study::kinds::kProductAcceptance, study::encode(value), *consortium.custodians[0].signer).value();
        for (std::size_t i = 1; i < custodians; ++i) must(dsse::addSignature(out, *consortium.custodians[i].signer));
        return out;
    }
    [[nodiscard]] dsse::Envelope given(std::chrono::seconds lasting) const { return signedBy(acceptance(lasting), 2); }
    /// A session that has not asked yet; `known` are on its computer.
    [[nodiscard]] std::unique_ptr<MemberSession> sessionWith(const Identity& who, std::vector<dsse::Envelope> known) const
    {
        auto out = std::make_unique<MemberSession>(who, service.address, consortium.verified(), consortium.anchors, consortium.clock(), systemRandom());
        out->useAcceptances(consortium.verified().roster, std::move(known));
        return out;
    }
    /// What refuses the service for somebody who knows `known`; empty: nothing.
    [[nodiscard]] std::string refusedFor(const Identity& who, std::vector<dsse::Envelope> known = {}) const
    {
        const auto answer = sessionWith(who, std::move(known))->connect();
        REQUIRE(answer);
        if (answer->result.verdict != Verdict::Refused) return {};
        REQUIRE(answer->result.refusals.size() == 1);
        return answer->result.refusals.front().check;
    }
    [[nodiscard]] Result<void> bring(const dsse::Envelope& envelope) const
    {
        const auto session = sessionWith(consortium.coordinator(), {envelope});
        must(session->connect());
        return session->client().acceptProduct(consortium.study(), envelope);
    }
    [[nodiscard]] std::optional<study::StudyEvent> last(EventKind kind) const { return lastEvent(service, consortium.study(), kind); }

    TeeKind tee;
    SmallConsortium consortium{{.changePolicy = [](attestation::AppraisalPolicy& policy) { policy.productsUnderAcceptance = {"Genoa"}; }}};
    TemporaryFolder folder;
    RunningService service;
};

/// A node of the first site that shows SEV-SNP evidence.
class SnpNode {
public:
    explicit SnpNode(const Cautious& study)
        : m_study(study), m_channel(study.service.address, credentialsOf(node()), study.consortium.clock(), systemRandom()),
          m_provider(simulated(study.consortium.nodeLaunch(), study.consortium.clock(), TeeKind::SevSnp))
    {
        must(requireAccepted(m_channel.attest(attestation::Purpose::Channel, study.consortium.expectations()).value().result));
    }

    [[nodiscard]] Result<void> join() const
    {
        const auto& package = m_study.consortium.verified();
        TRY_ASSIGN(nonce, client().beginJoin());
        attestation::Transcript transcript;
        transcript.role = attestation::AttesterRole::SiteNode;
        transcript.nonce = nonce;
        transcript.tlsLeafSpki = sha256(node().member.signingKeySpki);
        transcript.hpkePublicKey = m_key.publicKey();
        transcript.study = package.protocol.id;
        transcript.site = siteId(0);
        transcript.keyEpoch = package.protocol.keyEpoch;
        transcript.policyDigest = package.policyDigest;
        transcript.referenceValuesDigest = package.referenceValuesDigest;
        transcript.rosterRootSpki = package.rootSpki;
        TRY_ASSIGN(provided, m_provider->provide(transcript.reportData()));
        return client().join(&provided.evidence, provided.collateral, m_key.publicKey(), 10);
    }
    [[nodiscard]] RoundClient client() const { return {m_channel, m_study.consortium.study(), &m_seen}; }

private:
    [[nodiscard]] const Identity& node() const { return m_study.consortium.nodes[0]; }

    const Cautious& m_study;
    AttestedChannel m_channel;
    std::unique_ptr<services::EvidenceProvider> m_provider;
    mutable SeenReceipt m_seen;
    hpke::PrivateKey m_key = hpke::PrivateKey::generate(systemRandom()).value();
};

void refused(const Result<void>& result, const std::string& reason)
{
    REQUIRE_FALSE(result);
    CHECK_MESSAGE(result.error().message.find(reason) != std::string::npos, result.error().message);
}

}  // namespace

TEST_CASE("A service on a product under acceptance is trusted by who holds the acceptance, and by everybody once it was brought")
{
    const Cautious study(TeeKind::SevSnp);
    const auto& people = study.consortium;
    const auto stranger = study.sessionWith(people.coordinator(), {});
    const auto before = stranger->connect(false);
    REQUIRE(before);
    REQUIRE(before->result.refusals.size() == 1);
    CHECK(before->result.refusals.front().check == kCheck);
    CHECK(stranger->publish(people.package).error().kind == ErrorKind::Untrusted);

    const auto envelope = study.given(kMonth);
    const auto holder = study.sessionWith(people.coordinator(), {envelope});
    must(requireAccepted(holder->connect(false).value().result));
    must(holder->publish(people.package));
    CHECK(study.refusedFor(people.custodians[2]) == kCheck);
    CHECK(study.refusedFor(people.nodes[0]) == kCheck);

    must(study.bring(envelope));
    const auto answer = study.sessionWith(people.custodians[2], {})->connect();
    REQUIRE(answer);
    CHECK(answer->result.verdict == Verdict::TrainingOnly);
    REQUIRE(answer->acceptance);
    CHECK(answer->acceptance->digest == envelope.payloadDigest());
    REQUIRE(answer->acceptance->signers.size() == 2);
    CHECK(answer->acceptance->signers[1] == people.custodians[1].member);
    CHECK(study.refusedFor(people.nodes[0]).empty());
    const auto event = study.last(EventKind::ProductAccepted);
    REQUIRE(event);
    CHECK(event->actor == people.coordinator().member.id);
    CHECK(event->code == "Genoa");
    CHECK(event->count == 2);
}

TEST_CASE("An acceptance that has ended closes the channel at that second; a renewed one opens it without a new protocol")
{
    Cautious study(TeeKind::SevSnp);
    auto& people = study.consortium;
    const auto first = study.given(std::chrono::minutes(10));
    const auto publisher = study.sessionWith(people.coordinator(), {first});
    must(publisher->connect(false));
    must(publisher->publish(people.package));
    must(study.bring(first));
    const auto session = study.sessionWith(people.reviewers[0], {});
    must(session->connect());
    CHECK(session->channel().isAttested());

    people.advance(std::chrono::minutes(9));
    CHECK(session->channel().isAttested());
    people.advance(std::chrono::seconds(62));
    CHECK_FALSE(session->channel().isAttested());
    CHECK(study.refusedFor(people.reviewers[0]) == kCheck);
    CHECK(study.refusedFor(people.reviewers[0], {first}) == kCheck);

    must(study.bring(study.given(kMonth)));
    CHECK(study.refusedFor(people.reviewers[0]).empty());
    must(session->connect());
    CHECK(session->channel().isAttested());
    CHECK(session->client().get(people.study()).value().acceptances.size() == 2);
}

TEST_CASE("The service takes only what the study's quorum signed, for this study, in force, and about a product that waits for it")
{
    const Cautious study(TeeKind::Tdx);
    publish(study.consortium, study.service);
    refused(study.bring(study.signedBy(study.acceptance(kMonth), 1)), "1 custodians signed, want 2");
    refused(study.bring(study.given(std::chrono::seconds(-5))), "it ended at");
    refused(study.bring(study.given(std::chrono::hours(24 * 400))), "at most 366 days");
    auto other = study.acceptance(kMonth);
    other.study.bytes[0] ^= 1;
    refused(study.bring(study.signedBy(other, 2)), "it is for study");
    auto turin = study.acceptance(kMonth);
    turin.product = "Turin";
    refused(study.bring(study.signedBy(turin, 2)), "asks for no acceptance of Turin");
    auto altered = study.given(kMonth);
    altered.payload.back() ^= 1;
    refused(study.bring(altered), "signature");
    CHECK_FALSE(study.last(EventKind::ProductAccepted));

    const auto envelope = study.given(kMonth);
    must(study.bring(envelope));
    refused(study.bring(envelope), "given already");
}

TEST_CASE("A client counts the signatures itself: what its quorum did not sign changes nothing")
{
    const Cautious study(TeeKind::SevSnp);
    const auto envelope = study.given(kMonth);
    const auto publisher = study.sessionWith(study.consortium.coordinator(), {envelope});
    must(publisher->connect(false));
    must(publisher->publish(study.consortium.package));
    const auto& who = study.consortium.auditors[0];
    CHECK(study.refusedFor(who, {study.signedBy(study.acceptance(kMonth), 1)}) == kCheck);
    auto doubled = study.signedBy(study.acceptance(kMonth), 1);
    doubled.signatures.push_back(doubled.signatures.front());
    CHECK(study.refusedFor(who, {doubled}) == kCheck);
    CHECK(study.refusedFor(who, {envelope}).empty());
}

TEST_CASE("A node on a product under acceptance joins with it, is dropped when it ends, and comes back with the next one")
{
    Cautious study(TeeKind::Tdx);
    publish(study.consortium, study.service);
    const SnpNode node(study);
    const auto early = node.join();
    refused(early, kCheck);
    CHECK(early.error().kind == ErrorKind::Unavailable);

    must(study.bring(study.given(std::chrono::minutes(10))));
    must(node.join());
    CHECK(study.last(EventKind::SiteJoined)->code == "attested");
    study.consortium.advance(std::chrono::seconds(601));
    REQUIRE(eventually([&] { return study.last(EventKind::SiteLost)->sequence > study.last(EventKind::SiteJoined)->sequence; }));
    CHECK(study.last(EventKind::SiteLost)->code == kCheck);
    CHECK(node.client().nextTask().value().kind == SiteTask::Kind::Rejoin);
    refused(node.join(), kCheck);

    // Renewed before it ends, the node does not notice.
    must(study.bring(study.given(std::chrono::minutes(5))));
    must(node.join());
    must(study.bring(study.given(std::chrono::minutes(15))));
    const auto joined = study.last(EventKind::SiteJoined)->sequence;
    study.consortium.advance(std::chrono::minutes(6));
    CHECK_FALSE(eventually([&] { return study.last(EventKind::SiteLost)->sequence > joined; }, std::chrono::milliseconds(300)));
}

TEST_CASE("A site's agent waits for the acceptance of the service's product and goes on with it; anything else it refuses for good")
{
    Cautious study(TeeKind::SevSnp);
    const auto& people = study.consortium;
    const auto envelope = study.given(kMonth);
    const auto coordinator = study.sessionWith(people.coordinator(), {envelope});
    must(coordinator->connect(false));
    must(coordinator->publish(people.package));

    const Hospital hospital(people);
    const auto config = hospital.load().value();
    const auto agentAt = [&](const std::string& service) {
        return services::SiteAgent(config, service, people.anchors, nullptr, people.clock(), systemRandom());
    };
    auto agent = agentAt(study.service.address);
    auto ended = std::async(std::launch::async, [&] { return agent.run(); });
    CHECK(ended.wait_for(std::chrono::milliseconds(1200)) == std::future_status::timeout);
    CHECK_FALSE(study.last(EventKind::SiteJoined));
    must(study.bring(envelope));
    REQUIRE(eventually([&] { return study.last(EventKind::SiteJoined).has_value(); }));
    must(coordinator->stop(release::Revocation::Kind::Revoke, "withdrawn"));
    const auto result = ended.get();
    CHECK_MESSAGE(result, result.error().message);

    // Refused for more than the acceptance: another program.
    auto other = people.serviceLaunch();
    other.program = "another program";
    study.service.server.reset();
    study.service = startService(people, simulated(other, people.clock(), TeeKind::SevSnp), "127.0.0.1:0", study.folder.path());
    CHECK(agentAt(study.service.address).run().error().kind == ErrorKind::PolicyRefused);
}

TEST_CASE("Acceptances survive a restart of the service, and end there as anywhere")
{
    Cautious study(TeeKind::SevSnp);
    auto& people = study.consortium;
    const auto envelope = study.given(kMonth);
    const auto publisher = study.sessionWith(people.coordinator(), {envelope});
    must(publisher->connect(false));
    must(publisher->publish(people.package));
    must(study.bring(envelope));
    study.service.server.reset();
    study.start();
    CHECK(study.refusedFor(people.custodians[2]).empty());
    const auto event = study.last(EventKind::ProductAccepted);
    REQUIRE(event);
    CHECK(event->digest == envelope.payloadDigest());

    study.service.server.reset();
    people.advance(kMonth + std::chrono::seconds(2));
    study.start();
    // Its sites' ethics approvals end then as well, which is another matter.
    CHECK(study.refusedFor(people.custodians[2]) == kCheck);
}

TEST_CASE("An acceptance ends with the membership of one of its signers")
{
    const Cautious study(TeeKind::SevSnp);
    const auto& people = study.consortium;
    const auto envelope = study.given(kMonth);
    const auto publisher = study.sessionWith(people.coordinator(), {envelope});
    must(publisher->connect(false));
    must(publisher->publish(people.package));
    must(study.bring(envelope));
    CHECK(study.refusedFor(people.auditors[0]).empty());

    const auto newest = study::withRevocation(people.verified().roster, people.custodians[1].member.id, study.now(), "left").value();
    must(publisher->connect());
    must(publisher->client().updateRoster(dsse::sign(study::kinds::kRoster, study::encode(newest), people.authority.rootKey()).value()));
    CHECK(study.refusedFor(people.auditors[0]) == kCheck);
    // A client that knows of it decides so even when the service shows it on.
    const auto session = study.sessionWith(people.auditors[0], {});
    session->useAcceptances(newest, {envelope});
    CHECK(session->connect().value().result.verdict == Verdict::Refused);
    // The three of them who still stand can give another.
    auto again = dsse::sign(study::kinds::kProductAcceptance, study::encode(study.acceptance(kMonth)), *people.custodians[0].signer).value();
    must(dsse::addSignature(again, *people.custodians[2].signer));
    must(study.bring(again));
    CHECK(study.refusedFor(people.auditors[0]).empty());
}
