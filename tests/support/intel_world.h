// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <set>

#include "core/attestation/appraisal.h"
#include "core/attestation/simulated/demo_intel.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/attestation/verify/signed_json.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::tests {

using namespace quorate::attestation;

/// `text` with the first `from` replaced, which must be there.
inline std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

/// The demo's Intel, taken apart so that one thing can be changed and everything that depends on it be signed again.
/// Unchanged, build() is evidence that chain-only and training accept.
struct IntelWorld {
    enum class Key { Root, Ca, Pck, Tcb, Attestation, Stranger };
    /// A certificate to be: whose key it certifies, and who signs it.
    struct Plan {
        CertificateSpec spec;
        Key subject;
        Key signer;
    };
    struct CrlPlan {
        UtcSeconds from;
        UtcSeconds to;
        std::vector<Bytes> revoked;
        Key signer;
    };
    enum class Link { Pck, Ca, Root, Tcb };

    static inline const UtcSeconds kNow = parseRfc3339("2026-11-21T09:00:00Z").value();
    static inline const UtcSeconds kPast = kNow - std::chrono::seconds(1);
    static inline const UtcSeconds kFuture = kNow + std::chrono::seconds(1);

    Plan root = plan("Rehearsal SGX Root CA", 1, true, Key::Root, Key::Root);
    Plan ca = plan("Rehearsal SGX PCK Platform CA", 2, true, Key::Ca, Key::Root);
    Plan pck = plan("Rehearsal SGX PCK Certificate", 3, false, Key::Pck, Key::Ca);
    Plan tcb = plan("Rehearsal SGX TCB Signing", 4, false, Key::Tcb, Key::Root);
    PckExtension platform;
    std::optional<Bytes> extensionValue;  ///< Instead of `platform`'s encoding.
    CrlPlan rootCrl{kNow - std::chrono::days(1), kNow + std::chrono::days(30), {}, Key::Root};
    CrlPlan pckCrl{kNow - std::chrono::days(1), kNow + std::chrono::days(30), {}, Key::Ca};
    std::vector<Link> chain{Link::Pck, Link::Ca, Link::Root};
    std::vector<Link> tcbInfoChain{Link::Tcb, Link::Root};
    std::string tcbInfo;     ///< Inner object, signed by build().
    std::string qeIdentity;
    Bytes signedPart;        ///< Header and body of the quote.
    Bytes qeReport;
    bool bindQeReport = true;
    std::optional<Bytes> attestationKey;
    Key quoteSigner = Key::Attestation;
    Key qeReportSigner = Key::Pck;
    Key jsonSigner = Key::Tcb;
    std::uint16_t certType = tdx::kCertTypePckChain;
    std::optional<Bytes> certData;  ///< Instead of the chain as PEM.

    IntelWorld()
    {
        const SimulatedLaunch launch = approvedLaunch();
        const Bytes blob = intel().quote(launch, transcript().reportData()).value();
        const auto quote = tdx::parseQuote(blob).value();
        signedPart.assign(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(quote.signedBytes));
        qeReport = quote.qeReportBytes;
        const Collateral collateral = intel().collateral(kNow).value();
        tcbInfo = parseSignedJson(*collateral.find("tcb_info.json"), "tcbInfo")->inner;
        qeIdentity = parseSignedJson(*collateral.find("qe_identity.json"), "enclaveIdentity")->inner;
        const auto certificates = Certificate::chainFromPem(asText(quote.certData)).value();
        platform = parsePckExtension(certificates[0]).value();
    }

