// SPDX-License-Identifier: GPL-3.0-or-later
// Mistakes that other verifiers made (trust protocol, section 9): one test for each, under its number. The sweeps and
// lies beside the verifiers go further; these say that each of the known ones is refused here.
#include <doctest/doctest.h>

#include "core/attestation/collateral/request.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/attestation/simulated/key_bundle.h"
#include "core/attestation/verify/der_reader.h"
#include "core/base/byte_reader.h"
#include "core/crypto/hpke.h"
#include "core/study/reference_codec.h"
#include "core/study/study_package.h"
#include "tests/support/amd_world.h"
#include "tests/support/azure_machine.h"
#include "tests/support/release_fixture.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::attestation;
using World = tests::AmdWorld;
using tests::ReleaseFixture;

namespace {

AppraisalResult judge(const World& world) { return appraise(world.inputs(PolicyProfile::ChainOnly)); }

bool isRefusedFor(const AppraisalResult& result, const std::string& check, const std::string& reason = {})
{
    return result.verdict == Verdict::Refused &&
           std::any_of(result.refusals.begin(), result.refusals.end(), [&](const Refusal& refusal) {
               return refusal.check == check && refusal.reason.find(reason) != std::string::npos;
           });
}

std::string reasonsOf(const AppraisalResult& result)
{
    std::string out;
    for (const Refusal& refusal : result.refusals) out += "\n  " + refusal.check + ": " + refusal.reason;
    return out;
}

/// A rehearsal with simulated TDX, whose signing keys the tests can use to tell well-signed lies.
class Rehearsal {
public:
    Rehearsal() : m_vendor(*DemoVendor::openOrCreate(m_folder.path(), World::now()))
    {
        const auto bundle = openOrCreateBundle(m_folder.path() / "demo-vendor.keys", [] { return KeyBundle(); });
        m_tcbKey.emplace(*SigningKey::fromPkcs8(bundle->at("intel.tcb.key").expose()));
    }
    /// Of a machine that was launched for `launchedFor`'s root and policy and answers `transcript`.
    [[nodiscard]] AppraisalInputs inputs(TeeKind tee, const Transcript& transcript, const Transcript& launchedFor) const
    {
        SimulatedLaunch launch;
        launch.launchBinding = launchBinding(launchedFor.rosterRootSpki, launchedFor.policyDigest);
        AppraisalInputs out;
        out.evidence = *m_vendor.issue(tee, launch, transcript.reportData());
        out.collateral = *m_vendor.collateral(tee, World::now());
        out.policy = shippedPolicy(PolicyProfile::Training);
        ReferenceValues& values = out.referenceValues.emplace();
        values.tdx = {{DemoVendor::mrtdOf(launch)},    {DemoVendor::rtmrOf(0, launch)}, {DemoVendor::rtmrOf(1, launch)},
                      {DemoVendor::rtmrOf(2, launch)}, {DemoVendor::rtmrOf(3, launch)}, {DemoVendor::mrseam()}};
        values.sevSnp.measurement = {DemoVendor::measurementOf(launch)};
        out.transcript = transcript;
        out.anchors = m_vendor.anchors();
        out.trainingMode = true;
        out.at = World::now();
        return out;
    }
    [[nodiscard]] AppraisalInputs inputs(TeeKind tee) const { return inputs(tee, {}, {}); }
    /// The same with a vTPM, whose PCRs have approved values; `change` lies before the machine answers.
    [[nodiscard]] AppraisalInputs azureInputs(TeeKind tee, const std::function<void(tests::AzureMachine&)>& change) const
    {
        static const tests::VtpmKey key;
        AppraisalInputs out = inputs(tee);
        SimulatedLaunch launch;
        launch.launchBinding = launchBinding(out.transcript->rosterRootSpki, out.transcript->policyDigest);
        tests::AzureMachine machine;
        machine.tee = tee;
        machine.reportType = tee == TeeKind::Tdx ? 4 : 2;
        machine.keys = "[" + tests::AzureMachine::keyJson("HCLAkPub", key.modulus()) + "]";
        machine.extraData = toBytes(sha256(out.transcript->encoded()).view());
        out.referenceValues->vtpmPcrs[7] = {*Digest32::from(BytesView(machine.pcrs).subspan(7 * Digest32::kSize, Digest32::kSize))};
        change(machine);
        out.evidence = machine.evidence(m_vendor, launch, key);
        return out;
    }
    /// TDX inputs whose TCB info or QE identity says `to` where it last said `from`, signed by the right key.
    [[nodiscard]] AppraisalInputs resigned(const char* file, const std::string& from, const std::string& to) const
    {
        AppraisalInputs out = inputs(TeeKind::Tdx);
        std::string text(asText(out.collateral.files.at(file)));
        std::string inner = text.substr(text.find(':') + 1, text.rfind(",\"signature\"") - text.find(':') - 1);
        // The last: what comes first in TCB info describes modules that this quote does not name.
        const std::size_t at = inner.rfind(from);
        REQUIRE(at != std::string::npos);
        inner.replace(at, from.size(), to);
        text = text.substr(0, text.find(':') + 1) + inner + ",\"signature\":\"" + toHex(*m_tcbKey->signRaw(asBytes(inner))) + "\"}";
        out.collateral.files[file] = toBytes(text);
        return out;
    }

private:
    tests::TemporaryFolder m_folder;
    DemoVendor m_vendor;
    std::optional<SigningKey> m_tcbKey;
};

const Rehearsal& rehearsal()
{
    static const Rehearsal made;
    return made;
}

constexpr TeeKind kBoth[] = {TeeKind::Tdx, TeeKind::SevSnp};
constexpr char kTcbInfo[] = "tcb_info.json";

/// s becomes n - s, n the order of P-384, in a report's little-endian field.
void negateS(Bytes& report)
{
    const Bytes order = *parseHex("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973");
    int borrow = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::uint8_t& digit = report[0x2e8 + i];
        const int difference = order[order.size() - 1 - i] - digit - borrow;
        borrow = difference < 0 ? 1 : 0;
        digit = static_cast<std::uint8_t>(difference);
    }
}

}  // namespace

