// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/safetensors.h"

#include <cmath>
#include <doctest/doctest.h>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

using namespace quorate;
using namespace quorate::learning;

namespace {

ModelWeights sample()
{
    return {{{"linear.weight", {1, 3}}, {"linear.bias", {1}}}, {0.5F, -1.25F, 3.0F, 0.125F}};
}

Bytes file(const std::string& header, std::size_t dataBytes)
{
    ByteWriter writer;
    return writer.u64le(header.size()).text(header).zeros(dataBytes).take();
}

const std::string kTensor = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";

}  // namespace

TEST_CASE("weights survive the format, and the bytes are the ones that the format prescribes")
{
    const auto bytes = encodeSafetensors(sample());
    REQUIRE(bytes.has_value());
    const std::string header = R"({"linear.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]},)"
                               R"("linear.bias":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}})";
    const std::size_t padded = (header.size() + 7) / 8 * 8;
    CHECK(ByteReader(*bytes, "file").u64le("length").value() == padded);
    CHECK(asText(BytesView(*bytes).subspan(8, header.size())) == header);
    CHECK(bytes->size() == 8 + padded + 16);
    const auto decoded = decodeSafetensors(*bytes);
    REQUIRE(decoded.has_value());
    CHECK(*decoded == sample());
    CHECK(digestOf(sample()).value() == sha256(*bytes));
}

TEST_CASE("a file that another program wrote is read in the order of its bytes")
{
    const std::string header = R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":)" +
                               kTensor + "}   ";
    const auto decoded = decodeSafetensors(file(header, 12));
    REQUIRE(decoded.has_value());
    CHECK(decoded->tensors == ModelManifest{{"a", {2}}, {"b", {1}}});
}

TEST_CASE("one changed bit of a value changes the digest")
{
    ModelWeights changed = sample();
    changed.values[3] = std::nextafter(changed.values[3], 1.0F);
    CHECK(digestOf(changed).value() != digestOf(sample()).value());
    changed = sample();
    changed.tensors[1].name = "bias";
    CHECK(digestOf(changed).value() != digestOf(sample()).value());
}

TEST_CASE("a hostile file is refused")
{
    struct Row {
        const char* expected;
        Bytes bytes;
    };
    ByteWriter hugeLength;
    hugeLength.u64le(~0ULL).text("{}");
    ByteWriter longLength;
    longLength.u64le(1000).text("{}");
    const Row rows[] = {
        {"header length", {}},
        {"header is 18446744073709551615 bytes", hugeLength.bytes()},
        {"header", longLength.bytes()},
        {"does not begin with {", file("", 0)},
        {"does not begin with {", file(" {}", 0)},
        {"text is not JSON", file("{", 0)},
        {"text is not JSON", file("{}x", 0)},
        {"holds a NUL", file(R"({"a":)" + kTensor + "}" + '\0' + "x", 8)},
        {"names something twice", file(R"({"a":)" + kTensor + R"(,"a":)" + kTensor + "}", 8)},
        {"names something twice", file(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8)},
        {"not exactly dtype", file(R"({"a":[]})", 8)},
        {"nested deeper than 3 levels", file(R"({"a":{"dtype":{"b":{}}}})", 8)},
        {"dtype is not F32", file(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8)},
        {"dtype is not F32", file(R"({"a":{"x":"F32","shape":[2],"data_offsets":[0,8]}})", 8)},
        {"shape is not an array", file(R"({"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})", 8)},
        {"shape has what is no natural", file(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8)},
        {"shape has what is no natural", file(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8)},
        {"larger than the file", file(R"({"a":{"dtype":"F32","shape":[4294967296,4294967298],"data_offsets":[0,8]}})", 8)},
        {"or zero", file(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 8)},
        {"a tensor is 8 bytes, want 12", file(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 12)},
        {"data_offsets are outside", file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8)},
        {"data_offsets are outside", file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}})", 8)},
        {"data_offsets are outside", file(R"({"a":)" + kTensor + "}", 4)},
        {"tensors take 8 bytes, but there are 9", file(R"({"a":)" + kTensor + "}", 9)},
        {"overlap or leave a gap", file(R"({"a":)" + kTensor + R"(,"b":)" + kTensor + "}", 8)},
        {"overlap or leave a gap", file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8)},
        {"__metadata__ is not", file(R"({"__metadata__":{"a":1},"a":)" + kTensor + "}", 8)},
        {"name is empty", file(R"({"":)" + kTensor + "}", 8)},
        {"name is empty", file(R"({")" + std::string(300, 'n') + R"(":)" + kTensor + "}", 8)},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        const auto result = decodeSafetensors(row.bytes);
        REQUIRE_FALSE(result.has_value());
        CAPTURE(result.error().message);
        CHECK(result.error().kind == ErrorKind::Malformed);
        CHECK(result.error().message.find(row.expected) != std::string::npos);
    }
}

TEST_CASE("no truncation of a file is read")
{
    const Bytes bytes = encodeSafetensors(sample()).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(decodeSafetensors(BytesView(bytes).first(size)).has_value());
    }
}

TEST_CASE("weights whose values are not as many as their tensors say are not written")
{
    ModelWeights weights = sample();
    weights.values.pop_back();
    CHECK_FALSE(encodeSafetensors(weights).has_value());
    CHECK_FALSE(digestOf(weights).has_value());
}
