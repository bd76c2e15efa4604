// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace quorate {

struct SelfTestOutcome {
    std::string name;    ///< "SHA-256", "HPKE open"
    std::string source;  ///< Where the known answer stands: "FIPS 180-4", "RFC 9180".
    bool passed = false;
};

/// Known answers of every primitive this program decides with, and one forgery that must fail for each signature and
/// each authenticated cipher. Milliseconds; no randomness, no files.
std::vector<SelfTestOutcome> runCryptoSelfTest();

}  // namespace quorate
