// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <set>

#include "core/study/roster.h"
#include "services/aggregation/store/witness_file.h"

namespace quorate::services {

/// The service as a witness of its members' audit logs (trust protocol, section 7): for each member one log, and of it the
/// heads that were cosigned. What it cosigns is on the disk before the signature is made: the key ends with the process, the
/// memory does not (docs/decisions/0099-witness-memory-in-clear.md). It passes heads on to other members and their
/// cosignatures back, and vouches for neither. Thread-safe.
class WitnessBook {
public:
    /// With what an earlier process kept in `folder`. A log whose file cannot be taken is cosigned no more, and that is
    /// logged. `key` outlives it.
    WitnessBook(const SigningKey& key, std::filesystem::path folder);

    /// The checkpoint with the service's line. Malformed when it carries anything but its owner's line; PolicyRefused when the
    /// log is another member's or not the one that this member showed before; StorageFailed when it cannot be remembered, or
    /// what was cannot be read; otherwise as audit::Witness.
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
    void restore();
    [[nodiscard]] Result<void> requireOwnLog(const study::Member& member, const std::string& origin) const;
    Result<void> remember(const study::Member& owner, const audit::CosignRequest& request);

    const SigningKey& m_key;
    std::filesystem::path m_folder;
    mutable std::mutex m_mutex;
    audit::Witness m_witness;
    std::map<Uuid, audit::SignedCheckpoint> m_newest;  ///< By member; as many as the witness watches logs.
    std::map<Uuid, KeptWitnessLog> m_shown;            ///< By member, each as it is on the disk.
    std::set<Uuid> m_unreadable;                       ///< Members of whose log something is kept that cannot be taken.
};

}  // namespace quorate::services
