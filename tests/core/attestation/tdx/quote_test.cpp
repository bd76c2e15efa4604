// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/tdx/quote.h"
#include "core/base/byte_reader.h"

using namespace quorate;
using namespace quorate::attestation::tdx;

namespace {

/// What a quote is built from; each field can lie.
struct Shape {
    std::uint16_t version = 4;
    std::uint16_t keyType = 2;
    std::uint32_t teeType = 0x81;
    std::uint16_t bodyType = 3;
    std::uint32_t bodySize = kReport15Bytes;
    std::uint16_t outerType = 6;
    int outerSizeError = 0;
    int signatureSizeError = 0;
    std::uint16_t authSize = 32;
    std::size_t authBytes = 32;
    std::uint16_t innerType = 5;
    std::uint32_t innerSize = 100;
    std::size_t slack = 0;     ///< Bytes after the inner data, inside the outer data.
    std::size_t trailing = 0;
};

Bytes build(const Shape& shape)
{
    ByteWriter certification;
    certification.zeros(384 + 64).u16le(shape.authSize).zeros(shape.authBytes);
    certification.u16le(shape.innerType).u32le(shape.innerSize).zeros(shape.innerSize).zeros(shape.slack);
    ByteWriter signatureData;
    signatureData.zeros(128).u16le(shape.outerType);
    signatureData.u32le(
        static_cast<std::uint32_t>(static_cast<int>(certification.bytes().size()) + shape.outerSizeError));
    signatureData.raw(certification.bytes());
    ByteWriter quote;
    quote.u16le(shape.version).u16le(shape.keyType).u32le(shape.teeType).zeros(40);
    if (shape.version == 5) quote.u16le(shape.bodyType).u32le(shape.bodySize).zeros(shape.bodySize);
    if (shape.version != 5) quote.zeros(kReport10Bytes);
    quote.u32le(static_cast<std::uint32_t>(static_cast<int>(signatureData.bytes().size()) + shape.signatureSizeError));
    return quote.raw(signatureData.bytes()).zeros(shape.trailing).take();
}

bool parses(const Shape& shape) { return parseQuote(build(shape)).has_value(); }

}  // namespace

TEST_CASE("versions 4 and 5 parse, with the signed range each has")
{
    const auto v4 = parseQuote(build({}));
    REQUIRE(v4);
    CHECK(v4->signedBytes == 48 + 584);
    CHECK_FALSE(v4->report.teeTcbSvn2);
    const auto v5 = parseQuote(build({.version = 5}));
    REQUIRE(v5);
    CHECK(v5->signedBytes == 54 + 648);
    CHECK(v5->report.teeTcbSvn2);
    const auto v5small = parseQuote(build({.version = 5, .bodyType = 2, .bodySize = kReport10Bytes}));
    REQUIRE(v5small);
    CHECK(v5small->signedBytes == 54 + 584);
    CHECK_FALSE(v5small->report.mrServiceTd);
}

TEST_CASE("TD report 1.5 Ex is read field by field after 1.5's")
{
    Bytes bytes = build({.version = 5, .bodyType = 4, .bodySize = kReport15ExBytes});
    constexpr std::size_t kEx = 54 + kReport15Bytes;
    for (std::size_t i = 0; i < kReport15ExBytes - kReport15Bytes; ++i)
        bytes[kEx + i] = static_cast<std::uint8_t>(i);
    const auto quote = parseQuote(bytes);
    REQUIRE(quote);
    CHECK(quote->signedBytes == 54 + 885);
    CHECK(quote->report.teeTcbSvn2);
    REQUIRE(quote->report.ex);
    const TdReportEx& ex = *quote->report.ex;
    CHECK(ex.vmId == 0);
    CHECK(ex.tdId.bytes[0] == 1);
    CHECK(ex.devInfo.bytes[0] == 33);
    CHECK(ex.initServiceTdHash.bytes[0] == 81);
    CHECK(ex.initServiceTdAttributes.bytes[0] == 129);
    CHECK(ex.initCpuSvn.bytes[0] == 137);
    CHECK(ex.initTeeTcbSvn.bytes[0] == 153);
    CHECK(ex.initTeeFmspc.bytes[0] == 169);
    CHECK(ex.currentServiceTdHash.bytes[0] == 181);
    CHECK(ex.currentServiceTdAttributes.bytes[7] == 236);
}

TEST_CASE("a service TD is found in every field that can name one")
{
    for (const std::size_t at : {600u, 648u + 81, 648u + 181}) {
        Bytes bytes = build({.version = 5, .bodyType = 4, .bodySize = kReport15ExBytes});
        CHECK_FALSE(parseQuote(bytes)->report.bindsServiceTd());
        bytes[54 + at] = 1;
        CHECK(parseQuote(bytes)->report.bindsServiceTd());
    }
}

TEST_CASE("another version, key type, TEE or body is refused")
{
    for (const std::uint16_t version : {0, 1, 2, 3, 6, 0x0400}) CHECK_FALSE(parses({.version = version}));
    for (const std::uint16_t keyType : {0, 1, 3}) CHECK_FALSE(parses({.keyType = keyType}));
    for (const std::uint32_t teeType : {0u, 0x80u, 0x82u, 0x8100u}) CHECK_FALSE(parses({.teeType = teeType}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 1, .bodySize = 384}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 5, .bodySize = 885}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 4, .bodySize = 884}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 2, .bodySize = kReport15Bytes}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 3, .bodySize = kReport10Bytes}));
    CHECK_FALSE(parses({.version = 5, .bodyType = 3, .bodySize = kReport15Bytes + 1}));
}

TEST_CASE("every nested size must consume its parent exactly")
{
    CHECK_FALSE(parses({.outerSizeError = 1}));
    CHECK_FALSE(parses({.outerSizeError = -1}));
    CHECK_FALSE(parses({.signatureSizeError = 1}));
    CHECK_FALSE(parses({.signatureSizeError = -1}));
    CHECK_FALSE(parses({.authSize = 31}));
    CHECK_FALSE(parses({.authSize = 33}));
    CHECK_FALSE(parses({.authSize = 0xffff}));
    for (const std::uint16_t size : {0, 31, 33, 64}) CHECK_FALSE(parses({.authSize = size, .authBytes = size}));
    CHECK_FALSE(parses({.slack = 1}));
    CHECK_FALSE(parses({.signatureSizeError = 5, .trailing = 5}));
    CHECK(parses({.innerSize = 0}));
}

TEST_CASE("only certification data types that exist are taken, each in its size")
{
    for (const std::uint16_t type : {0, 1, 2, 3, 5}) CHECK_FALSE(parses({.outerType = type}));
    for (const std::uint16_t type : {0, 6, 7, 8}) CHECK_FALSE(parses({.innerType = type}));
    CHECK(parses({.innerType = 1, .innerSize = 36}));
    CHECK(parses({.innerType = 2, .innerSize = 276}));
    CHECK(parses({.innerType = 3, .innerSize = 404}));
    for (const std::uint16_t type : {1, 2, 3}) CHECK_FALSE(parses({.innerType = type, .innerSize = 100}));
}

TEST_CASE("padding is kept apart and every truncation is refused")
{
    CHECK(parseQuote(build({.trailing = 70}))->trailing == Bytes(70));
    for (const std::uint16_t version : {4, 5}) {
        const Bytes good = build({.version = version});
        for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(parseQuote(BytesView(good).first(size)));
    }
    CHECK_FALSE(parseQuote(Bytes(kMaxQuoteBytes + 1)));
}
