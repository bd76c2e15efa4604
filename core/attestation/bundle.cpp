// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/bundle.h"

#include <nlohmann/json.hpp>

#include "core/attestation/input_files.h"
#include "core/attestation/policy/policy_file.h"
#include "core/attestation/verify/strict_json.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "quorate-evidence-bundle/1";
constexpr std::size_t kMaxFiles = 64;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kSniffedBytes = 64;
constexpr const char* kMembers[] = {"format",     "at",         "trainingMode",      "evidence", "collateral",
                                    "policy",     "referenceValues", "productAcceptance", "transcript",
                                    "referenceLog", "vtpmNonce", "anchors", "result"};

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

/// The file's text as a member; null where the appraisal had no such input.
template <typename T, typename Write>
Json optionalMember(const std::optional<T>& value, Write write)
{
    return value ? Json(write(*value)) : Json(nullptr);
}

Result<std::string> textOf(const Json& document, const char* name)
{
    if (document[name].is_string()) return document[name].get<std::string>();
    return fail(ErrorKind::Malformed, std::string("member ") + name + " is not a string");
}

Result<Bytes> bytesOf(const Json& value, const std::string& name)
{
    if (!value.is_string()) return fail(ErrorKind::Malformed, "member " + name + " is not a string");
    auto bytes = parseBase64(value.get_ref<const std::string&>());
    if (!bytes) return failAt("member " + name, bytes.error());
    return bytes;
}

Result<void> readOptionalBytes(const Json& document, const char* name, std::optional<Bytes>& out)
{
    if (document[name].is_null()) return {};
    TRY_ASSIGN(bytes, bytesOf(document[name], name));
    out = std::move(bytes);
    return {};
}

/// A member that holds the text of an input file, or null.
template <typename T, typename Parse>
Result<void> readOptional(const Json& document, const char* name, Parse parse, std::optional<T>& out)
{
    if (document[name].is_null()) return {};
    TRY_ASSIGN(text, textOf(document, name));
    auto value = parse(asBytes(text));
    if (!value) return failAt(std::string("member ") + name, value.error());
    out = std::move(*value);
    return {};
}

Result<void> readCollateral(const Json& files, Collateral& out)
{
    if (!files.is_object() || files.size() > kMaxFiles) {
        return fail(ErrorKind::Malformed, "member collateral is not an object of at most 64 files");
    }
    for (const auto& [name, content] : files.items()) {
        if (name.empty() || name.size() > kMaxNameBytes) return fail(ErrorKind::Malformed, "a collateral file's name is empty or too long");
        TRY_ASSIGN(bytes, bytesOf(content, "collateral"));
        out.files.emplace(name, std::move(bytes));
    }
    return {};
}

Result<Json> parseDocument(BytesView bytes)
{
    if (bytes.size() > kMaxBundleBytes) {
        return fail(ErrorKind::Malformed, "bundle is " + std::to_string(bytes.size()) + " bytes, want at most " +
                                              std::to_string(kMaxBundleBytes));
    }
    TRY(checkStrictJson(asText(bytes), kMaxBundleBytes));
    Json document = Json::parse(asText(bytes), nullptr, false);
    if (!document.is_object() || !document.contains("format") || document["format"] != kFormat) {
        return fail(ErrorKind::Malformed, std::string("format is not ") + kFormat);
    }
    for (const char* name : kMembers) {
        if (!document.contains(name)) return fail(ErrorKind::Malformed, std::string("member ") + name + " is missing");
    }
    if (document.size() != std::size(kMembers)) return fail(ErrorKind::Malformed, "bundle has a member that this format does not know");
    return document;
}

