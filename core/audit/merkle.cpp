// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/merkle.h"

#include <bit>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/crypto/openssl_handles.h"

namespace quorate::audit {
namespace {

/// One fetched algorithm and one context, used again for every hash: for short inputs, looking both up anew costs more than
/// the hashing itself.
class TreeHasher {
public:
    TreeHasher() { EVP_DigestInit_ex(m_context.get(), m_algorithm.get(), nullptr); }

    Digest32 hash(std::uint8_t prefix, BytesView first, BytesView second)
    {
        Digest32 out;
        EVP_DigestInit_ex(m_context.get(), nullptr, nullptr);
        EVP_DigestUpdate(m_context.get(), &prefix, 1);
        EVP_DigestUpdate(m_context.get(), first.data(), first.size());
        if (!second.empty()) EVP_DigestUpdate(m_context.get(), second.data(), second.size());
        EVP_DigestFinal_ex(m_context.get(), out.bytes.data(), nullptr);
        return out;
    }

private:
    std::unique_ptr<EVP_MD, openssl::Deleter<EVP_MD_free>> m_algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    openssl::MdCtxPtr m_context{EVP_MD_CTX_new()};
};

TreeHasher& hasher()
{
    thread_local TreeHasher instance;
    return instance;
}

}  // namespace

Digest32 leafHash(BytesView leaf) { return hasher().hash(0x00, leaf, {}); }
Digest32 nodeHash(const Digest32& left, const Digest32& right) { return hasher().hash(0x01, left.view(), right.view()); }
Digest32 emptyRoot() { return sha256({}); }

Result<CompactTree> CompactTree::restore(std::uint64_t size, std::vector<Digest32> nodes)
{
    const auto want = static_cast<std::size_t>(std::popcount(size));
    if (nodes.size() != want) {
        return fail(ErrorKind::Malformed, "tree of " + std::to_string(size) + " leaves comes with " +
                                              std::to_string(nodes.size()) + " nodes, want " + std::to_string(want));
    }
    CompactTree out;
    out.m_size = size;
    out.m_nodes = std::move(nodes);
    return out;
}

Result<CompactTree> CompactTree::parse(BytesView bytes)
{
    ByteReader reader(bytes, "tree");
    TRY_ASSIGN(size, reader.u64be("size"));
    std::vector<Digest32> nodes;
    for (int i = std::popcount(size); i > 0; --i) {
        TRY_ASSIGN(node, reader.takeFixed<32>("node"));
        nodes.push_back(node);
    }
    TRY(reader.end());
    return restore(size, std::move(nodes));
}

Bytes CompactTree::serialise() const
{
    ByteWriter out;
    out.u64be(m_size);
    for (const Digest32& node : m_nodes) out.raw(node.view());
    return out.take();
}

void CompactTree::append(const Digest32& leaf)
{
    Digest32 node = leaf;
    for (std::uint64_t rest = m_size; (rest & 1) != 0; rest >>= 1) {
        node = nodeHash(m_nodes.back(), node);
        m_nodes.pop_back();
    }
    m_nodes.push_back(node);
    ++m_size;
}

Digest32 CompactTree::root() const
{
    if (m_nodes.empty()) return emptyRoot();
    Digest32 root = m_nodes.back();
    for (auto node = m_nodes.rbegin() + 1; node != m_nodes.rend(); ++node) root = nodeHash(*node, root);
    return root;
}

}  // namespace quorate::audit
