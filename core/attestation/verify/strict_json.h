// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace quorate::attestation {

class JsonValue;

inline constexpr std::size_t kMaxJsonBytes = 1024 * 1024;

/// A JSON text, read in one pass into two buffers: collateral is read once for each platform, and a map for each object
/// costs as much as checking its signature.
class StrictJson {
public:
    /// Malformed unless `text` is one JSON value of at most `maxBytes` and 16 levels, of which `levelsAbove` are around it,
    /// in which no object repeats a member.
    static Result<StrictJson> parse(std::string_view text, std::size_t maxBytes, std::size_t levelsAbove = 0);

    [[nodiscard]] JsonValue root() const;

private:
    friend class JsonValue;
    class Builder;

    enum class Kind : std::uint8_t { Object, Array, Text, Number, Other };
    struct Part {
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };
    /// Values stand before what they hold, so `end` is also the next one beside it.
    struct Node {
        Kind kind = Kind::Other;
        Part key{};
        Part text{};
        std::uint64_t number = 0;
        std::uint32_t count = 0;  ///< Of elements or members.
        std::uint32_t end = 0;    ///< Index behind the last value inside.
    };

    [[nodiscard]] std::string_view view(const Part& part) const { return std::string_view(m_texts).substr(part.offset, part.size); }

    std::vector<Node> m_nodes;
    std::string m_texts;  ///< Names and strings, unescaped.
};

/// One value of a StrictJson, which must outlive it.
class JsonValue {
public:
    [[nodiscard]] bool isObject() const { return node().kind == StrictJson::Kind::Object; }
    [[nodiscard]] bool isArray() const { return node().kind == StrictJson::Kind::Array; }
    /// Empty when there is no such member, or this is no object.
    [[nodiscard]] std::optional<JsonValue> member(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> text() const;      ///< Strings only.
    [[nodiscard]] std::optional<std::uint64_t> number() const;       ///< Integers that are not negative.
    [[nodiscard]] std::size_t size() const { return node().count; }  ///< Elements or members; 0 of anything else.
    [[nodiscard]] std::vector<JsonValue> elements() const;           ///< In their order; none unless this is an array.

private:
    friend class StrictJson;
    JsonValue(const StrictJson& document, std::size_t index) : m_document(&document), m_index(index) {}
    [[nodiscard]] const StrictJson::Node& node() const { return m_document->m_nodes[m_index]; }

    const StrictJson* m_document;
    std::size_t m_index;
};

/// Malformed as StrictJson::parse says.
Result<void> checkStrictJson(std::string_view text, std::size_t maxBytes = kMaxJsonBytes);

}  // namespace quorate::attestation
