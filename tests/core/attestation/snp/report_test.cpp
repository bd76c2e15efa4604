// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/snp/report.h"
#include "core/base/byte_reader.h"

using namespace quorate;
using namespace quorate::attestation::snp;

namespace {

/// A report of this version with every reserved range zero and nothing else set.
Bytes emptyReport(std::uint8_t version)
{
    Bytes out(kReportBytes);
    out[0] = version;
    out[0x0a] = 0x02;  // GUEST_POLICY bit 17
    out[0x34] = 1;     // SIGNATURE_ALGO
    return out;
}

struct Range {
    std::size_t from;
    std::size_t to;
};

bool accepts(Bytes bytes, std::size_t at, std::uint8_t value)
{
    bytes[at] = value;
    return parseReport(bytes).has_value();
}

}  // namespace

TEST_CASE("versions 2 to 5 parse, others do not")
{
    for (int version = 0; version < 256; ++version) {
        CHECK(parseReport(emptyReport(static_cast<std::uint8_t>(version))).has_value() ==
              (version >= 2 && version <= 5));
    }
}

TEST_CASE("a non-zero byte in any reserved range is refused, and 0x330 to 0x49F is one though unsigned")
{
    const std::vector<Range> always = {{0x49, 0x50}, {0x18b, 0x1a0}, {0x1eb, 0x1ec}, {0x1ef, 0x1f0},
                                       {0x208, 0x2a0}, {0x2d0, 0x2e8}, {0x318, 0x330}, {0x330, 0x4a0}};
    for (std::uint8_t version = 2; version <= 5; ++version) {
        std::vector<Range> ranges = always;
        if (version == 2) ranges.push_back({0x188, 0x18b});
        if (version < 5) ranges.push_back({0x1f8, 0x208});
        std::vector<bool> reserved(kReportBytes);
        for (const Range& range : ranges) {
            for (std::size_t i = range.from; i < range.to; ++i) reserved[i] = true;
        }
        const Bytes report = emptyReport(version);
        // A digest of an author key is content only beside its flag.
        for (std::size_t i = 0x110; i < 0x140; ++i) reserved[i] = true;
        for (std::size_t i = 0x50; i < kReportBytes; ++i) CHECK_MESSAGE(accepts(report, i, 0x80) == !reserved[i], i);
        for (std::size_t i = 0x49; i < 0x50; ++i) CHECK_FALSE(accepts(report, i, 1));
    }
}

TEST_CASE("guest policy, VMPL, algorithm and key flags outside their range are refused")
{
    const Bytes report = emptyReport(3);
    CHECK_FALSE(accepts(report, 0x0a, 0x00));
    CHECK_FALSE(accepts(report, 0x0b, 0x04));
    CHECK(accepts(report, 0x0b, 0x03));
    CHECK_FALSE(accepts(report, 0x0f, 0x80));
    CHECK(accepts(report, 0x30, 3));
    CHECK_FALSE(accepts(report, 0x30, 4));
    CHECK_FALSE(accepts(report, 0x34, 0));
    CHECK_FALSE(accepts(report, 0x34, 2));
    CHECK(accepts(report, 0x48, 0x06));
    CHECK_FALSE(accepts(report, 0x48, 0x07));
    Bytes author = report;
    author[0x13f] = 1;
    CHECK(accepts(author, 0x48, 0x07));
    CHECK(parseReport(author).error().message == "report: AUTHOR_KEY_EN is clear beside an AUTHOR_KEY_DIGEST");
    for (const std::uint8_t flags : {0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x80})
        CHECK_FALSE(accepts(report, 0x48, flags));
}

TEST_CASE("only 1184 bytes are a report")
{
    Bytes report = emptyReport(3);
    for (std::size_t size = 0; size < report.size(); size += 7) CHECK_FALSE(parseReport(BytesView(report).first(size)));
    report.push_back(0);
    CHECK_FALSE(parseReport(report));
    const Bytes azure = toBytes("HCLA");
    CHECK(parseReport(azure).error().message.find("Azure") != std::string::npos);
}

TEST_CASE("a TCB is read in its product's layout and compared component by component")
{
    const TcbBytes turin{{1, 3, 2, 5, 0, 0, 0, 97}};
    CHECK(decodeTcb(Product::Turin, turin) == TcbParts{.fmc = 1, .bootLoader = 3, .tee = 2, .snp = 5, .microcode = 97});
    CHECK(encodeTcb(Product::Turin, decodeTcb(Product::Turin, turin)) == turin);
    const TcbBytes milan{{4, 1, 0, 0, 0, 0, 24, 219}};
    CHECK(decodeTcb(Product::Milan, milan) ==
          TcbParts{.fmc = 0, .bootLoader = 4, .tee = 1, .snp = 24, .microcode = 219});
    CHECK(encodeTcb(Product::Genoa, decodeTcb(Product::Genoa, milan)) == milan);
    CHECK_FALSE(hasReservedTcbBits(Product::Genoa, milan));
    CHECK(hasReservedTcbBits(Product::Turin, milan));
    CHECK(hasReservedTcbBits(Product::Milan, {{4, 1, 1, 0, 0, 0, 24, 219}}));
    CHECK(hasReservedTcbBits(Product::Turin, {{1, 3, 2, 5, 0, 0, 1, 97}}));
    const TcbParts low{.fmc = 0, .bootLoader = 4, .tee = 0, .snp = 23, .microcode = 219};
    const TcbParts mixed{.fmc = 0, .bootLoader = 3, .tee = 9, .snp = 99, .microcode = 255};
    CHECK(low.isAtMost(low));
    CHECK_FALSE(low.isAtMost(mixed));
    CHECK_FALSE(mixed.isAtMost(low));
}

TEST_CASE("family and model name the product, and an unknown one has none")
{
    const auto productOf = [](std::uint8_t family, std::uint8_t model) {
        Bytes report = emptyReport(3);
        report[0x188] = family;
        report[0x189] = model;
        return parseReport(report)->productByCpuid();
    };
    CHECK(productOf(0x19, 0x01) == Product::Milan);
    CHECK(productOf(0x19, 0x11) == Product::Genoa);
    CHECK(productOf(0x19, 0xa0) == Product::Genoa);
    CHECK(productOf(0x1a, 0x02) == Product::Turin);
    CHECK(productOf(0x1a, 0x11) == Product::Turin);
    CHECK_FALSE(productOf(0x1a, 0x12));
    CHECK_FALSE(productOf(0x1a, 0x50));
    CHECK_FALSE(productOf(0x19, 0x20));
    CHECK_FALSE(productOf(0x17, 0x31));
}
