// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::study {

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
        std::string outcome;      ///< "aggregated", "rejected:<code>", "missing"
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;   ///< In protocol order of the sites.
    std::string rule;             ///< "fedavg"
    Digest32 evidenceDigest;
    Digest32 previousReceipt;     ///< Zero in round 1.
    UtcSeconds signedAt;
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
