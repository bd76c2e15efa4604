// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/vek_extensions.h"

#include <set>

#include "core/attestation/verify/der_reader.h"

namespace quorate::attestation {
namespace {

const std::string kArc = "1.3.6.1.4.1.3704.1";
const std::string kStructVersionOid = kArc + ".1";
const std::string kProductOid = kArc + ".2";
const std::string kBootLoaderOid = kArc + ".3.1";
const std::string kTeeOid = kArc + ".3.2";
const std::string kSnpOid = kArc + ".3.3";
const std::string kMicrocodeOid = kArc + ".3.8";
const std::string kFmcOid = kArc + ".3.9";
const std::string kHwidOid = kArc + ".4";
const std::string kCspIdOid = kArc + ".5";
const std::set<std::string> kKnownOids{kStructVersionOid, kProductOid, kBootLoaderOid, kTeeOid, kSnpOid, kArc + ".3.4",
                                       kArc + ".3.5", kArc + ".3.6", kArc + ".3.7", kMicrocodeOid, kFmcOid, kHwidOid,
                                       kCspIdOid};
constexpr std::uint8_t kMaxStructVersion = 1;  // 1 on Turin
constexpr std::size_t kHwidBytes = 64;
constexpr std::size_t kTurinHwidBytes = 8;
constexpr std::size_t kMaxTextBytes = 256;

Result<std::optional<std::uint8_t>> readSpl(const Certificate& vek, const std::string& oid)
{
    TRY_ASSIGN(value, vek.extension(oid));
    if (!value) return std::optional<std::uint8_t>();
    TRY_ASSIGN(content, derContent(*value, kDerInteger));
    TRY_ASSIGN(number, derSmallInteger(content));
    if (number > 0xff) return fail(ErrorKind::Malformed, "extension " + oid + " is above 255");
    return std::optional<std::uint8_t>(static_cast<std::uint8_t>(number));
}

Result<std::uint8_t> requireSpl(const Certificate& vek, const std::string& oid)
{
    TRY_ASSIGN(value, readSpl(vek, oid));
    if (!value) return fail(ErrorKind::Malformed, "VEK has no extension " + oid);
    return *value;
}

Result<std::optional<std::string>> readText(const Certificate& vek, const std::string& oid)
{
    TRY_ASSIGN(value, vek.extension(oid));
    if (!value) return std::optional<std::string>();
    TRY_ASSIGN(content, derContent(*value, kDerIa5String));
    if (content.size() > kMaxTextBytes) return fail(ErrorKind::Malformed, "extension " + oid + " is too long");
    for (const std::uint8_t c : content) {
        if (c < 0x20 || c > 0x7e) return fail(ErrorKind::Malformed, "extension " + oid + " is not printable ASCII");
    }
    return std::optional<std::string>(std::string(asText(content)));
}

/// AMD writes the raw identifier; some certificates wrap it in an OCTET STRING. Told apart by length alone: a raw
/// identifier may begin with any byte.
Result<std::optional<Bytes>> readHwid(const Certificate& vek)
{
    TRY_ASSIGN(value, vek.extension(kHwidOid));
    if (!value || value->size() == kHwidBytes || value->size() == kTurinHwidBytes) return value;
    TRY_ASSIGN(content, derContent(*value, kDerOctetString));
    if (content.size() != kHwidBytes && content.size() != kTurinHwidBytes) {
        return fail(ErrorKind::Malformed, "HWID is " + std::to_string(content.size()) + " bytes, want 64 or 8");
    }
    return std::optional<Bytes>(toBytes(content));
}

/// An extension of AMD's that this version does not know could change what the others mean.
Result<void> checkOids(const Certificate& vek)
{
    for (const std::string& oid : vek.extensionOids()) {
        if (oid.starts_with(kArc + ".") && !kKnownOids.contains(oid))
            return fail(ErrorKind::Malformed, "VEK has an unknown extension " + oid);
    }
    TRY_ASSIGN(version, requireSpl(vek, kStructVersionOid));
    if (version <= kMaxStructVersion) return {};
    return fail(ErrorKind::Malformed, "VEK's structure version is " + std::to_string(version) + ", want 0 or 1");
}

Result<void> checkReservedSpls(const Certificate& vek)
{
    for (int i = 4; i <= 7; ++i) {
        TRY_ASSIGN(value, readSpl(vek, kArc + ".3." + std::to_string(i)));
        if (value && *value != 0)
            return fail(ErrorKind::Malformed, "reserved SPL " + std::to_string(i) + " is not zero");
    }
    return {};
}

}  // namespace

std::optional<snp::Product> VekExtensions::product() const
{
    const std::size_t dash = productName.find('-');
    const std::string line = productName.substr(0, dash);
    if (dash != std::string::npos) {
        const std::string stepping = productName.substr(dash + 1);
        const auto isUpper = [](char c) { return c >= 'A' && c <= 'Z'; };
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        if (stepping.size() != 2 || !isUpper(stepping[0]) || !isDigit(stepping[1])) return std::nullopt;
    }
    for (const snp::Product product : {snp::Product::Milan, snp::Product::Genoa, snp::Product::Turin}) {
        if (line == snp::nameOf(product)) return product;
    }
    return std::nullopt;
}

Result<VekExtensions> parseVekExtensions(const Certificate& vek)
{
    VekExtensions out;
    TRY(checkOids(vek));
    TRY_ASSIGN(productName, readText(vek, kProductOid));
    if (!productName) return fail(ErrorKind::Malformed, "VEK has no product name");
    out.productName = std::move(*productName);
    TRY_ASSIGN(bootLoader, requireSpl(vek, kBootLoaderOid));
    TRY_ASSIGN(tee, requireSpl(vek, kTeeOid));
    TRY_ASSIGN(snpSpl, requireSpl(vek, kSnpOid));
    TRY_ASSIGN(microcode, requireSpl(vek, kMicrocodeOid));
    TRY_ASSIGN(fmc, readSpl(vek, kFmcOid));
    TRY(checkReservedSpls(vek));
    if (fmc.has_value() != (out.product() == snp::Product::Turin)) {
        return fail(ErrorKind::Malformed, "VEK of " + out.productName + (fmc ? " has" : " lacks") + " an FMC SPL");
    }
    out.tcb = {.fmc = fmc.value_or(std::uint8_t{0}),
               .bootLoader = bootLoader,
               .tee = tee,
               .snp = snpSpl,
               .microcode = microcode};
    TRY_ASSIGN(hwid, readHwid(vek));
    TRY_ASSIGN(cspId, readText(vek, kCspIdOid));
    if (hwid.has_value() == cspId.has_value()) {
        return fail(ErrorKind::Malformed, "VEK needs either a HWID (VCEK) or a CSP_ID (VLEK)");
    }
    out.hwid = std::move(hwid);
    out.cspId = std::move(cspId);
    return out;
}

std::vector<std::pair<std::string, Bytes>> encodeVekExtensions(const VekExtensions& extensions)
{
    std::vector<std::pair<std::string, Bytes>> out;
    out.emplace_back(kStructVersionOid, derEncodeInteger(0));
    out.emplace_back(kProductOid, derEncode(kDerIa5String, asBytes(extensions.productName)));
    out.emplace_back(kBootLoaderOid, derEncodeInteger(extensions.tcb.bootLoader));
    out.emplace_back(kTeeOid, derEncodeInteger(extensions.tcb.tee));
    out.emplace_back(kSnpOid, derEncodeInteger(extensions.tcb.snp));
    const bool isTurin = extensions.product() == snp::Product::Turin;
    for (int i = isTurin ? 5 : 4; i <= 7; ++i)
        out.emplace_back(kArc + ".3." + std::to_string(i), derEncodeInteger(0));
    out.emplace_back(kMicrocodeOid, derEncodeInteger(extensions.tcb.microcode));
    if (isTurin) out.emplace_back(kFmcOid, derEncodeInteger(extensions.tcb.fmc));
    if (extensions.hwid) out.emplace_back(kHwidOid, *extensions.hwid);
    if (extensions.cspId) out.emplace_back(kCspIdOid, derEncode(kDerIa5String, asBytes(*extensions.cspId)));
    return out;
}

}  // namespace quorate::attestation
