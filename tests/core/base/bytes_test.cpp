// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"

#include <doctest/doctest.h>

#include "core/base/byte_reader.h"
#include "core/base/secret_bytes.h"

using namespace quorate;

TEST_CASE("hexadecimal text survives the way there and back")
{
    const Bytes bytes{0x00, 0x7f, 0xff};
    CHECK(toHex(bytes) == "007fff");
    CHECK(*parseHex("007FfF") == bytes);
    CHECK_FALSE(parseHex("abc"));
    CHECK_FALSE(parseHex("zz"));
}

TEST_CASE("base64 follows RFC 4648 and has one form per value")
{
    CHECK(toBase64(asBytes("foobar")) == "Zm9vYmFy");
    CHECK(toBase64(asBytes("fooba")) == "Zm9vYmE=");
    CHECK(*parseBase64("Zm9vYg==") == toBytes("foob"));
    for (const char* text : {"Zm9vYh==", "Zm9", "Zm9v\n", " Zm9v", "Zm=v"}) {
        CAPTURE(text);
        CHECK_FALSE(parseBase64(text));
    }
}

TEST_CASE("a reader names the field that the bytes end in")
{
    const Bytes bytes{1, 2, 3};
    ByteReader reader(bytes, "quote");
    CHECK(*reader.u16le("version") == 0x0201);
    const auto missing = reader.u32le("size");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == "quote ends inside size: 1 bytes left, want 4");
    CHECK_FALSE(reader.end());
    CHECK_FALSE(reader.zeros(1, "padding"));
}

TEST_CASE("integers are written in the order that their name says")
{
    ByteWriter writer;
    writer.u16le(0x0102).u32be(0x03040506).u64le(0x0708).lengthPrefixed(asBytes("ab"));
    CHECK(toHex(writer.bytes()) == "0201030405060807000000000000000000026162");
}

TEST_CASE("secret bytes leave nothing in what they were moved from")
{
    Bytes source{1, 2, 3};
    SecretBytes secret(std::move(source));
    CHECK(source.empty());
    SecretBytes other = std::move(secret);
    CHECK(secret.empty());
    CHECK(other.equals(Bytes{1, 2, 3}));
    CHECK_FALSE(other.equals(Bytes{1, 2, 4}));
}

TEST_CASE("text is UTF-8 only in its shortest form and without surrogates")
{
    for (const char* good : {"", "a", "\xc3\xa9", "\xe2\x80\x94", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) CHECK(isUtf8(good));
    for (const char* bad : {"\x80", "\xc0\x80", "\xc3", "a\xe2\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xc3(", "\xe2\x80(", "\xf0\x9f\x98("}) {
        CHECK_FALSE(isUtf8(bad));
    }
}
