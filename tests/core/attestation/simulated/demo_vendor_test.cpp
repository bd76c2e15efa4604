// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's evidence through the production verifier, and every way of lying with it.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/attestation/appraisal.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"
#include "core/crypto/digest.h"

using namespace quorate;
using namespace quorate::attestation;
namespace fs = std::filesystem;

namespace {

const UtcSeconds kNow = *parseRfc3339("2026-11-21T09:00:00Z");

/// One vendor for the whole program: its RSA keys take seconds.
const DemoVendor& vendor()
{
    static const fs::path folder =
        fs::temp_directory_path() / ("quorate-demo-vendor-" + toHex(*randomFixed<8>(systemRandom())));
    static const DemoVendor made = [] {
        auto opened = DemoVendor::openOrCreate(folder, kNow);
        REQUIRE_MESSAGE(opened, opened.error().message);
        const auto again = DemoVendor::openOrCreate(folder, kNow + std::chrono::hours(24));
        REQUIRE(again);
        CHECK(opened->anchors() == again->anchors());
        CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 1);
        CHECK(fs::status(folder / "demo-vendor.keys").permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write));
        fs::remove_all(folder);
        return std::move(*opened);
    }();
    return made;
}

Transcript someTranscript()
{
    Transcript transcript;
    transcript.nonce = sha256(asBytes("nonce"));
    transcript.tlsLeafSpki = sha256(asBytes("tls"));
    transcript.hpkePublicKey = sha256(asBytes("hpke"));
    transcript.study.bytes[0] = 7;
    transcript.keyEpoch = 3;
    transcript.policyDigest = sha256(asBytes("policy"));
    transcript.referenceValuesDigest = sha256(asBytes("references"));
    transcript.rosterRootSpki = sha256(asBytes("root"));
    return transcript;
}

SimulatedLaunch launchFor(const Transcript& transcript)
{
    SimulatedLaunch launch;
    launch.launchBinding = launchBinding(transcript.rosterRootSpki, transcript.policyDigest);
    return launch;
}

ReferenceValues valuesFor(const SimulatedLaunch& launch)
{
    ReferenceValues values;
    values.tdx.mrtd = {DemoVendor::mrtdOf(launch)};
    values.tdx.rtmr0 = {DemoVendor::rtmrOf(0, launch)};
    values.tdx.rtmr1 = {DemoVendor::rtmrOf(1, launch)};
    values.tdx.rtmr2 = {DemoVendor::rtmrOf(2, launch)};
    values.tdx.rtmr3 = {DemoVendor::rtmrOf(3, launch)};
    values.tdx.mrseam = {DemoVendor::mrseam()};
    values.sevSnp.measurement = {DemoVendor::measurementOf(launch)};
    return values;
}

AppraisalInputs rehearsal(TeeKind tee, const SimulatedLaunch& launch, const Transcript& transcript)
{
    AppraisalInputs inputs;
    inputs.evidence = *vendor().issue(tee, launch, transcript.reportData());
    inputs.collateral = *vendor().collateral(tee, kNow);
    inputs.policy = shippedPolicy(PolicyProfile::Training);
    inputs.referenceValues = valuesFor(SimulatedLaunch{});
    inputs.transcript = transcript;
    inputs.anchors = vendor().anchors();
    inputs.trainingMode = true;
    inputs.at = kNow;
    return inputs;
}

AppraisalInputs rehearsal(TeeKind tee)
{
    const Transcript transcript = someTranscript();
    return rehearsal(tee, launchFor(transcript), transcript);
}

std::string refusalsOf(const AppraisalResult& result)
{
    std::string out;
    for (const Refusal& refusal : result.refusals) out += refusal.check + ": " + refusal.reason + "\n";
    return out;
}

bool isRefusedFor(const AppraisalResult& result, const std::string& check)
{
    return result.verdict == Verdict::Refused &&
           std::any_of(result.refusals.begin(), result.refusals.end(), [&](const auto& r) { return r.check == check; });
}

bool isRefusedOnlyFor(const AppraisalResult& result, const std::string& check)
{
    return isRefusedFor(result, check) && result.refusals.size() == 1;
}

