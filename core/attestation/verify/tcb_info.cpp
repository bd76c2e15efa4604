// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/tcb_info.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace quorate::attestation {
namespace {

constexpr std::size_t kMaxLevels = 256;
constexpr std::size_t kMaxAdvisories = 256;

/// One object of the text; every accessor says which member was not as wanted.
class Object {
public:
    explicit Object(JsonValue value) : m_value(value) {}

    [[nodiscard]] Result<JsonValue> member(const char* name) const
    {
        const auto value = m_value.member(name);
        if (!value) return fail(ErrorKind::Malformed, std::string("member ") + name + " is missing");
        return *value;
    }
    [[nodiscard]] bool has(const char* name) const { return m_value.member(name).has_value(); }
    [[nodiscard]] Result<std::string_view> text(const char* name) const
    {
        TRY_ASSIGN(value, member(name));
        const auto text = value.text();
        if (!text) return fail(ErrorKind::Malformed, std::string("member ") + name + " is not a string");
        return *text;
    }
    [[nodiscard]] Result<std::uint32_t> number(const char* name, std::uint32_t maximum) const
    {
        TRY_ASSIGN(value, member(name));
        const auto number = value.number();
        if (!number || *number > maximum) {
            return fail(ErrorKind::Malformed,
                        std::string("member ") + name + " is not an integer from 0 to " + std::to_string(maximum));
        }
        return static_cast<std::uint32_t>(*number);
    }
    [[nodiscard]] Result<UtcSeconds> time(const char* name) const
    {
        TRY_ASSIGN(value, text(name));
        return parseRfc3339(value);
    }
    template <std::size_t N>
    Result<FixedBytes<N>> hex(const char* name) const
    {
        TRY_ASSIGN(value, text(name));
        auto parsed = parseHexFixed<N>(value);
        if (!parsed) return failAt(name, parsed.error());
        return parsed;
    }
    /// A non-empty array of bounded length.
    [[nodiscard]] Result<std::vector<JsonValue>> list(const char* name, std::size_t maximum) const
    {
        TRY_ASSIGN(value, member(name));
        if (!value.isArray() || value.size() == 0 || value.size() > maximum) {
            return fail(ErrorKind::Malformed,
                        std::string("member ") + name + " is not an array of 1 to " + std::to_string(maximum));
        }
        return value.elements();
    }

private:
    JsonValue m_value;
};

const std::set<std::string_view>& statuses()
{
    static const std::set<std::string_view> all = {"UpToDate",
                                              "SWHardeningNeeded",
                                              "ConfigurationNeeded",
                                              "ConfigurationAndSWHardeningNeeded",
                                              "OutOfDate",
                                              "OutOfDateConfigurationNeeded",
                                              "Revoked"};
    return all;
}

Result<TcbVerdict> readVerdict(const Object& level)
{
    TcbVerdict verdict;
    TRY_ASSIGN(status, level.text("tcbStatus"));
    if (!statuses().contains(status)) return fail(ErrorKind::Malformed, "tcbStatus is not one of Intel's words");
    TRY_ASSIGN(date, level.time("tcbDate"));
    verdict.status = status;
    verdict.date = date;
    if (!level.has("advisoryIDs")) return verdict;
    TRY_ASSIGN(advisories, level.member("advisoryIDs"));
    if (!advisories.isArray() || advisories.size() > kMaxAdvisories) {
        return fail(ErrorKind::Malformed, "advisoryIDs is not an array of at most 256");
    }
    for (const JsonValue& advisory : advisories.elements()) {
        const auto text = advisory.text();
        if (!text) return fail(ErrorKind::Malformed, "an advisory id is not a string");
        verdict.advisories.emplace_back(*text);
    }
    return verdict;
}

Result<Components> readComponents(const Object& tcb, const char* name)
{
    TRY_ASSIGN(array, tcb.list(name, kMaxLevels));
    if (array.size() != 16) {
        return fail(ErrorKind::Malformed,
                    std::string(name) + " has " + std::to_string(array.size()) + " entries, want 16");
    }
    Components out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        TRY_ASSIGN(svn, Object(array[i]).number("svn", 255));
        out[i] = static_cast<std::uint8_t>(svn);
    }
    return out;
}

