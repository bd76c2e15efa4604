// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/answer.h"

using namespace quorate;
using namespace quorate::attestation;

/// First byte: which kind. Then the issuer chain's header up to a zero byte, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const CollateralKind kind = kCollateralKinds[data[0] % std::size(kCollateralKinds)];
    const std::string_view rest = asText({data + 1, size - 1});
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    VendorAnswer answer;
    for (const char* name :
         {"tcb-info-issuer-chain", "sgx-enclave-identity-issuer-chain", "sgx-pck-crl-issuer-chain"}) {
        answer.headers[name] = std::string(rest.substr(0, end));
    }
    answer.body = toBytes(rest.substr(std::min(end + 1, rest.size())));
    const auto files = readVendorAnswer(kind, answer);
    if (files && files->files.size() != filesOf(kind).size()) __builtin_trap();
    return 0;
}