TEST_CASE("the rehearsals that the mistakes start from are accepted")
{
    CHECK(judge(World()).verdict == Verdict::Accepted);
    for (const TeeKind tee : kBoth) {
        const AppraisalResult result = appraise(rehearsal().inputs(tee));
        CHECK_MESSAGE(result.verdict == Verdict::TrainingOnly, reasonsOf(result));
    }
    const AppraisalResult spaced = appraise(rehearsal().resigned(kTcbInfo, "{", "{ "));
    CHECK_MESSAGE(spaced.verdict == Verdict::TrainingOnly, reasonsOf(spaced));
}

TEST_CASE("mistake 1: a forged AMD chain is accepted when product or roots are unknown")
{
    AppraisalInputs forged = World().inputs(PolicyProfile::ChainOnly);
    forged.anchors = {};
    CHECK(isRefusedFor(appraise(forged), "trust.root-pin"));
    forged.anchors = productionAnchors();
    CHECK(isRefusedFor(appraise(forged), "trust.root-pin"));
    World unknown;
    unknown.report[0x188] = 0x1b;
    CHECK(isRefusedFor(judge(unknown), "snp.product"));
    unknown = World();
    unknown.extensions.productName = "Venice";
    CHECK(isRefusedFor(judge(unknown), "snp.product"));
}

TEST_CASE("mistake 2: a supplied root with a corrupt self-signature is trusted for its key")
{
    World world;
    world.changes["ark.der"] = [](Bytes& file) { file.back() ^= 1; };
    CHECK(isRefusedFor(judge(world), "snp.chain.signatures", "does not verify"));
}

TEST_CASE("mistake 3: a VLEK passes in the VCEK's slot")
{
    World world(World::Product::Genoa, true);
    world.report[0x48] = 0;
    CHECK(isRefusedFor(judge(world), "snp.vek.kind", "VLEK, want VCEK"));
    CHECK(isRefusedFor(judge(world), "snp.chain.signatures"));
}

TEST_CASE("mistake 4: a chip id check that can never run")
{
    World other;
    other.report[0x1a0] ^= 1;
    CHECK(isRefusedFor(judge(other), "snp.chip-id"));
    World masked;
    std::fill_n(masked.report.begin() + 0x1a0, 64, std::uint8_t{0});
    CHECK(isRefusedFor(judge(masked), "snp.chip-id"));
}

TEST_CASE("mistake 5: a TCB is compared as one integer")
{
    World world;
    world.setTcb(0x1e0, {.fmc = 0, .bootLoader = 9, .tee = 1, .snp = 23, .microcode = 255});
    world.setTcb(0x038, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 23, .microcode = 255});
    CHECK(isRefusedFor(judge(world), "snp.tcb.order", "committed bl 9"));
}

