// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/byte_reader.h"
#include "core/base/json_text.h"
#include "core/crypto/digest.h"

namespace quorate::learning {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in memory");
static_assert(sizeof(float) == 4);

constexpr const char* kMetadata = "__metadata__";

struct PlacedTensor {
    TensorSpec spec;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

tl::unexpected<Error> malformed(const std::string& message)
{
    return fail(ErrorKind::Malformed, "safetensors: " + message);
}

/// A tensor has three members; twice as many names leave room for metadata.
JsonLimits jsonLimitsOf(const SafetensorsLimits& limits) { return {.levels = 3, .names = 8 * limits.tensors}; }

Result<json> parseHeader(BytesView bytes, const SafetensorsLimits& limits)
{
    if (bytes.empty() || bytes.front() != '{') return malformed("header does not begin with {");
    if (const auto checked = checkJson(asText(bytes), jsonLimitsOf(limits)); !checked) return failAt("safetensors", checked.error());
    return json::parse(bytes.begin(), bytes.end(), nullptr, false);
}

Result<std::vector<std::uint64_t>> parseNumbers(const json& tensor, const char* key, std::size_t limit)
{
    const auto found = tensor.find(key);
    if (found == tensor.end() || !found->is_array() || found->size() > limit) {
        return malformed(std::string("a tensor's ") + key + " is not an array of at most " + std::to_string(limit));
    }
    std::vector<std::uint64_t> numbers;
    for (const json& item : *found) {
        if (!item.is_number_unsigned()) return malformed(std::string("a tensor's ") + key + " has what is no natural number");
        numbers.push_back(item.get<std::uint64_t>());
    }
    return numbers;
}

Result<PlacedTensor> parseTensor(const std::string& name, const json& tensor, std::uint64_t dataBytes,
                                 const SafetensorsLimits& limits)
{
    if (name.empty() || name.size() > limits.nameBytes) {
        return malformed("a tensor's name is empty or longer than " + std::to_string(limits.nameBytes) + " bytes");
    }
    if (!tensor.is_object() || tensor.size() != 3) return malformed("a tensor has not exactly dtype, shape and data_offsets");
    const auto type = tensor.find("dtype");
    if (type == tensor.end() || *type != "F32") return malformed("a tensor's dtype is not F32");
    PlacedTensor placed;
    placed.spec.name = name;
    TRY_ASSIGN(shape, parseNumbers(tensor, "shape", limits.dimensions));
    TRY_ASSIGN(offsets, parseNumbers(tensor, "data_offsets", 2));
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
        return malformed("a tensor's data_offsets are outside the file");
    }
    std::uint64_t elements = 1;
    for (const std::uint64_t dimension : shape) {
        // Bounded by the bytes that are there, so the product cannot overflow.
        if (dimension == 0 || dimension > dataBytes || elements > dataBytes / dimension) {
            return malformed("a tensor's shape is larger than the file, or zero");
        }
        elements *= dimension;
    }
    if (elements * sizeof(float) != offsets[1] - offsets[0]) {
        return malformed("a tensor is " + std::to_string(offsets[1] - offsets[0]) + " bytes, want " +
                         std::to_string(elements * sizeof(float)));
    }
    placed.spec.shape = std::move(shape);
    placed.begin = offsets[0];
    placed.end = offsets[1];
    return placed;
}

Result<void> checkMetadata(const json& metadata)
{
    const bool isText = metadata.is_object() && std::all_of(metadata.begin(), metadata.end(), [](const json& v) { return v.is_string(); });
    if (!isText) return malformed("__metadata__ is not an object of strings");
    return {};
}

Result<ModelManifest> parseManifest(const json& header, std::uint64_t dataBytes, const SafetensorsLimits& limits)
{
    std::vector<PlacedTensor> placed;
    for (const auto& [name, value] : header.items()) {
        if (name == kMetadata) {
            TRY(checkMetadata(value));
            continue;
        }
        if (placed.size() == limits.tensors) {
            return malformed("more than " + std::to_string(limits.tensors) + " tensors");
        }
        TRY_ASSIGN(tensor, parseTensor(name, value, dataBytes, limits));
        placed.push_back(std::move(tensor));
    }
    std::sort(placed.begin(), placed.end(), [](const PlacedTensor& a, const PlacedTensor& b) { return a.begin < b.begin; });
    ModelManifest manifest;
    std::uint64_t end = 0;
    for (PlacedTensor& tensor : placed) {
        if (tensor.begin != end) return malformed("tensors overlap or leave a gap");
        end = tensor.end;
        manifest.push_back(std::move(tensor.spec));
    }
    if (end != dataBytes) {
        return malformed("tensors take " + std::to_string(end) + " bytes, but there are " + std::to_string(dataBytes));
    }
    return manifest;
}

BytesView bytesOf(const std::vector<float>& values)
{
    return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)};
}

}  // namespace

