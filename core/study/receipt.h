// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::study {

/// What a round cost of the protocol's privacy budget (docs/privacy.md).
struct PrivacySpent {
    double samplingRate = 1;
    double noiseMultiplier = 0;
    std::uint64_t steps = 0;
    double clipNorm = 0;        ///< S of this round.
    double nextClipNorm = 0;    ///< Of the next; another one where clipping is adaptive.
    double epsilonOfRound = 0;  ///< By what the total grew.
    double epsilonTotal = 0;    ///< Of all rounds so far, at `delta`.
    double delta = 0;
    bool operator==(const PrivacySpent&) const = default;
};

/// What one round made of each update (trust protocol, section 6). Signed by the key that the service's evidence binds.
struct RoundReceipt {
    Uuid study;
    std::uint64_t keyEpoch = 0;
    std::uint32_t round = 0;
    Digest32 baseModel;
    Digest32 newModel;
    Digest32 protocolDigest;
    struct Entry {
        Uuid site;
        Digest32 updateDigest;    ///< Zero when missing.
        std::uint64_t weight = 0; ///< Training records.
        std::string outcome;      ///< "aggregated", "rejected:<code>", "missing", "excluded" (not asked)
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;   ///< In protocol order of the sites.
    std::string rule;             ///< "fedavg"
    Digest32 evidenceDigest;
    Digest32 previousReceipt;     ///< Zero in round 1.
    UtcSeconds signedAt;
    std::optional<PrivacySpent> privacy;  ///< None where the protocol promises no privacy.
    bool operator==(const RoundReceipt&) const = default;
};

Bytes encode(const RoundReceipt& receipt);
Result<RoundReceipt> decodeReceipt(BytesView payload);

/// The final model's digest under the same key.
struct ModelStatement {
    Uuid study;
    Digest32 protocolDigest;
    Digest32 model;
    std::uint32_t rounds = 0;
    Digest32 lastReceipt;
    UtcSeconds signedAt;
    bool operator==(const ModelStatement&) const = default;
};

Bytes encode(const ModelStatement& statement);
Result<ModelStatement> decodeModelStatement(BytesView payload);

}  // namespace quorate::study
