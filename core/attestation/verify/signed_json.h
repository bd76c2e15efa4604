// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/attestation/verify/strict_json.h"
#include "core/base/bytes.h"
#include "core/crypto/ecdsa.h"

namespace quorate::attestation {

/// `{"<name>":{...},"signature":"128 hex"}` as Intel's provisioning service answers. The signature covers the inner
/// object's text exactly as received, so that text is kept and nothing is serialised again.
struct SignedJson {
    std::string inner;
    StrictJson content;  ///< What `inner` says.
    Bytes signature;     ///< r ‖ s

    [[nodiscard]] Result<void> verify(const PublicKey& key) const;
};

/// Two members, these two, each once; a member that occurs twice anywhere is Malformed, as is text after the end.
Result<SignedJson> parseSignedJson(BytesView bytes, const std::string& name);

}  // namespace quorate::attestation
