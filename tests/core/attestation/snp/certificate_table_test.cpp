// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/snp/certificate_table.h"
#include "core/base/byte_reader.h"

using namespace quorate;
using namespace quorate::attestation::snp;

namespace {

const CertificateTable kTwo{{kGuidVcek, {1, 2, 3}}, {kGuidArk, {4, 5}}};

/// One entry with these numbers, a terminator, and `tail` bytes of 0xaa.
Bytes oneEntry(std::uint32_t offset, std::uint32_t length, std::size_t tail)
{
    ByteWriter writer;
    writer.raw(*parseHex("63da758de6644564adc5f4b93be8accd")).u32le(offset).u32le(length).zeros(24);
    Bytes out = writer.take();
    out.resize(out.size() + tail, 0xaa);
    return out;
}

}  // namespace

TEST_CASE("a table that was encoded reads back, and slack behind it is ignored")
{
    Bytes bytes = encodeCertificateTable(kTwo);
    CHECK(*parseCertificateTable(bytes) == kTwo);
    bytes.resize(4096);
    CHECK(*parseCertificateTable(bytes) == kTwo);
    CHECK(parseCertificateTable({})->empty());
    CHECK(parseCertificateTable(Bytes(24))->empty());
    CHECK(parseCertificateTable(oneEntry(48, 7, 7))->at(kGuidVcek) == Bytes(7, 0xaa));
}

TEST_CASE("a table that lies about its sizes is refused")
{
    CHECK_FALSE(parseCertificateTable(oneEntry(48, 8, 7)));
    CHECK_FALSE(parseCertificateTable(oneEntry(47, 7, 7)));
    CHECK_FALSE(parseCertificateTable(oneEntry(0, 7, 7)));
    CHECK_FALSE(parseCertificateTable(oneEntry(56, 0, 7)));
    CHECK_FALSE(parseCertificateTable(oneEntry(0xfffffff8, 16, 7)));
    CHECK_FALSE(parseCertificateTable(oneEntry(52, 0xffffffff, 7)));
    CHECK_FALSE(parseCertificateTable(Bytes(kMaxTableBytes + 1)));
}

TEST_CASE("a table without its terminator, with too many entries or a repeated GUID is refused")
{
    const Bytes good = encodeCertificateTable(kTwo);
    for (std::size_t size = 1; size < good.size(); ++size) {
        CHECK_MESSAGE(!parseCertificateTable(BytesView(good).first(size)), size);
    }
    ByteWriter repeated;
    for (int i = 0; i < 2; ++i) repeated.raw(BytesView(good).first(16)).u32le(72).u32le(0);
    CHECK_FALSE(parseCertificateTable(repeated.zeros(24).bytes()));
    CHECK_FALSE(parseCertificateTable(Bytes(24 * 40, 1)));
}
