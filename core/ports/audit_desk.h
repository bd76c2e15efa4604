// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/checkpoint.h"
#include "core/audit/entry.h"
#include "core/base/pending_call.h"
#include "core/vault/damage.h"

namespace quorate {

/// Whose line stands under a checkpoint.
struct AuditCosigner {
    std::string name;              ///< As on the line: "quorate/service", "quorate/member/<id>".
    std::string person;            ///< As the roster prints the member; empty for the service and for unknown keys.
    std::optional<UtcSeconds> at;  ///< When it cosigned; empty where the line does not verify under any key known here.
    bool operator==(const AuditCosigner&) const = default;
};

struct AuditCheckpoint {
    audit::Checkpoint head;
    bool isSigned = false;  ///< The owner's signature verifies.
    std::vector<AuditCosigner> cosigners;
    bool operator==(const AuditCheckpoint&) const = default;
};

/// This computer's log as it stands. A value.
struct AuditLogState {
    audit::Checkpoint head;                    ///< Recomputed from what is stored.
    std::vector<AuditCheckpoint> checkpoints;  ///< The newest, newest first, at most kMaxAuditCheckpoints.
    std::string readOnlyBecause;               ///< Empty while the vault takes changes.
    std::vector<vault::Damage> damage;         ///< What does not hold, with where.
    std::optional<Error> witnessProblem;       ///< Why the newest head is not signed or cosigned; empty when it is or nobody was asked.
    bool operator==(const AuditLogState&) const = default;
};
inline constexpr std::size_t kMaxAuditCheckpoints = 16;

/// From one entry to the root: `leaf` with the hashes beside it, lowest first.
struct AuditInclusion {
    std::uint64_t index = 0;
    std::uint64_t size = 0;
    Digest32 leaf;
    std::vector<Digest32> path;       ///< Of the entry itself upwards: leaf, its parent, ..., the root.
    std::vector<Digest32> neighbours; ///< One less than `path`: what each was hashed with.
    bool operator==(const AuditInclusion&) const = default;
};

/// What a check recomputed. Counts say what was done, not what is there.
struct AuditVerification {
    audit::Checkpoint head;           ///< Of the entries that were hashed.
    std::uint64_t entries = 0;        ///< Hashed and compared with their rows.
    std::uint64_t checkpoints = 0;    ///< Whose signatures verify, every line.
    std::uint64_t coveredUntil = 0;   ///< Entries below this are under the owner's signature.
    std::vector<vault::Damage> damage;
    std::optional<Error> signature;   ///< The first checkpoint whose signatures do not verify.
    std::optional<AuditInclusion> inclusion;  ///< Of the entry that was asked for, in `head`.
    UtcMillis at;
    [[nodiscard]] bool holds() const { return damage.empty() && !signature; }
};

enum class AuditExportFormat {
    Export,  ///< JSON lines with proofs and certificates: docs/formats/audit-log.md.
    Odm,     ///< XML in the shape of CDISC ODM; proves nothing.
};

/// This computer's audit log, asynchronous by signature. All calls, completions and progress on one executor; it tells of
/// changes through StudyDesk::subscribe.
class AuditDesk {
public:
    /// How far, of how much; at most ten times a second.
    using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

    virtual ~AuditDesk() = default;

    /// Null before the vault was read.
    [[nodiscard]] virtual std::shared_ptr<const AuditLogState> auditLog() const = 0;
    /// Entries [begin, end), oldest first.
    [[nodiscard]] virtual PendingCall readEntries(std::uint64_t begin, std::uint64_t end, Completion<std::vector<audit::Entry>> done) = 0;
    /// Recomputes everything that the vault holds, and the way of `entry` to the root where one is named.
    [[nodiscard]] virtual PendingCall verifyLog(std::optional<std::uint64_t> entry, Progress progress, Completion<AuditVerification> done) = 0;
    /// Writes `file` as a whole or not at all. The head is signed before, unless the vault takes no change.
    [[nodiscard]] virtual PendingCall exportLog(AuditExportFormat format, const std::string& file, Completion<void> done) = 0;
};

}  // namespace quorate
