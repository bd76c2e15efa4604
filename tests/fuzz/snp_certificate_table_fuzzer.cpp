// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/snp/certificate_table.h"

using namespace quorate;
using namespace quorate::attestation;

/// What parses survives being written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto table = snp::parseCertificateTable({data, size});
    if (!table) return 0;
    const auto again = snp::parseCertificateTable(snp::encodeCertificateTable(*table));
    if (!again || *again != *table) __builtin_trap();
    return 0;
}
