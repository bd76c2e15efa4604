// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/simulated/demo_intel.h"

#include <nlohmann/json.hpp>

#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kOrganisation[] = "Quorate rehearsal, not Intel";
constexpr std::chrono::days kCertificateDays{3650};
constexpr std::chrono::days kCollateralDays{30};
constexpr std::uint32_t kEvaluationNumber = 17;
constexpr std::uint16_t kPceSvn = 11;
constexpr std::uint16_t kQeProdId = 2;
constexpr std::uint16_t kQeSvn = 6;
constexpr std::array<std::uint8_t, 16> kPckSvn{6, 6, 2, 2, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0};
/// Module TDX_01 at ISVSVN 4; microcode component 7.
constexpr std::array<std::uint8_t, 16> kTeeTcbSvn{4, 1, 7};
constexpr FixedBytes<6> kFmspc{{'D', 'E', 'M', 'O', 0, 1}};
constexpr FixedBytes<16> kIntelQeVendor{
    {0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07}};
constexpr std::uint64_t kTdSeptVeDisable = 1ull << 28;
constexpr std::uint64_t kTdDebug = 1;
constexpr std::uint64_t kXfam = 0x600e7;

Digest32 qeSigner() { return sha256(asBytes("quorate rehearsal quoting enclave")); }

CertificateSpec specFor(const char* name, std::uint64_t serial, UtcSeconds now, bool isCa)
{
    CertificateSpec spec;
    spec.commonName = name;
    spec.organisation = kOrganisation;
    spec.serial = serial;
    spec.notBefore = now - std::chrono::days(1);
    spec.notAfter = now + kCertificateDays;
    spec.isCa = isCa;
    return spec;
}

PckExtension platform()
{
    PckExtension out;
    out.ppid = *FixedBytes<16>::from(sha256(asBytes("quorate rehearsal platform")).view().first(16));
    out.componentSvn = kPckSvn;
    out.pceSvn = kPceSvn;
    out.cpuSvn.bytes = kPckSvn;
    out.fmspc = kFmspc;
    out.sgxType = 1;
    out.platformInstanceId =
        FixedBytes<16>::from(sha256(asBytes("quorate rehearsal platform instance")).view().first(16)).value();
    out.dynamicPlatform = false;
    out.cachedKeys = true;
    out.smtEnabled = false;
    return out;
}

Json components(const std::array<std::uint8_t, 16>& svns)
{
    Json out = Json::array();
    for (const std::uint8_t svn : svns) out.push_back({{"svn", svn}});
    return out;
}

Json level(Json tcb, UtcSeconds date, const char* status)
{
    return {{"tcb", std::move(tcb)}, {"tcbDate", formatRfc3339(date)}, {"tcbStatus", status}};
}

Json moduleMembers()
{
    return {
        {"mrsigner", toHex(Digest48{})}, {"attributes", "0000000000000000"}, {"attributesMask", "FFFFFFFFFFFFFFFF"}};
}

Json tcbInfo(UtcSeconds now)
{
    std::array<std::uint8_t, 16> tdx = kTeeTcbSvn;
    Json module = moduleMembers();
    module["id"] = "TDX_01";
    module["tcbLevels"] = {level({{"isvsvn", kTeeTcbSvn[0]}}, now - std::chrono::days(2), "UpToDate")};
    Json tcb{{"sgxtcbcomponents", components(kPckSvn)}, {"pcesvn", kPceSvn}, {"tdxtcbcomponents", components(tdx)}};
    return {{"id", "TDX"},
            {"version", 3},
            {"issueDate", formatRfc3339(now - std::chrono::days(1))},
            {"nextUpdate", formatRfc3339(now + kCollateralDays)},
            {"fmspc", toHex(kFmspc)},
            {"pceId", "0000"},
            {"tcbType", 0},
            {"tcbEvaluationDataNumber", kEvaluationNumber},
            {"tdxModule", moduleMembers()},
            {"tdxModuleIdentities", Json::array({module})},
            {"tcbLevels", Json::array({level(std::move(tcb), now - std::chrono::days(2), "UpToDate")})}};
}

Json qeIdentity(UtcSeconds now)
{
    return {{"id", "TD_QE"},
            {"version", 2},
            {"issueDate", formatRfc3339(now - std::chrono::days(1))},
            {"nextUpdate", formatRfc3339(now + kCollateralDays)},
            {"tcbEvaluationDataNumber", kEvaluationNumber},
            {"miscselect", "00000000"},
            {"miscselectMask", "FFFFFFFF"},
            {"attributes", "11000000000000000000000000000000"},
            {"attributesMask", "FBFFFFFFFFFFFFFF0000000000000000"},
            {"mrsigner", toHex(qeSigner())},
            {"isvprodid", kQeProdId},
            {"tcbLevels", Json::array({level({{"isvsvn", kQeSvn}}, now - std::chrono::days(2), "UpToDate")})}};
}

