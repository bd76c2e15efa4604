// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/update_file.h"

#include <doctest/doctest.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/study/update_digest.h"

using namespace quorate;
using study::UpdateFile;

namespace {

Bytes fileOf(std::string_view header, std::size_t valueBytes)
{
    ByteWriter out;
    out.u64le(header.size()).text(header);
    for (std::size_t i = 0; i < valueBytes; ++i) out.u8(static_cast<std::uint8_t>(i * 7));
    return out.take();
}

}  // namespace

TEST_CASE("an update's file is taken apart and hashed chunk by chunk")
{
    const Bytes bytes = fileOf("{}", study::kUpdateChunkBytes + 3);
    const auto file = UpdateFile::of(bytes).value();
    CHECK(toBytes(file.header()) == toBytes(BytesView(bytes).first(10)));
    CHECK(toBytes(file.values()) == toBytes(BytesView(bytes).subspan(10)));
    REQUIRE(file.chunkDigests().size() == 2);
    CHECK(file.chunkDigests()[0] == sha256(BytesView(bytes).subspan(10, study::kUpdateChunkBytes)));
    CHECK(file.chunkDigests()[1] == sha256(BytesView(bytes).last(3)));
    CHECK(file.digest() == study::updateDigest(file.header(), file.values().size(), file.chunkDigests()));
}

TEST_CASE("an update without values has a header and no chunk")
{
    const auto file = UpdateFile::of(fileOf("{}", 0)).value();
    CHECK(file.values().empty());
    CHECK(file.chunkDigests().empty());
}

TEST_CASE("a file that ends inside its header is no update")
{
    const Bytes whole = fileOf("{\"w\":1}", 0);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(UpdateFile::of(toBytes(BytesView(whole).first(size))).error().kind == ErrorKind::Malformed);
    }
    CHECK(UpdateFile::of(whole));
    CHECK(UpdateFile::of(Bytes(8, 0xFF)).error().kind == ErrorKind::Malformed);
}
