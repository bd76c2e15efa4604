// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/toml_table.h"

#include <doctest/doctest.h>

using namespace quorate;

namespace {

TomlTable table(std::string_view text) { return TomlTable::parse(text, "f.toml", 4096).value(); }

template <typename T, typename... Limits>
std::string complaint(std::string_view text, T out, Limits... limits)
{
    const auto read = table(text).read("key", out, limits...);
    return read ? std::string() : read.error().message;
}

}  // namespace

TEST_CASE("every kind of value is read as what it is")
{
    const auto in = table("text = 'a'\nyes = true\nnumber = 3\nhalf = 0.5\nlist = ['a', 'b']\nat = 20:30:00\nday = 1970-01-02\n");
    std::string text;
    bool yes = false;
    double number = 0;
    double half = 0;
    std::vector<std::string> list;
    std::optional<std::chrono::minutes> at;
    std::optional<UtcSeconds> day;
    REQUIRE(in.read("text", text));
    REQUIRE(in.read("yes", yes));
    REQUIRE(in.read("number", number));
    REQUIRE(in.read("half", half));
    REQUIRE(in.read("list", list));
    REQUIRE(in.read("at", at));
    REQUIRE(in.read("day", day));
    CHECK(text == "a");
    CHECK(yes);
    CHECK(number == 3);
    CHECK(half == 0.5);
    CHECK(list == std::vector<std::string>{"a", "b"});
    CHECK(at == std::chrono::minutes(20 * 60 + 30));
    CHECK(day->time_since_epoch().count() == 86400);
    CHECK(in.requireAllRead());
    REQUIRE(in.read("absent", text));
    CHECK(text == "a");
}

TEST_CASE("a value of another type is refused with its line, and nothing is converted")
{
    CHECK(complaint("\nkey = 1", std::string()) == "f.toml, line 2, key: want text of at most 256 bytes on one line");
    CHECK(complaint("key = 'x\\u0007'", std::string()).empty());
    CHECK_FALSE(complaint("key = \"x\\u0007\"", std::string()).empty());
    CHECK_FALSE(complaint("key = '" + std::string(257, 'x') + "'", std::string()).empty());
    CHECK_FALSE(complaint("key = 1", false).empty());
    CHECK_FALSE(complaint("key = 'true'", false).empty());
    CHECK_FALSE(complaint("key = inf", 0.0).empty());
    CHECK_FALSE(complaint("key = true", 0.0).empty());
    CHECK(complaint("key = 9", std::uint32_t{0}, 1u, 8u) == "f.toml, line 1, key: want a whole number, 1 to 8");
    CHECK_FALSE(complaint("key = 1.0", std::uint32_t{0}, 1u, 8u).empty());
    CHECK_FALSE(complaint("key = -1", std::uint32_t{0}, 0u, 8u).empty());
    CHECK_FALSE(complaint("key = 4294967297", std::uint32_t{0}, 0u, 4294967295u).empty());
    CHECK_FALSE(complaint("key = ['a', 1]", std::vector<std::string>()).empty());
    CHECK_FALSE(complaint("key = 'a'", std::vector<std::string>()).empty());
    CHECK_FALSE(complaint("key = 20:00:01", std::optional<std::chrono::minutes>()).empty());
    CHECK_FALSE(complaint("key = 2026-01-01", std::optional<std::chrono::minutes>()).empty());
    CHECK_FALSE(complaint("key = 2026-01-01T00:00:00Z", std::optional<UtcSeconds>()).empty());
}

TEST_CASE("a key that nobody read is refused, in inner tables too")
{
    const auto in = table("[a]\nx = true\nz = 1\n[[b]]\n[[b]]\ny = 1\n");
    const auto a = in.table("a").value().value();
    bool x = false;
    REQUIRE(a.read("x", x));
    const auto b = in.tables("b").value();
    REQUIRE(b.size() == 2);
    CHECK(in.requireAllRead().error().message == "f.toml, line 3, z: is not a key of this file's format");
    double z = 0;
    REQUIRE(a.read("z", z));
    CHECK(in.requireAllRead().error().message == "f.toml, line 6, y: is not a key of this file's format");
    REQUIRE(b[1].read("y", z));
    CHECK(in.requireAllRead());
    CHECK_FALSE(in.table("b"));
    CHECK_FALSE(in.tables("a"));
    CHECK_FALSE(in.require("c"));
}

TEST_CASE("what is no TOML, is too long or repeats a key is refused by its line")
{
    for (const char* text : {"a = 1\na = 2", "a = 1\nb", "a = 1\n[t", "a = 1\nday = 2026-02-30", "a = 1\nb = \"\xff\""}) {
        CAPTURE(text);
        const auto parsed = TomlTable::parse(text, "f.toml", 4096);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().kind == ErrorKind::Malformed);
        CHECK(parsed.error().message.rfind("f.toml, line 2", 0) == 0);
    }
    CHECK_FALSE(TomlTable::parse(std::string(4097, '\n'), "f.toml", 4096));
    CHECK_FALSE(TomlTable::parse(std::string_view("a = 1\0b", 7), "f.toml", 4096));
    std::string deep = "a = ";
    deep.append(2000, '[');
    CHECK_FALSE(TomlTable::parse(deep, "f.toml", 4096));
}
