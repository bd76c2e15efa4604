// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/input_files.h"

#include <nlohmann/json.hpp>

#include "core/attestation/azure/tpm_quote.h"
#include "core/attestation/verify/strict_json.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kReferenceFormat[] = "quorate-reference-values/1";
constexpr char kTranscriptFormat[] = "quorate-transcript/1";
constexpr char kAcceptanceFormat[] = "quorate-product-acceptance/1";
constexpr char kAnchorsFormat[] = "quorate-demo-anchors/1";
constexpr std::size_t kMaxValues = 256;
constexpr std::size_t kMaxTextBytes = 256;

constexpr std::pair<const char*, Purpose> kPurposes[] = {{"channel", Purpose::Channel},
                                                         {"release-offer", Purpose::ReleaseOffer},
                                                         {"release-confirm", Purpose::ReleaseConfirm},
                                                         {"reattest", Purpose::Reattest}};
constexpr std::pair<const char*, AttesterRole> kRoles[] = {{"service", AttesterRole::Service},
                                                           {"site-node", AttesterRole::SiteNode}};

/// Takes the members of one object, one by one; finish() refuses any that nobody asked for.
class ObjectReader {
public:
    explicit ObjectReader(const Json& object) : m_object(object) {}

    Result<const Json*> take(const char* name)
    {
        const auto entry = m_object.is_object() ? m_object.find(name) : m_object.end();
        if (!m_object.is_object() || entry == m_object.end()) {
            return fail(ErrorKind::Malformed, std::string("member ") + name + " is missing");
        }
        ++m_taken;
        return &*entry;
    }
    Result<std::string> text(const char* name)
    {
        TRY_ASSIGN(value, take(name));
        if (!value->is_string() || value->get_ref<const std::string&>().size() > kMaxTextBytes) {
            return fail(ErrorKind::Malformed, std::string("member ") + name + " is not a string of at most 256 bytes");
        }
        return value->get<std::string>();
    }
    Result<std::uint64_t> number(const char* name, std::uint64_t maximum)
    {
        TRY_ASSIGN(value, take(name));
        if (!value->is_number_unsigned() || value->get<std::uint64_t>() > maximum) {
            return fail(ErrorKind::Malformed, std::string("member ") + name + " is not an integer in range");
        }
        return value->get<std::uint64_t>();
    }
    template <std::size_t N>
    Result<void> hex(const char* name, FixedBytes<N>& out)
    {
        TRY_ASSIGN(value, text(name));
        const auto parsed = parseHexFixed<N>(value);
        if (!parsed) return failAt(name, parsed.error());
        out = *parsed;
        return {};
    }
    /// 32 bytes or nothing.
    Result<Bytes> optionalDigest(const char* name)
    {
        TRY_ASSIGN(value, text(name));
        auto parsed = parseHex(value);
        if (!parsed) return failAt(name, parsed.error());
        if (!parsed->empty() && parsed->size() != 32) {
            return fail(ErrorKind::Malformed, std::string("member ") + name + " is not 32 bytes or empty");
        }
        return parsed;
    }
    template <std::size_t N>
    Result<void> hexSet(const char* name, std::set<FixedBytes<N>>& out)
    {
        TRY_ASSIGN(array, take(name));
        if (!array->is_array() || array->size() > kMaxValues) {
            return fail(ErrorKind::Malformed, std::string("member ") + name + " is not an array of at most 256");
        }
        for (const Json& entry : *array) {
            if (!entry.is_string())
                return fail(ErrorKind::Malformed, std::string("member ") + name + " holds another value than text");
            const auto parsed = parseHexFixed<N>(entry.get_ref<const std::string&>());
            if (!parsed) return failAt(name, parsed.error());
            out.insert(*parsed);
        }
        return {};
    }
    [[nodiscard]] Result<void> finish() const
    {
        if (m_taken == m_object.size()) return {};
        return fail(ErrorKind::Malformed, "object has a member that this format does not know");
    }

private:
    const Json& m_object;
    std::size_t m_taken = 0;
};

Result<Json> parseDocument(BytesView bytes)
{
    TRY(checkStrictJson(asText(bytes)));
    return Json::parse(asText(bytes), nullptr, false);
}

Result<void> takeFormat(ObjectReader& reader, const char* format)
{
    TRY_ASSIGN(found, reader.text("format"));
    if (found == format) return {};
    return fail(ErrorKind::Malformed, std::string("format is not ") + format);
}

template <typename T, std::size_t N>
Result<T> takeWord(ObjectReader& reader, const char* name, const std::pair<const char*, T> (&words)[N])
{
    TRY_ASSIGN(found, reader.text(name));
    for (const auto& [word, value] : words) {
        if (found == word) return value;
    }
    return fail(ErrorKind::Malformed, std::string("member ") + name + " is none of its words");
}

