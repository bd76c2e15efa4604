// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/pck_extension.h"

#include <algorithm>
#include <set>

#include "core/attestation/verify/der_reader.h"

namespace quorate::attestation {
namespace {

/// 1.2.840.113741.1.13.1 as DER content; the fields hang below it.
constexpr std::array<std::uint8_t, 9> kArc{0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};
constexpr std::uint8_t kPpid = 1;
constexpr std::uint8_t kTcb = 2;
constexpr std::uint8_t kPceId = 3;
constexpr std::uint8_t kFmspc = 4;
constexpr std::uint8_t kSgxType = 5;
constexpr std::uint8_t kPlatformInstanceId = 6;
constexpr std::uint8_t kConfiguration = 7;
constexpr std::uint8_t kDynamicPlatform = 1;
constexpr std::uint8_t kCachedKeys = 2;
constexpr std::uint8_t kSmtEnabled = 3;
constexpr std::uint8_t kTcbPceSvn = 17;
constexpr std::uint8_t kTcbCpuSvn = 18;

/// One (OID, value) pair; `oid` is what stands below kArc.
struct Field {
    Bytes oid;
    DerElement value;
};

Result<Field> readField(DerReader& reader)
{
    TRY_ASSIGN(pair, reader.next(kDerSequence));
    DerReader inner(pair);
    TRY_ASSIGN(oid, inner.next(kDerObjectId));
    TRY_ASSIGN(value, inner.next());
    if (!inner.atEnd()) return fail(ErrorKind::Malformed, "a field has more than an identifier and a value");
    if (oid.size() <= kArc.size() || !std::equal(kArc.begin(), kArc.end(), oid.begin())) {
        return fail(ErrorKind::Malformed, "a field's identifier is outside the extension's arc");
    }
    return Field{toBytes(oid.subspan(kArc.size())), value};
}

template <std::size_t N>
Result<void> readOctets(const DerElement& value, FixedBytes<N>& out)
{
    if (value.tag != kDerOctetString) return fail(ErrorKind::Malformed, "a field is not an OCTET STRING");
    TRY_ASSIGN(fixed, FixedBytes<N>::from(value.content));
    out = fixed;
    return {};
}

Result<void> readTcbField(const Field& field, PckExtension& out)
{
    const std::uint8_t number = field.oid[1];
    if (number == kTcbCpuSvn) return readOctets(field.value, out.cpuSvn);
    if (field.value.tag != kDerInteger) return fail(ErrorKind::Malformed, "a TCB component is not an INTEGER");
    TRY_ASSIGN(svn, derSmallInteger(field.value.content));
    if (number == kTcbPceSvn) {
        out.pceSvn = svn;
        return {};
    }
    if (svn > 0xff) return fail(ErrorKind::Malformed, "a TCB component is above 255");
    out.componentSvn[number - 1u] = static_cast<std::uint8_t>(svn);
    return {};
}

Result<void> readTcb(const DerElement& value, PckExtension& out)
{
    if (value.tag != kDerSequence) return fail(ErrorKind::Malformed, "the TCB is not a SEQUENCE");
    DerReader reader(value.content);
    std::set<std::uint8_t> seen;
    while (!reader.atEnd()) {
        TRY_ASSIGN(field, readField(reader));
        const bool known =
            field.oid.size() == 2 && field.oid[0] == kTcb && field.oid[1] >= 1 && field.oid[1] <= kTcbCpuSvn;
        if (!known || !seen.insert(field.oid[1]).second) {
            return fail(ErrorKind::Malformed, "the TCB has an unknown or repeated field");
        }
        TRY(readTcbField(field, out));
    }
    if (seen.size() != kTcbCpuSvn) return fail(ErrorKind::Malformed, "the TCB lacks a field");
    return {};
}

Result<void> readSgxType(const DerElement& value, PckExtension& out)
{
    if (value.tag != kDerEnumerated) return fail(ErrorKind::Malformed, "the SGX type is not an ENUMERATED");
    TRY_ASSIGN(type, derSmallInteger(value.content));
    if (type > 0xff) return fail(ErrorKind::Malformed, "the SGX type is above 255");
    out.sgxType = static_cast<std::uint8_t>(type);
    return {};
}

Result<void> readPlatformInstanceId(const DerElement& value, PckExtension& out)
{
    out.platformInstanceId.emplace();
    return readOctets(value, *out.platformInstanceId);
}

Result<void> readConfiguration(const DerElement& value, PckExtension& out)
{
    if (value.tag != kDerSequence) return fail(ErrorKind::Malformed, "the configuration is not a SEQUENCE");
    DerReader reader(value.content);
    while (!reader.atEnd()) {
        TRY_ASSIGN(field, readField(reader));
        const std::uint8_t number = field.oid.size() == 2 && field.oid[0] == kConfiguration ? field.oid[1] : 0;
        std::optional<bool>* flag = number == kDynamicPlatform ? &out.dynamicPlatform
                                    : number == kCachedKeys    ? &out.cachedKeys
                                    : number == kSmtEnabled    ? &out.smtEnabled
                                                               : nullptr;
        if (flag == nullptr || flag->has_value()) {
            return fail(ErrorKind::Malformed, "the configuration has an unknown or repeated field");
        }
        TRY_ASSIGN(set, derBoolean(field.value));
        *flag = set;
    }
    return {};
}

Result<void> readTopField(const Field& field, PckExtension& out)
{
    switch (field.oid[0]) {
    case kPpid: return readOctets(field.value, out.ppid);
    case kTcb: return readTcb(field.value, out);
    case kPceId: return readOctets(field.value, out.pceId);
    case kFmspc: return readOctets(field.value, out.fmspc);
    case kSgxType: return readSgxType(field.value, out);
    case kPlatformInstanceId: return readPlatformInstanceId(field.value, out);
    case kConfiguration: return readConfiguration(field.value, out);
    default: return {};
    }
}

Bytes encodeField(std::initializer_list<std::uint8_t> below, BytesView value)
{
    Bytes oid(kArc.begin(), kArc.end());
    oid.insert(oid.end(), below);
    Bytes pair = derEncode(kDerObjectId, oid);
    pair.insert(pair.end(), value.begin(), value.end());
    return derEncode(kDerSequence, pair);
}

void append(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

Bytes encodeConfiguration(const PckExtension& extension)
{
    Bytes out;
    const auto add = [&](std::uint8_t number, const std::optional<bool>& flag) {
        if (flag) append(out, encodeField({kConfiguration, number}, derEncodeBoolean(*flag)));
    };
    add(kDynamicPlatform, extension.dynamicPlatform);
    add(kCachedKeys, extension.cachedKeys);
    add(kSmtEnabled, extension.smtEnabled);
    return out.empty() ? out : encodeField({kConfiguration}, derEncode(kDerSequence, out));
}

}  // namespace

Result<PckExtension> parsePckExtensionValue(BytesView value)
{
    TRY_ASSIGN(content, derContent(value, kDerSequence));
    DerReader reader(content);
    PckExtension out;
    std::set<std::uint8_t> seen;
    while (!reader.atEnd()) {
        TRY_ASSIGN(field, readField(reader));
        if (field.oid.size() != 1 || !seen.insert(field.oid[0]).second) {
            return fail(ErrorKind::Malformed, "a field is repeated or at the wrong depth");
        }
        TRY(readTopField(field, out));
    }
    for (const std::uint8_t required : {kPpid, kTcb, kPceId, kFmspc, kSgxType}) {
        if (!seen.contains(required))
            return fail(ErrorKind::Malformed, "field " + std::to_string(required) + " is missing");
    }
    return out;
}

Result<PckExtension> parsePckExtension(const Certificate& pck)
{
    TRY_ASSIGN(value, pck.extension(kPckExtensionOid));
    if (!value) return fail(ErrorKind::Malformed, "PCK certificate has no SGX extension");
    auto parsed = parsePckExtensionValue(*value);
    if (!parsed) return failAt("PCK certificate's SGX extension", parsed.error());
    return parsed;
}

Bytes encodePckExtension(const PckExtension& extension)
{
    Bytes tcb;
    for (std::uint8_t i = 0; i < 16; ++i) {
        append(tcb, encodeField({kTcb, static_cast<std::uint8_t>(i + 1)}, derEncodeInteger(extension.componentSvn[i])));
    }
    append(tcb, encodeField({kTcb, kTcbPceSvn}, derEncodeInteger(extension.pceSvn)));
    append(tcb, encodeField({kTcb, kTcbCpuSvn}, derEncode(kDerOctetString, extension.cpuSvn.view())));
    Bytes out = encodeField({kPpid}, derEncode(kDerOctetString, extension.ppid.view()));
    append(out, encodeField({kTcb}, derEncode(kDerSequence, tcb)));
    append(out, encodeField({kPceId}, derEncode(kDerOctetString, extension.pceId.view())));
    append(out, encodeField({kFmspc}, derEncode(kDerOctetString, extension.fmspc.view())));
    append(out, encodeField({kSgxType}, derEncode(kDerEnumerated, Bytes{extension.sgxType})));
    if (extension.platformInstanceId) {
        append(out, encodeField({kPlatformInstanceId},
                                derEncode(kDerOctetString, extension.platformInstanceId->view())));
    }
    append(out, encodeConfiguration(extension));
    return derEncode(kDerSequence, out);
}

}  // namespace quorate::attestation