constexpr TeeKind kBoth[] = {TeeKind::Tdx, TeeKind::SevSnp};

}  // namespace

TEST_CASE("demo evidence is accepted for a rehearsal, and as nothing more")
{
    for (const TeeKind tee : kBoth) {
        const AppraisalInputs inputs = rehearsal(tee);
        const AppraisalResult result = appraise(inputs);
        INFO(refusalsOf(result));
        CHECK(result.verdict == Verdict::TrainingOnly);
        CHECK(result.tcbStatus == "UpToDate");
        CHECK(result.count(CheckOutcome::NotChecked) == 0);
        CHECK(result.count(CheckOutcome::Fail) == 0);
        CHECK(appraise(inputs) == result);
        CHECK(toJson(appraise(inputs)) == toJson(result));
        const auto verified = VerifiedEvidence::from(inputs, result);
        REQUIRE(verified);
        CHECK(verified->transcript() == inputs.transcript);
    }
}

TEST_CASE("demo anchors are refused by a production study and by every other profile")
{
    for (const TeeKind tee : kBoth) {
        AppraisalInputs production = rehearsal(tee);
        production.trainingMode = false;
        CHECK(isRefusedOnlyFor(appraise(production), "trust.demo-root"));
        for (const PolicyProfile profile : {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::ChainOnly}) {
            AppraisalInputs other = rehearsal(tee);
            other.policy = shippedPolicy(profile);
            CHECK(isRefusedFor(appraise(other), "trust.demo-root"));
        }
        AppraisalInputs pinned = rehearsal(tee);
        pinned.anchors = productionAnchors();
        CHECK(isRefusedFor(appraise(pinned), "trust.root-pin"));
    }
}

TEST_CASE("with vendors' anchors the strict profile would accept the SEV-SNP report, and of the quote misses the event log alone")
{
    for (const TeeKind tee : kBoth) {
        AppraisalInputs inputs = rehearsal(tee);
        inputs.anchors.demo = false;
        inputs.policy = shippedPolicy(PolicyProfile::Strict);
        const AppraisalResult result = appraise(inputs);
        INFO(refusalsOf(result));
        CHECK((result.verdict == Verdict::Accepted) == (tee == TeeKind::SevSnp));
        CHECK(result.count(CheckOutcome::Fail) == 0);
        if (tee == TeeKind::Tdx) {
            REQUIRE(result.refusals.size() == 1);
            CHECK(result.refusals.front().check == "tdx.event-log");
        }
    }
}

TEST_CASE("an old nonce, another TLS key, another epoch, purpose or role is refused by report_data")
{
    using Change = void (*)(Transcript&);
    const Change changes[] = {[](Transcript& t) { t.nonce.bytes[31] ^= 1; },
                              [](Transcript& t) { t.tlsLeafSpki.bytes[0] ^= 1; },
                              [](Transcript& t) { t.hpkePublicKey.bytes[0] ^= 1; },
                              [](Transcript& t) { t.keyEpoch += 1; },
                              [](Transcript& t) { t.study.bytes[15] ^= 1; },
                              [](Transcript& t) { t.site.bytes[15] ^= 1; },
                              [](Transcript& t) { t.purpose = Purpose::ReleaseOffer; },
                              [](Transcript& t) { t.role = AttesterRole::SiteNode; },
                              [](Transcript& t) { t.receiptKeySpki = Bytes(32); },
                              [](Transcript& t) { t.sessionBinder = Bytes(32); },
                              [](Transcript& t) { t.referenceValuesDigest.bytes[0] ^= 1; }};
    for (const TeeKind tee : kBoth) {
        for (const Change change : changes) {
            AppraisalInputs inputs = rehearsal(tee);
            change(*inputs.transcript);
            const AppraisalResult result = appraise(inputs);
            CHECK(isRefusedOnlyFor(result, "report-data"));
            CHECK(result.refusedAs == ErrorKind::Untrusted);
            CHECK_FALSE(VerifiedEvidence::from(inputs, result));
        }
    }
}

