// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/vek_chain.h"
#include "core/attestation/verify/vek_extensions.h"

using namespace quorate;
using namespace quorate::attestation;

/// A VEK as a host hands it over, DER or PEM. What parses is a chip's or a provider's and never both.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto certificate = readVekCertificate({data, size});
    if (!certificate) return 0;
    const auto extensions = parseVekExtensions(*certificate);
    if (extensions && extensions->hwid.has_value() == extensions->cspId.has_value()) __builtin_trap();
    return 0;
}
