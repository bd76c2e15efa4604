// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/attestation/verify/strict_json.h"
#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::attestation {

using Components = std::array<std::uint8_t, 16>;

/// What one level says about whoever reaches it.
struct TcbVerdict {
    std::string status;  ///< Intel's vocabulary.
    UtcSeconds date;
    std::vector<std::string> advisories;
};

/// A platform level of TCB info.
struct TcbLevel {
    Components sgx{};
    std::uint16_t pceSvn = 0;
    Components tdx{};
    TcbVerdict verdict;
};

/// A level of the TDX module or of the quoting enclave.
struct IsvLevel {
    std::uint32_t isvSvn = 0;
    TcbVerdict verdict;
};

struct TdxModule {
    std::string id;  ///< "TDX_03", in upper case; empty for the module that older TCB info describes.
    Digest48 mrSigner;
    FixedBytes<8> attributes;
    std::vector<IsvLevel> levels;  ///< Descending by ISVSVN.
};

/// TCB info version 3 for TDX (Intel PCS API v4). Levels are sorted, highest first, whatever their order in the text.
struct TcbInfo {
    UtcSeconds issueDate;
    UtcSeconds nextUpdate;
    FixedBytes<6> fmspc;
    FixedBytes<2> pceId;
    std::uint32_t evaluationNumber = 0;
    TdxModule module;
    std::vector<TdxModule> modules;
    std::vector<TcbLevel> levels;
};

/// Enclave identity version 2 of the TD quoting enclave.
struct QeIdentity {
    UtcSeconds issueDate;
    UtcSeconds nextUpdate;
    std::uint32_t evaluationNumber = 0;
    FixedBytes<4> miscSelect;
    FixedBytes<4> miscSelectMask;
    FixedBytes<16> attributes;
    FixedBytes<16> attributesMask;
    Digest32 mrSigner;
    std::uint16_t isvProdId = 0;
    std::vector<IsvLevel> levels;  ///< Descending by ISVSVN.
};

/// `document` is the signed inner object. SGX TCB info, another version, arrays that are not 16 long, equal levels and
/// unknown statuses are Malformed.
Result<TcbInfo> parseTcbInfo(const StrictJson& document);
/// An identity of another enclave than the TD quoting enclave is Untrusted: genuine, but for something else.
Result<QeIdentity> parseQeIdentity(const StrictJson& document);

}  // namespace quorate::attestation
