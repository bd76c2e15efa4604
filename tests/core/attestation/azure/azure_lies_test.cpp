// SPDX-License-Identifier: GPL-3.0-or-later
// Azure-like evidence in the demo vendor's hardware: one lie a row, each refused for its own reason.
#include <doctest/doctest.h>

#include "core/attestation/appraisal.h"
#include "tests/support/azure_machine.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::attestation;
using tests::AzureMachine;
using tests::VtpmKey;

namespace {

const UtcSeconds kNow = *parseRfc3339("2026-11-21T09:00:00Z");
constexpr TeeKind kBoth[] = {TeeKind::Tdx, TeeKind::SevSnp};

const DemoVendor& vendor()
{
    static const tests::TemporaryFolder folder;
    static const DemoVendor made = DemoVendor::openOrCreate(folder.path(), kNow).value();
    return made;
}

const VtpmKey& vtpmKey()
{
    static const VtpmKey key;
    return key;
}

const VtpmKey& otherKey()
{
    static const VtpmKey key;
    return key;
}

Transcript transcript()
{
    Transcript out;
    out.nonce = sha256(asBytes("nonce"));
    out.policyDigest = sha256(asBytes("policy"));
    out.rosterRootSpki = sha256(asBytes("root"));
    return out;
}

SimulatedLaunch launch()
{
    SimulatedLaunch out;
    out.launchBinding = launchBinding(transcript().rosterRootSpki, transcript().policyDigest);
    return out;
}

AzureMachine honest(TeeKind tee)
{
    AzureMachine out;
    out.tee = tee;
    out.reportType = tee == TeeKind::Tdx ? 4 : 2;
    out.keys = "[" + AzureMachine::keyJson("HCLAkPub", vtpmKey().modulus()) + "," +
               AzureMachine::keyJson("HCLEkPub", otherKey().modulus()) + "]";
    out.extraData = toBytes(sha256(transcript().encoded()).view());
    return out;
}

ReferenceValues values()
{
    ReferenceValues out;
    const SimulatedLaunch started = launch();
    out.tdx = {{DemoVendor::mrtdOf(started)},
               {DemoVendor::rtmrOf(0, started)},
               {DemoVendor::rtmrOf(1, started)},
               {DemoVendor::rtmrOf(2, started)},
               {DemoVendor::rtmrOf(3, started)},
               {DemoVendor::mrseam()}};
    out.sevSnp.measurement = {DemoVendor::measurementOf(started)};
    Digest32 pcr;
    pcr.bytes.fill(0x11);
    out.vtpmPcrs = {{4, {pcr}}, {7, {pcr}}};
    return out;
}

AppraisalInputs inputsFor(const Evidence& evidence)
{
    AppraisalInputs inputs;
    inputs.evidence = evidence;
    inputs.collateral = vendor().collateral(evidence.tee, kNow).value();
    inputs.policy = shippedPolicy(PolicyProfile::Training);
    inputs.referenceValues = values();
    inputs.transcript = transcript();
    inputs.anchors = vendor().anchors();
    inputs.trainingMode = true;
    inputs.at = kNow;
    return inputs;
}

std::string refusalsOf(const AppraisalResult& result)
{
    std::string out;
    for (const Refusal& refusal : result.refusals) out += refusal.check + ": " + refusal.reason + "\n";
    return out;
}

struct Lie {
    const char* name;
    std::function<void(AzureMachine&)> inMachine;
    std::function<void(Evidence&)> inEvidence;
    const char* check;
    const char* reason;
};

/// Refused for this and for nothing that does not follow from it.
void checkLie(const Lie& lie, TeeKind tee)
{
    AzureMachine machine = honest(tee);
    if (lie.inMachine) lie.inMachine(machine);
    Evidence evidence = machine.evidence(vendor(), launch(), vtpmKey());
    if (lie.inEvidence) lie.inEvidence(evidence);
    const AppraisalInputs inputs = inputsFor(evidence);
    const AppraisalResult result = appraise(inputs);
    INFO(lie.name << " " << nameOf(tee) << "\n" << refusalsOf(result));
    REQUIRE(result.verdict == Verdict::Refused);
    CHECK(result.refusals.front().check == lie.check);
    CHECK(result.refusals.front().reason.find(lie.reason) != std::string::npos);
    CHECK_FALSE(result.claims.contains("pcr00"));
    CHECK_FALSE(VerifiedEvidence::from(inputs, result));
}

void flip(Bytes& bytes, std::size_t at) { bytes.at(at) ^= 1; }

const std::vector<Lie>& lies()
{
    static const std::vector<Lie> all = {
        {"two attestation keys",
         [](AzureMachine& m) {
             m.keys = "[" + AzureMachine::keyJson("HCLAkPub", otherKey().modulus()) + "," +
                      AzureMachine::keyJson("HCLAkPub", vtpmKey().modulus()) + "]";
         },
         nullptr, "vtpm.attestation-key", "several HCLAkPub"},
        {"the signing key only under another name, as if a certificate vouched for it",
         [](AzureMachine& m) { m.keys = "[" + AzureMachine::keyJson("AkCert", vtpmKey().modulus()) + "]"; }, nullptr,
         "vtpm.attestation-key", "names no HCLAkPub"},
        {"another machine's attestation key",
         [](AzureMachine& m) { m.keys = "[" + AzureMachine::keyJson("HCLAkPub", otherKey().modulus()) + "]"; }, nullptr,
         "vtpm.quote.signature", "does not verify"},
        {"an exponent of 3",
         [](AzureMachine& m) { m.keys = "[" + AzureMachine::keyJson("HCLAkPub", vtpmKey().modulus(), "Aw") + "]"; }, nullptr,
         "vtpm.attestation-key", "exponent 65537"},
        {"a modulus too short", [](AzureMachine& m) { m.keys = "[" + AzureMachine::keyJson("HCLAkPub", "AQAB") + "]"; }, nullptr,
         "vtpm.attestation-key", "want 2048 to 4096"},
        {"a key for encryption",
         [](AzureMachine& m) { m.keys.replace(m.keys.find("sign"), 4, "wrap"); }, nullptr, "vtpm.attestation-key",
         "not an RSA key for signing"},
        {"a member twice", [](AzureMachine& m) { m.userData = R"(0","user-data":"1)"; }, nullptr, "vtpm.attestation-key",
         "repeats a member"},
        {"runtime data that the report does not bind", nullptr, [](Evidence& e) { flip(e.vtpm.hclReport, 0x4d4 + 40); },
         "vtpm.runtime-data", "want "},
        {"report data with a tail",
         [](AzureMachine& m) { m.changeReportData = [](Digest64& data) { data.bytes[63] = 1; }; }, nullptr,
         "vtpm.runtime-data", "want "},
        {"another hash type than the one used", nullptr, [](Evidence& e) { e.vtpm.hclReport.at(0x4cc) = 2; },
         "vtpm.runtime-data", "want "},
        {"an unknown hash type", nullptr, [](Evidence& e) { e.vtpm.hclReport.at(0x4cc) = 4; }, "vtpm.format", "hash type is 4"},
        {"variable data beyond the buffer", [](AzureMachine& m) { m.variableSizeExcess = 41; }, nullptr, "vtpm.format",
         "are left"},
        {"padding that is not zero", nullptr, [](Evidence& e) { flip(e.vtpm.hclReport, e.vtpm.hclReport.size() - 1); },
         "vtpm.format", "padding is not zero"},
        {"sizes that do not enclose each other", nullptr, [](Evidence& e) { flip(e.vtpm.hclReport, 0x4c0); }, "vtpm.format",
         "do not enclose"},
        {"version 3", [](AzureMachine& m) { m.hclVersion = 3; }, nullptr, "vtpm.format", "version 3"},
        {"a selection without PCR 4", [](AzureMachine& m) { m.bitmap[0] = 0xef; }, nullptr, "vtpm.pcrs", "bitmap efffff"},
        {"a selection that says nothing of PCR 16 to 23", [](AzureMachine& m) { m.bitmap.resize(2); }, nullptr, "vtpm.pcrs",
         "bitmap ffff;"},
        {"the SHA-1 bank", [](AzureMachine& m) { m.bank = 0x0004; }, nullptr, "vtpm.pcrs", "bank 0x0004"},
        {"PCR values that were not quoted", nullptr, [](Evidence& e) { flip(e.vtpm.pcrs, 0); }, "vtpm.pcrs", "digest"},
        {"PCR values beside an empty digest", [](AzureMachine& m) { m.pcrDigest = Bytes(32); }, nullptr, "vtpm.pcrs", "digest 0000"},
        {"another nonce", [](AzureMachine& m) { flip(m.extraData, 0); }, nullptr, "vtpm.nonce", "want "},
        {"no nonce", [](AzureMachine& m) { m.extraData.clear(); }, nullptr, "vtpm.nonce", "want "},
        {"the nonce in the user data, which no PCR and no quote covers",
         [](AzureMachine& m) {
             m.userData = toHex(m.extraData);
             m.extraData = Bytes(32, 9);
         },
         nullptr, "vtpm.nonce", "want "},
        {"a signature over other bytes", nullptr, [](Evidence& e) { flip(e.vtpm.signature, 0); }, "vtpm.quote.signature",
         "does not verify"},
        {"a quote changed after signing", nullptr, [](Evidence& e) { flip(e.vtpm.attest, e.vtpm.attest.size() - 40); },
         "vtpm.quote.signature", "does not verify"},
        {"not a TPM's structure", [](AzureMachine& m) { m.magic = 0x00544347; }, nullptr, "vtpm.format", "TPM_GENERATED"},
        {"bytes behind the quote", nullptr, [](Evidence& e) { e.vtpm.attest.push_back(0); }, "vtpm.format", "after its end"},
        {"no PCR values", nullptr, [](Evidence& e) { e.vtpm.pcrs.clear(); }, "vtpm.format", "no PCR values"},
        {"23 PCR values", nullptr, [](Evidence& e) { e.vtpm.pcrs.resize(23 * 32); }, "vtpm.format", "want 24 of 32"},
    };
    return all;
}

}  // namespace