Bytes tdReport(const SimulatedLaunch& launch, const Digest64& reportData)
{
    ByteWriter writer;
    writer.raw(kTeeTcbSvn).raw(DemoVendor::mrseam().view()).zeros(48 + 8);
    writer.u64le(kTdSeptVeDisable | (launch.debug ? kTdDebug : 0)).u64le(kXfam);
    writer.raw(DemoVendor::mrtdOf(launch).view()).raw(launch.launchBinding.view()).zeros(16).zeros(48 + 48);
    for (int i = 0; i < 4; ++i) writer.raw(DemoVendor::rtmrOf(i, launch).view());
    return writer.raw(reportData.view()).take();
}

Bytes qeReport(const Digest32& bound)
{
    ByteWriter writer;
    writer.raw(kPckSvn).zeros(4 + 28).u8(0x11).zeros(15);
    writer.raw(sha256(asBytes("quorate rehearsal quoting enclave code")).view()).zeros(32);
    writer.raw(qeSigner().view()).zeros(96).u16le(kQeProdId).u16le(kQeSvn).zeros(60);
    return writer.raw(bound.view()).zeros(32).take();
}

Result<SigningKey> keyIn(const KeyBundle& bundle, const char* name)
{
    const auto entry = bundle.find(name);
    if (entry == bundle.end()) return fail(ErrorKind::Malformed, std::string("demo vendor file lacks ") + name);
    return SigningKey::fromPkcs8(entry->second.expose());
}

Result<Certificate> certificateIn(const KeyBundle& bundle, const char* name)
{
    const auto entry = bundle.find(name);
    if (entry == bundle.end()) return fail(ErrorKind::Malformed, std::string("demo vendor file lacks ") + name);
    return Certificate::fromDer(entry->second.expose());
}

}  // namespace

