// SPDX-License-Identifier: GPL-3.0-or-later
// A fake AMD tells one lie per row; each must be refused by the check that is about it.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "core/attestation/appraisal.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/verify/vek_extensions.h"
#include "core/crypto/certificate_builder.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

const UtcSeconds kStart = *parseRfc3339("2026-01-01T00:00:00Z");
const UtcSeconds kEnd = *parseRfc3339("2033-01-01T00:00:00Z");
const UtcSeconds kNow = *parseRfc3339("2026-11-21T00:00:00Z");

/// RSA keys take a second each, so every world shares them.
struct Keys {
    IssuerKey ark = std::move(*IssuerKey::generateRsa(3072));
    IssuerKey ask = std::move(*IssuerKey::generateRsa(3072));
    SigningKey vek = std::move(*SigningKey::generate(EcCurve::P384));
};
const Keys& keys()
{
    static const Keys made;
    return made;
}

/// What AMD would say; a row changes one thing before it is issued.
struct World {
    std::string arkName = "ARK-Genoa";
    std::string askName = "SEV-Genoa";
    std::string vekName = "SEV-VCEK";
    bool askIsCa = true;
    bool arkSignsVek = false;
    UtcSeconds vekEnd = kEnd;
    VekExtensions extensions;
    Bytes report = Bytes(snp::kReportBytes);
    std::vector<Bytes> revoked;
    UtcSeconds crlFrom = kStart;
    UtcSeconds crlTo = kEnd;
    bool crlByAsk = false;
    bool corruptArk = false;

    World()
    {
        extensions.productName = "Genoa";
        extensions.tcb = {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 23, .microcode = 219};
        extensions.hwid = Bytes(64, 0x04);
        report[0x00] = 3;
        report[0x0a] = 0x02;
        report[0x34] = 1;
        report[0x188] = 0x19;
        report[0x189] = 0x11;
        std::fill_n(report.begin() + 0x1a0, 64, std::uint8_t{0x04});
        for (const std::size_t at : {0x038u, 0x180u, 0x1e0u, 0x1f0u}) setTcb(at, extensions.tcb);
    }
    void setTcb(std::size_t at, const snp::TcbParts& parts)
    {
        const snp::TcbBytes tcb = snp::encodeTcb(snp::Product::Genoa, parts);
        std::copy(tcb.bytes.begin(), tcb.bytes.end(), report.begin() + static_cast<long>(at));
    }
    void becomeVlek()
    {
        report[0x48] = 0x04;
        vekName = "SEV-VLEK";
        askName = "SEV-VLEK-Genoa";
        extensions.hwid.reset();
        extensions.cspId = "CN=provider.example";
        std::fill_n(report.begin() + 0x1a0, 64, std::uint8_t{0});
    }
};

Certificate issue(const std::string& name, std::uint64_t serial, UtcSeconds end, bool isCa, const evp_pkey_st* key,
                  const IssuerKey& issuerKey, const Certificate* issuer)
{
    CertificateSpec spec;
    spec.commonName = name;
    spec.serial = serial;
    spec.notBefore = kStart;
    spec.notAfter = end;
    spec.isCa = isCa;
    return std::move(*issueCertificate(spec, key, issuerKey, issuer));
}

Certificate issueVek(const World& world, const Certificate& issuer, const IssuerKey& issuerKey)
{
    CertificateSpec spec;
    spec.commonName = world.vekName;
    spec.serial = 0;
    spec.notBefore = kStart;
    spec.notAfter = world.vekEnd;
    spec.plain = true;
    for (const auto& [oid, value] : encodeVekExtensions(world.extensions)) spec.extensions.push_back({oid, value});
    return std::move(*issueCertificate(spec, keys().vek.handle(), issuerKey, &issuer));
}

Bytes signReport(const Bytes& unsignedReport)
{
    Bytes out = unsignedReport;
    const Bytes signature = *keys().vek.signRaw(BytesView(out).first(snp::kSignedBytes));
    std::reverse_copy(signature.begin(), signature.begin() + 48, out.begin() + 0x2a0);
    std::reverse_copy(signature.begin() + 48, signature.end(), out.begin() + 0x2e8);
    return out;
}

