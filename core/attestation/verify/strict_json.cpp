// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/strict_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace quorate::attestation {

using nlohmann::json;

/// Takes what nlohmann's parser finds. Returning false ends the parse.
class StrictJson::Builder final : public nlohmann::json_sax<json> {
public:
    Builder(StrictJson& out, std::size_t levelsAbove) : m_out(out), m_levelsAbove(levelsAbove) {}

    bool null() override { return add({}); }
    bool boolean(bool) override { return add({}); }
    bool number_integer(number_integer_t) override { return add({}); }
    bool number_unsigned(number_unsigned_t value) override { return add({.kind = Kind::Number, .number = value}); }
    bool number_float(number_float_t, const string_t&) override { return add({}); }
    bool string(string_t& value) override { return add({.kind = Kind::Text, .text = keep(value)}); }
    bool binary(binary_t&) override { return false; }
    bool key(string_t& name) override
    {
        m_key = keep(name);
        return true;
    }
    bool start_object(std::size_t) override { return open(Kind::Object); }
    bool start_array(std::size_t) override { return open(Kind::Array); }
    bool end_object() override
    {
        if (repeatsMember()) {
            m_problem = "JSON repeats a member";
            return false;
        }
        return close();
    }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    [[nodiscard]] const char* problem() const { return m_problem != nullptr ? m_problem : "text is not JSON"; }

private:
    static constexpr std::size_t kMaxDepth = 16;

    Part keep(const std::string& text)
    {
        const Part part{static_cast<std::uint32_t>(m_out.m_texts.size()), static_cast<std::uint32_t>(text.size())};
        m_out.m_texts += text;
        return part;
    }
    bool add(Node node)
    {
        if (!m_open.empty()) ++m_out.m_nodes[m_open.back()].count;
        node.key = m_key;
        node.end = static_cast<std::uint32_t>(m_out.m_nodes.size() + 1);
        m_out.m_nodes.push_back(node);
        return true;
    }
    bool open(Kind kind)
    {
        if (m_levelsAbove + m_open.size() == kMaxDepth) {
            m_problem = "JSON is nested too deeply";
            return false;
        }
        add({.kind = kind});
        m_open.push_back(m_out.m_nodes.size() - 1);
        return true;
    }
    bool close()
    {
        m_out.m_nodes[m_open.back()].end = static_cast<std::uint32_t>(m_out.m_nodes.size());
        m_open.pop_back();
        return true;
    }
    /// Of the object that is about to close.
    bool repeatsMember()
    {
        if (m_out.m_nodes[m_open.back()].count < 2) return false;
        m_names.clear();
        for (std::size_t i = m_open.back() + 1; i < m_out.m_nodes.size(); i = m_out.m_nodes[i].end) {
            m_names.push_back(m_out.view(m_out.m_nodes[i].key));
        }
        std::sort(m_names.begin(), m_names.end());
        return std::adjacent_find(m_names.begin(), m_names.end()) != m_names.end();
    }

    StrictJson& m_out;
    std::size_t m_levelsAbove;
    const char* m_problem = nullptr;
    Part m_key;
    std::vector<std::size_t> m_open;  ///< Objects and arrays around the next value.
    std::vector<std::string_view> m_names;
};

Result<StrictJson> StrictJson::parse(std::string_view text, std::size_t maxBytes, std::size_t levelsAbove)
{
    if (text.size() > maxBytes)
        return fail(ErrorKind::Malformed, "JSON is longer than " + std::to_string(maxBytes) + " bytes");
    TRY(refuseNul(text));
    StrictJson out;
    Builder builder(out, levelsAbove);
    if (!json::sax_parse(text.data(), text.data() + text.size(), &builder)) return fail(ErrorKind::Malformed, builder.problem());
    return out;
}

JsonValue StrictJson::root() const { return {*this, 0}; }

std::optional<JsonValue> JsonValue::member(std::string_view name) const
{
    if (!isObject()) return std::nullopt;
    for (std::size_t i = m_index + 1; i < node().end; i = m_document->m_nodes[i].end) {
        if (m_document->view(m_document->m_nodes[i].key) == name) return JsonValue(*m_document, i);
    }
    return std::nullopt;
}

std::optional<std::string_view> JsonValue::text() const
{
    if (node().kind != StrictJson::Kind::Text) return std::nullopt;
    return m_document->view(node().text);
}

std::optional<std::uint64_t> JsonValue::number() const
{
    if (node().kind != StrictJson::Kind::Number) return std::nullopt;
    return node().number;
}

std::vector<JsonValue> JsonValue::elements() const
{
    std::vector<JsonValue> out;
    if (!isArray()) return out;
    out.reserve(size());
    for (std::size_t i = m_index + 1; i < node().end; i = m_document->m_nodes[i].end) out.push_back(JsonValue(*m_document, i));
    return out;
}

Result<void> checkStrictJson(std::string_view text, std::size_t maxBytes)
{
    TRY(StrictJson::parse(text, maxBytes));
    return {};
}

}  // namespace quorate::attestation
