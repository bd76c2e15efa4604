// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>
#include <nlohmann/json.hpp>

#include "core/attestation/collateral/cache.h"
#include "core/attestation/verify/strict_json.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxKeyBytes = 512;

Json toJson(const CachedItem& item)
{
    Json files = Json::object();
    for (const auto& [name, digest] : item.files)
        files[name] = toHex(digest);
    Json out = {{"kind", nameOf(item.request.kind)},
                {"key", item.request.key},
                {"files", files},
                {"issued", formatRfc3339(item.issued)},
                {"nextUpdate", formatRfc3339(item.nextUpdate)}};
    if (item.evaluationNumber) out["tcbEvaluationDataNumber"] = *item.evaluationNumber;
    out["fetchedAt"] = formatRfc3339(item.fetchedAt);
    return out;
}

Result<std::string> textIn(const Json& object, const char* name)
{
    if (!object.contains(name) || !object[name].is_string()) {
        return fail(ErrorKind::Malformed, std::string("index entry lacks the text ") + name);
    }
    return object[name].get<std::string>();
}

Result<UtcSeconds> timeIn(const Json& object, const char* name)
{
    TRY_ASSIGN(text, textIn(object, name));
    TRY_ASSIGN(time, parseRfc3339(text));
    if (formatRfc3339(time) != text)
        return fail(ErrorKind::Malformed, std::string("index entry's ") + name + " is not written as ours are");
    return time;
}

Result<CachedItem> itemFrom(const Json& object)
{
    if (!object.is_object()) return fail(ErrorKind::Malformed, "index entry is not an object");
    CachedItem out;
    TRY_ASSIGN(kind, textIn(object, "kind"));
    TRY_ASSIGN(known, parseCollateralKind(kind));
    out.request.kind = known;
    TRY_ASSIGN(key, textIn(object, "key"));
    if (key.empty() || key.front() != '/' || key.size() > kMaxKeyBytes) {
        return fail(ErrorKind::Malformed, "index entry's key is not the path of a request");
    }
    out.request.key = std::move(key);
    const bool hasFiles = object.contains("files") && object["files"].is_object();
    if (!hasFiles) return fail(ErrorKind::Malformed, "index entry lacks files");
    for (const std::string& name : filesOf(known)) {
        TRY_ASSIGN(hex, textIn(object["files"], name.c_str()));
        TRY_ASSIGN(digest, parseHexFixed<32>(hex));
        out.files.emplace(name, digest);
    }
    TRY_ASSIGN(issued, timeIn(object, "issued"));
    TRY_ASSIGN(nextUpdate, timeIn(object, "nextUpdate"));
    TRY_ASSIGN(fetchedAt, timeIn(object, "fetchedAt"));
    out.issued = issued;
    out.nextUpdate = nextUpdate;
    out.fetchedAt = fetchedAt;
    if (object.contains("tcbEvaluationDataNumber")) {
        const Json& number = object["tcbEvaluationDataNumber"];
        if (!number.is_number_unsigned() || number.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
            return fail(ErrorKind::Malformed, "index entry's tcbEvaluationDataNumber is not a 32-bit number");
        }
        out.evaluationNumber = number.get<std::uint32_t>();
    }
    return out;
}

} // namespace

std::string writeCacheIndex(const std::vector<CachedItem>& items)
{
    Json list = Json::array();
    for (const CachedItem& item : items)
        list.push_back(toJson(item));
    return Json{{"version", kVersion}, {"items", list}}.dump(1) + "\n";
}

Result<std::vector<CachedItem>> parseCacheIndex(BytesView json)
{
    if (json.size() > CollateralCache::kMaxIndexBytes) return fail(ErrorKind::Malformed, "index is too long");
    const std::string_view text = asText(json);
    TRY(checkStrictJson(text));
    const Json document = Json::parse(text, nullptr, false);
    const bool shaped = document.is_object() && document.contains("version") && document["version"] == kVersion &&
                        document.contains("items") && document["items"].is_array();
    if (!shaped) return fail(ErrorKind::Malformed, "index is not {\"version\":1,\"items\":[...]}");
    if (document["items"].size() > CollateralCache::kMaxItems)
        return fail(ErrorKind::Malformed, "index has too many entries");
    std::map<std::string, CachedItem> sorted;
    for (const Json& entry : document["items"]) {
        TRY_ASSIGN(item, itemFrom(entry));
        const std::string key = item.request.key;
        if (!sorted.emplace(key, std::move(item)).second)
            return fail(ErrorKind::Malformed, "index names " + key + " twice");
    }
    std::vector<CachedItem> out;
    for (auto& [key, item] : sorted)
        out.push_back(std::move(item));
    return out;
}

} // namespace quorate::attestation
