// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/toml_table.h"

#include <algorithm>
#include <cmath>
#include <set>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace quorate {
namespace {

constexpr std::size_t kMaxTextBytes = 256;
constexpr std::size_t kMaxListed = 1024;

bool isPlainText(const std::string& text)
{
    return text.size() <= kMaxTextBytes &&
           std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

struct TomlTable::Node {
    std::shared_ptr<const toml::table> file;  ///< Keeps `table` alive.
    const toml::table* table = nullptr;
    std::string fileName;
    std::set<std::string, std::less<>> read;
    std::vector<std::shared_ptr<Node>> children;

    /// Null when there is none; remembers that it was asked for.
    const toml::node* take(std::string_view key)
    {
        read.emplace(key);
        return table->get(key);
    }
    std::shared_ptr<Node> child(const toml::table& inner)
    {
        children.push_back(std::make_shared<Node>(Node{file, &inner, fileName, {}, {}}));
        return children.back();
    }
};

Result<TomlTable> TomlTable::parse(std::string_view text, const std::string& fileName, std::size_t maxBytes)
{
    if (text.size() > maxBytes) {
        return fail(ErrorKind::Malformed, fileName + ": is " + std::to_string(text.size()) + " bytes, want at most " + std::to_string(maxBytes));
    }
    toml::parse_result parsed = toml::parse(text, fileName);
    if (!parsed) {
        const auto& error = parsed.error();
        return fail(ErrorKind::Malformed, fileName + ", line " + std::to_string(error.source().begin.line) +
                                              ": is not TOML: " + std::string(error.description()));
    }
    const auto file = std::make_shared<const toml::table>(std::move(parsed).table());
    return TomlTable(std::make_shared<Node>(Node{file, file.get(), fileName, {}, {}}));
}

tl::unexpected<Error> TomlTable::failure(std::string_view key, const std::string& message) const
{
    const toml::node* node = m_node->table->get(key);
    const auto line = (node != nullptr ? node->source() : m_node->table->source()).begin.line;
    return fail(ErrorKind::Malformed, m_node->fileName + ", line " + std::to_string(line) + ", " + std::string(key) + ": " + message);
}

bool TomlTable::has(std::string_view key) const { return m_node->table->contains(key); }

Result<void> TomlTable::require(std::string_view key) const
{
    if (!has(key)) return failure(key, "is missing");
    return {};
}

Result<void> TomlTable::read(std::string_view key, std::string& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto text = node->value_exact<std::string>();
    if (!text || !isPlainText(*text)) return failure(key, "want text of at most 256 bytes on one line");
    out = *text;
    return {};
}

Result<void> TomlTable::read(std::string_view key, bool& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto value = node->value_exact<bool>();
    if (!value) return failure(key, "want true or false");
    out = *value;
    return {};
}

Result<void> TomlTable::read(std::string_view key, double& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto value = node->is_number() ? node->value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)) return failure(key, "want a number");
    out = *value;
    return {};
}

Result<void> TomlTable::read(std::string_view key, std::uint32_t& out, std::uint32_t least, std::uint32_t most) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
        return failure(key, "want a whole number, " + std::to_string(least) + " to " + std::to_string(most));
    }
    out = static_cast<std::uint32_t>(*value);
    return {};
}

Result<void> TomlTable::read(std::string_view key, std::vector<std::string>& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const toml::array* list = node->as_array();
    if (list == nullptr || list->size() > kMaxListed) return failure(key, "want a list of at most 1024 texts");
    std::vector<std::string> texts;
    for (const toml::node& item : *list) {
        const auto text = item.value_exact<std::string>();
        if (!text || !isPlainText(*text)) return failure(key, "want a list of texts of at most 256 bytes");
        texts.push_back(*text);
    }
    out = std::move(texts);
    return {};
}

Result<void> TomlTable::read(std::string_view key, std::optional<std::chrono::minutes>& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto time = node->value_exact<toml::time>();
    if (!time || time->second != 0 || time->nanosecond != 0) return failure(key, "want a time of day to the minute, as 20:00:00");
    out = std::chrono::hours(time->hour) + std::chrono::minutes(time->minute);
    return {};
}

Result<void> TomlTable::read(std::string_view key, std::optional<UtcSeconds>& out) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return {};
    const auto date = node->value_exact<toml::date>();
    if (!date) return failure(key, "want a date, as 2027-06-30");
    out = std::chrono::sys_days(std::chrono::year(date->year) / date->month / date->day);
    return {};
}

Result<std::optional<TomlTable>> TomlTable::table(std::string_view key) const
{
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return std::optional<TomlTable>();
    if (!node->is_table()) return failure(key, "want a table, [" + std::string(key) + "]");
    return std::optional(TomlTable(m_node->child(*node->as_table())));
}

Result<std::vector<TomlTable>> TomlTable::tables(std::string_view key) const
{
    std::vector<TomlTable> out;
    const toml::node* node = m_node->take(key);
    if (node == nullptr) return out;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->size() > kMaxListed) return failure(key, "want tables, [[" + std::string(key) + "]], at most 1024");
    for (const toml::node& item : *list) {
        if (!item.is_table()) return failure(key, "want tables, [[" + std::string(key) + "]]");
        out.push_back(TomlTable(m_node->child(*item.as_table())));
    }
    return out;
}

Result<std::vector<std::pair<std::string, std::string>>> TomlTable::texts() const
{
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [key, value] : *m_node->table) {
        if (out.size() == kMaxListed) return failure(key.str(), "is one entry more than 1024");
        std::string text;
        TRY(read(key.str(), text));
        out.emplace_back(key.str(), std::move(text));
    }
    return out;
}

Result<void> TomlTable::requireAllRead() const
{
    for (const auto& [key, value] : *m_node->table) {
        if (m_node->read.count(key.str()) == 0) return failure(key.str(), "is not a key of this file's format");
    }
    for (const auto& child : m_node->children) TRY(TomlTable(child).requireAllRead());
    return {};
}

}  // namespace quorate