Result<TcbLevel> readLevel(const Object& object)
{
    TcbLevel level;
    TRY_ASSIGN(tcb, object.member("tcb"));
    TRY_ASSIGN(sgx, readComponents(Object(tcb), "sgxtcbcomponents"));
    TRY_ASSIGN(tdx, readComponents(Object(tcb), "tdxtcbcomponents"));
    TRY_ASSIGN(pceSvn, Object(tcb).number("pcesvn", 0xffff));
    TRY_ASSIGN(verdict, readVerdict(object));
    level.sgx = sgx;
    level.tdx = tdx;
    level.pceSvn = static_cast<std::uint16_t>(pceSvn);
    level.verdict = std::move(verdict);
    return level;
}

auto rank(const TcbLevel& level) { return std::tie(level.sgx, level.pceSvn, level.tdx); }

Result<std::vector<TcbLevel>> readLevels(const Object& info)
{
    TRY_ASSIGN(array, info.list("tcbLevels", kMaxLevels));
    std::vector<TcbLevel> levels;
    for (const JsonValue& entry : array) {
        TRY_ASSIGN(level, readLevel(Object(entry)));
        levels.push_back(std::move(level));
    }
    std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) { return rank(a) > rank(b); });
    const auto equal = [](const auto& a, const auto& b) { return rank(a) == rank(b); };
    if (std::adjacent_find(levels.begin(), levels.end(), equal) != levels.end()) {
        return fail(ErrorKind::Malformed, "two TCB levels are equal");
    }
    return levels;
}

Result<std::vector<IsvLevel>> readIsvLevels(const Object& owner)
{
    TRY_ASSIGN(array, owner.list("tcbLevels", kMaxLevels));
    std::vector<IsvLevel> levels;
    for (const JsonValue& entry : array) {
        const Object object(entry);
        TRY_ASSIGN(tcb, object.member("tcb"));
        TRY_ASSIGN(isvSvn, Object(tcb).number("isvsvn", 0xffff));
        TRY_ASSIGN(verdict, readVerdict(object));
        levels.push_back({isvSvn, std::move(verdict)});
    }
    std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) { return a.isvSvn > b.isvSvn; });
    const auto equal = [](const auto& a, const auto& b) { return a.isvSvn == b.isvSvn; };
    if (std::adjacent_find(levels.begin(), levels.end(), equal) != levels.end()) {
        return fail(ErrorKind::Malformed, "two levels have the same isvsvn");
    }
    return levels;
}

