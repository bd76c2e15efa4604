// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/attestation/eventlog/event_log.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::tests {

/// A CCEL event by event, right or wrong as the test wants it.
class EventLogWriter {
public:
    struct Algorithm {
        std::uint16_t id = 0;
        std::uint16_t size = 0;
    };

    explicit EventLogWriter(std::vector<Algorithm> algorithms = {{attestation::eventlog::kAlgorithmSha384, 48}},
                            std::string_view signature = "Spec ID Event03")
    {
        ByteWriter specId;
        specId.text(signature).u8(0).u32le(0).u8(0).u8(2).u8(0).u8(2).u32le(static_cast<std::uint32_t>(algorithms.size()));
        for (const Algorithm& algorithm : algorithms) specId.u16le(algorithm.id).u16le(algorithm.size);
        specId.u8(0);
        m_out.u32le(0).u32le(attestation::eventlog::kNoAction).zeros(20);
        m_out.u32le(static_cast<std::uint32_t>(specId.bytes().size())).raw(specId.bytes());
    }
    EventLogWriter& add(std::uint32_t registerIndex, std::uint32_t type, const Digest48& digest, BytesView data)
    {
        m_out.u32le(registerIndex).u32le(type).u32le(1).u16le(attestation::eventlog::kAlgorithmSha384).raw(digest.view());
        m_out.u32le(static_cast<std::uint32_t>(data.size())).raw(data);
        return *this;
    }
    EventLogWriter& measured(std::uint32_t registerIndex, std::uint32_t type, BytesView data)
    {
        return add(registerIndex, type, sha384(data), data);
    }
    EventLogWriter& raw(BytesView bytes)
    {
        m_out.raw(bytes);
        return *this;
    }
    [[nodiscard]] const Bytes& bytes() const { return m_out.bytes(); }

private:
    ByteWriter m_out;
};

}  // namespace quorate::tests