Result<void> DemoIntel::create(KeyBundle& bundle, UtcSeconds now)
{
    TRY_ASSIGN(rootKey, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(caKey, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(pckKey, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(tcbKey, SigningKey::generate(EcCurve::P256));
    TRY_ASSIGN(attestationKey, SigningKey::generate(EcCurve::P256));
    const IssuerKey rootIssuer = IssuerKey::fromEc(rootKey);
    TRY_ASSIGN(root, issueCertificate(specFor("Quorate Demo SGX Root CA", 1, now, true), rootKey.handle(), rootIssuer,
                                      nullptr));
    TRY_ASSIGN(ca, issueCertificate(specFor("Quorate Demo SGX PCK Platform CA", 2, now, true), caKey.handle(),
                                    rootIssuer, &root));
    CertificateSpec pckSpec = specFor("Quorate Demo SGX PCK Certificate", 3, now, false);
    pckSpec.extensions = {{kPckExtensionOid, encodePckExtension(platform())}};
    TRY_ASSIGN(pck, issueCertificate(pckSpec, pckKey.handle(), IssuerKey::fromEc(caKey), &ca));
    TRY_ASSIGN(tcb, issueCertificate(specFor("Quorate Demo SGX TCB Signing", 4, now, false), tcbKey.handle(),
                                     rootIssuer, &root));
    bundle["intel.root.key"] = rootKey.toPkcs8();
    bundle["intel.ca.key"] = caKey.toPkcs8();
    bundle["intel.pck.key"] = pckKey.toPkcs8();
    bundle["intel.tcb.key"] = tcbKey.toPkcs8();
    bundle["intel.attestation.key"] = attestationKey.toPkcs8();
    bundle["intel.root.der"] = SecretBytes::copyOf(root.der());
    bundle["intel.ca.der"] = SecretBytes::copyOf(ca.der());
    bundle["intel.pck.der"] = SecretBytes::copyOf(pck.der());
    bundle["intel.tcb.der"] = SecretBytes::copyOf(tcb.der());
    return {};
}

Result<DemoIntel> DemoIntel::open(const KeyBundle& bundle)
{
    TRY_ASSIGN(rootKey, keyIn(bundle, "intel.root.key"));
    TRY_ASSIGN(caKey, keyIn(bundle, "intel.ca.key"));
    TRY_ASSIGN(pckKey, keyIn(bundle, "intel.pck.key"));
    TRY_ASSIGN(tcbKey, keyIn(bundle, "intel.tcb.key"));
    TRY_ASSIGN(attestationKey, keyIn(bundle, "intel.attestation.key"));
    DemoIntel out(std::move(rootKey), std::move(caKey), std::move(pckKey), std::move(tcbKey),
                  std::move(attestationKey));
    TRY_ASSIGN(root, certificateIn(bundle, "intel.root.der"));
    TRY_ASSIGN(ca, certificateIn(bundle, "intel.ca.der"));
    TRY_ASSIGN(pck, certificateIn(bundle, "intel.pck.der"));
    TRY_ASSIGN(tcb, certificateIn(bundle, "intel.tcb.der"));
    out.m_root = std::move(root);
    out.m_ca = std::move(ca);
    out.m_pck = std::move(pck);
    out.m_tcb = std::move(tcb);
    return out;
}

Result<Bytes> DemoIntel::qeCertification() const
{
    TRY_ASSIGN(attestationKey, m_attestationKey.publicKey().rawPoint());
    Bytes authData(32);
    for (std::size_t i = 0; i < authData.size(); ++i) authData[i] = static_cast<std::uint8_t>(i);
    Bytes bound = attestationKey;
    bound.insert(bound.end(), authData.begin(), authData.end());
    const Bytes report = qeReport(sha256(bound));
    TRY_ASSIGN(signature, m_pckKey.signRaw(report));
    const std::string chain = m_pck.toPem() + m_ca.toPem() + m_root.toPem();
    ByteWriter writer;
    writer.raw(report).raw(signature).u16le(static_cast<std::uint16_t>(authData.size())).raw(authData);
    writer.u16le(tdx::kCertTypePckChain).u32le(static_cast<std::uint32_t>(chain.size())).text(chain);
    return writer.take();
}

Result<Bytes> DemoIntel::quote(const SimulatedLaunch& launch, const Digest64& reportData) const
{
    ByteWriter writer;
    writer.u16le(4).u16le(2).u32le(tdx::kTeeTypeTdx).zeros(4).raw(kIntelQeVendor.view()).zeros(20);
    writer.raw(tdReport(launch, reportData));
    TRY_ASSIGN(signature, m_attestationKey.signRaw(writer.bytes()));
    TRY_ASSIGN(attestationKey, m_attestationKey.publicKey().rawPoint());
    TRY_ASSIGN(certification, qeCertification());
    ByteWriter signatureData;
    signatureData.raw(signature).raw(attestationKey).u16le(6).u32le(static_cast<std::uint32_t>(certification.size()));
    signatureData.raw(certification);
    writer.u32le(static_cast<std::uint32_t>(signatureData.bytes().size())).raw(signatureData.bytes());
    return writer.take();
}

Result<Bytes> DemoIntel::signedJson(const char* member, const std::string& inner) const
{
    TRY_ASSIGN(signature, m_tcbKey.signRaw(asBytes(inner)));
    return toBytes("{\"" + std::string(member) + "\":" + inner + ",\"signature\":\"" + toHex(signature) + "\"}");
}

Result<Collateral> DemoIntel::collateral(UtcSeconds now) const
{
    const UtcSeconds from = now - std::chrono::days(1);
    const UtcSeconds to = now + kCollateralDays;
    Collateral out;
    TRY_ASSIGN(rootCrl, issueCrl(m_root, IssuerKey::fromEc(m_rootKey), from, to, {}));
    TRY_ASSIGN(pckCrl, issueCrl(m_ca, IssuerKey::fromEc(m_caKey), from, to, {}));
    TRY_ASSIGN(info, signedJson("tcbInfo", tcbInfo(now).dump()));
    TRY_ASSIGN(identity, signedJson("enclaveIdentity", qeIdentity(now).dump()));
    const Bytes signingChain = toBytes(m_tcb.toPem() + m_root.toPem());
    out.files["pck_chain.pem"] = toBytes(m_pck.toPem() + m_ca.toPem() + m_root.toPem());
    out.files["pck_crl_issuer_chain.pem"] = toBytes(m_ca.toPem() + m_root.toPem());
    out.files["root_ca_crl.der"] = std::move(rootCrl);
    out.files["pck_ca_crl.der"] = std::move(pckCrl);
    out.files["tcb_info.json"] = std::move(info);
    out.files["tcb_info_issuer_chain.pem"] = signingChain;
    out.files["qe_identity.json"] = std::move(identity);
    out.files["qe_identity_issuer_chain.pem"] = signingChain;
    return out;
}

}  // namespace quorate::attestation