TEST_CASE("mistake 6: the certificate of the current TCB serves for another reported one")
{
    World world;
    const snp::TcbParts current{.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 24, .microcode = 220};
    world.setTcb(0x1e0, current);
    world.setTcb(0x038, current);
    CHECK(judge(world).verdict == Verdict::Accepted);
    // Nothing is fetched for the current TCB: the address asks for the reported one, and so does its name in the cache.
    const auto missing = missingCollateral(world.inputs(PolicyProfile::ChainOnly).evidence, {});
    REQUIRE(missing);
    std::string urls;
    for (const CollateralRequest& request : missing->requests) urls += urlFor(request, {}) + "\n";
    CHECK_MESSAGE(urls.find("?blSPL=10&teeSPL=1&snpSPL=23&ucodeSPL=219\n") != std::string::npos, urls);
    CHECK(urls.find("ucodeSPL=220") == std::string::npos);
    world.extensions.tcb = current;
    CHECK(isRefusedFor(judge(world), "snp.tcb.certificate"));
}

TEST_CASE("mistake 7: a report or a JSON text is re-serialised before it is hashed")
{
    World odd;
    odd.report[0x40] = 0x65;  // a PLATFORM_INFO bit without a name
    odd.report[0x188 + 2] = 0x77;
    const AppraisalInputs inputs = odd.inputs(PolicyProfile::ChainOnly);
    CHECK(appraise(inputs).verdict == Verdict::Accepted);
    CHECK(appraise(inputs).inputDigests.at("blob") == sha256(inputs.evidence.blob));
    AppraisalInputs spaced = rehearsal().inputs(TeeKind::Tdx);
    Bytes& text = spaced.collateral.files.at(kTcbInfo);
    text.insert(text.begin() + static_cast<long>(asText(text).find(':')) + 2, ' ');
    CHECK(isRefusedFor(appraise(spaced), "tdx.tcb-info.signature"));
}

TEST_CASE("mistake 8: a raw HWID that begins 0x02 or 0x04 is parsed as DER")
{
    for (const std::uint8_t first : {0x02, 0x04, 0x30}) {
        World world;
        world.setChip(Bytes(64, first));
        CHECK(judge(world).verdict == Verdict::Accepted);
        world.report[0x1df] ^= 1;
        CHECK(isRefusedFor(judge(world), "snp.chip-id"));
    }
}

TEST_CASE("mistake 9: the TDX module's identity is ignored")
{
    const AppraisalResult unknown = appraise(rehearsal().resigned(kTcbInfo, "\"id\":\"TDX_01\"", "\"id\":\"TDX_07\""));
    CHECK_MESSAGE(isRefusedFor(unknown, "tdx.module.identity"), reasonsOf(unknown));
    const std::string zero(96, '0');
    AppraisalInputs otherSigner = rehearsal().resigned(kTcbInfo, zero, "01" + zero.substr(2));
    CHECK_MESSAGE(isRefusedFor(appraise(otherSigner), "tdx.module.identity"), reasonsOf(appraise(otherSigner)));
}

TEST_CASE("mistake 10: every TCB status but Revoked is accepted")
{
    for (const char* status : {"OutOfDate", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded",
                               "OutOfDateConfigurationNeeded", "Revoked"}) {
        AppraisalInputs inputs = rehearsal().resigned(kTcbInfo, "\"UpToDate\"", std::string("\"") + status + "\"");
        for (const PolicyProfile profile : {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training}) {
            inputs.policy = shippedPolicy(profile);
            CHECK_MESSAGE(isRefusedFor(appraise(inputs), "tdx.tcb.status"), status);
        }
    }
}

TEST_CASE("mistake 11: SGX TCB info is accepted for a TDX quote")
{
    CHECK(isRefusedFor(appraise(rehearsal().resigned(kTcbInfo, "\"id\":\"TDX\"", "\"id\":\"SGX\"")), "tdx.tcb-info.content", "SGX"));
}

