// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/appraisal.h"
#include "core/attestation/tdx/quote.h"

using namespace quorate::attestation;

/// What parses is named by `inspect` byte for byte, once and in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Evidence evidence;
    evidence.blob.assign(data, data + size);
    const auto quote = tdx::parseQuote(evidence.blob);
    const auto fields = inspect(evidence);
    if (quote.has_value() != fields.has_value()) __builtin_trap();
    if (!quote) return 0;
    std::size_t next = 0;
    for (const EvidenceField& field : *fields) {
        if (field.offset != next || field.hex.size() != 2 * field.sizeBytes) __builtin_trap();
        next += field.sizeBytes;
    }
    if (next != size || quote->signedBytes + quote->trailing.size() > size) __builtin_trap();
    return 0;
}
