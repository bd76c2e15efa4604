// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include "core/crypto/digest.h"
#include "core/crypto/ecdsa.h"
#include "tests/core/vault/vault_samples.h"

namespace quorate::tests {

/// Entries: 0 created, 1 roster, 2 participation, 3 to 5 events, 6 and 7 evidence, 8 identity, 9 theme, 10 font, 11 version.
inline void fill(vault::Vault& made)
{
    REQUIRE(made.putEnvelope(envelope("roster", "one")));
    REQUIRE(made.putEnvelope(envelope("participation", "yes")));
    for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(made.appendEvent(event(i, "code" + std::to_string(i))));
    REQUIRE(made.putEvidence(evidence(1, 1000)));
    REQUIRE(made.putEvidence(evidence(2, 2000)));
    REQUIRE(made.putIdentity({uuid(11), SecretBytes(Bytes{1, 2}), SecretBytes(Bytes(32, 7)), Bytes{3}}));
    REQUIRE(made.putSetting("theme", "dark"));
    REQUIRE(made.putSetting("font", "Inter"));
    REQUIRE(made.raiseVersion({"roster", uuid(100), {7, sha256(asBytes("roster"))}}));
}

inline std::string describe(const std::vector<vault::Damage>& damage)
{
    std::string out;
    for (const auto& item : damage) out += vault::toText(item) + "\n";
    return out;
}

inline SigningKey signingKey() { return SigningKey::generate(EcCurve::P256).value(); }
inline audit::NoteSign signerOf(const SigningKey& key)
{
    return [&key](BytesView message) { return key.signDer(message); };
}

}  // namespace quorate::tests
