// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/policy/policy_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/attestation/policy/policy_terms.h"
#include "core/attestation/verify/strict_json.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "quorate-appraisal-policy/1";
constexpr std::size_t kMaxListed = 4096;
constexpr std::size_t kMaxTextBytes = 256;
constexpr PolicyProfile kProfiles[] = {PolicyProfile::Strict, PolicyProfile::Standard, PolicyProfile::Training,
                                       PolicyProfile::ChainOnly};

std::string numberText(std::uint64_t value)
{
    std::string digits;
    for (; value != 0; value >>= 4) digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
    return "0x" + (digits.empty() ? "0" : digits);
}

// --- one value to JSON ---

Json toJson(std::uint32_t value) { return value; }
Json toJson(bool value) { return value; }
Json toJson(std::uint64_t value) { return numberText(value); }
Json toJson(const std::string& value) { return value; }
Json toJson(TeeKind value) { return nameOf(value); }
template <std::size_t N>
Json toJson(const FixedBytes<N>& value) { return toHex(value); }
template <typename T>
Json toJson(const std::set<T>& values)
{
    Json out = Json::array();
    for (const T& value : values) out.push_back(toJson(value));
    return out;
}
template <typename T>
Json toJson(const AllowList<T>& list) { return list.any ? Json("any") : toJson(list.values); }

Json toJson(const std::map<std::string, std::optional<UtcSeconds>>& statuses)
{
    Json out = Json::object();
    for (const auto& [status, until] : statuses) out[status] = until ? Json(formatRfc3339(*until)) : Json(nullptr);
    return out;
}
template <typename Number>
Json toJson(const Bits<Number>& bits)
{
    Json out = Json::array();
    for (const BitWord& word : bits.words) {
        if ((bits.value >> word.bit & 1) != 0) out.push_back(word.word);
    }
    return out;
}
template <typename Rule>
Json toJson(const RuledBits<Rule>& bits)
{
    return {{"required", toJson(Bits{bits.rule.required, bits.words})}, {"forbidden", toJson(Bits{bits.rule.forbidden, bits.words})}};
}
Json toJson(const AbiVersion& version) { return std::to_string(version.major) + "." + std::to_string(version.minor); }
Json toJson(const snp::TcbParts& tcb)
{
    return {{"fmc", tcb.fmc}, {"bootLoader", tcb.bootLoader}, {"tee", tcb.tee}, {"snp", tcb.snp}, {"microcode", tcb.microcode}};
}
Json toJson(const std::map<std::string, SnpTcbMinimum>& minimums)
{
    Json out = Json::object();
    for (const auto& [product, minimum] : minimums) {
        out[product] = {{"reported", toJson(minimum.reported)},
                        {"committed", toJson(minimum.committed)},
                        {"launch", toJson(minimum.launch)}};
    }
    return out;
}

// --- and back ---

tl::unexpected<Error> wanted(const std::string& what) { return fail(ErrorKind::Malformed, "want " + what); }