TEST_CASE("the right program of another consortium is refused by what went in at launch")
{
    for (const TeeKind tee : kBoth) {
        Transcript transcript = someTranscript();
        const SimulatedLaunch ours = launchFor(transcript);
        transcript.rosterRootSpki = sha256(asBytes("another root"));
        CHECK(isRefusedOnlyFor(appraise(rehearsal(tee, ours, transcript)),
                               tee == TeeKind::Tdx ? "tdx.mrconfigid" : "snp.host-data"));
    }
}

TEST_CASE("another program, a debug machine and an empty allow-list are refused")
{
    const Transcript transcript = someTranscript();
    for (const TeeKind tee : kBoth) {
        SimulatedLaunch other = launchFor(transcript);
        other.program = "quorate-aggregator 0.1.0, patched";
        const char* registerCheck = tee == TeeKind::Tdx ? "tdx.mrtd" : "snp.measurement";
        CHECK(isRefusedFor(appraise(rehearsal(tee, other, transcript)), registerCheck));
        SimulatedLaunch commandLine = launchFor(transcript);
        commandLine.kernelCommandLine += " console=ttyS0";
        CHECK(isRefusedOnlyFor(appraise(rehearsal(tee, commandLine, transcript)),
                               tee == TeeKind::Tdx ? "tdx.rtmr2" : "snp.measurement"));
        SimulatedLaunch debug = launchFor(transcript);
        debug.debug = true;
        CHECK(isRefusedOnlyFor(appraise(rehearsal(tee, debug, transcript)),
                               tee == TeeKind::Tdx ? "tdx.debug" : "snp.debug"));
        AppraisalInputs empty = rehearsal(tee);
        empty.referenceValues = ReferenceValues{};
        CHECK(isRefusedFor(appraise(empty), registerCheck));
        AppraisalInputs none = rehearsal(tee);
        none.referenceValues.reset();
        CHECK(isRefusedFor(appraise(none), registerCheck));
        AppraisalInputs noPolicy = rehearsal(tee);
        noPolicy.policy = AppraisalPolicy{};
        noPolicy.policy.profile = PolicyProfile::Training;
        const AppraisalResult nothing = appraise(noPolicy);
        for (const char* check : {"policy.tee", "policy.product", "policy.collateral-age"}) CHECK(isRefusedFor(nothing, check));
        const char* const snpTerms[] = {"snp.tcb.status", "snp.tcb.minimum-reported", "snp.tcb.minimum-committed",
                                        "snp.tcb.minimum-launch", "snp.signer", "snp.hardware", "snp.id-key",
                                        "snp.author-key", "snp.family-id", "snp.image-id"};
        const char* const tdxTerms[] = {"tdx.tcb.status", "tdx.attributes", "tdx.xfam", "tdx.mrowner", "tdx.mrownerconfig",
                                        "tdx.hardware"};
        if (tee == TeeKind::Tdx) {
            for (const char* check : tdxTerms) CHECK_MESSAGE(isRefusedFor(nothing, check), check);
        } else {
            for (const char* check : snpTerms) CHECK_MESSAGE(isRefusedFor(nothing, check), check);
        }
    }
}

TEST_CASE("a flipped bit in any byte of the evidence is refused, in the signed range by the signature")
{
    for (const TeeKind tee : kBoth) {
        const AppraisalInputs good = rehearsal(tee);
        const std::size_t signedEnd = tee == TeeKind::Tdx ? 48 + 584 : snp::kSignedBytes;
        const char* signature = tee == TeeKind::Tdx ? "tdx.quote.signature" : "snp.report.signature";
        // Every byte of the quote's signed range; elsewhere a stride, for the parsers' own tests take each byte there.
        const std::size_t dense = tee == TeeKind::Tdx ? signedEnd : 0;
        for (std::size_t i = 0; i < good.evidence.blob.size(); i += i < dense ? 1 : 7) {
            AppraisalInputs changed = good;
            changed.evidence.blob[i] ^= static_cast<std::uint8_t>(1u << i % 8);
            const AppraisalResult result = appraise(changed);
            CHECK_MESSAGE(result.verdict == Verdict::Refused, "byte " << i);
            if (i >= signedEnd || result.refusedAs == ErrorKind::Malformed) continue;
            CHECK_MESSAGE(isRefusedFor(result, signature), "byte " << i);
        }
    }
}