TEST_CASE("mistake 12: component arrays of unequal length are compared as far as they go")
{
    for (const char* array : {"\"sgxtcbcomponents\":[", "\"tdxtcbcomponents\":["}) {
        const AppraisalResult longer = appraise(rehearsal().resigned(kTcbInfo, array, std::string(array) + "{\"svn\":0},"));
        CHECK_MESSAGE(isRefusedFor(longer, "tdx.tcb-info.content"), reasonsOf(longer));
        const AppraisalResult empty = appraise(rehearsal().resigned(kTcbInfo, array, std::string(array) + "],\"other\":["));
        CHECK_MESSAGE(isRefusedFor(empty, "tdx.tcb-info.content"), reasonsOf(empty));
    }
}

TEST_CASE("mistake 13: bytes behind a JSON text are ignored")
{
    for (const char* file : {kTcbInfo, "qe_identity.json"}) {
        for (const char* tail : {"x", "{}", ",", "\n{}"}) {
            AppraisalInputs inputs = rehearsal().inputs(TeeKind::Tdx);
            for (const char* c = tail; *c != '\0'; ++c) inputs.collateral.files[file].push_back(static_cast<std::uint8_t>(*c));
            CHECK(appraise(inputs).verdict == Verdict::Refused);
            CHECK(appraise(inputs).refusedAs == ErrorKind::Malformed);
        }
    }
}

TEST_CASE("mistake 14: a quote without a PCK chain brings the verifier down")
{
    constexpr std::size_t kSignatureSize = 632;
    constexpr std::size_t kOuterSize = 766;
    constexpr std::size_t kChainSize = 1254;
    constexpr std::size_t kChain = 1258;
    AppraisalInputs inputs = rehearsal().inputs(TeeKind::Tdx);
    Bytes& quote = inputs.evidence.blob;
    REQUIRE(asText(quote).substr(kChain, 10) == "-----BEGIN");
    quote.resize(kChain);
    for (const auto& [at, size] : {std::pair{kSignatureSize, kChain - 636}, {kOuterSize, kChain - 770}, {kChainSize, std::size_t{0}}}) {
        const Bytes written = ByteWriter().u32le(static_cast<std::uint32_t>(size)).take();
        std::copy(written.begin(), written.end(), quote.begin() + static_cast<long>(at));
    }
    inputs.collateral.files.erase("pck_chain.pem");
    CHECK(appraise(inputs).verdict == Verdict::Refused);
    CHECK_FALSE(appraise(inputs).refusals.empty());
    inputs = rehearsal().inputs(TeeKind::Tdx);
    inputs.evidence.blob.resize(kChain);
    CHECK(isRefusedFor(appraise(inputs), "tdx.format"));
}

TEST_CASE("mistake 15: the signature of the reference values is never checked")
{
    const SigningKey root = *SigningKey::generate(EcCurve::P256);
    const SigningKey coordinator = *SigningKey::generate(EcCurve::P256);
    const SigningKey stranger = *SigningKey::generate(EcCurve::P256);
    study::Roster roster;
    study::Member member;
    member.id = tests::uuid(10);
    member.role = study::Role::Coordinator;
    member.signingKeySpki = coordinator.publicKey().spki();
    roster.members = {member};
    const Bytes values = study::encode(ReferenceValues{});
    study::StudyPackage package;
    package.roster = *dsse::sign(study::kinds::kRoster, study::encode(roster), root);
    package.policy = *dsse::sign(study::kinds::kPolicy, *study::encode(shippedPolicy(PolicyProfile::Strict)), root);
    package.protocol = *dsse::sign(study::kinds::kProtocol, study::encode(ReleaseFixture().protocol), stranger);
    const auto messageFor = [&](const dsse::Envelope& references) {
        package.referenceValues = references;
        return study::verifyPackage(package, root.publicKey()).error().message;
    };
    const dsse::Envelope good = *dsse::sign(study::kinds::kReferenceValues, values, coordinator);
    // Well-signed values lead on to the protocol, which here is a stranger's.
    CHECK(messageFor(good).find("study-protocol is signed by nobody") != std::string::npos);
    CHECK(messageFor(*dsse::sign(study::kinds::kReferenceValues, values, stranger)).find("reference-values is signed by nobody") !=
          std::string::npos);
    dsse::Envelope altered = good;
    altered.payload.push_back(0);
    CHECK(messageFor(altered).find("study-protocol") == std::string::npos);
    dsse::Envelope bare = good;
    bare.signatures.clear();
    CHECK(messageFor(bare).find("carries 0 signatures") != std::string::npos);
}