Result<void> readInputs(const Json& document, AppraisalInputs& out)
{
    TRY_ASSIGN(at, textOf(document, "at"));
    TRY_ASSIGN(time, parseRfc3339(at));
    out.at = time;
    if (!document["trainingMode"].is_boolean()) return fail(ErrorKind::Malformed, "member trainingMode is not true or false");
    out.trainingMode = document["trainingMode"].get<bool>();
    TRY_ASSIGN(encoded, bytesOf(document["evidence"], "evidence"));
    TRY_ASSIGN(evidence, decodeEvidence(encoded));
    out.evidence = std::move(evidence);
    TRY(readCollateral(document["collateral"], out.collateral));
    TRY_ASSIGN(policyText, textOf(document, "policy"));
    auto policy = parsePolicyFile(asBytes(policyText));
    if (!policy) return failAt("member policy", policy.error());
    out.policy = std::move(*policy);
    TRY(readOptional(document, "referenceValues", parseReferenceValuesFile, out.referenceValues));
    TRY(readOptional(document, "productAcceptance", parseProductAcceptanceFile, out.productAcceptance));
    TRY(readOptional(document, "transcript", parseTranscriptFile, out.transcript));
    TRY(readOptionalBytes(document, "referenceLog", out.referenceLog));
    return readOptionalBytes(document, "vtpmNonce", out.vtpmNonce);
}

/// "line 7: recorded ..., now ..."
std::string firstDifference(std::string_view recorded, std::string_view now)
{
    for (std::size_t line = 1;; ++line) {
        const std::string_view a = recorded.substr(0, recorded.find('\n'));
        const std::string_view b = now.substr(0, now.find('\n'));
        if (a != b) return "line " + std::to_string(line) + ": recorded \"" + std::string(a) + "\", now \"" + std::string(b) + "\"";
        if (recorded.size() == a.size() || now.size() == b.size()) break;
        recorded.remove_prefix(a.size() + 1);
        now.remove_prefix(b.size() + 1);
    }
    return "one of the two ends earlier";
}

}  // namespace

std::string writeBundle(const AppraisalInputs& inputs, const AppraisalResult& result)
{
    Json files = Json::object();
    for (const auto& [name, bytes] : inputs.collateral.files) files[name] = toBase64(bytes);
    const Json out{{"format", kFormat},
                   {"at", formatRfc3339(inputs.at)},
                   {"trainingMode", inputs.trainingMode},
                   {"evidence", toBase64(encode(inputs.evidence))},
                   {"collateral", std::move(files)},
                   {"policy", writePolicyFile(inputs.policy)},
                   {"referenceValues", optionalMember(inputs.referenceValues, writeReferenceValuesFile)},
                   {"productAcceptance", optionalMember(inputs.productAcceptance, writeProductAcceptanceFile)},
                   {"transcript", optionalMember(inputs.transcript, writeTranscriptFile)},
                   {"referenceLog", optionalMember(inputs.referenceLog, toBase64)},
                   {"vtpmNonce", optionalMember(inputs.vtpmNonce, toBase64)},
                   {"anchors", toHex(result.inputDigests.at("anchors"))},
                   {"result", toJson(result)}};
    return dumped(out) + "\n";
}

bool looksLikeBundle(BytesView bytes)
{
    return asText(bytes.first(std::min(bytes.size(), kSniffedBytes))).find(kFormat) != std::string_view::npos;
}

Result<EvidenceBundle> parseBundle(BytesView bytes)
{
    TRY_ASSIGN(document, parseDocument(bytes));
    EvidenceBundle out;
    TRY(readInputs(document, out.inputs));
    TRY_ASSIGN(anchors, textOf(document, "anchors"));
    TRY_ASSIGN(digest, parseHexFixed<32>(anchors));
    out.anchorsDigest = digest;
    TRY_ASSIGN(result, textOf(document, "result"));
    out.resultJson = std::move(result);
    return out;
}

Reappraisal reappraise(const EvidenceBundle& bundle, const TrustAnchors& anchors)
{
    AppraisalInputs inputs = bundle.inputs;
    inputs.anchors = anchors;
    Reappraisal out;
    out.result = appraise(inputs);
    out.sameAnchors = out.result.inputDigests.at("anchors") == bundle.anchorsDigest;
    const std::string now = toJson(out.result);
    if (now != bundle.resultJson) out.difference = firstDifference(bundle.resultJson, now);
    return out;
}

}  // namespace quorate::attestation