    [[nodiscard]] static const SigningKey& key(Key name)
    {
        const auto open = [](const char* entry) { return SigningKey::fromPkcs8(bundle().at(entry).expose()).value(); };
        static const SigningKey keys[] = {open("intel.root.key"),        open("intel.ca.key"),
                                          open("intel.pck.key"),         open("intel.tcb.key"),
                                          open("intel.attestation.key"), SigningKey::generate(EcCurve::P256).value()};
        return keys[static_cast<std::size_t>(name)];
    }
    [[nodiscard]] static const DemoIntel& intel()
    {
        static const DemoIntel opened = DemoIntel::open(bundle()).value();
        return opened;
    }
    [[nodiscard]] static Transcript transcript()
    {
        Transcript out;
        out.nonce = sha256(asBytes("nonce"));
        out.policyDigest = sha256(asBytes("policy"));
        out.rosterRootSpki = sha256(asBytes("roster root"));
        return out;
    }
    [[nodiscard]] static SimulatedLaunch approvedLaunch()
    {
        SimulatedLaunch launch;
        launch.launchBinding = launchBinding(transcript().rosterRootSpki, transcript().policyDigest);
        return launch;
    }

    [[nodiscard]] Certificate issue(const Plan& what, const Certificate* issuer) const
    {
        return issueCertificate(what.spec, key(what.subject).handle(), IssuerKey::fromEc(key(what.signer)), issuer)
            .value();
    }
    [[nodiscard]] Certificate rootCertificate() const { return issue(root, nullptr); }
    [[nodiscard]] Certificate caCertificate() const
    {
        const Certificate issuer = rootCertificate();
        return issue(ca, &issuer);
    }
    [[nodiscard]] Certificate certificate(Link link) const
    {
        const Certificate issuer = link == Link::Pck ? caCertificate() : rootCertificate();
        if (link == Link::Root) return issuer;
        if (link == Link::Ca) return issue(ca, &issuer);
        if (link == Link::Tcb) return issue(tcb, &issuer);
        Plan leaf = pck;
        const Bytes value = extensionValue ? *extensionValue : encodePckExtension(platform);
        if (!value.empty()) leaf.spec.extensions = {{kPckExtensionOid, value}};
        return issue(leaf, &issuer);
    }
    [[nodiscard]] Bytes pem(const std::vector<Link>& links) const
    {
        std::string out;
        for (const Link link : links) out += certificate(link).toPem();
        return toBytes(out);
    }
    [[nodiscard]] Bytes crl(const CrlPlan& what, const Certificate& issuer) const
    {
        return issueCrl(issuer, IssuerKey::fromEc(key(what.signer)), what.from, what.to, what.revoked).value();
    }
    [[nodiscard]] Bytes signedObject(const char* member, const std::string& inner) const
    {
        const Bytes signature = key(jsonSigner).signRaw(asBytes(inner)).value();
        return toBytes("{\"" + std::string(member) + "\":" + inner + ",\"signature\":\"" + toHex(signature) + "\"}");
    }
    [[nodiscard]] Bytes quote() const
    {
        Bytes authData(tdx::kQeAuthDataBytes);
        authData.back() = 7;
        const Bytes point = attestationKey ? *attestationKey : key(quoteSigner).publicKey().rawPoint().value();
        Bytes report = qeReport;
        if (bindQeReport) {
            const Digest32 bound = sha256(ByteWriter().raw(point).raw(authData).bytes());
            std::copy(bound.bytes.begin(), bound.bytes.end(), report.begin() + 320);
        }
        const Bytes data = certData ? *certData : pem(chain);
        ByteWriter outer;
        outer.raw(report).raw(key(qeReportSigner).signRaw(report).value()).u16le(tdx::kQeAuthDataBytes).raw(authData);
        outer.u16le(certType).u32le(static_cast<std::uint32_t>(data.size())).raw(data);
        ByteWriter signatureData;
        signatureData.raw(key(quoteSigner).signRaw(signedPart).value()).raw(point).u16le(6);
        signatureData.u32le(static_cast<std::uint32_t>(outer.bytes().size())).raw(outer.bytes());
        ByteWriter out;
        out.raw(signedPart).u32le(static_cast<std::uint32_t>(signatureData.bytes().size()));
        return out.raw(signatureData.bytes()).take();
    }
    /// Sets a byte of the TD report.
    void setBody(std::size_t offset, std::uint8_t value)
    {
        const std::size_t start = signedPart[0] == 5 ? 54 : 48;
        signedPart.at(start + offset) = value;
    }
    /// The same TD as a version 5 quote with this body; what the larger bodies add is the launch TCB again, then zeros.
    void becomeVersion5(std::uint16_t bodyType, std::size_t bodyBytes)
    {
        const BytesView old = signedPart;
        ByteWriter writer;
        writer.u16le(5).raw(old.subspan(2, 46)).u16le(bodyType).u32le(static_cast<std::uint32_t>(bodyBytes));
        writer.raw(old.subspan(48));
        if (bodyBytes > tdx::kReport10Bytes) {
            writer.raw(old.subspan(48, 16)).zeros(bodyBytes - tdx::kReport10Bytes - 16);
        }
        signedPart = writer.take();
    }

