// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/batch_order.h"

#include <algorithm>
#include <numeric>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::learning {

std::uint64_t seedFor(std::uint64_t seed, const std::string& site, std::uint32_t round)
{
    ByteWriter writer;
    writer.text("quorate/v1/batch-order").u64be(seed).lengthPrefixed(asBytes(site)).u32be(round);
    const Digest32 digest = sha256(writer.bytes());
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest.bytes[i];
    return value;
}

BatchOrder::BatchOrder(std::size_t records, std::size_t batchSize, std::uint64_t seed)
    : m_order(records), m_batchSize(batchSize == 0 ? records : batchSize), m_position(records), m_isShuffled(batchSize != 0),
      m_generator(seed)
{
    std::iota(m_order.begin(), m_order.end(), std::int64_t{0});
}

std::size_t BatchOrder::batchesPerPass() const { return (m_order.size() + m_batchSize - 1) / m_batchSize; }

std::span<const std::int64_t> BatchOrder::next()
{
    if (m_position == m_order.size()) {
        if (m_isShuffled) shuffle();
        m_position = 0;
    }
    const std::size_t size = std::min(m_batchSize, m_order.size() - m_position);
    const std::span<const std::int64_t> batch(m_order.data() + m_position, size);
    m_position += size;
    return batch;
}

void BatchOrder::shuffle()
{
    // Not std::shuffle: how it draws differs between standard libraries. Values above the last whole multiple are drawn again.
    for (std::size_t left = m_order.size(); left > 1; --left) {
        const std::uint64_t limit = std::mt19937_64::max() - std::mt19937_64::max() % left;
        std::uint64_t drawn = m_generator();
        while (drawn >= limit) drawn = m_generator();
        std::swap(m_order[left - 1], m_order[static_cast<std::size_t>(drawn % left)]);
    }
}

}  // namespace quorate::learning