/// Module ids end in two hexadecimal digits, which Intel's rules compare in upper case.
std::string upperCase(std::string_view given)
{
    std::string text(given);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

Result<TdxModule> readModule(const Object& object)
{
    TdxModule module;
    TRY_ASSIGN(mrSigner, object.hex<48>("mrsigner"));
    TRY_ASSIGN(attributes, object.hex<8>("attributes"));
    TRY(object.hex<8>("attributesMask"));
    module.mrSigner = mrSigner;
    module.attributes = attributes;
    return module;
}

Result<std::vector<TdxModule>> readModules(const Object& info)
{
    std::vector<TdxModule> modules;
    if (!info.has("tdxModuleIdentities")) return modules;
    TRY_ASSIGN(array, info.list("tdxModuleIdentities", kMaxLevels));
    std::set<std::string> seen;
    for (const JsonValue& entry : array) {
        const Object object(entry);
        TRY_ASSIGN(module, readModule(object));
        TRY_ASSIGN(text, object.text("id"));
        TRY_ASSIGN(levels, readIsvLevels(object));
        std::string id = upperCase(text);
        if (!seen.insert(id).second) return fail(ErrorKind::Malformed, "two TDX modules have the same id");
        module.id = std::move(id);
        module.levels = std::move(levels);
        modules.push_back(std::move(module));
    }
    return modules;
}

Result<void> readTcbInfoHead(const Object& info, TcbInfo& out)
{
    // The version comes first: version 2 knows no id.
    TRY_ASSIGN(version, info.number("version", 1000));
    if (version != 3) return fail(ErrorKind::Malformed, "TCB info is version " + std::to_string(version) + ", want 3");
    TRY_ASSIGN(id, info.text("id"));
    if (id != "TDX") return fail(ErrorKind::Untrusted, "TCB info is for \"" + std::string(id) + "\", want \"TDX\"");
    TRY_ASSIGN(tcbType, info.number("tcbType", 1000));
    if (tcbType != 0) return fail(ErrorKind::Malformed, "tcbType is " + std::to_string(tcbType) + ", want 0");
    TRY_ASSIGN(issueDate, info.time("issueDate"));
    TRY_ASSIGN(nextUpdate, info.time("nextUpdate"));
    TRY_ASSIGN(fmspc, info.hex<6>("fmspc"));
    TRY_ASSIGN(pceId, info.hex<2>("pceId"));
    TRY_ASSIGN(evaluationNumber, info.number("tcbEvaluationDataNumber", 1u << 30));
    out.issueDate = issueDate;
    out.nextUpdate = nextUpdate;
    out.fmspc = fmspc;
    out.pceId = pceId;
    out.evaluationNumber = evaluationNumber;
    return {};
}

Result<void> readQeIdentityHead(const Object& identity, QeIdentity& out)
{
    TRY_ASSIGN(id, identity.text("id"));
    if (id != "TD_QE") return fail(ErrorKind::Untrusted, "enclave identity is for \"" + std::string(id) + "\", want \"TD_QE\"");
    TRY_ASSIGN(version, identity.number("version", 1000));
    if (version != 2)
        return fail(ErrorKind::Malformed, "enclave identity is version " + std::to_string(version) + ", want 2");
    TRY_ASSIGN(issueDate, identity.time("issueDate"));
    TRY_ASSIGN(nextUpdate, identity.time("nextUpdate"));
    TRY_ASSIGN(evaluationNumber, identity.number("tcbEvaluationDataNumber", 1u << 30));
    out.issueDate = issueDate;
    out.nextUpdate = nextUpdate;
    out.evaluationNumber = evaluationNumber;
    return {};
}

}  // namespace

Result<TcbInfo> parseTcbInfo(const StrictJson& document)
{
    const Object info(document.root());
    TcbInfo out;
    TRY(readTcbInfoHead(info, out));
    TRY_ASSIGN(module, info.member("tdxModule"));
    TRY_ASSIGN(readDefault, readModule(Object(module)));
    TRY_ASSIGN(modules, readModules(info));
    TRY_ASSIGN(levels, readLevels(info));
    out.module = std::move(readDefault);
    out.modules = std::move(modules);
    out.levels = std::move(levels);
    return out;
}

Result<QeIdentity> parseQeIdentity(const StrictJson& document)
{
    const Object identity(document.root());
    QeIdentity out;
    TRY(readQeIdentityHead(identity, out));
    TRY_ASSIGN(miscSelect, identity.hex<4>("miscselect"));
    TRY_ASSIGN(miscSelectMask, identity.hex<4>("miscselectMask"));
    TRY_ASSIGN(attributes, identity.hex<16>("attributes"));
    TRY_ASSIGN(attributesMask, identity.hex<16>("attributesMask"));
    TRY_ASSIGN(mrSigner, identity.hex<32>("mrsigner"));
    TRY_ASSIGN(isvProdId, identity.number("isvprodid", 0xffff));
    TRY_ASSIGN(levels, readIsvLevels(identity));
    out.miscSelect = miscSelect;
    out.miscSelectMask = miscSelectMask;
    out.attributes = attributes;
    out.attributesMask = attributesMask;
    out.mrSigner = mrSigner;
    out.isvProdId = static_cast<std::uint16_t>(isvProdId);
    out.levels = std::move(levels);
    return out;
}

}  // namespace quorate::attestation