TEST_CASE("honest evidence is accepted on both kinds of hardware and with each hash")
{
    for (const TeeKind tee : kBoth) {
        for (const std::uint32_t hash : {1u, 2u, 3u}) {
            AzureMachine machine = honest(tee);
            machine.hashType = hash;
            const AppraisalInputs inputs = inputsFor(machine.evidence(vendor(), launch(), vtpmKey()));
            const AppraisalResult result = appraise(inputs);
            INFO(nameOf(tee) << " " << hash << "\n" << refusalsOf(result));
            CHECK(result.verdict == Verdict::TrainingOnly);
            CHECK(result.count(CheckOutcome::NotChecked) == 0);
            CHECK(result.claims.at("pcr23") == toHex(Bytes(32, 0x11)));
            CHECK(VerifiedEvidence::from(inputs, result));
        }
    }
}

TEST_CASE("each lie is refused for its own reason")
{
    CHECK(lies().size() >= 12);
    for (const TeeKind tee : kBoth) {
        for (const Lie& lie : lies()) checkLie(lie, tee);
    }
}

TEST_CASE("a measured boot that is not approved is refused, and so is any when nothing is approved")
{
    AzureMachine machine = honest(TeeKind::SevSnp);
    machine.pcrs[4 * 32] ^= 1;
    AppraisalInputs inputs = inputsFor(machine.evidence(vendor(), launch(), vtpmKey()));
    AppraisalResult result = appraise(inputs);
    REQUIRE(result.refusals.size() == 1);
    CHECK(result.refusals.front().check == "vtpm.pcrs.reference");
    CHECK(result.refusals.front().reason.find("PCR 4 1011") == 0);
    inputs = inputsFor(honest(TeeKind::SevSnp).evidence(vendor(), launch(), vtpmKey()));
    inputs.referenceValues->vtpmPcrs.clear();
    result = appraise(inputs);
    REQUIRE(result.refusals.size() == 1);
    CHECK(result.refusals.front().reason.find("no value is approved") != std::string::npos);
    inputs.referenceValues->vtpmPcrs = {{24, {Digest32{}}}};
    CHECK(appraise(inputs).refusals.front().reason.find("PCR 24 does not exist") == 0);
}