Result<void> fromJson(const Json& in, std::uint32_t& out)
{
    if (!in.is_number_unsigned() || in.get<std::uint64_t>() > 0xffffffffu) return wanted("an integer of 32 bits");
    out = in.get<std::uint32_t>();
    return {};
}
Result<void> fromJson(const Json& in, std::uint8_t& out)
{
    if (!in.is_number_unsigned() || in.get<std::uint64_t>() > 0xff) return wanted("an integer of at most 255");
    out = in.get<std::uint8_t>();
    return {};
}
Result<void> fromJson(const Json& in, bool& out)
{
    if (!in.is_boolean()) return wanted("true or false");
    out = in.get<bool>();
    return {};
}
Result<void> fromJson(const Json& in, std::string& out)
{
    if (!in.is_string() || in.get_ref<const std::string&>().size() > kMaxTextBytes) return wanted("text of at most 256 bytes");
    out = in.get<std::string>();
    return {};
}
Result<void> fromJson(const Json& in, std::uint64_t& out)
{
    std::string text;
    TRY(fromJson(in, text));
    const std::string_view digits = text.starts_with("0x") ? std::string_view(text).substr(2) : std::string_view();
    if (digits.empty() || digits.size() > 16) return wanted("0x and at most 16 hexadecimal digits");
    TRY_ASSIGN(bytes, parseHex((digits.size() % 2 == 0 ? "" : "0") + std::string(digits)));
    out = 0;
    for (const std::uint8_t byte : bytes) out = out << 8 | byte;
    return {};
}
Result<void> fromJson(const Json& in, TeeKind& out)
{
    std::string text;
    TRY(fromJson(in, text));
    TRY_ASSIGN(kind, parseTeeKind(text));
    out = kind;
    return {};
}
template <std::size_t N>
Result<void> fromJson(const Json& in, FixedBytes<N>& out)
{
    std::string text;
    TRY(fromJson(in, text));
    TRY_ASSIGN(parsed, parseHexFixed<N>(text));
    out = parsed;
    return {};
}
template <typename T>
Result<void> fromJson(const Json& in, std::set<T>& out)
{
    if (!in.is_array() || in.size() > kMaxListed) return wanted("a list of at most 4096 values");
    out.clear();
    for (const Json& entry : in) {
        T value{};
        TRY(fromJson(entry, value));
        out.insert(std::move(value));
    }
    return {};
}
template <typename T>
Result<void> fromJson(const Json& in, AllowList<T>& out)
{
    out = {};
    out.any = in == "any";
    if (out.any) return {};
    if (in.is_string()) return wanted("a list or \"any\"");
    return fromJson(in, out.values);
}
Result<void> fromJson(const Json& in, std::map<std::string, std::optional<UtcSeconds>>& out)
{
    if (!in.is_object() || in.size() > kMaxListed) return wanted("an object of TCB statuses");
    out.clear();
    for (const auto& [status, until] : in.items()) {
        std::optional<UtcSeconds> deadline;
        if (!until.is_null()) {
            std::string text;
            TRY(fromJson(until, text));
            TRY_ASSIGN(time, parseRfc3339(text));
            deadline = time;
        }
        out.emplace(status, deadline);
    }
    return {};
}
/// An object with these members, each once, and no other.
Result<void> checkMembers(const Json& in, std::initializer_list<const char*> members)
{
    const bool all = in.is_object() && in.size() == members.size() &&
                     std::all_of(members.begin(), members.end(), [&](const char* name) { return in.contains(name); });
    if (all) return {};
    std::string names;
    for (const char* name : members) names += (names.empty() ? "" : ", ") + std::string(name);
    return wanted("an object with exactly " + names);
}
Result<void> fromJson(const Json& in, Bits<std::uint64_t> out)
{
    if (!in.is_array()) return wanted("a list of bits");
    out.value = 0;
    for (const Json& entry : in) {
        std::string word;
        TRY(fromJson(entry, word));
        const auto known = std::find_if(out.words.begin(), out.words.end(), [&](const BitWord& bit) { return word == bit.word; });
        if (known == out.words.end()) return wanted("bits that this field has a word for");
        out.value |= 1ull << known->bit;
    }
    return {};
}
Result<void> fromJson(const Json& in, RuledBits<BitRule> out)
{
    TRY(checkMembers(in, {"required", "forbidden"}));
    TRY(fromJson(in["required"], Bits{out.rule.required, out.words}));
    return fromJson(in["forbidden"], Bits{out.rule.forbidden, out.words});
}
Result<void> fromJson(const Json& in, AbiVersion& out)
{
    std::string text;
    TRY(fromJson(in, text));
    const std::size_t dot = text.find('.');
    const auto number = [](std::string_view digits) -> Result<std::uint8_t> {
        unsigned value = 0;
        for (const char c : digits) value = c >= '0' && c <= '9' && value < 1000 ? value * 10 + static_cast<unsigned>(c - '0') : 1000;
        if (digits.empty() || value > 255) return wanted("an ABI version such as 1.55");
        return static_cast<std::uint8_t>(value);
    };
    if (dot == std::string::npos) return wanted("an ABI version such as 1.55");
    TRY_ASSIGN(major, number(std::string_view(text).substr(0, dot)));
    TRY_ASSIGN(minor, number(std::string_view(text).substr(dot + 1)));
    out = {major, minor};
    return {};
}
Result<void> fromJson(const Json& in, snp::TcbParts& out)
{
    TRY(checkMembers(in, {"fmc", "bootLoader", "tee", "snp", "microcode"}));
    TRY(fromJson(in["fmc"], out.fmc));
    TRY(fromJson(in["bootLoader"], out.bootLoader));
    TRY(fromJson(in["tee"], out.tee));
    TRY(fromJson(in["snp"], out.snp));
    return fromJson(in["microcode"], out.microcode);
}
Result<void> fromJson(const Json& in, std::map<std::string, SnpTcbMinimum>& out)
{
    if (!in.is_object()) return wanted("an object of products");
    out.clear();
    for (const auto& [product, minimum] : in.items()) {
        if (product != "Milan" && product != "Genoa" && product != "Turin") return wanted("minimums of Milan, Genoa and Turin only");
        // Another component than the product has could never be met, or never be read back.
        SnpTcbMinimum read;
        TRY(checkMembers(minimum, {"reported", "committed", "launch"}));
        TRY(fromJson(minimum["reported"], read.reported));
        TRY(fromJson(minimum["committed"], read.committed));
        TRY(fromJson(minimum["launch"], read.launch));
        const bool named = read.reported.fmc != 0 || read.committed.fmc != 0 || read.launch.fmc != 0;
        if (named && product != "Turin") return wanted("fmc 0 but for Turin");
        out.emplace(product, read);
    }
    return {};
}