AppraisalInputs inputsFor(const World& world)
{
    const Certificate ark = issue(world.arkName, 1, kEnd, true, keys().ark.handle(), keys().ark, nullptr);
    const Certificate ask = issue(world.askName, 2, kEnd, world.askIsCa, keys().ask.handle(), keys().ark, &ark);
    const Certificate vek = world.arkSignsVek ? issueVek(world, ark, keys().ark) : issueVek(world, ask, keys().ask);
    AppraisalInputs inputs;
    inputs.evidence.tee = TeeKind::SevSnp;
    inputs.evidence.blob = signReport(world.report);
    inputs.collateral.files["vek.der"] = vek.der();
    inputs.collateral.files["intermediate.der"] = ask.der();
    inputs.collateral.files["ark.der"] = ark.der();
    if (world.corruptArk) inputs.collateral.files["ark.der"].back() ^= 1;
    inputs.collateral.files["crl.der"] =
        world.crlByAsk ? *issueCrl(ask, keys().ask, world.crlFrom, world.crlTo, world.revoked)
                       : *issueCrl(ark, keys().ark, world.crlFrom, world.crlTo, world.revoked);
    inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    inputs.anchors.amdRootKeys["Genoa"] = {ark.publicKey().spkiSha256()};
    inputs.at = kNow;
    return inputs;
}

std::set<std::string> refusedChecks(const AppraisalResult& result)
{
    std::set<std::string> out;
    for (const Refusal& refusal : result.refusals) out.insert(refusal.check);
    return out;
}

struct Lie {
    const char* name;
    std::function<void(World&)> tell;
    std::set<std::string> refusedBy;
};

}  // namespace

TEST_CASE("the truth is accepted, of a chip and of a provider")
{
    CHECK(refusedChecks(appraise(inputsFor(World()))).empty());
    World vlek;
    vlek.becomeVlek();
    CHECK(refusedChecks(appraise(inputsFor(vlek))).empty());
}

TEST_CASE("each lie is refused by its own check")
{
    using Names = std::set<std::string>;
    const Lie lies[] = {
        {"root of another product", [](World& w) { w.arkName = "ARK-Milan"; }, Names{"snp.chain.signatures"}},
        {"intermediate of VLEKs", [](World& w) { w.askName = "SEV-VLEK-Genoa"; }, Names{"snp.chain.signatures"}},
        {"VEK named VLEK", [](World& w) { w.vekName = "SEV-VLEK"; }, Names{"snp.chain.signatures"}},
        {"intermediate is no CA", [](World& w) { w.askIsCa = false; }, Names{"snp.chain.signatures"}},
        {"VEK signed by the root", [](World& w) { w.arkSignsVek = true; }, Names{"snp.chain.signatures"}},
        {"root's own signature corrupt", [](World& w) { w.corruptArk = true; }, Names{"snp.chain.signatures"}},
        {"VEK expired", [](World& w) { w.vekEnd = kNow - std::chrono::seconds(1); }, Names{"snp.chain.validity"}},
        {"product of another line", [](World& w) { w.extensions.productName = "Milan-B0"; }, Names{"snp.product"}},
        {"unknown model", [](World& w) { w.report[0x189] = 0x50; }, Names{"snp.product"}},
        {"another chip", [](World& w) { w.report[0x1df] ^= 1; }, Names{"snp.chip-id"}},
        {"masked chip", [](World& w) { std::fill_n(w.report.begin() + 0x1a0, 64, std::uint8_t{0}); }, Names{"snp.chip-id"}},
        {"chip id all zero in both",
         [](World& w) {
             std::fill_n(w.report.begin() + 0x1a0, 64, std::uint8_t{0});
             w.extensions.hwid = Bytes(64);
         },
         Names{"snp.chip-id"}},
        {"short HWID outside Turin", [](World& w) { w.extensions.hwid = Bytes(8, 4); }, Names{"snp.chip-id"}},
        {"report says VLEK, certificate is a VCEK", [](World& w) { w.report[0x48] = 0x04; },
         Names{"snp.vek.kind", "snp.chain.signatures"}},
        {"certificate is a VLEK in the VCEK's place",
         [](World& w) {
             w.becomeVlek();
             w.report[0x48] = 0;
         },
         Names{"snp.vek.kind", "snp.chain.signatures"}},
        {"certified TCB is higher", [](World& w) { w.extensions.tcb.snp += 1; }, Names{"snp.tcb.certificate"}},
        {"certified TCB is lower", [](World& w) { w.extensions.tcb.microcode -= 1; }, Names{"snp.tcb.certificate"}},
        {"a reserved byte of the reported TCB", [](World& w) { w.report[0x182] = 1; }, Names{"snp.tcb.certificate"}},
        {"committed below reported in one component, above in all others",
         [](World& w) {
             w.setTcb(0x1e0, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 22, .microcode = 255});
             w.setTcb(0x038, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 23, .microcode = 255});
         },
         Names{"snp.tcb.order"}},
        {"current below committed", [](World& w) { w.setTcb(0x038, {.fmc = 0, .bootLoader = 9, .tee = 1, .snp = 23, .microcode = 219}); },
         Names{"snp.tcb.order"}},
        {"intermediate revoked", [](World& w) { w.revoked = {Bytes{2}}; }, Names{"snp.intermediate.not-revoked"}},
        {"CRL signed by the intermediate", [](World& w) { w.crlByAsk = true; }, Names{"snp.crl.signature"}},
        {"debug", [](World& w) { w.report[0x0a] |= 0x08; }, Names{"snp.debug"}},
        {"migration agent", [](World& w) { w.report[0x0a] |= 0x04; }, Names{"snp.migrate-ma"}},
    };
    for (const Lie& lie : lies) {
        World world;
        lie.tell(world);
        const AppraisalResult result = appraise(inputsFor(world));
        Names found = refusedChecks(result);
        CHECK_MESSAGE(found == lie.refusedBy, lie.name);
        CHECK(result.verdict == Verdict::Refused);
        const bool tcbLie = lie.refusedBy.contains("snp.tcb.certificate") || lie.refusedBy.contains("snp.tcb.order");
        if (tcbLie) CHECK(result.tcbStatus.empty());
    }
}

