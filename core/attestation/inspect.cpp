// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/appraisal.h"
#include "core/attestation/claims.h"
#include "core/attestation/field_walk.h"

namespace quorate::attestation {
namespace {

/// Names of the bits that are set, in the order of the table.
struct BitName {
    int bit;
    const char* name;
};

template <std::size_t N>
std::string bitsText(std::uint64_t value, const BitName (&names)[N])
{
    std::string out;
    for (const BitName& entry : names) {
        if ((value >> entry.bit & 1) == 0) continue;
        out += (out.empty() ? "" : ", ") + std::string(entry.name);
    }
    return out.empty() ? "no bit set" : out;
}

std::uint64_t littleEndian(const FixedBytes<8>& value)
{
    std::uint64_t out = 0;
    for (std::size_t i = 8; i-- > 0;) out = out << 8 | value.bytes[i];
    return out;
}

template <std::size_t N>
std::string zeroText(const FixedBytes<N>& value, const char* meaning)
{
    return value.isZero() ? meaning : "";
}

std::string tdAttributesText(const tdx::TdReport& report)
{
    static constexpr BitName kNames[] = {{0, "DEBUG"}, {28, "SEPT_VE_DISABLE"}, {29, "MIGRATABLE"}, {30, "PKS"},
                                         {31, "KL"},   {63, "PERFMON"}};
    return bitsText(littleEndian(report.tdAttributes), kNames);
}

std::string moduleText(const FixedBytes<16>& svn)
{
    return "TDX module major " + std::to_string(svn.bytes[1]) + ", ISVSVN " + std::to_string(svn.bytes[0]);
}

std::string decimal(std::uint64_t value) { return std::to_string(value); }

void walkTdReport(FieldWalk& walk, const tdx::TdReport& report)
{
    walk.add(16, "TEE_TCB_SVN", moduleText(report.teeTcbSvn));
    walk.add(48, "MRSEAM", "measurement of the TDX module");
    walk.add(48, "MRSIGNERSEAM", zeroText(report.mrSignerSeam, "Intel's module"));
    walk.add(8, "SEAMATTRIBUTES");
    walk.add(8, "TDATTRIBUTES", tdAttributesText(report));
    walk.add(8, "XFAM");
    walk.add(48, "MRTD", "measurement of the TD at build time");
    walk.add(48, "MRCONFIGID", zeroText(report.mrConfigId, "not used"));
    walk.add(48, "MROWNER", zeroText(report.mrOwner, "not used"));
    walk.add(48, "MROWNERCONFIG", zeroText(report.mrOwnerConfig, "not used"));
    walk.add(48, "RTMR0", zeroText(report.rtmr[0], "never extended"));
    walk.add(48, "RTMR1", zeroText(report.rtmr[1], "never extended"));
    walk.add(48, "RTMR2", zeroText(report.rtmr[2], "never extended"));
    walk.add(48, "RTMR3", zeroText(report.rtmr[3], "never extended"));
    walk.add(64, "REPORTDATA", "bound by the attester");
    if (report.teeTcbSvn2) walk.add(16, "TEE_TCB_SVN2", moduleText(*report.teeTcbSvn2));
    if (report.mrServiceTd) walk.add(48, "MRSERVICETD", zeroText(*report.mrServiceTd, "no service TD bound"));
    if (!report.ex) return;
    walk.add(1, "VMID", decimal(report.ex->vmId));
    walk.add(32, "TD_ID");
    walk.add(48, "DEV_INFO");
    walk.add(48, "INIT_SERVTD_HASH", zeroText(report.ex->initServiceTdHash, "no service TD bound at launch"));
    walk.add(8, "INIT_SERVTD_ATTRIBUTES");
    walk.add(16, "INIT_CPUSVN");
    walk.add(16, "INIT_TEE_TCB_SVN", moduleText(report.ex->initTeeTcbSvn));
    walk.add(12, "INIT_TEE_FMSPC");
    walk.add(48, "CUR_SERVTD_HASH", zeroText(report.ex->currentServiceTdHash, "no service TD bound now"));
    walk.add(8, "CUR_SERVTD_ATTRIBUTES");
}

const char* bodyText(std::uint16_t bodyType)
{
    if (bodyType == tdx::kBodyTypeReport10) return "TD report 1.0";
    return bodyType == tdx::kBodyTypeReport15 ? "TD report 1.5" : "TD report 1.5 Ex";
}

void walkQeReport(FieldWalk& walk, const tdx::QeReport& report)
{
    walk.add(16, "QE CPUSVN");
    walk.add(4, "QE MISCSELECT");
    walk.add(28, "QE reserved");
    walk.add(16, "QE ATTRIBUTES", (report.attributes.bytes[0] & 2) != 0 ? "DEBUG" : "not a debug enclave");
    walk.add(32, "QE MRENCLAVE");
    walk.add(32, "QE reserved");
    walk.add(32, "QE MRSIGNER");
    walk.add(96, "QE reserved");
    walk.add(2, "QE ISVPRODID", decimal(report.isvProdId));
    walk.add(2, "QE ISVSVN", decimal(report.isvSvn));
    walk.add(60, "QE reserved");
    walk.add(64, "QE REPORTDATA", "SHA-256 of attestation key and authentication data, then zeros");
}

std::vector<EvidenceField> walkQuote(BytesView blob, const tdx::Quote& quote)
{
    FieldWalk walk(blob);
    walk.add(2, "VERSION", decimal(quote.version));
    walk.add(2, "ATT_KEY_TYPE", "ECDSA P-256");
    walk.add(4, "TEE_TYPE", "TDX");
    walk.add(4, "RESERVED");
    walk.add(16, "QE_VENDOR_ID");
    walk.add(20, "USER_DATA");
    if (quote.version == 5) {
        walk.add(2, "BODY_TYPE", bodyText(quote.bodyType));
        walk.add(4, "BODY_SIZE");
    }
    walkTdReport(walk, quote.report);
    walk.add(4, "SIGNATURE_DATA_SIZE");
    walk.add(64, "QUOTE_SIGNATURE", "ECDSA over the bytes before SIGNATURE_DATA_SIZE");
    walk.add(64, "ATTESTATION_KEY", "P-256 point");
    walk.add(2, "OUTER_CERT_DATA_TYPE", "QE report certification data");
    walk.add(4, "OUTER_CERT_DATA_SIZE");
    walkQeReport(walk, quote.qeReport);
    walk.add(64, "QE_REPORT_SIGNATURE", "ECDSA by the PCK key");
    walk.add(2, "QE_AUTH_DATA_SIZE", decimal(tdx::kQeAuthDataBytes));
    walk.add(tdx::kQeAuthDataBytes, "QE_AUTH_DATA");
    walk.add(2, "CERT_DATA_TYPE",
             decimal(quote.certType) + (quote.certType == tdx::kCertTypePckChain ? ", PCK chain in PEM" : ""));
    walk.add(4, "CERT_DATA_SIZE", decimal(quote.certData.size()));
    walk.add(quote.certData.size(), "CERT_DATA");
    walk.add(walk.remaining(), "TRAILING", "behind the signature data: unsigned");
    return walk.take();
}

std::string guestPolicyText(std::uint64_t policy)
{
    static constexpr BitName kNames[] = {{16, "SMT allowed"},       {18, "MIGRATE_MA allowed"},
                                         {19, "DEBUG allowed"},     {20, "single socket required"},
                                         {21, "CXL allowed"},       {22, "AES-256-XTS required"},
                                         {23, "RAPL must be off"},  {24, "ciphertext hiding required"},
                                         {25, "page swap disabled"}};
    return "ABI " + decimal(policy >> 8 & 0xff) + "." + decimal(policy & 0xff) + ", " + bitsText(policy, kNames);
}

std::string platformText(std::uint64_t info)
{
    static constexpr BitName kNames[] = {
        {0, "SMT"}, {1, "TSME"}, {2, "ECC"}, {3, "RAPL off"}, {4, "ciphertext hiding"}, {5, "alias check complete"},
        {7, "TIO"}};
    return bitsText(info, kNames);
}

std::string tcbText(const snp::Report& report, const snp::TcbBytes& tcb)
{
    const auto product = report.productByCpuid();
    return product ? snp::decodeTcb(*product, tcb).text()
                   : "layout depends on the product, which this version does not name";
}

std::string keyFlagsText(const snp::Report& report)
{
    return std::string(report.signingKey == snp::SigningKeyKind::Vcek ? "signed by a VCEK" : "signed by a VLEK") +
           (report.authorKeyEnabled ? ", author key in use" : "") + (report.chipKeyMasked ? ", chip id masked" : "");
}

void walkReportStart(FieldWalk& walk, const snp::Report& report, const Claims& claims)
{
    walk.add(4, "VERSION", claims.at("version"));
    walk.add(4, "GUEST_SVN", claims.at("guestSvn"));
    walk.add(8, "GUEST_POLICY", guestPolicyText(report.policy));
    walk.add(16, "FAMILY_ID");
    walk.add(16, "IMAGE_ID");
    walk.add(4, "VMPL", claims.at("vmpl"));
    walk.add(4, "SIGNATURE_ALGO", "ECDSA P-384 with SHA-384");
    walk.add(8, "CURRENT_TCB", tcbText(report, report.currentTcb));
    walk.add(8, "PLATFORM_INFO", platformText(report.platformInfo));
    walk.add(4, "KEY_FLAGS", keyFlagsText(report));
    walk.add(4, "RESERVED");
    walk.add(64, "REPORT_DATA", "bound by the attester");
    walk.add(48, "MEASUREMENT", "launch digest");
    walk.add(32, "HOST_DATA", zeroText(report.hostData, "not used"));
    walk.add(48, "ID_KEY_DIGEST", zeroText(report.idKeyDigest, "no ID key"));
    walk.add(48, "AUTHOR_KEY_DIGEST", zeroText(report.authorKeyDigest, "no author key"));
    walk.add(32, "REPORT_ID");
    walk.add(32, "REPORT_ID_MA");
    walk.add(8, "REPORTED_TCB", tcbText(report, report.reportedTcb));
}

std::vector<EvidenceField> walkReport(BytesView blob, const snp::Report& report)
{
    FieldWalk walk(blob);
    const Claims claims = claimsOf(report);
    walkReportStart(walk, report, claims);
    if (report.version >= 3) {
        const auto product = report.productByCpuid();
        walk.add(1, "CPUID_FAM_ID", product ? snp::nameOf(*product) : "unknown product");
        walk.add(1, "CPUID_MOD_ID");
        walk.add(1, "CPUID_STEP");
        walk.add(21, "RESERVED");
    } else {
        walk.add(24, "RESERVED");
    }
    walk.add(64, "CHIP_ID", zeroText(report.chipId, "masked"));
    walk.add(8, "COMMITTED_TCB", tcbText(report, report.committedTcb));
    walk.add(3, "CURRENT_VERSION", "firmware " + claims.at("currentFirmware"));
    walk.add(1, "RESERVED");
    walk.add(3, "COMMITTED_VERSION", "firmware " + claims.at("committedFirmware"));
    walk.add(1, "RESERVED");
    walk.add(8, "LAUNCH_TCB", tcbText(report, report.launchTcb));
    if (report.version >= 5) {
        walk.add(8, "LAUNCH_MIT_VECTOR");
        walk.add(8, "CURRENT_MIT_VECTOR");
        walk.add(152, "RESERVED");
    } else {
        walk.add(168, "RESERVED");
    }
    walk.add(72, "SIGNATURE_R", "little endian");
    walk.add(72, "SIGNATURE_S", "little endian");
    walk.add(walk.remaining(), "SIGNATURE_RESERVED", "zero; not covered by the signature");
    return walk.take();
}

}  // namespace

Result<std::vector<EvidenceField>> inspect(const Evidence& evidence)
{
    if (evidence.tee == TeeKind::Tdx) {
        TRY_ASSIGN(quote, tdx::parseQuote(evidence.blob));
        return walkQuote(evidence.blob, quote);
    }
    TRY_ASSIGN(report, snp::parseReport(evidence.blob));
    return walkReport(evidence.blob, report);
}

}  // namespace quorate::attestation