TEST_CASE("every truncation and every lengthening is refused, each by one parse check")
{
    const AppraisalInputs tdx = rehearsal(TeeKind::Tdx);
    for (std::size_t size = 0; size < tdx.evidence.blob.size(); size += size < 1300 ? 1 : 61) {
        AppraisalInputs cut = tdx;
        cut.evidence.blob.resize(size);
        const AppraisalResult result = appraise(cut);
        CHECK(isRefusedOnlyFor(result, "tdx.format"));
        CHECK(result.checks.size() == 1);
    }
    const AppraisalInputs snp = rehearsal(TeeKind::SevSnp);
    for (const std::size_t size : {0u, 1u, 672u, 1183u, 1185u, 1204u, 4096u}) {
        AppraisalInputs other = snp;
        other.evidence.blob.resize(size);
        CHECK(isRefusedOnlyFor(appraise(other), "snp.format"));
    }
    AppraisalInputs padded = tdx;
    padded.evidence.blob.resize(8000);
    CHECK(appraise(padded).verdict == Verdict::TrainingOnly);
    padded.evidence.blob.back() = 1;
    CHECK(isRefusedOnlyFor(appraise(padded), "tdx.trailing-bytes"));
    padded.evidence.blob.resize(tdx::kMaxQuoteBytes + 1);
    CHECK(isRefusedOnlyFor(appraise(padded), "tdx.format"));
}

TEST_CASE("collateral that is missing, stale or changed is refused, each for its own reason")
{
    for (const TeeKind tee : kBoth) {
        AppraisalInputs stale = rehearsal(tee);
        stale.at += std::chrono::days(31);
        CHECK(appraise(stale).refusedAs == ErrorKind::Unavailable);
        AppraisalInputs early = rehearsal(tee);
        early.at -= std::chrono::days(3);
        CHECK(appraise(early).refusedAs == ErrorKind::Untrusted);
        const AppraisalInputs good = rehearsal(tee);
        for (const auto& [name, bytes] : good.collateral.files) {
            AppraisalInputs without = good;
            without.collateral.files.erase(name);
            without.evidence.auxBlob.clear();
            const AppraisalResult result = appraise(without);
            const bool optional = name == "pck_chain.pem" || name == "pck_crl_issuer_chain.pem" || name == "crl.der";
            INFO(name);
            CHECK((result.verdict == Verdict::Refused) == !optional);
            if (!optional) CHECK(result.refusedAs == ErrorKind::Unavailable);
            for (std::size_t i = 0; !optional && i < bytes.size(); i += 41) {
                AppraisalInputs changed = good;
                changed.collateral.files[name][i] ^= 0x01;
                CHECK_MESSAGE(appraise(changed).verdict == Verdict::Refused, "byte " << i);
            }
        }
    }
}

TEST_CASE("a changed result opens no door")
{
    const AppraisalInputs inputs = rehearsal(TeeKind::Tdx);
    AppraisalResult result = appraise(inputs);
    result.verdict = Verdict::Accepted;
    CHECK(VerifiedEvidence::from(inputs, result).error().kind == ErrorKind::Untrusted);
    AppraisalInputs other = inputs;
    other.transcript->keyEpoch += 1;
    CHECK_FALSE(VerifiedEvidence::from(other, appraise(inputs)));
}

TEST_CASE("inspect names every byte of the evidence once, in order")
{
    for (const TeeKind tee : kBoth) {
        const AppraisalInputs inputs = rehearsal(tee);
        const auto fields = inspect(inputs.evidence);
        REQUIRE(fields);
        std::size_t next = 0;
        for (const EvidenceField& field : *fields) {
            CHECK_MESSAGE(field.offset == next, field.name);
            CHECK(field.hex == toHex(BytesView(inputs.evidence.blob).subspan(field.offset, field.sizeBytes)));
            next = field.offset + field.sizeBytes;
        }
        CHECK(next == inputs.evidence.blob.size());
        Evidence cut = inputs.evidence;
        cut.blob.pop_back();
        CHECK_FALSE(inspect(cut));
    }
}