TEST_CASE("mistake 16: a service with the right image but another consortium's root is accepted")
{
    for (const TeeKind tee : kBoth) {
        Transcript ours;
        ours.rosterRootSpki = sha256(asBytes("our root"));
        const AppraisalResult right = appraise(rehearsal().inputs(tee, ours, ours));
        CHECK_MESSAGE(right.verdict == Verdict::TrainingOnly, reasonsOf(right));
        const AppraisalResult result = appraise(rehearsal().inputs(tee, ours, Transcript{}));
        CHECK(isRefusedFor(result, tee == TeeKind::Tdx ? "tdx.mrconfigid" : "snp.host-data"));
        CHECK(result.refusals.size() == 1);
    }
}

TEST_CASE("mistake 17: a vTPM's user data is not tied to the PCRs")
{
    using Machine = tests::AzureMachine;
    for (const TeeKind tee : kBoth) {
        const AppraisalResult right = appraise(rehearsal().azureInputs(tee, [](Machine&) {}));
        CHECK_MESSAGE(right.verdict == Verdict::TrainingOnly, reasonsOf(right));
        // The hardware report covers this user data, but no quote says that it belongs to these PCRs.
        const AppraisalResult elsewhere = appraise(rehearsal().azureInputs(tee, [](Machine& machine) {
            machine.userData = toHex(machine.extraData);
            machine.extraData = Bytes(32);
        }));
        CHECK_MESSAGE(isRefusedFor(elsewhere, "vtpm.nonce"), reasonsOf(elsewhere));
        // A fresh quote over the right user data, of which the approved PCRs beside it are no part.
        const AppraisalResult others = appraise(rehearsal().azureInputs(tee, [](Machine& machine) { machine.pcrDigest = Bytes(32, 1); }));
        CHECK_MESSAGE(isRefusedFor(others, "vtpm.pcrs", "digest"), reasonsOf(others));
        const AppraisalResult none = appraise(rehearsal().azureInputs(tee, [](Machine& machine) { machine.bitmap = Bytes(3); }));
        CHECK_MESSAGE(isRefusedFor(none, "vtpm.pcrs", "bitmap 000000"), reasonsOf(none));
        // The nonce of another challenge over the approved PCRs.
        AppraisalInputs stale = rehearsal().azureInputs(tee, [](Machine&) {});
        stale.transcript->nonce.bytes[0] ^= 1;
        CHECK(isRefusedFor(appraise(stale), "vtpm.nonce"));
    }
}

TEST_CASE("mistake 18: absent fields are skipped")
{
    const AppraisalResult noPce = appraise(rehearsal().resigned(kTcbInfo, "\"pceId\":\"0000\",", ""));
    CHECK_MESSAGE(isRefusedFor(noPce, "tdx.tcb-info.content"), reasonsOf(noPce));
    World world;
    world.extensions.hwid.reset();
    CHECK(isRefusedFor(judge(world), "snp.vek.extensions"));
    for (const TeeKind tee : kBoth) {
        AppraisalInputs inputs = rehearsal().inputs(tee);
        inputs.referenceValues.reset();
        CHECK(isRefusedFor(appraise(inputs), tee == TeeKind::Tdx ? "tdx.mrtd" : "snp.measurement", "not given"));
        inputs = rehearsal().inputs(tee);
        inputs.transcript.reset();
        CHECK(isRefusedFor(appraise(inputs), "report-data", "not given"));
        for (const auto& [name, bytes] : rehearsal().inputs(tee).collateral.files) {
            inputs = rehearsal().inputs(tee);
            inputs.evidence.auxBlob.clear();
            inputs.collateral.files.erase(name);
            const bool isCopy = name == "pck_chain.pem" || name == "pck_crl_issuer_chain.pem";
            // Training alone goes on without AMD's list, and says that it was not checked.
            const bool isOptional = name == "crl.der";
            const AppraisalResult result = appraise(inputs);
            CHECK_MESSAGE((result.verdict == Verdict::Refused) == !(isCopy || isOptional), name);
            if (isOptional) CHECK(result.count(CheckOutcome::NotChecked) > 0);
        }
    }
}

