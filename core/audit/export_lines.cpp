// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/export_lines.h"

#include <charconv>
#include <istream>
#include <nlohmann/json.hpp>

namespace quorate::audit::lines {
namespace {

using nlohmann::json;

constexpr std::string_view kEntry = R"({"entry":)";
constexpr std::string_view kHash = R"(,"hash":")";
constexpr std::string_view kLeaf = R"(","leaf":")";
constexpr std::string_view kEntryEnd = R"("})";
constexpr std::size_t kHashCharacters = 44;
constexpr int kVersion = 1;

std::string quoted(const std::string& text) { return json(text).dump(-1, ' ', false, json::error_handler_t::replace); }
std::string quoted(BytesView bytes) { return "\"" + toBase64(bytes) + "\""; }

tl::unexpected<Error> notALine() { return fail(ErrorKind::Malformed, "not a line of an audit export of version 1"); }

bool take(std::string_view& rest, std::string_view literal)
{
    if (!rest.starts_with(literal)) return false;
    rest.remove_prefix(literal.size());
    return true;
}

/// Entry lines by hand: they are nearly all of an export, and their form is fixed.
Result<Line> parseEntry(std::string_view rest)
{
    StoredLeaf out;
    const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), out.index);
    const auto digits = static_cast<std::size_t>(number.ptr - rest.data());
    if (number.ec != std::errc() || std::to_string(out.index) != rest.substr(0, digits)) return notALine();
    rest.remove_prefix(digits);
    if (!take(rest, kHash) || rest.size() < kHashCharacters) return notALine();
    TRY_ASSIGN(hashBytes, parseBase64(rest.substr(0, kHashCharacters)));
    TRY_ASSIGN(hash, Digest32::from(hashBytes));
    rest.remove_prefix(kHashCharacters);
    if (!take(rest, kLeaf) || !rest.ends_with(kEntryEnd)) return notALine();
    rest.remove_suffix(kEntryEnd.size());
    TRY_ASSIGN(leaf, parseBase64(rest));
    out.hash = hash;
    out.leaf = std::move(leaf);
    return Line(std::move(out));
}

std::string textOf(const json& object, const char* name)
{
    const auto member = object.find(name);
    return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

Result<Line> parseKey(const json& object)
{
    if (!object.is_object()) return notALine();
    TRY_ASSIGN(spki, parseBase64(textOf(object, "spki")));
    TRY_ASSIGN(key, PublicKey::fromSpki(spki));
    return Line(Key{{textOf(object, "name"), std::move(key)}});
}

Result<Line> parseEnd(const json& object)
{
    if (!object.is_object() || !object.contains("entries") || !object.contains("checkpoints")) return notALine();
    const json& entries = object["entries"];
    const json& checkpoints = object["checkpoints"];
    if (!entries.is_number_unsigned() || !checkpoints.is_number_unsigned()) return notALine();
    return Line(End{entries.get<std::uint64_t>(), checkpoints.get<std::uint64_t>()});
}

Result<Line> parseObject(const json& object)
{
    if (!object.is_object()) return notALine();
    if (object.contains("checkpoint")) {
        TRY_ASSIGN(checkpoint, parseCheckpoint(textOf(object, "checkpoint")));
        return Line(std::move(checkpoint));
    }
    if (object.contains("roster")) {
        TRY_ASSIGN(envelope, dsse::fromJson(object["roster"].dump(-1, ' ', false, json::error_handler_t::replace)));
        return Line(Roster{std::move(envelope)});
    }
    if (object.contains("root")) {
        TRY_ASSIGN(spki, parseBase64(textOf(object, "root")));
        return Line(Root{std::move(spki)});
    }
    if (object.contains("key")) return parseKey(object["key"]);
    if (object.contains("end")) return parseEnd(object["end"]);
    return Line(Header{textOf(object, "origin")});
}

}  // namespace

std::string write(const Header& header)
{
    return R"({"quorateAuditExport":)" + std::to_string(kVersion) + R"(,"origin":)" + quoted(header.origin) + "}";
}
std::string write(const Root& root) { return R"({"root":)" + quoted(BytesView(root.spki)) + "}"; }
std::string write(const Roster& roster) { return R"({"roster":)" + dsse::toJson(roster.envelope) + "}"; }
std::string write(const Key& key)
{
    return R"({"key":{"name":)" + quoted(key.key.name) + R"(,"spki":)" + quoted(BytesView(key.key.key.spki())) + "}}";
}
std::string write(const StoredLeaf& leaf)
{
    std::string out(kEntry);
    out += std::to_string(leaf.index);
    out.append(kHash).append(toBase64(leaf.hash.view())).append(kLeaf).append(toBase64(leaf.leaf)).append(kEntryEnd);
    return out;
}
std::string write(const SignedCheckpoint& checkpoint) { return R"({"checkpoint":)" + quoted(toText(checkpoint)) + "}"; }
std::string write(const End& end)
{
    return R"({"end":{"entries":)" + std::to_string(end.entries) + R"(,"checkpoints":)" + std::to_string(end.checkpoints) + "}}";
}

Result<Line> parse(std::string_view line)
{
    std::string_view rest = line;
    if (take(rest, kEntry)) return parseEntry(rest);
    TRY_ASSIGN(out, parseObject(json::parse(line, nullptr, false)));
    const std::string again = std::visit([](const auto& value) { return write(value); }, out);
    if (again != line) return notALine();
    return out;
}

Result<std::optional<std::string_view>> Reader::next()
{
    using Answer = std::optional<std::string_view>;
    constexpr std::size_t kBlock = 64 * 1024;
    std::size_t searched = m_begin;
    while (true) {
        const std::size_t end = m_buffer.find('\n', searched);
        if (end != std::string::npos) {
            const std::string_view line(m_buffer.data() + m_begin, end - m_begin);
            m_begin = end + 1;
            ++m_number;
            return Answer(line);
        }
        m_buffer.erase(0, m_begin);
        m_begin = 0;
        searched = m_buffer.size();
        if (searched > kMaxLineBytes) return fail(ErrorKind::Malformed, "line is longer than " + std::to_string(kMaxLineBytes) + " bytes");
        m_buffer.resize(searched + kBlock);
        m_in.read(m_buffer.data() + searched, kBlock);
        m_buffer.resize(searched + static_cast<std::size_t>(m_in.gcount()));
        if (m_in.bad()) return fail(ErrorKind::StorageFailed, "audit export cannot be read");
        if (m_in.gcount() == 0) {
            if (m_buffer.empty()) return Answer();
            return fail(ErrorKind::Malformed, "last line does not end in a newline");
        }
    }
}

}  // namespace quorate::audit::lines