TEST_CASE("genuine clouds lag: reported below committed below current is in order")
{
    World world;
    world.setTcb(0x1e0, {.fmc = 0, .bootLoader = 10, .tee = 1, .snp = 24, .microcode = 219});
    world.setTcb(0x038, {.fmc = 0, .bootLoader = 11, .tee = 1, .snp = 24, .microcode = 220});
    CHECK(refusedChecks(appraise(inputsFor(world))).empty());
}

TEST_CASE("a CRL of another time is stale for every profile that decides, and said so by the one that does not")
{
    for (const bool past : {true, false}) {
        World world;
        world.crlFrom = past ? kStart : kNow + std::chrono::days(1);
        world.crlTo = past ? kNow - std::chrono::days(1) : kEnd;
        AppraisalInputs inputs = inputsFor(world);
        CHECK(refusedChecks(appraise(inputs)).empty());
        CHECK(appraise(inputs).count(CheckOutcome::NotChecked) == 1);
        for (const PolicyProfile profile : {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training}) {
            inputs.policy = shippedPolicy(profile);
            CHECK(refusedChecks(appraise(inputs)).contains("snp.crl.fresh"));
        }
        world.revoked = {Bytes{2}};
        CHECK(refusedChecks(appraise(inputsFor(world))) == std::set<std::string>{"snp.intermediate.not-revoked"});
    }
}

TEST_CASE("a same-named root with another key is refused by its pin")
{
    AppraisalInputs inputs = inputsFor(World());
    inputs.anchors = productionAnchors();
    CHECK(refusedChecks(appraise(inputs)) == std::set<std::string>{"trust.root-pin"});
    inputs.anchors.amdRootKeys.clear();
    CHECK(refusedChecks(appraise(inputs)) == std::set<std::string>{"trust.root-pin"});
}

TEST_CASE("the signature has one writing: no padding, no zero")
{
    const AppraisalInputs inputs = inputsFor(World());
    // Non-zero bytes in the padding of r or s would be a third writing: those are refused.
    for (const std::size_t at : {0x2d0u, 0x2e7u, 0x318u, 0x32fu, 0x330u, 0x49fu}) {
        AppraisalInputs changed = inputs;
        changed.evidence.blob[at] = 1;
        CHECK(refusedChecks(appraise(changed)) == std::set<std::string>{"snp.format"});
    }
    AppraisalInputs zero = inputs;
    std::fill_n(zero.evidence.blob.begin() + 0x2a0, 48, std::uint8_t{0});
    CHECK(refusedChecks(appraise(zero)) == std::set<std::string>{"snp.report.signature"});
}