TEST_CASE("mistake 19: a constant or reused nonce passes for a fresh one")
{
    ReleaseFixture fixture;
    World world;
    world.bind(fixture.statement.transcript);
    const AppraisalInputs inputs = world.inputs(PolicyProfile::Training);
    const auto offer = VerifiedEvidence::from(inputs, appraise(inputs));
    REQUIRE_MESSAGE(offer, reasonsOf(appraise(inputs)));
    const auto statement = release::makeStatement(fixture.protocol, fixture.statement.protocolDigest, *offer, tests::uuid(10),
                                                  fixture.now, std::chrono::minutes(60));
    REQUIRE_MESSAGE(statement, statement.error().message);
    Transcript reused = fixture.statement.transcript;
    reused.purpose = Purpose::ReleaseConfirm;
    world.bind(reused);
    const AppraisalInputs again = world.inputs(PolicyProfile::Training);
    const auto confirm = VerifiedEvidence::from(again, appraise(again));
    REQUIRE(confirm);
    const auto differences = release::differencesFrom(*statement, *confirm, fixture.now);
    REQUIRE(differences.size() == 1);
    CHECK(differences.front().find("nonce") != std::string::npos);
}

TEST_CASE("mistake 20: the nonce is ignored for one kind of evidence")
{
    for (const TeeKind tee : kBoth) {
        AppraisalInputs inputs = rehearsal().inputs(tee);
        inputs.transcript->nonce.bytes[31] ^= 1;
        CHECK(isRefusedFor(appraise(inputs), "report-data"));
        CHECK_FALSE(VerifiedEvidence::from(inputs, appraise(inputs)));
    }
}

TEST_CASE("mistake 21: a share is sealed to a low-order X25519 key")
{
    for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                              "0100000000000000000000000000000000000000000000000000000000000000",
                              "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        const auto sealed = hpke::seal(*parseHexFixed<32>(point), {}, {}, asBytes("share"), systemRandom());
        REQUIRE_FALSE(sealed);
        CHECK(sealed.error().kind == ErrorKind::Untrusted);
    }
}

TEST_CASE("mistake 22: the hash of a blob whose signature has a second writing is a replay key")
{
    ReleaseFixture fixture;
    World world;
    world.bind(fixture.statement.transcript);
    const AppraisalInputs first = world.inputs(PolicyProfile::Training);
    AppraisalInputs second = first;
    negateS(second.evidence.blob);
    // (r, n - s) is genuine by ECDSA's own rules, and so the digests of one answer can be two.
    const auto offer = VerifiedEvidence::from(first, appraise(first));
    const auto replay = VerifiedEvidence::from(second, appraise(second));
    REQUIRE(offer);
    REQUIRE(replay);
    CHECK(offer->evidence().digest() != replay->evidence().digest());
    const auto statement = release::makeStatement(fixture.protocol, fixture.statement.protocolDigest, *offer, tests::uuid(10),
                                                  fixture.now, std::chrono::minutes(60));
    REQUIRE(statement);
    const auto once = release::differencesFrom(*statement, *offer, fixture.now);
    CHECK_FALSE(once.empty());
    CHECK(release::differencesFrom(*statement, *replay, fixture.now) == once);
}

TEST_CASE("mistake 23: the bytes 0x330 to 0x49F of a SEV-SNP report are unsigned and not looked at")
{
    const AppraisalInputs good = World().inputs(PolicyProfile::ChainOnly);
    for (std::size_t at = 0x330; at < 0x4a0; ++at) {
        AppraisalInputs changed = good;
        changed.evidence.blob[at] = 1;
        CHECK(isRefusedFor(appraise(changed), "snp.format"));
    }
}

TEST_CASE("mistake 24: genuine cloud reports are refused because committed is below current")
{
    World world;
    world.setTcb(0x038, {.fmc = 0, .bootLoader = 11, .tee = 1, .snp = 24, .microcode = 220});
    CHECK(judge(world).verdict == Verdict::Accepted);
    world.setTcb(0x1e0, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 24, .microcode = 220});
    CHECK(judge(world).verdict == Verdict::Accepted);
}

TEST_CASE("mistake 25: evidence that answers another purpose or role is reflected")
{
    for (const TeeKind tee : kBoth) {
        for (const Purpose purpose : {Purpose::ReleaseOffer, Purpose::ReleaseConfirm, Purpose::Reattest}) {
            AppraisalInputs inputs = rehearsal().inputs(tee);
            inputs.transcript->purpose = purpose;
            CHECK(isRefusedFor(appraise(inputs), "report-data"));
        }
        AppraisalInputs inputs = rehearsal().inputs(tee);
        inputs.transcript->role = AttesterRole::SiteNode;
        CHECK(isRefusedFor(appraise(inputs), "report-data"));
    }
}
