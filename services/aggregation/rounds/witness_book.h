// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

#include "core/audit/witness.h"
#include "core/study/roster.h"

namespace quorate::services {

/// The service as a witness of its members' audit logs (trust protocol, section 7): for each member one log, and of it the
/// newest head that was cosigned. It lies in memory alone, as the key that cosigns does: a service that starts anew has
/// another key and is another witness. Thread-safe.
class WitnessBook {
public:
    /// `key` outlives it.
    explicit WitnessBook(const SigningKey& key);

    /// The checkpoint with the service's line. Malformed when it carries anything but its owner's line; PolicyRefused when the
    /// log is another member's or not the one that this member showed before; otherwise as audit::Witness.
    Result<audit::SignedCheckpoint> cosign(const study::Member& owner, audit::CosignRequest request, UtcSeconds at);
    [[nodiscard]] std::optional<audit::SignedCheckpoint> newestOf(const Uuid& member) const;

private:
    [[nodiscard]] Result<void> requireOwnLog(const Uuid& member, const std::string& origin) const;

    const SigningKey& m_key;
    mutable std::mutex m_mutex;
    audit::Witness m_witness;
    std::map<Uuid, audit::SignedCheckpoint> m_newest;  ///< By member; as many as the witness watches logs.
};

}  // namespace quorate::services
