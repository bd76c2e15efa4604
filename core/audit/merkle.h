// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/bytes.h"

namespace quorate::audit {

/// SHA-256(0x00 ‖ leaf), RFC 9162 section 2.1.1.
Digest32 leafHash(BytesView leaf);
/// SHA-256(0x01 ‖ left ‖ right).
Digest32 nodeHash(const Digest32& left, const Digest32& right);
/// Root of the tree without leaves: SHA-256 of nothing.
Digest32 emptyRoot();

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first. Everything needed to append and to
/// know the root, in memory logarithmic in the number of leaves.
class CompactTree {
public:
    CompactTree() = default;
    /// `nodes` must be as many as `size` has bits set.
    static Result<CompactTree> restore(std::uint64_t size, std::vector<Digest32> nodes);
    /// u64 big-endian size ‖ nodes.
    static Result<CompactTree> parse(BytesView bytes);
    [[nodiscard]] Bytes serialise() const;

    void append(const Digest32& leaf);
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    [[nodiscard]] Digest32 root() const;
    [[nodiscard]] const std::vector<Digest32>& nodes() const { return m_nodes; }
    bool operator==(const CompactTree&) const = default;

private:
    std::uint64_t m_size = 0;
    std::vector<Digest32> m_nodes;
};

}  // namespace quorate::audit