struct Writer {
    Json out = Json::object();
    template <typename T>
    void term(const char* name, const T& value) { out[name] = toJson(value); }
};

/// Replaces the terms that the object names, keeps the others; remembers the first fault.
struct Reader {
    const Json& in;
    std::string place;
    std::size_t taken = 0;
    Result<void> status = {};

    template <typename T>
    void term(const char* name, T&& value)
    {
        if (!status || !in.contains(name)) return;
        ++taken;
        if (auto read = fromJson(in[name], value); !read) status = Result<void>(failAt("member " + place + name, read.error()));
    }
    [[nodiscard]] Result<void> finish(std::size_t others) const
    {
        TRY(status);
        if (taken + others == in.size()) return {};
        return fail(ErrorKind::Malformed, "object " + place + " has a member that this format does not know");
    }
};

template <typename Terms>
Result<std::size_t> readSection(const Json& document, const char* name, Terms& terms)
{
    if (!document.contains(name)) return std::size_t{0};
    if (!document[name].is_object()) return fail(ErrorKind::Malformed, std::string("member ") + name + " is not an object");
    Reader reader{document[name], std::string(name) + "."};
    visitTerms(reader, terms);
    TRY(reader.finish(0));
    return std::size_t{1};
}

Result<AppraisalPolicy> readBase(const Json& document)
{
    if (!document.is_object() || document.value("format", "") != kFormat)
        return fail(ErrorKind::Malformed, std::string("format is not ") + kFormat);
    if (!document.contains("profile") || !document.contains("version"))
        return fail(ErrorKind::Malformed, "members profile and version must be there");
    for (const PolicyProfile profile : kProfiles) {
        if (document["profile"] != nameOf(profile)) continue;
        AppraisalPolicy policy = shippedPolicy(profile);
        if (auto version = fromJson(document["version"], policy.version); !version) return failAt("member version", version.error());
        return policy;
    }
    return fail(ErrorKind::Malformed, "member profile is not strict, standard, training or chain-only");
}

}  // namespace

Result<AppraisalPolicy> parsePolicyFile(BytesView bytes)
{
    TRY(checkStrictJson(asText(bytes)));
    const Json document = Json::parse(asText(bytes), nullptr, false);
    if (document.is_object() && document.contains("format") && !document["format"].is_string())
        return fail(ErrorKind::Malformed, std::string("format is not ") + kFormat);
    TRY_ASSIGN(policy, readBase(document));
    if (policy.profile == PolicyProfile::ChainOnly && document.size() != 3)
        return fail(ErrorKind::Malformed, "chain-only is a diagnosis and has no terms to change");
    Reader reader{document, {}};
    visitTerms(reader, policy);
    TRY_ASSIGN(snp, readSection(document, "sevSnp", policy.snp));
    TRY_ASSIGN(tdx, readSection(document, "tdx", policy.tdx));
    TRY(reader.finish(3 + snp + tdx));
    if (const auto faults = contradictions(policy); !faults.empty()) return fail(ErrorKind::Malformed, "policy: " + faults.front());
    return policy;
}

std::string writePolicyFile(const AppraisalPolicy& policy)
{
    Writer snp;
    Writer tdx;
    visitTerms(snp, policy.snp);
    visitTerms(tdx, policy.tdx);
    Writer all;
    all.out = {{"format", kFormat}, {"version", policy.version}, {"profile", nameOf(policy.profile)}};
    if (policy.profile != PolicyProfile::ChainOnly) {
        visitTerms(all, policy);
        all.out["sevSnp"] = std::move(snp.out);
        all.out["tdx"] = std::move(tdx.out);
    }
    return all.out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace quorate::attestation