template <typename T, std::size_t N>
const char* wordFor(T value, const std::pair<const char*, T> (&words)[N])
{
    for (const auto& [word, known] : words) {
        if (known == value) return word;
    }
    return "";
}

template <std::size_t N>
Json hexArray(const std::set<FixedBytes<N>>& values)
{
    Json out = Json::array();
    for (const auto& value : values) out.push_back(toHex(value));
    return out;
}

Result<void> readTdx(const Json& object, ReferenceValues::Tdx& out)
{
    ObjectReader reader(object);
    TRY(reader.hexSet("mrtd", out.mrtd));
    TRY(reader.hexSet("rtmr0", out.rtmr0));
    TRY(reader.hexSet("rtmr1", out.rtmr1));
    TRY(reader.hexSet("rtmr2", out.rtmr2));
    TRY(reader.hexSet("rtmr3", out.rtmr3));
    TRY(reader.hexSet("mrseam", out.mrseam));
    return reader.finish();
}

Result<void> readPcrs(const Json& object, std::map<std::uint8_t, std::set<Digest32>>& out)
{
    if (!object.is_object()) return fail(ErrorKind::Malformed, "member vtpmPcrs is not an object");
    ObjectReader reader(object);
    for (std::uint8_t index = 0; index < azure::kPcrCount; ++index) {
        const std::string name = std::to_string(index);
        if (object.contains(name)) TRY(reader.hexSet(name.c_str(), out[index]));
    }
    return reader.finish();
}

Json pcrObject(const std::map<std::uint8_t, std::set<Digest32>>& pcrs)
{
    Json out = Json::object();
    for (const auto& [index, values] : pcrs) out[std::to_string(index)] = hexArray(values);
    return out;
}

Result<void> readTranscriptDigests(ObjectReader& reader, Transcript& out)
{
    TRY(reader.hex("nonce", out.nonce));
    TRY_ASSIGN(sessionBinder, reader.optionalDigest("sessionBinder"));
    TRY(reader.hex("tlsLeafSpki", out.tlsLeafSpki));
    TRY(reader.hex("hpkeSuite", out.hpkeSuite));
    TRY(reader.hex("hpkePublicKey", out.hpkePublicKey));
    TRY_ASSIGN(receiptKey, reader.optionalDigest("receiptKeySpki"));
    TRY(reader.hex("study", out.study));
    TRY(reader.hex("site", out.site));
    TRY(reader.hex("policyDigest", out.policyDigest));
    TRY(reader.hex("referenceValuesDigest", out.referenceValuesDigest));
    TRY(reader.hex("rosterRootSpki", out.rosterRootSpki));
    out.sessionBinder = std::move(sessionBinder);
    out.receiptKeySpki = std::move(receiptKey);
    return {};
}

}  // namespace

Result<ReferenceValues> parseReferenceValuesFile(BytesView bytes)
{
    TRY_ASSIGN(document, parseDocument(bytes));
    ObjectReader reader(document);
    ReferenceValues out;
    TRY(takeFormat(reader, kReferenceFormat));
    TRY_ASSIGN(version, reader.number("version", 0xffffffffu));
    TRY_ASSIGN(programVersion, reader.text("programVersion"));
    TRY_ASSIGN(tdx, reader.take("tdx"));
    TRY(readTdx(*tdx, out.tdx));
    TRY_ASSIGN(snp, reader.take("sevSnp"));
    ObjectReader snpReader(*snp);
    TRY(snpReader.hexSet("measurement", out.sevSnp.measurement));
    TRY(snpReader.finish());
    TRY_ASSIGN(pcrs, reader.take("vtpmPcrs"));
    TRY(readPcrs(*pcrs, out.vtpmPcrs));
    TRY(reader.finish());
    out.version = static_cast<std::uint32_t>(version);
    out.programVersion = std::move(programVersion);
    return out;
}

