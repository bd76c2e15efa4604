// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::audit {

/// What happened. The names (`nameOf`) are stable and are what the log holds; the order here means nothing.
enum class EventKind {
    VaultCreated,             ///< "vault.created"
    VaultOpened,
    VaultLocked,
    VaultUnlockFailed,
    VaultPassphraseChanged,
    VaultKeyRotated,
    VaultBackupMade,
    VaultRestored,
    IdentityCreated,          ///< "identity.created"; subject: member id
    IdentityImported,
    IdentityTokenBound,
    InvitationMade,           ///< "invitation.made"; subject: member id
    InvitationAccepted,
    InvitationConfirmed,
    CertificateIssued,        ///< "certificate.issued"; subject: member id
    MemberRevoked,
    RosterStored,             ///< "roster.stored"
    PolicyStored,
    ReferenceValuesStored,
    ProtocolStored,
    StudyEventReceived,       ///< "study.event-received"; subject: the event's kind
    EnvelopeStored,           ///< subject: the envelope's kind
    EvidenceAppraised,        ///< subject: the verdict
    ParticipationSigned,
    StatementFrozen,
    ShareSealed,
    ShareRefused,
    StudyStopped,             ///< subject: "freeze", "revoke", "thaw"
    RoundsStarted,
    RoundsOrdered,            ///< subject: "pause", "resume", "exclude", "readmit"; the site where it is about one
    SettingChanged,           ///< subject: the setting's name
    ExportMade,
    CheckpointSigned,
    WitnessCosigned,          ///< "witness.cosigned"; subject: the other log's origin
};

const char* nameOf(EventKind kind);
/// Malformed for a name that this build does not know.
Result<EventKind> parseEventKind(std::string_view name);

/// The row that an entry wrote, so that the row can be checked against the log for ever after.
struct RecordReference {
    std::string table;
    std::string key;
    Digest32 digest;          ///< SHA-256 of the row's bytes; zero when the entry removed it.
    bool operator==(const RecordReference&) const = default;
};

/// One event of the log. Facts only: ui/text makes the sentence.
struct Entry {
    std::uint64_t index = 0;             ///< From 0, without gaps; `Log::append` sets it.
    Uuid actor;                          ///< Member; zero for the program itself or before there is an identity.
    std::string actorName;               ///< As printed under a signature (21 CFR 11.50); empty with a zero actor.
    std::string actorRole;               ///< A role's stable name; empty when none.
    UtcMillis at;
    std::int32_t offsetMinutes = 0;      ///< Of the actor's local time from UTC, east positive.
    EventKind kind = EventKind::VaultCreated;
    Uuid study;                          ///< Zero when none.
    Uuid site;                           ///< Zero when none.
    std::string subject;                 ///< Stable identifier of what it is about, as the kind says; never a sentence.
    std::string reason;                  ///< As typed by the person.
    std::string meaning;                 ///< Of the signature, stable identifier (21 CFR 11.50): "approval", "review", ...
    std::map<std::string, Digest32> digests;  ///< All that the decision rested on, by name.
    std::optional<RecordReference> record;
    bool operator==(const Entry&) const = default;
};

inline constexpr std::size_t kMaxEntryBytes = 64 * 1024;
inline constexpr std::size_t kMaxReasonBytes = 8 * 1024;    ///< Longest reason.
inline constexpr std::size_t kMaxNameBytes = 512;           ///< Longest of every other text.
inline constexpr std::size_t kMaxDigests = 256;

/// The leaf's bytes. Malformed when a text is too long or not UTF-8, or the time or offset is impossible.
Result<Bytes> encode(const Entry& entry);
/// Refuses whatever `encode` would not have written: other bytes never mean the same entry.
Result<Entry> decodeEntry(BytesView leaf);
/// The index alone, without judging the rest: it comes first in the encoding.
Result<std::uint64_t> indexOf(BytesView leaf);

}  // namespace quorate::audit
