// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/claims.h"

#include <cstdio>

namespace quorate::attestation {
namespace {

std::string bits(std::uint64_t value)
{
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

/// major.minor.build
std::string firmware(const FixedBytes<3>& version)
{
    return std::to_string(version.bytes[2]) + "." + std::to_string(version.bytes[1]) + "." +
           std::to_string(version.bytes[0]);
}

void addExClaims(const tdx::TdReportEx& ex, Claims& claims)
{
    claims["vmId"] = std::to_string(ex.vmId);
    claims["tdId"] = toHex(ex.tdId);
    claims["devInfo"] = toHex(ex.devInfo);
    claims["initServTdHash"] = toHex(ex.initServiceTdHash);
    claims["initServTdAttributes"] = toHex(ex.initServiceTdAttributes);
    claims["initCpuSvn"] = toHex(ex.initCpuSvn);
    claims["initTeeTcbSvn"] = toHex(ex.initTeeTcbSvn);
    claims["initTeeFmspc"] = toHex(ex.initTeeFmspc);
    claims["curServTdHash"] = toHex(ex.currentServiceTdHash);
    claims["curServTdAttributes"] = toHex(ex.currentServiceTdAttributes);
}

/// The flags of 0x48 as one number, as other tools show them.
std::uint64_t signerInfo(const snp::Report& report)
{
    const std::uint64_t kind = report.signingKey == snp::SigningKeyKind::Vcek ? 0 : 1;
    return std::uint64_t{report.authorKeyEnabled} | std::uint64_t{report.chipKeyMasked} << 1 | kind << 2;
}

}  // namespace

Claims claimsOf(const tdx::Quote& quote)
{
    const tdx::TdReport& report = quote.report;
    Claims claims{
        {"quoteVersion", std::to_string(quote.version)},
        {"qeVendorId", toHex(quote.qeVendorId)},
        {"userData", toHex(quote.userData)},
        {"teeTcbSvn", toHex(report.teeTcbSvn)},
        {"mrseam", toHex(report.mrSeam)},
        {"mrsignerseam", toHex(report.mrSignerSeam)},
        {"seamAttributes", toHex(report.seamAttributes)},
        {"tdAttributes", toHex(report.tdAttributes)},
        {"xfam", toHex(report.xfam)},
        {"mrtd", toHex(report.mrTd)},
        {"mrconfigid", toHex(report.mrConfigId)},
        {"mrowner", toHex(report.mrOwner)},
        {"mrownerconfig", toHex(report.mrOwnerConfig)},
        {"reportData", toHex(report.reportData)},
        {"qeMrsigner", toHex(quote.qeReport.mrSigner)},
        {"qeMrenclave", toHex(quote.qeReport.mrEnclave)},
        {"qeIsvProdId", std::to_string(quote.qeReport.isvProdId)},
        {"qeIsvSvn", std::to_string(quote.qeReport.isvSvn)},
        {"trailingBytes", std::to_string(quote.trailing.size())},
    };
    for (std::size_t i = 0; i < report.rtmr.size(); ++i) claims["rtmr" + std::to_string(i)] = toHex(report.rtmr[i]);
    if (report.teeTcbSvn2) claims["teeTcbSvn2"] = toHex(*report.teeTcbSvn2);
    if (report.mrServiceTd) claims["mrservicetd"] = toHex(*report.mrServiceTd);
    if (report.ex) addExClaims(*report.ex, claims);
    return claims;
}

Claims claimsOf(const snp::Report& report)
{
    Claims claims{
        {"version", std::to_string(report.version)},
        {"guestSvn", std::to_string(report.guestSvn)},
        {"guestPolicy", bits(report.policy)},
        {"familyId", toHex(report.familyId)},
        {"imageId", toHex(report.imageId)},
        {"vmpl", std::to_string(report.vmpl)},
        {"platformInfo", bits(report.platformInfo)},
        {"signerInfo", bits(signerInfo(report))},
        {"signingKey", report.signingKey == snp::SigningKeyKind::Vcek ? "VCEK" : "VLEK"},
        {"reportData", toHex(report.reportData)},
        {"measurement", toHex(report.measurement)},
        {"hostData", toHex(report.hostData)},
        {"idKeyDigest", toHex(report.idKeyDigest)},
        {"authorKeyDigest", toHex(report.authorKeyDigest)},
        {"reportId", toHex(report.reportId)},
        {"reportIdMa", toHex(report.reportIdMa)},
        {"reportedTcb", toHex(report.reportedTcb)},
        {"committedTcb", toHex(report.committedTcb)},
        {"currentTcb", toHex(report.currentTcb)},
        {"launchTcb", toHex(report.launchTcb)},
        {"chipId", toHex(report.chipId)},
        {"currentFirmware", firmware(report.currentVersion)},
        {"committedFirmware", firmware(report.committedVersion)},
        {"launchMitigations", bits(report.launchMitigations)},
        {"currentMitigations", bits(report.currentMitigations)},
    };
    if (report.version >= 3) {
        claims["cpuidFamily"] = bits(report.cpuidFamily);
        claims["cpuidModel"] = bits(report.cpuidModel);
        claims["cpuidStepping"] = bits(report.cpuidStepping);
    }
    return claims;
}

}  // namespace quorate::attestation