TEST_CASE("the digest of the reference values covers each PCR's index and values")
{
    AppraisalInputs inputs = inputsFor(honest(TeeKind::SevSnp).evidence(vendor(), launch(), vtpmKey()));
    const auto digest = [&] { return appraise(inputs).inputDigests.at("referenceValues"); };
    std::set<Digest32> seen{digest()};
    inputs.referenceValues->vtpmPcrs.erase(7);
    CHECK(seen.insert(digest()).second);
    inputs.referenceValues->vtpmPcrs[4].insert(Digest32{});
    CHECK(seen.insert(digest()).second);
    inputs.referenceValues->vtpmPcrs = {{5, inputs.referenceValues->vtpmPcrs[4]}};
    CHECK(seen.insert(digest()).second);
}

TEST_CASE("a TDREPORT or SEV-SNP report of another machine inside the HCL report is refused")
{
    for (const TeeKind tee : kBoth) {
        // Each offset holds a field that the quote or report states too.
        const std::vector<std::size_t> offsets = tee == TeeKind::Tdx
                                                     ? std::vector<std::size_t>{0x80, 0x200, 0x208, 0x210, 0x2d0, 0x300, 0x330, 0x360}
                                                     : std::vector<std::size_t>{0x50, 0x90, 0x2a0};
        for (const std::size_t offset : offsets) {
            AzureMachine machine = honest(tee);
            machine.changeHardwareArea = [offset](Bytes& area) { area[offset] ^= 1; };
            const AppraisalResult result = appraise(inputsFor(machine.evidence(vendor(), launch(), vtpmKey())));
            REQUIRE(result.verdict == Verdict::Refused);
            CHECK(result.refusals.front().check == "vtpm.hardware-report");
        }
    }
    AzureMachine swapped = honest(TeeKind::Tdx);
    swapped.reportType = 2;
    const AppraisalResult result = appraise(inputsFor(swapped.evidence(vendor(), launch(), vtpmKey())));
    REQUIRE(result.verdict == Verdict::Refused);
    CHECK(result.refusals.front().reason.find("HCL report is of sev-snp, want tdx") == 0);
}

TEST_CASE("without the vTPM parts the report binds no transcript")
{
    for (const TeeKind tee : kBoth) {
        Evidence evidence = honest(tee).evidence(vendor(), launch(), vtpmKey());
        evidence.vtpm = {};
        const AppraisalResult result = appraise(inputsFor(evidence));
        REQUIRE(result.refusals.size() == 1);
        CHECK(result.refusals.front().check == "report-data");
    }
}

TEST_CASE("a nonce that was given is what the vTPM must have signed; a transcript must be bound all the same")
{
    AzureMachine machine = honest(TeeKind::SevSnp);
    machine.extraData = Bytes(48, 5);
    AppraisalInputs inputs = inputsFor(machine.evidence(vendor(), launch(), vtpmKey()));
    inputs.vtpmNonce = Bytes(48, 5);
    const AppraisalResult result = appraise(inputs);
    REQUIRE(result.refusals.size() == 1);
    CHECK(result.refusals.front().check == "report-data");
    inputs.transcript.reset();
    CHECK(appraise(inputs).refusals.front().check != "vtpm.nonce");
    inputs.vtpmNonce = Bytes();
    CHECK(refusalsOf(appraise(inputs)).find("vtpm.nonce") != std::string::npos);
}
