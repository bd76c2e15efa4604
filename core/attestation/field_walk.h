// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::attestation {

/// Walks one piece of evidence from its first byte to its last, naming each stretch once. Whoever walks knows the sizes from
/// a parser that accepted the bytes.
class FieldWalk {
public:
    explicit FieldWalk(BytesView blob) : m_blob(blob) {}

    void add(std::size_t size, const char* name, std::string meaning = {})
    {
        if (size == 0) return;
        m_fields.push_back({m_offset, size, name, toHex(m_blob.subspan(m_offset, size)), std::move(meaning)});
        m_offset += size;
    }
    [[nodiscard]] std::size_t remaining() const { return m_blob.size() - m_offset; }
    std::vector<EvidenceField> take() { return std::move(m_fields); }

private:
    BytesView m_blob;
    std::size_t m_offset = 0;
    std::vector<EvidenceField> m_fields;
};

}  // namespace quorate::attestation
