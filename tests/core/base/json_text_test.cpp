// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_text.h"

#include <doctest/doctest.h>
#include <string>

using namespace quorate;

namespace {

std::string refusalOf(const std::string& text, const JsonLimits& limits = {})
{
    const auto checked = checkJson(text, limits);
    return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("JSON is taken whole, and objects name no member twice")
{
    CHECK(refusalOf(R"({"a":{"a":[1,-2.5,null,true,"x"]},"b":{"a":0}})").empty());
    CHECK(refusalOf("[[]]").empty());
    CHECK(refusalOf("7").empty());
    CHECK(refusalOf(R"({"a":1,"b":2,"a":3})") == "text names something twice");
    CHECK(refusalOf(R"([{"x":{"a":1,"\u0061":3}}])") == "text names something twice");
    for (const char* broken : {"", "{", "{}x", "[1,]", "{a:1}", "nul"}) CHECK(refusalOf(broken) == "text is not JSON");
    CHECK(refusalOf(std::string("{}\0x", 4)) == "JSON text holds a NUL");
}

TEST_CASE("JSON beyond its limits is refused where they end")
{
    CHECK(refusalOf("[{}]", {.levels = 2}).empty());
    CHECK(refusalOf("[{\"a\":[]}]", {.levels = 2}) == "text is nested deeper than 2 levels");
    CHECK(refusalOf(std::string(1'000'000, '[')) == "text is nested deeper than 16 levels");
    CHECK(refusalOf(R"({"a":{"b":1}})", {.names = 2}).empty());
    CHECK(refusalOf(R"({"a":{"b":1},"c":2})", {.names = 2}) == "text has more than 2 names");
}
