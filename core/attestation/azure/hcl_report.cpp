// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/hcl_report.h"

#include <nlohmann/json.hpp>

#include "core/attestation/azure/td_report.h"
#include "core/attestation/verify/strict_json.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/rsa.h"

namespace quorate::attestation::azure {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t kReportRequest = 2;
constexpr std::uint32_t kReportTypeSnp = 2;
constexpr std::uint32_t kReportTypeTdx = 4;
constexpr std::uint32_t kRequestHeaderBytes = 20;
constexpr char kAttestationKeyName[] = "HCLAkPub";

std::string number(std::uint32_t value) { return std::to_string(value); }

Result<void> readHeader(ByteReader& reader, std::uint32_t& reportSize)
{
    TRY_ASSIGN(signature, reader.take(4, "signature"));
    if (asText(signature) != "HCLA") return fail(ErrorKind::Malformed, "HCL report does not begin with HCLA");
    TRY_ASSIGN(version, reader.u32le("version"));
    TRY_ASSIGN(size, reader.u32le("report size"));
    TRY_ASSIGN(request, reader.u32le("request type"));
    if ((version != 1 && version != 2) || request != kReportRequest) {
        return fail(ErrorKind::Malformed, "HCL report is version " + number(version) + ", request type " + number(request) +
                                              ", want version 1 or 2 and type 2");
    }
    TRY(reader.zeros(4, "status"));
    TRY(reader.zeros(12, "header"));
    reportSize = size;
    return {};
}

/// The data behind the hardware report; `room` is how many bytes of the report are left for it.
Result<void> readRequestData(ByteReader& reader, std::uint32_t reportSize, HclReport& out)
{
    TRY_ASSIGN(dataSize, reader.u32le("data size"));
    TRY_ASSIGN(version, reader.u32le("data version"));
    TRY_ASSIGN(reportType, reader.u32le("report type"));
    TRY_ASSIGN(hash, reader.u32le("hash type"));
    TRY_ASSIGN(variableSize, reader.u32le("variable data size"));
    if (version != 1) return fail(ErrorKind::Malformed, "HCL request data is version " + number(version) + ", want 1");
    if (reportType != kReportTypeSnp && reportType != kReportTypeTdx) {
        return fail(ErrorKind::Malformed, "HCL report type is " + number(reportType) + ", want 2 (SEV-SNP) or 4 (TDX)");
    }
    if (hash < 1 || hash > 3) {
        return fail(ErrorKind::Malformed, "HCL report data hash type is " + number(hash) + ", want 1, 2 or 3");
    }
    if (variableSize > reader.remaining()) {
        return fail(ErrorKind::Malformed, "HCL variable data is " + number(variableSize) + " bytes, and " +
                                              std::to_string(reader.remaining()) + " are left");
    }
    const std::size_t before = kHclHeaderBytes + kHardwareAreaBytes;
    if (dataSize != kRequestHeaderBytes + variableSize || reportSize != before + dataSize) {
        return fail(ErrorKind::Malformed, "HCL sizes are " + number(reportSize) + ", " + number(dataSize) + " and " +
                                              number(variableSize) + ", which do not enclose each other");
    }
    TRY_ASSIGN(runtimeData, reader.take(variableSize, "variable data"));
    out.tee = reportType == kReportTypeSnp ? TeeKind::SevSnp : TeeKind::Tdx;
    out.hash = static_cast<RuntimeHash>(hash);
    out.runtimeData = runtimeData;
    return {};
}

Result<Bytes> parseBase64Url(std::string text)
{
    for (char& c : text) {
        if (c == '+' || c == '/' || c == '=') return fail(ErrorKind::Malformed, "text is not base64url");
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return parseBase64(text);
}

bool isText(const Json& object, const char* name) { return object.contains(name) && object[name].is_string(); }

Result<PublicKey> keyOf(const Json& jwk)
{
    const bool shaped = isText(jwk, "kty") && jwk["kty"] == "RSA" && isText(jwk, "n") && isText(jwk, "e") &&
                        jwk.contains("key_ops") && jwk["key_ops"] == Json::array({"sign"});
    if (!shaped) return fail(ErrorKind::Malformed, "HCLAkPub is not an RSA key for signing");
    const auto modulus = parseBase64Url(jwk["n"].get<std::string>());
    const auto exponent = parseBase64Url(jwk["e"].get<std::string>());
    if (!modulus || !exponent) return fail(ErrorKind::Malformed, "HCLAkPub's modulus or exponent is not base64url");
    return rsaPublicKey(*modulus, *exponent);
}

}  // namespace

Digest64 HclReport::boundReportData() const
{
    Digest64 out;
    const auto place = [&](BytesView digest) { std::copy(digest.begin(), digest.end(), out.bytes.begin()); };
    switch (hash) {
    case RuntimeHash::Sha256: place(sha256(runtimeData).view()); break;
    case RuntimeHash::Sha384: place(sha384(runtimeData).view()); break;
    case RuntimeHash::Sha512: place(sha512(runtimeData).view()); break;
    }
    return out;
}

Result<HclReport> parseHclReport(BytesView bytes)
{
    ByteReader reader(bytes, "HCL report");
    HclReport out;
    std::uint32_t reportSize = 0;
    TRY(readHeader(reader, reportSize));
    TRY_ASSIGN(area, reader.take(kHardwareAreaBytes, "hardware report"));
    TRY(readRequestData(reader, reportSize, out));
    TRY(reader.zeros(reader.remaining(), "padding"));
    out.hardwareReport = area;
    if (out.tee == TeeKind::Tdx) {
        out.hardwareReport = area.first(kTdReportBytes);
        ByteReader rest(area.subspan(kTdReportBytes), "HCL hardware area");
        TRY(rest.zeros(rest.remaining(), "area behind the TDREPORT"));
    }
    return out;
}

Result<PublicKey> attestationKeyIn(BytesView runtimeData)
{
    TRY(checkStrictJson(asText(runtimeData)));
    const Json document = Json::parse(asText(runtimeData), nullptr, false);
    if (!document.is_object() || !document.contains("keys") || !document["keys"].is_array()) {
        return fail(ErrorKind::Malformed, "runtime data has no array of keys");
    }
    const Json* found = nullptr;
    for (const Json& key : document["keys"]) {
        if (!key.is_object() || !isText(key, "kid")) return fail(ErrorKind::Malformed, "runtime data has a key without a kid");
        if (key["kid"] != kAttestationKeyName) continue;
        if (found != nullptr) return fail(ErrorKind::Untrusted, "runtime data names several HCLAkPub keys, want one");
        found = &key;
    }
    if (found == nullptr) return fail(ErrorKind::Untrusted, "runtime data names no HCLAkPub key, want one");
    return keyOf(*found);
}

Bytes embeddedReport(BytesView hclReport)
{
    if (hclReport.size() < kHclHeaderBytes + kHardwareAreaBytes) return toBytes(hclReport);
    return toBytes(hclReport.subspan(kHclHeaderBytes, kHardwareAreaBytes));
}

}  // namespace quorate::attestation::azure
