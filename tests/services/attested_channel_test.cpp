// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "enclave_client/attested_channel.h"
#include "enclave_client/round_client.h"
#include "enclave_client/study_client.h"
#include "learning/safetensors.h"
#include "tests/services/support/small_consortium.h"
#include "tests/support/random.h"

using namespace quorate;
using namespace quorate::tests;
using services::EvidenceProvider;
using services::ProvidedEvidence;

namespace {

const SmallConsortium& consortium()
{
    static const SmallConsortium instance;
    return instance;
}

AttestedChannel dial(const RunningService& service, const Identity& identity = consortium().coordinator())
{
    return {service.address, credentialsOf(identity), consortium().clock(), systemRandom()};
}

ServiceExpectations beforeAStudy()
{
    auto out = consortium().expectations();
    out.study = {};
    out.keyEpoch = 0;
    out.referenceValuesDigest = {};
    return out;
}

template <typename T>
std::optional<Error> errorOf(const Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

/// Every call that a client has fails as Untrusted, and the service got nothing of it.
void checkNothingPasses(const AttestedChannel& channel)
{
    const StudyClient people(channel);
    const RoundClient node(channel, consortium().study());
    SiteUpdate update;
    update.file = study::UpdateFile::of(learning::encodeSafetensors({{{"linear.bias", {1}}}, {0.5F}}).value()).value();
    const std::vector<std::optional<Error>> errors = {
        errorOf(people.publish(consortium().package)),
        errorOf(people.list()),
        errorOf(people.get(consortium().study())),
        errorOf(people.nodes(consortium().study())),
        errorOf(people.submitParticipation({})),
        errorOf(people.acceptProduct(consortium().study(), {})),
        errorOf(people.startRounds(consortium().study())),
        errorOf(people.freezeStatement({})),
        errorOf(people.submitApproval({})),
        errorOf(people.stop({})),
        errorOf(node.beginJoin()),
        errorOf(node.join(nullptr, {}, {}, 1)),
        errorOf(node.nextTask()),
        errorOf(node.fetchModel({})),
        errorOf(node.submitUpdate(update, [] { return true; })),
        errorOf(node.reportResult({}, {}, {})),
    };
    for (const auto& error : errors) {
        REQUIRE(error);
        CHECK(error->kind == ErrorKind::Untrusted);
        CHECK(error->message.find("nothing was sent") != std::string::npos);
    }
}

std::unique_ptr<EvidenceProvider> liar(LyingProvider::Lie lie)
{
    return std::make_unique<LyingProvider>(simulated(consortium().serviceLaunch(), consortium().clock()), std::move(lie));
}

/// The check that refused the service's only answer.
std::string refusedBy(const RunningService& service, const ServiceExpectations& expected)
{
    auto channel = dial(service);
    const auto answer = channel.attest(attestation::Purpose::Channel, expected);
    REQUIRE(answer);
    if (answer->result.verdict != attestation::Verdict::Refused) return "accepted";
    CHECK_FALSE(channel.isAttested());
    checkNothingPasses(channel);
    return answer->result.refusals.empty() ? "" : answer->result.refusals.front().check;
}

}  // namespace

TEST_CASE("A service whose evidence holds is accepted for training only, and calls work from then on")
{
    const auto service = startService(consortium());
    auto channel = dial(service);
    CHECK_FALSE(channel.isAttested());
    checkNothingPasses(channel);
    CHECK(service.server->registry().list().empty());

    const auto answer = channel.attest(attestation::Purpose::Channel, beforeAStudy());
    REQUIRE(answer);
    CHECK(answer->result.verdict == attestation::Verdict::TrainingOnly);
    CHECK(channel.isAttested());
    CHECK(StudyClient(channel).publish(consortium().package).value() == consortium().verified().protocolDigest);
    CHECK(StudyClient(channel).list().value() == std::vector{consortium().study()});
}

TEST_CASE("An SEV-SNP service is accepted as a TDX one is")
{
    const auto service = startService(consortium(), simulated(consortium().serviceLaunch(), consortium().clock(), attestation::TeeKind::SevSnp));
    CHECK(refusedBy(service, beforeAStudy()) == "accepted");
}

TEST_CASE("Evidence that has become older than the policy allows closes the channel until it is renewed")
{
    SmallConsortium late;
    const auto service = startService(late);
    publish(late, service);
    AttestedChannel channel(service.address, credentialsOf(late.coordinator()), late.clock(), systemRandom());
    REQUIRE(channel.attest(attestation::Purpose::Channel, late.expectations()));
    late.advance(std::chrono::minutes(late.verified().policy.reattestMinutes) + std::chrono::seconds(1));
    CHECK_FALSE(channel.isAttested());
    CHECK(StudyClient(channel).list().error().kind == ErrorKind::Untrusted);
    REQUIRE(channel.attest(attestation::Purpose::Reattest, late.expectations()));
    CHECK(StudyClient(channel).list());
}

TEST_CASE("A flipped byte anywhere in the service's evidence refuses it by name")
{
    for (const auto tee : {attestation::TeeKind::Tdx, attestation::TeeKind::SevSnp}) {
        auto flip = std::make_shared<std::size_t>(0);
        auto size = std::make_shared<std::size_t>(1);
        auto lie = [flip, size](EvidenceProvider& honest, const Digest64& reportData) -> Result<ProvidedEvidence> {
            TRY_ASSIGN(out, honest.provide(reportData));
            *size = out.evidence.blob.size();
            out.evidence.blob[*flip] ^= 0x10;
            return out;
        };
        const auto service = startService(consortium(), std::make_unique<LyingProvider>(
            simulated(consortium().serviceLaunch(), consortium().clock(), tee), lie));
        auto channel = dial(service);
        // A prime stride reaches header, body, signature and certificates; the last byte is a certificate's end.
        for (; *flip < *size; *flip += 131) {
            CAPTURE(attestation::nameOf(tee));
            CAPTURE(*flip);
            const auto answer = channel.attest(attestation::Purpose::Channel, beforeAStudy());
            REQUIRE(answer);
            CHECK(answer->result.verdict == attestation::Verdict::Refused);
            CHECK_FALSE(channel.isAttested());
            REQUIRE_FALSE(answer->result.refusals.empty());
            CHECK_FALSE(answer->result.refusals.front().check.empty());
        }
        checkNothingPasses(channel);
        CHECK(service.server->registry().list().empty());
    }
}

TEST_CASE("A second challenge that is answered with the first one's evidence is refused by the report data")
{
    auto first = std::make_shared<std::optional<ProvidedEvidence>>();
    const auto service = startService(consortium(), liar([first](EvidenceProvider& honest, const Digest64& reportData) -> Result<ProvidedEvidence> {
        if (!*first) *first = honest.provide(reportData).value();
        return **first;
    }));
    auto channel = dial(service);
    REQUIRE(channel.attest(attestation::Purpose::Channel, beforeAStudy()));
    CHECK(channel.isAttested());
    const auto again = channel.attest(attestation::Purpose::Channel, beforeAStudy());
    REQUIRE(again);
    REQUIRE(again->result.verdict == attestation::Verdict::Refused);
    CHECK(again->result.refusals.front().check == "report-data");
    checkNothingPasses(channel);
    CHECK(service.server->registry().list().empty());
}

TEST_CASE("A server that takes the address with another TLS key after the first was verified gets nothing")
{
    auto service = startService(consortium());
    auto channel = dial(service);
    REQUIRE(channel.attest(attestation::Purpose::Channel, beforeAStudy()));
    service.server.reset();
    const auto impostor = startService(consortium(), nullptr, service.address);
    const auto published = StudyClient(channel).publish(consortium().package);
    CHECK_FALSE(published);
    const auto challenged = channel.attest(attestation::Purpose::Channel, beforeAStudy());
    REQUIRE_FALSE(challenged);
    CHECK(challenged.error().kind == ErrorKind::Untrusted);
    CHECK(challenged.error().message.find("another TLS key") != std::string::npos);
    checkNothingPasses(channel);
    CHECK(impostor.server->registry().list().empty());
}

TEST_CASE("Evidence of a genuine service that another server relays is refused: it binds the genuine one's key")
{
    const auto genuine = startService(consortium());
    auto& attester = genuine.server->registry().context().attester;
    services::ChallengeScope scope;
    scope.nonce = randomFixed<32>(fixedRandom(1)).value();
    const auto relay = startService(consortium(), liar([&](EvidenceProvider&, const Digest64&) { return attester.answer(scope); }));
    // The client's nonce is the very one that the relay passed on.
    AttestedChannel channel(relay.address, credentialsOf(consortium().coordinator()), consortium().clock(), fixedRandom(1));
    const auto answer = channel.attest(attestation::Purpose::Channel, beforeAStudy());
    REQUIRE(answer);
    REQUIRE(answer->inputs.transcript->nonce == scope.nonce);
    REQUIRE(answer->result.verdict == attestation::Verdict::Refused);
    CHECK(answer->result.refusals.front().check == "report-data");
    checkNothingPasses(channel);
    CHECK(relay.server->registry().list().empty());

    // Nothing but the TLS key makes the difference once the relay hands on the genuine keys as well.
    auto inputs = answer->inputs;
    inputs.transcript->hpkePublicKey = attester.hpkeKey().publicKey();
    inputs.transcript->receiptKeySpki = toBytes(attester.receiptKey().publicKey().spkiSha256().view());
    CHECK(attestation::appraise(inputs).verdict == attestation::Verdict::Refused);
    inputs.transcript->tlsLeafSpki = attester.tls().key.publicKey().spkiSha256();
    CHECK(attestation::appraise(inputs).verdict == attestation::Verdict::TrainingOnly);
}

TEST_CASE("A service that speaks for another epoch of the study's key is refused")
{
    const auto service = startService(consortium());
    publish(consortium(), service);
    auto expected = consortium().expectations();
    expected.keyEpoch = 2;
    CHECK(refusedBy(service, expected) == "report-data");
    CHECK(service.events(consortium().study()).size() == 1);
}

TEST_CASE("Evidence for another purpose does not pass as a channel's")
{
    const auto service = startService(consortium());
    auto& attester = service.server->registry().context().attester;
    for (const auto purpose : {attestation::Purpose::ReleaseOffer, attestation::Purpose::ReleaseConfirm, attestation::Purpose::Reattest}) {
        services::ChallengeScope scope;
        scope.purpose = purpose;
        scope.nonce = randomFixed<32>(systemRandom()).value();
        const auto provided = attester.answer(scope).value();
        auto channel = dial(service);
        auto inputs = channel.attest(attestation::Purpose::Channel, beforeAStudy()).value().inputs;
        inputs.evidence = provided.evidence;
        inputs.transcript->nonce = scope.nonce;
        const auto reflected = attestation::appraise(inputs);
        REQUIRE(reflected.verdict == attestation::Verdict::Refused);
        CHECK(reflected.refusals.front().check == "report-data");
        inputs.transcript->purpose = purpose;
        CHECK(attestation::appraise(inputs).verdict == attestation::Verdict::TrainingOnly);
    }
}

TEST_CASE("A production study refuses demo evidence for its root")
{
    SmallConsortium production({.mode = study::StudyMode::Production});
    const auto service = startService(production);
    AttestedChannel channel(service.address, credentialsOf(production.coordinator()), production.clock(), systemRandom());
    auto expected = production.expectations();
    expected.study = {};
    expected.keyEpoch = 0;
    expected.referenceValuesDigest = {};
    const auto answer = channel.attest(attestation::Purpose::Channel, expected);
    REQUIRE(answer);
    REQUIRE(answer->result.verdict == attestation::Verdict::Refused);
    CHECK(answer->result.refusals.front().check == "trust.demo-root");
    checkNothingPasses(channel);

    // Nor does the production anchor set know the demo's root.
    expected.anchors = attestation::productionAnchors();
    const auto unknown = channel.attest(attestation::Purpose::Channel, expected);
    REQUIRE(unknown);
    CHECK(unknown->result.verdict == attestation::Verdict::Refused);
}

TEST_CASE("A service in debug mode, of another program, or launched for another consortium is refused")
{
    struct Case {
        attestation::TeeKind tee;
        std::function<void(attestation::SimulatedLaunch&)> change;
        const char* check;
    };
    using attestation::TeeKind;
    const auto debug = [](auto& launch) { launch.debug = true; };
    const auto program = [](auto& launch) { launch.program = "another program"; };
    const auto binding = [](auto& launch) { launch.launchBinding.bytes[0] ^= 1; };
    for (const auto& item : {Case{TeeKind::Tdx, debug, "tdx.debug"}, Case{TeeKind::SevSnp, debug, "snp.debug"},
                             Case{TeeKind::Tdx, program, "tdx.mrtd"}, Case{TeeKind::SevSnp, program, "snp.measurement"},
                             Case{TeeKind::Tdx, binding, "tdx.mrconfigid"}, Case{TeeKind::SevSnp, binding, "snp.host-data"}}) {
        auto launch = consortium().serviceLaunch();
        item.change(launch);
        const auto service = startService(consortium(), simulated(launch, consortium().clock(), item.tee));
        CHECK(refusedBy(service, beforeAStudy()) == item.check);
    }
}
