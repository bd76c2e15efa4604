// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace quorate {

/// One table of a TOML 1.0 file that people write by hand, read strictly: every key has one type, and a key that nobody
/// asked for is an error. All errors are Malformed and name file and line: "site.toml, line 12, threads: want 1 to 256".
/// A read of a key that is not there leaves `out` alone. Copies share the file, and what has been read of it.
class TomlTable {
public:
    /// Malformed unless it is TOML in UTF-8 of at most `maxBytes`.
    static Result<TomlTable> parse(std::string_view text, const std::string& fileName, std::size_t maxBytes);

    [[nodiscard]] bool has(std::string_view key) const;
    Result<void> require(std::string_view key) const;

    /// At most 256 bytes, no control characters.
    Result<void> read(std::string_view key, std::string& out) const;
    Result<void> read(std::string_view key, bool& out) const;
    /// Finite; an integer will do.
    Result<void> read(std::string_view key, double& out) const;
    Result<void> read(std::string_view key, std::uint32_t& out, std::uint32_t least, std::uint32_t most) const;
    /// At most 1024 texts.
    Result<void> read(std::string_view key, std::vector<std::string>& out) const;
    /// A local time ("20:00:00") as time since midnight; seconds must be 0.
    Result<void> read(std::string_view key, std::optional<std::chrono::minutes>& out) const;
    /// A local date; out is its first second in UTC.
    Result<void> read(std::string_view key, std::optional<UtcSeconds>& out) const;
    /// [key] and [[key]], the latter at most 1024.
    Result<std::optional<TomlTable>> table(std::string_view key) const;
    Result<std::vector<TomlTable>> tables(std::string_view key) const;
    /// Key and text of every entry, in alphabetical order; at most 1024.
    Result<std::vector<std::pair<std::string, std::string>>> texts() const;

    /// Malformed when this table, or one inside it, has a key that was not read.
    Result<void> requireAllRead() const;
    /// An error about this key's value, or about the table when it has no such key.
    [[nodiscard]] tl::unexpected<Error> failure(std::string_view key, const std::string& message) const;

private:
    struct Node;
    explicit TomlTable(std::shared_ptr<Node> node) : m_node(std::move(node)) {}
    std::shared_ptr<Node> m_node;
};

}  // namespace quorate
