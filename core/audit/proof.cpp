// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/proof.h"

#include <bit>

namespace quorate::audit {
namespace {

/// Largest power of two below `count`, which is at least 2.
std::uint64_t splitOf(std::uint64_t count) { return std::bit_floor(count - 1); }

Result<void> addNode(Proof& proof, std::uint64_t begin, std::uint64_t end, const LeafHashes& leaves)
{
    TRY_ASSIGN(node, rootOf(begin, end, leaves));
    proof.push_back(toBytes(node.view()));
    return {};
}

std::string hashes(std::size_t count) { return std::to_string(count) + " hashes"; }

Result<std::vector<Digest32>> checkedHashes(const Proof& proof)
{
    std::vector<Digest32> out;
    for (const Bytes& node : proof) {
        auto hash = Digest32::from(node);
        if (!hash) return failAt("hash of a proof", hash.error());
        out.push_back(*hash);
    }
    return out;
}

tl::unexpected<Error> wrongLength(std::size_t count, std::size_t want)
{
    return fail(ErrorKind::Untrusted, "proof has " + hashes(count) + ", want " + std::to_string(want));
}

Digest32 fold(Digest32 seed, std::span<const Digest32> path, std::uint64_t index)
{
    for (const Digest32& sibling : path) {
        seed = (index & 1) != 0 ? nodeHash(sibling, seed) : nodeHash(seed, sibling);
        index >>= 1;
    }
    return seed;
}

/// Siblings along the right edge stand on the left only.
Digest32 foldLeft(Digest32 seed, std::span<const Digest32> path)
{
    for (const Digest32& sibling : path) seed = nodeHash(sibling, seed);
    return seed;
}

/// How many hashes of an inclusion proof lie below the point where the paths to `index` and to the last leaf part.
std::size_t innerLength(std::uint64_t index, std::uint64_t size)
{
    return static_cast<std::size_t>(std::bit_width(index ^ (size - 1)));
}

std::size_t borderLength(std::uint64_t index, std::size_t inner)
{
    return inner >= 64 ? 0 : static_cast<std::size_t>(std::popcount(index >> inner));
}

}  // namespace

Result<Digest32> rootOf(std::uint64_t begin, std::uint64_t end, const LeafHashes& leaves)
{
    CompactTree tree;
    TRY(leaves(begin, end, [&](const Digest32& leaf) { tree.append(leaf); }));
    if (tree.size() != end - begin) {
        return fail(ErrorKind::StorageFailed, "log gave " + std::to_string(tree.size()) + " leaves, want " +
                                                  std::to_string(end - begin));
    }
    return tree.root();
}

Result<Proof> inclusionProof(std::uint64_t index, std::uint64_t size, const LeafHashes& leaves)
{
    if (index >= size) {
        return fail(ErrorKind::Malformed,
                    "entry " + std::to_string(index) + " is not in a tree of " + std::to_string(size));
    }
    Proof proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> siblings;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + splitOf(end - begin);
        if (index < middle) {
            siblings.emplace_back(middle, end);
            end = middle;
        } else {
            siblings.emplace_back(begin, middle);
            begin = middle;
        }
    }
    for (auto sibling = siblings.rbegin(); sibling != siblings.rend(); ++sibling) {
        TRY(addNode(proof, sibling->first, sibling->second, leaves));
    }
    return proof;
}

Result<Proof> consistencyProof(std::uint64_t size1, std::uint64_t size2, const LeafHashes& leaves)
{
    if (size1 < 1 || size1 > size2) {
        return fail(ErrorKind::Malformed, "no consistency from " + std::to_string(size1) + " to " + std::to_string(size2) +
                                              " entries, want 1 or more and not fewer later");
    }
    std::uint64_t begin = 0;
    std::uint64_t end = size2;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> nodes;
    // SUBPROOF of the RFC as a loop: go down until the old tree's edge is the edge of a subtree.
    while (size1 != end) {
        const std::uint64_t middle = begin + splitOf(end - begin);
        if (size1 <= middle) {
            nodes.emplace_back(middle, end);
            end = middle;
        } else {
            nodes.emplace_back(begin, middle);
            begin = middle;
        }
    }
    // The verifier knows the old root itself.
    if (begin != 0) nodes.emplace_back(begin, end);
    Proof proof;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) TRY(addNode(proof, node->first, node->second, leaves));
    return proof;
}

Result<void> verifyInclusion(std::uint64_t index, std::uint64_t size, BytesView leaf, const Proof& proof, BytesView root)
{
    TRY_ASSIGN(leafDigest, Digest32::from(leaf));
    TRY_ASSIGN(rootDigest, Digest32::from(root));
    TRY_ASSIGN(path, checkedHashes(proof));
    if (index >= size) {
        return fail(ErrorKind::Untrusted, "entry " + std::to_string(index) + " cannot be in a tree of " + std::to_string(size));
    }
    const std::size_t inner = innerLength(index, size);
    const std::size_t want = inner + borderLength(index, inner);
    if (path.size() != want) return wrongLength(path.size(), want);
    const std::span<const Digest32> all(path);
    const Digest32 computed = foldLeft(fold(leafDigest, all.first(inner), index), all.subspan(inner));
    if (computed != rootDigest) return fail(ErrorKind::Untrusted, "inclusion proof leads to another root");
    return {};
}

Result<void> verifyConsistency(std::uint64_t size1, std::uint64_t size2, BytesView root1, BytesView root2, const Proof& proof)
{
    TRY_ASSIGN(old, Digest32::from(root1));
    TRY_ASSIGN(now, Digest32::from(root2));
    TRY_ASSIGN(path, checkedHashes(proof));
    if (size1 < 1 || size1 > size2) {
        return fail(ErrorKind::Untrusted, "nothing is consistent from " + std::to_string(size1) + " to " +
                                              std::to_string(size2) + " entries");
    }
    if (size1 == size2) {
        if (!path.empty()) return wrongLength(path.size(), 0);
        if (old != now) return fail(ErrorKind::Untrusted, "two roots for one size");
        return {};
    }
    const bool isPerfect = std::has_single_bit(size1);
    const auto shift = static_cast<std::size_t>(std::countr_zero(size1));
    const std::size_t innerOfLeaf = innerLength(size1 - 1, size2);
    const std::size_t inner = innerOfLeaf - shift;
    const std::size_t want = (isPerfect ? 0 : 1) + inner + borderLength(size1 - 1, innerOfLeaf);
    if (path.size() != want) return wrongLength(path.size(), want);
    const std::span<const Digest32> all(path);
    const Digest32 seed = isPerfect ? old : path[0];
    const std::span<const Digest32> rest = all.subspan(isPerfect ? 0 : 1);
    const std::uint64_t edge = (size1 - 1) >> shift;
    // To the old root only those lead that stand left of the old tree's edge.
    Digest32 oldRoot = seed;
    for (std::size_t i = 0; i < inner; ++i) {
        if (((edge >> i) & 1) != 0) oldRoot = nodeHash(rest[i], oldRoot);
    }
    oldRoot = foldLeft(oldRoot, rest.subspan(inner));
    if (oldRoot != old) return fail(ErrorKind::Untrusted, "consistency proof does not lead to the older root");
    const Digest32 newRoot = foldLeft(fold(seed, rest.first(inner), edge), rest.subspan(inner));
    if (newRoot != now) return fail(ErrorKind::Untrusted, "consistency proof does not lead to the newer root");
    return {};
}

}  // namespace quorate::audit
