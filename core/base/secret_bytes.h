// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

namespace quorate {

/// Bytes that move, never copy, wipe themselves and cannot be printed. `expose()` is the one door: grep for it.
class SecretBytes {
public:
    SecretBytes() = default;
    /// Takes the content and leaves `bytes` empty; the caller keeps no copy.
    explicit SecretBytes(Bytes&& bytes) : m_bytes(std::move(bytes)) { bytes.clear(); }
    explicit SecretBytes(std::size_t sizeBytes) : m_bytes(sizeBytes) {}
    static SecretBytes copyOf(BytesView view) { return SecretBytes(toBytes(view)); }

    SecretBytes(SecretBytes&& other) noexcept : m_bytes(std::move(other.m_bytes)) { other.m_bytes.clear(); }
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { wipe(); }

    [[nodiscard]] BytesView expose() const { return m_bytes; }
    [[nodiscard]] std::span<std::uint8_t> exposeMutable() { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }
    [[nodiscard]] bool empty() const { return m_bytes.empty(); }
    [[nodiscard]] bool equals(BytesView other) const { return equalConstantTime(m_bytes, other); }
    void wipe();

private:
    Bytes m_bytes;
};

}  // namespace quorate
