// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/simulated/demo_amd.h"

#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/verify/vek_extensions.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

constexpr char kOrganisation[] = "Quorate rehearsal, not AMD";
constexpr std::chrono::days kCertificateDays{3650};
constexpr std::chrono::days kCollateralDays{30};
constexpr int kRsaBits = 4096;
constexpr snp::TcbParts kTcb{.fmc = 0, .bootLoader = 10, .tee = 0, .snp = 23, .microcode = 84};
constexpr std::uint64_t kPlatformInfo = 0x24;  // ECC, alias check complete
constexpr std::uint64_t kAbiVersion = 0x001f;  // 0.31
constexpr std::size_t kScalarBytes = 48;

Digest64 chipId() { return sha512(asBytes("quorate rehearsal chip")); }

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

CertificateSpec vcekSpec(UtcSeconds now)
{
    CertificateSpec spec = specFor("SEV-VCEK", 0, now, false);
    spec.plain = true;
    VekExtensions extensions;
    extensions.productName = snp::nameOf(snp::Product::Genoa);
    extensions.tcb = kTcb;
    extensions.hwid = toBytes(chipId().view());
    for (auto& [oid, value] : encodeVekExtensions(extensions)) spec.extensions.push_back({oid, std::move(value)});
    return spec;
}

/// Bytes 0x000 to 0x29F of a version 3 report.
Bytes signedPart(const SimulatedLaunch& launch, const Digest64& reportData)
{
    const snp::TcbBytes tcb = snp::encodeTcb(snp::Product::Genoa, kTcb);
    const std::uint64_t policy =
        kAbiVersion | snp::kPolicyReservedOne | (launch.debug ? snp::kPolicyDebug : 0);
    const Bytes noMigrationAgent(32, 0xff);
    const Bytes version{40, 55, 1};  // 1.55.40
    ByteWriter writer;
    writer.u32le(3)
        .u32le(0)
        .u64le(policy)
        .zeros(16 + 16)
        .u32le(0)
        .u32le(1)
        .raw(tcb.view())
        .u64le(kPlatformInfo)
        .zeros(4 + 4);
    writer.raw(reportData.view())
        .raw(DemoVendor::measurementOf(launch).view())
        .raw(launch.launchBinding.view())
        .zeros(48 + 48);
    writer.raw(sha256(DemoVendor::measurementOf(launch).view()).view()).raw(noMigrationAgent).raw(tcb.view());
    writer.u8(0x19).u8(0x11).u8(0x01).zeros(21).raw(chipId().view()).raw(tcb.view());
    writer.raw(version).zeros(1).raw(version).zeros(1).raw(tcb.view());
    return writer.zeros(snp::kSignedBytes - writer.bytes().size()).take();
}

Result<SecretBytes const*> entryIn(const KeyBundle& bundle, const char* name)
{
    const auto entry = bundle.find(name);
    if (entry == bundle.end()) return fail(ErrorKind::Malformed, std::string("demo vendor file lacks ") + name);
    return &entry->second;
}

Result<Certificate> certificateIn(const KeyBundle& bundle, const char* name)
{
    TRY_ASSIGN(entry, entryIn(bundle, name));
    return Certificate::fromDer(entry->expose());
}

}  // namespace

Result<void> DemoAmd::create(KeyBundle& bundle, UtcSeconds now)
{
    TRY_ASSIGN(arkKey, IssuerKey::generateRsa(kRsaBits));
    TRY_ASSIGN(askKey, IssuerKey::generateRsa(kRsaBits));
    TRY_ASSIGN(vcekKey, SigningKey::generate(EcCurve::P384));
    TRY_ASSIGN(ark, issueCertificate(specFor("ARK-Genoa", 1, now, true), arkKey.handle(), arkKey, nullptr));
    TRY_ASSIGN(ask, issueCertificate(specFor("SEV-Genoa", 2, now, true), askKey.handle(), arkKey, &ark));
    TRY_ASSIGN(vcek, issueCertificate(vcekSpec(now), vcekKey.handle(), askKey, &ask));
    // The ASK's key signs only here and is not kept.
    bundle["amd.ark.key"] = arkKey.toPkcs8();
    bundle["amd.vcek.key"] = vcekKey.toPkcs8();
    bundle["amd.ark.der"] = SecretBytes::copyOf(ark.der());
    bundle["amd.ask.der"] = SecretBytes::copyOf(ask.der());
    bundle["amd.vcek.der"] = SecretBytes::copyOf(vcek.der());
    return {};
}

Result<DemoAmd> DemoAmd::open(const KeyBundle& bundle)
{
    TRY_ASSIGN(arkEntry, entryIn(bundle, "amd.ark.key"));
    TRY_ASSIGN(arkKey, IssuerKey::fromPkcs8(arkEntry->expose()));
    TRY_ASSIGN(vcekEntry, entryIn(bundle, "amd.vcek.key"));
    TRY_ASSIGN(vcekKey, SigningKey::fromPkcs8(vcekEntry->expose()));
    DemoAmd out(std::move(arkKey), std::move(vcekKey));
    TRY_ASSIGN(ark, certificateIn(bundle, "amd.ark.der"));
    TRY_ASSIGN(ask, certificateIn(bundle, "amd.ask.der"));
    TRY_ASSIGN(vcek, certificateIn(bundle, "amd.vcek.der"));
    out.m_ark = std::move(ark);
    out.m_ask = std::move(ask);
    out.m_vcek = std::move(vcek);
    return out;
}

Result<Bytes> DemoAmd::report(const SimulatedLaunch& launch, const Digest64& reportData) const
{
    Bytes out = signedPart(launch, reportData);
    TRY_ASSIGN(signature, m_vcekKey.signRaw(out));
    // r and s are little endian, 48 significant bytes in fields of 72.
    for (std::size_t i = 0; i < 2; ++i) {
        const BytesView scalar = BytesView(signature).subspan(i * kScalarBytes, kScalarBytes);
        out.insert(out.end(), scalar.rbegin(), scalar.rend());
        out.resize(out.size() + 72 - kScalarBytes);
    }
    out.resize(snp::kReportBytes);
    return out;
}

Bytes DemoAmd::certificateTable() const
{
    return snp::encodeCertificateTable(
        {{snp::kGuidVcek, m_vcek.der()}, {snp::kGuidAsk, m_ask.der()}, {snp::kGuidArk, m_ark.der()}});
}

Result<Collateral> DemoAmd::collateral(UtcSeconds now) const
{
    TRY_ASSIGN(crl, issueCrl(m_ark, m_arkKey, now - std::chrono::days(1), now + kCollateralDays, {}));
    Collateral out;
    out.files["vek.der"] = m_vcek.der();
    out.files["intermediate.der"] = m_ask.der();
    out.files["ark.der"] = m_ark.der();
    out.files["crl.der"] = std::move(crl);
    return out;
}

}  // namespace quorate::attestation
