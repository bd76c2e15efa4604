// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <variant>

#include "core/audit/log.h"
#include "core/crypto/dsse.h"

/// The lines of an export, each a JSON object in the one form that is written (docs/formats/audit-log.md). Used by export.cpp
/// and its verifier only.
namespace quorate::audit::lines {

struct Header {
    std::string origin;
};
struct Root {
    Bytes spki;
};
struct Roster {
    dsse::Envelope envelope;
};
struct Key {
    NoteKey key;
};
struct End {
    std::uint64_t entries = 0;
    std::uint64_t checkpoints = 0;
};
using Line = std::variant<Header, Root, Roster, Key, StoredLeaf, SignedCheckpoint, End>;

/// Without the newline.
std::string write(const Header& header);
std::string write(const Root& root);
std::string write(const Roster& roster);
std::string write(const Key& key);
std::string write(const StoredLeaf& leaf);
std::string write(const SignedCheckpoint& checkpoint);
std::string write(const End& end);

inline constexpr std::size_t kMaxLineBytes = 3 * 1024 * 1024;

/// Malformed for whatever `write` would not have written, byte for byte.
Result<Line> parse(std::string_view line);

/// Lines of a stream, one at a time, in a buffer that holds no more than the longest.
class Reader {
public:
    explicit Reader(std::istream& in) : m_in(in) {}
    /// Empty at the end. Malformed for a line that is too long or has no newline; StorageFailed when reading fails. The text
    /// lives until the next call.
    Result<std::optional<std::string_view>> next();
    [[nodiscard]] std::uint64_t number() const { return m_number; }  ///< Of the line read last, from 1.

private:
    std::istream& m_in;
    std::string m_buffer;
    std::size_t m_begin = 0;
    std::uint64_t m_number = 0;
};

}  // namespace quorate::audit::lines
