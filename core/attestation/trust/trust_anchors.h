// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/base/bytes.h"

namespace quorate::attestation {

/// SHA-256 of each trusted root's SubjectPublicKeyInfo. Empty sets refuse everything.
struct TrustAnchors {
    std::set<Digest32> intelSgxRoots;
    std::map<std::string, std::set<Digest32>> amdRootKeys;  ///< By product: "Milan", "Genoa", "Turin".
    bool demo = false;  ///< These anchors were made on this computer; only the training profile may use them.
    bool operator==(const TrustAnchors&) const = default;
};

/// The vendors' production roots, compiled in.
TrustAnchors productionAnchors();

}  // namespace quorate::attestation