std::string writeReferenceValuesFile(const ReferenceValues& values)
{
    const Json out{{"format", kReferenceFormat},
                   {"version", values.version},
                   {"programVersion", values.programVersion},
                   {"tdx",
                    {{"mrtd", hexArray(values.tdx.mrtd)},
                     {"rtmr0", hexArray(values.tdx.rtmr0)},
                     {"rtmr1", hexArray(values.tdx.rtmr1)},
                     {"rtmr2", hexArray(values.tdx.rtmr2)},
                     {"rtmr3", hexArray(values.tdx.rtmr3)},
                     {"mrseam", hexArray(values.tdx.mrseam)}}},
                   {"sevSnp", {{"measurement", hexArray(values.sevSnp.measurement)}}},
                   {"vtpmPcrs", pcrObject(values.vtpmPcrs)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Transcript> parseTranscriptFile(BytesView bytes)
{
    TRY_ASSIGN(document, parseDocument(bytes));
    ObjectReader reader(document);
    Transcript out;
    TRY(takeFormat(reader, kTranscriptFormat));
    TRY_ASSIGN(purpose, takeWord(reader, "purpose", kPurposes));
    TRY_ASSIGN(role, takeWord(reader, "role", kRoles));
    TRY(readTranscriptDigests(reader, out));
    TRY_ASSIGN(keyEpoch, reader.number("keyEpoch", ~0ull));
    TRY(reader.finish());
    out.purpose = purpose;
    out.role = role;
    out.keyEpoch = keyEpoch;
    return out;
}

std::string writeTranscriptFile(const Transcript& transcript)
{
    const Json out{{"format", kTranscriptFormat},
                   {"purpose", wordFor(transcript.purpose, kPurposes)},
                   {"role", wordFor(transcript.role, kRoles)},
                   {"nonce", toHex(transcript.nonce)},
                   {"sessionBinder", toHex(transcript.sessionBinder)},
                   {"tlsLeafSpki", toHex(transcript.tlsLeafSpki)},
                   {"hpkeSuite", toHex(transcript.hpkeSuite)},
                   {"hpkePublicKey", toHex(transcript.hpkePublicKey)},
                   {"receiptKeySpki", toHex(transcript.receiptKeySpki)},
                   {"study", toHex(transcript.study)},
                   {"site", toHex(transcript.site)},
                   {"keyEpoch", transcript.keyEpoch},
                   {"policyDigest", toHex(transcript.policyDigest)},
                   {"referenceValuesDigest", toHex(transcript.referenceValuesDigest)},
                   {"rosterRootSpki", toHex(transcript.rosterRootSpki)}};
    return out.dump(2) + "\n";
}

Result<ProductAcceptance> parseProductAcceptanceFile(BytesView bytes)
{
    TRY_ASSIGN(document, parseDocument(bytes));
    ObjectReader reader(document);
    ProductAcceptance out;
    TRY(takeFormat(reader, kAcceptanceFormat));
    TRY(reader.hex("study", out.study));
    TRY_ASSIGN(product, reader.text("product"));
    TRY_ASSIGN(reason, reader.take("reason"));
    TRY_ASSIGN(notAfter, reader.text("notAfter"));
    TRY(reader.hex("policyDigest", out.policyDigest));
    TRY(reader.finish());
    if (!reason->is_string()) return fail(ErrorKind::Malformed, "member reason is not a string");
    TRY_ASSIGN(time, parseRfc3339(notAfter));
    out.product = std::move(product);
    out.reason = reason->get<std::string>();
    out.notAfter = time;
    return out;
}

std::string writeProductAcceptanceFile(const ProductAcceptance& acceptance)
{
    const Json out{{"format", kAcceptanceFormat},
                   {"study", toHex(acceptance.study)},
                   {"product", acceptance.product},
                   {"reason", acceptance.reason},
                   {"notAfter", formatRfc3339(acceptance.notAfter)},
                   {"policyDigest", toHex(acceptance.policyDigest)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<TrustAnchors> parseDemoAnchorsFile(BytesView bytes)
{
    TRY_ASSIGN(document, parseDocument(bytes));
    ObjectReader reader(document);
    TrustAnchors out;
    out.demo = true;
    TRY(takeFormat(reader, kAnchorsFormat));
    TRY(reader.hexSet("intelSgxRoots", out.intelSgxRoots));
    TRY_ASSIGN(amd, reader.take("amdRootKeys"));
    ObjectReader amdReader(*amd);
    if (!amd->is_object()) return fail(ErrorKind::Malformed, "member amdRootKeys is not an object");
    for (const char* product : {"Milan", "Genoa", "Turin"}) {
        if (amd->contains(product)) TRY(amdReader.hexSet(product, out.amdRootKeys[product]));
    }
    TRY(amdReader.finish());
    TRY(reader.finish());
    return out;
}

std::string writeDemoAnchorsFile(const TrustAnchors& anchors)
{
    Json amd = Json::object();
    for (const auto& [product, keys] : anchors.amdRootKeys) amd[product] = hexArray(keys);
    const Json out{
        {"format", kAnchorsFormat}, {"intelSgxRoots", hexArray(anchors.intelSgxRoots)}, {"amdRootKeys", amd}};
    return out.dump(2) + "\n";
}

}  // namespace quorate::attestation
