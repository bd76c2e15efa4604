// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/tdx/quote.h"

#include "core/base/byte_reader.h"

namespace quorate::attestation::tdx {
namespace {

constexpr std::uint16_t kKeyTypeEcdsaP256 = 2;
constexpr std::uint16_t kCertTypeQeReport = 6;

tl::unexpected<Error> unexpectedValue(const char* field, std::uint64_t found, const char* wanted)
{
    return fail(ErrorKind::Malformed,
                std::string("quote: ") + field + " is " + std::to_string(found) + ", want " + wanted);
}

template <std::size_t N>
Result<void> read(ByteReader& reader, FixedBytes<N>& out, const char* field)
{
    TRY_ASSIGN(value, reader.takeFixed<N>(field));
    out = value;
    return {};
}

Result<void> readHeader(ByteReader& reader, Quote& quote)
{
    TRY_ASSIGN(version, reader.u16le("version"));
    if (version != 4 && version != 5) return unexpectedValue("version", version, "4 or 5");
    quote.version = version;
    TRY_ASSIGN(keyType, reader.u16le("attestation key type"));
    if (keyType != kKeyTypeEcdsaP256) return unexpectedValue("attestation key type", keyType, "2 (ECDSA P-256)");
    TRY_ASSIGN(teeType, reader.u32le("TEE type"));
    if (teeType != kTeeTypeTdx) return unexpectedValue("TEE type", teeType, "129 (TDX)");
    TRY_ASSIGN(reserved, reader.u32le("reserved"));
    quote.headerReserved = reserved;
    TRY(read(reader, quote.qeVendorId, "QE vendor id"));
    return read(reader, quote.userData, "user data");
}

Result<TdReportEx> readReportEx(ByteReader& reader)
{
    TdReportEx ex;
    TRY_ASSIGN(vmId, reader.u8("VMID"));
    ex.vmId = vmId;
    TRY(read(reader, ex.tdId, "TD id"));
    TRY(read(reader, ex.devInfo, "device info"));
    TRY(read(reader, ex.initServiceTdHash, "initial service TD hash"));
    TRY(read(reader, ex.initServiceTdAttributes, "initial service TD attributes"));
    TRY(read(reader, ex.initCpuSvn, "initial CPUSVN"));
    TRY(read(reader, ex.initTeeTcbSvn, "initial TEE_TCB_SVN"));
    TRY(read(reader, ex.initTeeFmspc, "initial FMSPC"));
    TRY(read(reader, ex.currentServiceTdHash, "current service TD hash"));
    TRY(read(reader, ex.currentServiceTdAttributes, "current service TD attributes"));
    return ex;
}

Result<TdReport> readReport(BytesView bytes, std::uint16_t bodyType)
{
    ByteReader reader(bytes, "TD report");
    TdReport report;
    TRY(read(reader, report.teeTcbSvn, "TEE_TCB_SVN"));
    TRY(read(reader, report.mrSeam, "MRSEAM"));
    TRY(read(reader, report.mrSignerSeam, "MRSIGNERSEAM"));
    TRY(read(reader, report.seamAttributes, "SEAMATTRIBUTES"));
    TRY(read(reader, report.tdAttributes, "TDATTRIBUTES"));
    TRY(read(reader, report.xfam, "XFAM"));
    TRY(read(reader, report.mrTd, "MRTD"));
    TRY(read(reader, report.mrConfigId, "MRCONFIGID"));
    TRY(read(reader, report.mrOwner, "MROWNER"));
    TRY(read(reader, report.mrOwnerConfig, "MROWNERCONFIG"));
    for (Digest48& rtmr : report.rtmr) TRY(read(reader, rtmr, "RTMR"));
    TRY(read(reader, report.reportData, "REPORTDATA"));
    if (bodyType != kBodyTypeReport10) {
        TRY_ASSIGN(svn2, reader.takeFixed<16>("TEE_TCB_SVN2"));
        TRY_ASSIGN(serviceTd, reader.takeFixed<48>("MRSERVICETD"));
        report.teeTcbSvn2 = svn2;
        report.mrServiceTd = serviceTd;
    }
    if (bodyType == kBodyTypeReport15Ex) {
        TRY_ASSIGN(ex, readReportEx(reader));
        report.ex = ex;
    }
    TRY(reader.end());
    return report;
}

/// 0 for a body type that is not a TD report's.
std::size_t reportBytes(std::uint16_t bodyType)
{
    switch (bodyType) {
    case kBodyTypeReport10: return kReport10Bytes;
    case kBodyTypeReport15: return kReport15Bytes;
    case kBodyTypeReport15Ex: return kReport15ExBytes;
    default: return 0;
    }
}

Result<void> readBody(ByteReader& reader, Quote& quote)
{
    std::size_t size = kReport10Bytes;
    if (quote.version == 5) {
        TRY_ASSIGN(type, reader.u16le("body type"));
        size = reportBytes(type);
        if (size == 0) return unexpectedValue("body type", type, "2 to 4 (TD report 1.0, 1.5, 1.5 Ex)");
        quote.bodyType = type;
        TRY_ASSIGN(declared, reader.u32le("body size"));
        if (declared != size) return unexpectedValue("body size", declared, std::to_string(size).c_str());
    }
    quote.reportOffset = reader.offset();
    TRY_ASSIGN(body, reader.take(size, "TD report"));
    TRY_ASSIGN(report, readReport(body, quote.bodyType));
    quote.report = std::move(report);
    quote.signedBytes = reader.offset();
    return {};
}

Result<QeReport> readQeReport(BytesView bytes)
{
    ByteReader reader(bytes, "QE report");
    QeReport report;
    TRY(read(reader, report.cpuSvn, "CPUSVN"));
    TRY(read(reader, report.miscSelect, "MISCSELECT"));
    TRY(reader.take(28, "reserved"));
    TRY(read(reader, report.attributes, "ATTRIBUTES"));
    TRY(read(reader, report.mrEnclave, "MRENCLAVE"));
    TRY(reader.take(32, "reserved"));
    TRY(read(reader, report.mrSigner, "MRSIGNER"));
    TRY(reader.take(96, "reserved"));
    TRY_ASSIGN(prodId, reader.u16le("ISVPRODID"));
    TRY_ASSIGN(svn, reader.u16le("ISVSVN"));
    report.isvProdId = prodId;
    report.isvSvn = svn;
    TRY(reader.take(60, "reserved"));
    TRY(read(reader, report.reportData, "REPORTDATA"));
    TRY(reader.end());
    return report;
}

/// PPID (in clear or encrypted), CPUSVN, PCESVN and PCEID; 0 where the type has no fixed size.
std::size_t sizeForType(std::uint16_t type)
{
    switch (type) {
    case 1: return 16 + kPlatformTailBytes;
    case 2: return 256 + kPlatformTailBytes;
    case 3: return 384 + kPlatformTailBytes;
    default: return 0;
    }
}

/// QE report certification data (outer type 6).
Result<void> readCertification(BytesView bytes, Quote& quote)
{
    ByteReader reader(bytes, "QE certification data");
    TRY_ASSIGN(qeReport, reader.take(kQeReportBytes, "QE report"));
    quote.qeReportBytes = toBytes(qeReport);
    TRY_ASSIGN(parsed, readQeReport(qeReport));
    quote.qeReport = parsed;
    TRY(read(reader, quote.qeReportSignature, "QE report signature"));
    TRY_ASSIGN(authSize, reader.u16le("QE authentication data size"));
    if (authSize != kQeAuthDataBytes) return unexpectedValue("QE authentication data size", authSize, "32");
    TRY(read(reader, quote.qeAuthData, "QE authentication data"));
    TRY_ASSIGN(type, reader.u16le("certification data type"));
    if (type < 1 || type > kCertTypePckChain) return unexpectedValue("certification data type", type, "1 to 5");
    quote.certType = type;
    TRY_ASSIGN(size, reader.u32le("certification data size"));
    const std::size_t wanted = sizeForType(type);
    if (wanted != 0 && size != wanted)
        return unexpectedValue("certification data size", size, std::to_string(wanted).c_str());
    TRY_ASSIGN(data, reader.take(size, "certification data"));
    quote.certData = toBytes(data);
    return reader.end();
}

Result<void> readSignatureData(BytesView bytes, Quote& quote)
{
    ByteReader reader(bytes, "quote signature data");
    TRY(read(reader, quote.signature, "quote signature"));
    TRY(read(reader, quote.attestationKey, "attestation key"));
    TRY_ASSIGN(outerType, reader.u16le("outer certification data type"));
    if (outerType != kCertTypeQeReport) return unexpectedValue("outer certification data type", outerType, "6");
    TRY_ASSIGN(outerSize, reader.u32le("outer certification data size"));
    TRY_ASSIGN(outer, reader.take(outerSize, "outer certification data"));
    TRY(reader.end());
    return readCertification(outer, quote);
}

}  // namespace

bool TdReport::bindsServiceTd() const
{
    const bool initially = ex && !ex->initServiceTdHash.isZero();
    const bool currently = ex && !ex->currentServiceTdHash.isZero();
    return (mrServiceTd && !mrServiceTd->isZero()) || initially || currently;
}

Result<Quote> parseQuote(BytesView bytes)
{
    if (bytes.size() > kMaxQuoteBytes) {
        return fail(ErrorKind::Malformed, "quote is " + std::to_string(bytes.size()) + " bytes, want at most " +
                                              std::to_string(kMaxQuoteBytes));
    }
    ByteReader reader(bytes, "quote");
    Quote quote;
    TRY(readHeader(reader, quote));
    TRY(readBody(reader, quote));
    TRY_ASSIGN(signatureSize, reader.u32le("signature data size"));
    TRY_ASSIGN(signatureData, reader.take(signatureSize, "signature data"));
    TRY(readSignatureData(signatureData, quote));
    quote.trailing = toBytes(reader.rest());
    return quote;
}

}  // namespace quorate::attestation::tdx
