// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/strict_json.h"

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace quorate::attestation {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 16;

/// Walks the text without building values: how deep it goes, and how many members its objects are given.
class Survey final : public nlohmann::json_sax<json> {
public:
    std::size_t members = 0;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return false; }
    bool key(string_t&) override
    {
        ++members;
        return true;
    }
    bool start_object(std::size_t) override { return descend(); }
    bool start_array(std::size_t) override { return descend(); }
    bool end_object() override { return ascend(); }
    bool end_array() override { return ascend(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    [[nodiscard]] bool isTooDeep() const { return m_depth > kMaxDepth; }

private:
    bool descend() { return ++m_depth <= kMaxDepth; }
    bool ascend()
    {
        --m_depth;
        return true;
    }
    std::size_t m_depth = 0;
};

/// Members of all objects in `value`, which is no deeper than kMaxDepth.
std::size_t membersOf(const json& value)
{
    std::size_t out = value.is_object() ? value.size() : 0;
    if (value.is_structured()) {
        for (const json& child : value) out += membersOf(child);
    }
    return out;
}

}  // namespace

Result<json> parseStrict(std::string_view text, std::size_t maxBytes)
{
    if (text.size() > maxBytes)
        return fail(ErrorKind::Malformed, "JSON is longer than " + std::to_string(maxBytes) + " bytes");
    TRY(refuseNul(text));
    Survey survey;
    if (!json::sax_parse(text, &survey)) {
        return fail(ErrorKind::Malformed, survey.isTooDeep() ? "JSON is nested too deeply" : "text is not JSON");
    }
    json parsed = json::parse(text, nullptr, false);
    // A member that is given twice is kept once.
    if (membersOf(parsed) != survey.members) return fail(ErrorKind::Malformed, "JSON repeats a member");
    return parsed;
}

}  // namespace quorate::attestation
