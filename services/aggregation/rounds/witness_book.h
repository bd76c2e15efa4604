// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <mutex>

#include "core/audit/witness.h"
#include "core/study/roster.h"

namespace quorate::services {

/// The service as a witness of its members' audit logs (trust protocol, section 7): for each member one log, and of it the
/// newest head that was cosigned. It lies in memory alone, as the key that cosigns does: a service that starts anew has
/// another key and is another witness. It passes heads on to other members and their cosignatures back, and vouches for
/// neither. Thread-safe.
class WitnessBook {
public:
    /// `key` outlives it.
    explicit WitnessBook(const SigningKey& key);

    /// The checkpoint with the service's line. Malformed when it carries anything but its owner's line; PolicyRefused when the
    /// log is another member's or not the one that this member showed before; otherwise as audit::Witness.
    Result<audit::SignedCheckpoint> cosign(const study::Member& owner, audit::CosignRequest request, UtcSeconds at);
    [[nodiscard]] std::optional<audit::SignedCheckpoint> newestOf(const Uuid& member) const;

    /// What `caller` may cosign of the logs of others in the roster, of whom `watched` says how far that has been done: each
    /// head with the proof from the one before. A log never seen begins at its newest head. Of a log that did not go
    /// on from the known size here, the newest head: it will be refused there, and that is how its reader hears of it.
    [[nodiscard]] std::vector<audit::HeadToCosign> headsFor(const Uuid& caller, const study::Roster& roster,
                                                            const std::map<Uuid, std::uint64_t>& watched) const;
    /// Keeps the caller's line under a head of `owner`'s log. Untrusted unless the caller's key made it; Unavailable when no
    /// such head was shown here.
    Result<void> addCosignature(const study::Member& caller, const Uuid& owner, const audit::SignedCheckpoint& cosigned);
    /// Heads of this member's log that others cosigned, the newest 64, with the owner's line and theirs.
    [[nodiscard]] std::vector<audit::SignedCheckpoint> cosignedByMembers(const Uuid& owner) const;

private:
    /// A head as its owner sent it, and who else cosigned it.
    struct Shown {
        audit::CosignRequest request;
        std::vector<audit::NoteSignature> members;
        [[nodiscard]] bool hasLineOf(const std::string& name) const;
    };
    [[nodiscard]] Result<void> requireOwnLog(const Uuid& member, const std::string& origin) const;

    const SigningKey& m_key;
    mutable std::mutex m_mutex;
    audit::Witness m_witness;
    std::map<Uuid, audit::SignedCheckpoint> m_newest;  ///< By member; as many as the witness watches logs.
    std::map<Uuid, std::deque<Shown>> m_shown;         ///< By member, sizes ascending.
};

}  // namespace quorate::services
