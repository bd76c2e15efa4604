// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_text.h"

#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <vector>

namespace quorate {
namespace {

using nlohmann::json;

/// Builds nothing. Returning false ends the parse.
class Checker final : public nlohmann::json_sax<json> {
public:
    explicit Checker(const JsonLimits& limits) : m_limits(limits) {}

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return false; }
    bool key(string_t& name) override
    {
        if (m_names++ == m_limits.names) return refuse("has more than " + std::to_string(m_limits.names) + " names");
        return m_open.back().insert(std::move(name)).second || refuse("names something twice");
    }
    bool start_object(std::size_t) override { return open(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return refuse("is not JSON"); }

    [[nodiscard]] const std::string& problem() const { return m_problem; }

private:
    bool refuse(std::string problem)
    {
        m_problem = std::move(problem);
        return false;
    }
    bool open()
    {
        if (m_open.size() == m_limits.levels) return refuse("is nested deeper than " + std::to_string(m_limits.levels) + " levels");
        m_open.emplace_back();
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    const JsonLimits& m_limits;
    std::vector<std::unordered_set<std::string>> m_open;  ///< The names in each object around; none in an array.
    std::size_t m_names = 0;
    std::string m_problem;
};

}  // namespace

Result<void> checkJson(std::string_view text, const JsonLimits& limits)
{
    TRY(refuseNul(text));
    Checker checker(limits);
    if (!json::sax_parse(text.begin(), text.end(), &checker)) return fail(ErrorKind::Malformed, "text " + checker.problem());
    return {};
}

}  // namespace quorate
