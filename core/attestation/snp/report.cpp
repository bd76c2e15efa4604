// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/snp/report.h"

#include <algorithm>

#include "core/base/byte_reader.h"

namespace quorate::attestation::snp {
namespace {

constexpr std::uint32_t kAlgorithmEcdsaP384 = 1;
constexpr std::size_t kScalarBytes = 48;
constexpr std::size_t kScalarFieldBytes = 72;

template <std::size_t N>
Result<void> read(ByteReader& reader, FixedBytes<N>& out, const char* field)
{
    TRY_ASSIGN(value, reader.takeFixed<N>(field));
    out = value;
    return {};
}

Result<void> readStart(ByteReader& reader, Report& report)
{
    TRY_ASSIGN(version, reader.u32le("VERSION"));
    if (version < 2 || version > 5) {
        return fail(ErrorKind::Malformed, "report: VERSION is " + std::to_string(version) + ", want 2 to 5");
    }
    TRY_ASSIGN(guestSvn, reader.u32le("GUEST_SVN"));
    TRY_ASSIGN(policy, reader.u64le("GUEST_POLICY"));
    if ((policy & kPolicyReservedOne) == 0 || policy >> 26 != 0) {
        return fail(ErrorKind::Malformed, "report: GUEST_POLICY has bit 17 clear or a reserved bit set");
    }
    TRY(read(reader, report.familyId, "FAMILY_ID"));
    TRY(read(reader, report.imageId, "IMAGE_ID"));
    TRY_ASSIGN(vmpl, reader.u32le("VMPL"));
    if (vmpl > 3) return fail(ErrorKind::Malformed, "report: VMPL is " + std::to_string(vmpl) + ", want 0 to 3");
    TRY_ASSIGN(algorithm, reader.u32le("SIGNATURE_ALGO"));
    if (algorithm != kAlgorithmEcdsaP384) {
        return fail(ErrorKind::Malformed, "report: SIGNATURE_ALGO is " + std::to_string(algorithm) + ", want 1");
    }
    TRY(read(reader, report.currentTcb, "CURRENT_TCB"));
    TRY_ASSIGN(platformInfo, reader.u64le("PLATFORM_INFO"));
    report.version = version;
    report.guestSvn = guestSvn;
    report.policy = policy;
    report.vmpl = vmpl;
    report.platformInfo = platformInfo;
    return {};
}

Result<void> readKeyFlags(ByteReader& reader, Report& report)
{
    TRY_ASSIGN(flags, reader.u32le("key flags"));
    if (flags >> 5 != 0) return fail(ErrorKind::Malformed, "report: a reserved key flag is set");
    const std::uint32_t kind = flags >> 2 & 7;
    if (kind > 1) {
        return fail(ErrorKind::Malformed,
                    "report: SIGNING_KEY is " + std::to_string(kind) + ", want 0 (VCEK) or 1 (VLEK)");
    }
    report.authorKeyEnabled = (flags & 1) != 0;
    report.chipKeyMasked = (flags & 2) != 0;
    report.signingKey = kind == 0 ? SigningKeyKind::Vcek : SigningKeyKind::Vlek;
    return reader.zeros(4, "bytes");
}

Result<void> readIdentity(ByteReader& reader, Report& report)
{
    TRY(read(reader, report.reportData, "REPORT_DATA"));
    TRY(read(reader, report.measurement, "MEASUREMENT"));
    TRY(read(reader, report.hostData, "HOST_DATA"));
    TRY(read(reader, report.idKeyDigest, "ID_KEY_DIGEST"));
    TRY(read(reader, report.authorKeyDigest, "AUTHOR_KEY_DIGEST"));
    if (report.authorKeyEnabled == report.authorKeyDigest.isZero()) {
        return fail(ErrorKind::Malformed, std::string("report: AUTHOR_KEY_EN is ") +
                                              (report.authorKeyEnabled ? "set without" : "clear beside") +
                                              " an AUTHOR_KEY_DIGEST");
    }
    TRY(read(reader, report.reportId, "REPORT_ID"));
    TRY(read(reader, report.reportIdMa, "REPORT_ID_MA"));
    return read(reader, report.reportedTcb, "REPORTED_TCB");
}

Result<void> readPlatform(ByteReader& reader, Report& report)
{
    if (report.version == 2) {
        TRY(reader.zeros(3, "bytes (CPUID from version 3)"));
    } else {
        TRY_ASSIGN(family, reader.u8("CPUID_FAM_ID"));
        TRY_ASSIGN(model, reader.u8("CPUID_MOD_ID"));
        TRY_ASSIGN(stepping, reader.u8("CPUID_STEP"));
        report.cpuidFamily = family;
        report.cpuidModel = model;
        report.cpuidStepping = stepping;
    }
    TRY(reader.zeros(21, "bytes"));
    TRY(read(reader, report.chipId, "CHIP_ID"));
    TRY(read(reader, report.committedTcb, "COMMITTED_TCB"));
    TRY(read(reader, report.currentVersion, "CURRENT version"));
    TRY(reader.zeros(1, "byte"));
    TRY(read(reader, report.committedVersion, "COMMITTED version"));
    TRY(reader.zeros(1, "byte"));
    TRY(read(reader, report.launchTcb, "LAUNCH_TCB"));
    if (report.version < 5) return reader.zeros(16 + 152, "bytes (mitigation vectors from version 5)");
    TRY_ASSIGN(launchMitigations, reader.u64le("LAUNCH_MIT_VECTOR"));
    TRY_ASSIGN(currentMitigations, reader.u64le("CURRENT_MIT_VECTOR"));
    report.launchMitigations = launchMitigations;
    report.currentMitigations = currentMitigations;
    return reader.zeros(152, "bytes");
}

/// One scalar, 48 significant little-endian bytes in a field of 72, appended big endian.
Result<void> readScalar(ByteReader& reader, Bytes& out, const char* field)
{
    TRY_ASSIGN(scalar, reader.take(kScalarBytes, field));
    out.insert(out.end(), scalar.rbegin(), scalar.rend());
    return reader.zeros(kScalarFieldBytes - kScalarBytes, field);
}

}  // namespace

const char* nameOf(Product product)
{
    switch (product) {
    case Product::Milan: return "Milan";
    case Product::Genoa: return "Genoa";
    case Product::Turin: return "Turin";
    }
    return "unknown";
}

bool TcbParts::isAtMost(const TcbParts& other) const
{
    return fmc <= other.fmc && bootLoader <= other.bootLoader && tee <= other.tee && snp <= other.snp &&
           microcode <= other.microcode;
}

std::string TcbParts::text() const
{
    const auto number = [](std::uint8_t value) { return std::to_string(static_cast<unsigned>(value)); };
    return (fmc == 0 ? std::string() : "fmc " + number(fmc) + " ") + "bl " + number(bootLoader) + " tee " +
           number(tee) + " snp " + number(snp) + " ucode " + number(microcode);
}

TcbParts decodeTcb(Product product, const TcbBytes& tcb)
{
    const auto& b = tcb.bytes;
    if (product == Product::Turin)
        return {.fmc = b[0], .bootLoader = b[1], .tee = b[2], .snp = b[3], .microcode = b[7]};
    return {.fmc = 0, .bootLoader = b[0], .tee = b[1], .snp = b[6], .microcode = b[7]};
}

TcbBytes encodeTcb(Product product, const TcbParts& parts)
{
    if (product == Product::Turin) {
        return {{parts.fmc, parts.bootLoader, parts.tee, parts.snp, 0, 0, 0, parts.microcode}};
    }
    return {{parts.bootLoader, parts.tee, 0, 0, 0, 0, parts.snp, parts.microcode}};
}

bool hasReservedTcbBits(Product product, const TcbBytes& tcb) { return encodeTcb(product, decodeTcb(product, tcb)) != tcb; }

std::optional<Product> Report::productByCpuid() const
{
    if (version < 3) return std::nullopt;
    if (cpuidFamily == 0x19 && cpuidModel <= 0x0f) return Product::Milan;
    const bool genoaModel = (cpuidModel >= 0x10 && cpuidModel <= 0x1f) || (cpuidModel >= 0xa0 && cpuidModel <= 0xaf);
    if (cpuidFamily == 0x19 && genoaModel) return Product::Genoa;
    if (cpuidFamily == 0x1a && cpuidModel <= 0x11) return Product::Turin;
    return std::nullopt;
}

Result<Report> parseReport(BytesView bytes)
{
    if (bytes.size() >= 4 && asText(bytes.first(4)) == "HCLA") {
        return fail(ErrorKind::Malformed,
                    "evidence is an Azure HCL report, which is not supported; want a SEV-SNP report");
    }
    if (bytes.size() != kReportBytes) {
        return fail(ErrorKind::Malformed,
                    "report is " + std::to_string(bytes.size()) + " bytes, want " + std::to_string(kReportBytes));
    }
    ByteReader reader(bytes, "report");
    Report report;
    TRY(readStart(reader, report));
    TRY(readKeyFlags(reader, report));
    TRY(readIdentity(reader, report));
    TRY(readPlatform(reader, report));
    TRY(readScalar(reader, report.signature, "signature R"));
    TRY(readScalar(reader, report.signature, "signature S"));
    TRY(reader.zeros(reader.remaining(), "bytes behind the signature"));
    return report;
}

}  // namespace quorate::attestation::snp