    /// Evidence and collateral, under chain-only and production rules.
    [[nodiscard]] AppraisalInputs build() const
    {
        AppraisalInputs out;
        out.evidence.blob = quote();
        auto& files = out.collateral.files;
        files["pck_chain.pem"] = pem({Link::Pck, Link::Ca, Link::Root});
        files["root_ca_crl.der"] = crl(rootCrl, rootCertificate());
        files["pck_ca_crl.der"] = crl(pckCrl, caCertificate());
        files["pck_crl_issuer_chain.pem"] = pem({Link::Ca, Link::Root});
        files["tcb_info.json"] = signedObject("tcbInfo", tcbInfo);
        files["tcb_info_issuer_chain.pem"] = pem(tcbInfoChain);
        files["qe_identity.json"] = signedObject("enclaveIdentity", qeIdentity);
        files["qe_identity_issuer_chain.pem"] = pem({Link::Tcb, Link::Root});
        out.policy = shippedPolicy(PolicyProfile::ChainOnly);
        out.anchors.intelSgxRoots = {key(Key::Root).publicKey().spkiSha256()};
        out.at = kNow;
        return out;
    }
    /// The same inputs as a rehearsal has them.
    [[nodiscard]] static AppraisalInputs asTraining(AppraisalInputs inputs)
    {
        const SimulatedLaunch launch = approvedLaunch();
        const std::uint32_t minimum = inputs.policy.minTcbEvaluationDataNumber;
        inputs.policy = shippedPolicy(PolicyProfile::Training);
        inputs.policy.minTcbEvaluationDataNumber = minimum;
        inputs.anchors.demo = true;
        inputs.trainingMode = true;
        inputs.transcript = transcript();
        ReferenceValues& values = inputs.referenceValues.emplace();
        values.tdx.mrtd = {DemoVendor::mrtdOf(launch)};
        values.tdx.rtmr0 = {DemoVendor::rtmrOf(0, launch)};
        values.tdx.rtmr1 = {DemoVendor::rtmrOf(1, launch)};
        values.tdx.rtmr2 = {DemoVendor::rtmrOf(2, launch)};
        values.tdx.rtmr3 = {DemoVendor::rtmrOf(3, launch)};
        values.tdx.mrseam = {DemoVendor::mrseam()};
        return inputs;
    }

private:
    static const KeyBundle& bundle()
    {
        static const KeyBundle made = [] {
            KeyBundle out;
            REQUIRE(DemoIntel::create(out, kNow));
            return out;
        }();
        return made;
    }
    static Plan plan(const char* name, std::uint64_t serial, bool isCa, Key subject, Key signer)
    {
        Plan out{{}, subject, signer};
        out.spec.commonName = name;
        out.spec.serial = serial;
        out.spec.notBefore = kNow - std::chrono::days(1);
        out.spec.notAfter = kNow + std::chrono::days(365);
        out.spec.isCa = isCa;
        return out;
    }
};

}  // namespace quorate::tests
