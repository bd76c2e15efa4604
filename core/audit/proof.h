// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/audit/merkle.h"

namespace quorate::audit {

/// Node hashes in the order of RFC 9162 sections 2.1.3.1 and 2.1.4.1, as they came: verification checks their lengths.
using Proof = std::vector<Bytes>;

/// Calls back with the leaf hashes of [begin, end), in order.
using LeafHashes =
    std::function<Result<void>(std::uint64_t begin, std::uint64_t end, const std::function<void(const Digest32&)>& each)>;

/// Root of the leaves [begin, end) as a tree of their own; time linear in their number, memory logarithmic.
Result<Digest32> rootOf(std::uint64_t begin, std::uint64_t end, const LeafHashes& leaves);

/// Malformed unless index < size.
Result<Proof> inclusionProof(std::uint64_t index, std::uint64_t size, const LeafHashes& leaves);
/// Malformed unless 1 <= size1 <= size2.
Result<Proof> consistencyProof(std::uint64_t size1, std::uint64_t size2, const LeafHashes& leaves);

/// RFC 9162 section 2.1.3.2. Untrusted when the proof does not lead from the leaf to the root; Malformed for a hash that is
/// not 32 bytes.
Result<void> verifyInclusion(std::uint64_t index, std::uint64_t size, BytesView leaf, const Proof& proof, BytesView root);
/// RFC 9162 section 2.1.4.2, and 1 <= size1 <= size2: an empty tree is consistent with everything and so proves nothing.
Result<void> verifyConsistency(std::uint64_t size1, std::uint64_t size2, BytesView root1, BytesView root2, const Proof& proof);

}  // namespace quorate::audit