Result<Bytes> encodeSafetensorsHeader(const ModelManifest& manifest)
{
    // Written by hand: the order of keys is part of the bytes that are hashed.
    std::string header = "{";
    std::uint64_t offset = 0;
    for (const TensorSpec& tensor : manifest) {
        const std::uint64_t end = offset + tensor.elements() * sizeof(float);
        const std::string name = json(tensor.name).dump(-1, ' ', true, json::error_handler_t::replace);
        header += (header.size() > 1 ? "," : "") + name + R"(:{"dtype":"F32","shape":)" + json(tensor.shape).dump() +
                  R"(,"data_offsets":[)" + std::to_string(offset) + "," + std::to_string(end) + "]}";
        offset = end;
    }
    header += "}";
    header.append((8 - header.size() % 8) % 8, ' ');
    ByteWriter writer;
    return writer.u64le(header.size()).text(header).take();
}

Result<Bytes> encodeSafetensors(const ModelWeights& weights)
{
    if (weights.values.size() != elementsOf(weights.tensors)) {
        return malformed(std::to_string(weights.values.size()) + " values, want " +
                         std::to_string(elementsOf(weights.tensors)));
    }
    TRY_ASSIGN(bytes, encodeSafetensorsHeader(weights.tensors));
    const BytesView values = bytesOf(weights.values);
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

Result<BytesView> safetensorsHeaderOf(BytesView bytes, const SafetensorsLimits& limits)
{
    ByteReader reader(bytes, "safetensors");
    TRY_ASSIGN(headerBytes, reader.u64le("header length"));
    if (headerBytes > limits.headerBytes) {
        return malformed("header is " + std::to_string(headerBytes) + " bytes, want at most " +
                         std::to_string(limits.headerBytes));
    }
    TRY(reader.take(static_cast<std::size_t>(headerBytes), "header"));
    return bytes.first(reader.offset());
}

Result<ModelManifest> decodeSafetensorsHeader(BytesView bytes, std::uint64_t valueBytes, const SafetensorsLimits& limits)
{
    TRY_ASSIGN(whole, safetensorsHeaderOf(bytes, limits));
    if (whole.size() != bytes.size()) return malformed("header has " + std::to_string(bytes.size() - whole.size()) + " bytes behind it");
    TRY_ASSIGN(header, parseHeader(whole.subspan(sizeof(std::uint64_t)), limits));
    return parseManifest(header, valueBytes, limits);
}

Result<ModelWeights> decodeSafetensors(BytesView bytes, const SafetensorsLimits& limits)
{
    TRY_ASSIGN(header, safetensorsHeaderOf(bytes, limits));
    const BytesView data = bytes.subspan(header.size());
    TRY_ASSIGN(manifest, decodeSafetensorsHeader(header, data.size(), limits));
    ModelWeights weights;
    weights.values.resize(data.size() / sizeof(float));
    if (!data.empty()) std::memcpy(weights.values.data(), data.data(), data.size());
    weights.tensors = std::move(manifest);
    return weights;
}

Result<Digest32> digestOf(const ModelWeights& weights)
{
    if (weights.values.size() != elementsOf(weights.tensors)) {
        return malformed("values and tensors do not match");
    }
    TRY_ASSIGN(header, encodeSafetensorsHeader(weights.tensors));
    Sha256 digest;
    digest.update(header).update(bytesOf(weights.values));
    return digest.finish();
}

}  // namespace quorate::learning
