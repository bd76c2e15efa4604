// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/entry.h"

#include <array>
#include <utility>

#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/audit.pb.h"

namespace quorate::audit {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

constexpr std::array<std::pair<EventKind, const char*>, 34> kNames{{
    {EventKind::VaultCreated, "vault.created"},
    {EventKind::VaultOpened, "vault.opened"},
    {EventKind::VaultLocked, "vault.locked"},
    {EventKind::VaultUnlockFailed, "vault.unlock-failed"},
    {EventKind::VaultPassphraseChanged, "vault.passphrase-changed"},
    {EventKind::VaultKeyRotated, "vault.key-rotated"},
    {EventKind::VaultBackupMade, "vault.backup-made"},
    {EventKind::VaultRestored, "vault.restored"},
    {EventKind::IdentityCreated, "identity.created"},
    {EventKind::IdentityImported, "identity.imported"},
    {EventKind::IdentityTokenBound, "identity.token-bound"},
    {EventKind::InvitationMade, "invitation.made"},
    {EventKind::InvitationAccepted, "invitation.accepted"},
    {EventKind::InvitationConfirmed, "invitation.confirmed"},
    {EventKind::CertificateIssued, "certificate.issued"},
    {EventKind::MemberRevoked, "member.revoked"},
    {EventKind::RosterStored, "roster.stored"},
    {EventKind::PolicyStored, "policy.stored"},
    {EventKind::ReferenceValuesStored, "reference-values.stored"},
    {EventKind::ProtocolStored, "protocol.stored"},
    {EventKind::StudyEventReceived, "study.event-received"},
    {EventKind::EnvelopeStored, "envelope.stored"},
    {EventKind::EvidenceAppraised, "evidence.appraised"},
    {EventKind::ParticipationSigned, "participation.signed"},
    {EventKind::StatementFrozen, "statement.frozen"},
    {EventKind::ShareSealed, "share.sealed"},
    {EventKind::ShareRefused, "share.refused"},
    {EventKind::StudyStopped, "study.stopped"},
    {EventKind::RoundsStarted, "rounds.started"},
    {EventKind::RoundsOrdered, "rounds.ordered"},
    {EventKind::SettingChanged, "setting.changed"},
    {EventKind::ExportMade, "export.made"},
    {EventKind::CheckpointSigned, "checkpoint.signed"},
    {EventKind::WitnessCosigned, "witness.cosigned"},
}};

constexpr std::int32_t kMaxOffsetMinutes = 18 * 60;
constexpr std::int64_t kMaxMillis = 253402300799999;  // The end of the year 9999.

Result<void> checkText(const std::string& value, std::size_t maxBytes, const char* field)
{
    if (value.size() > maxBytes) {
        return fail(ErrorKind::Malformed, std::string(field) + " is " + std::to_string(value.size()) + " bytes, want at most " +
                                              std::to_string(maxBytes));
    }
    if (!isUtf8(value)) return fail(ErrorKind::Malformed, std::string(field) + " is not UTF-8 text");
    return {};
}

Result<void> checkRecord(const RecordReference& record)
{
    TRY(checkText(record.table, kMaxNameBytes, "record's table"));
    TRY(checkText(record.key, kMaxNameBytes, "record's key"));
    if (record.table.empty()) return fail(ErrorKind::Malformed, "record names no table");
    return {};
}

Result<void> check(const Entry& entry)
{
    TRY(checkText(entry.actorName, kMaxNameBytes, "actor's name"));
    TRY(checkText(entry.actorRole, kMaxNameBytes, "actor's role"));
    TRY(checkText(entry.subject, kMaxNameBytes, "subject"));
    TRY(checkText(entry.reason, kMaxReasonBytes, "reason"));
    TRY(checkText(entry.meaning, kMaxNameBytes, "meaning"));
    if (entry.digests.size() > kMaxDigests) return fail(ErrorKind::Malformed, "entry rests on too many digests");
    for (const auto& [name, digest] : entry.digests) TRY(checkText(name, kMaxNameBytes, "digest's name"));
    if (entry.record) TRY(checkRecord(*entry.record));
    const auto millis = entry.at.time_since_epoch().count();
    if (millis < 0 || millis > kMaxMillis) return fail(ErrorKind::Malformed, "time of the entry is no plausible time");
    if (entry.offsetMinutes < -kMaxOffsetMinutes || entry.offsetMinutes > kMaxOffsetMinutes) {
        return fail(ErrorKind::Malformed, "local offset is " + std::to_string(entry.offsetMinutes) + " minutes, want at most " +
                                              std::to_string(kMaxOffsetMinutes) + " either way");
    }
    return {};
}

Result<RecordReference> readRecord(const pb::AuditRecord& in)
{
    TRY_ASSIGN(digest, fixed<32>(in.digest(), "record's digest"));
    return RecordReference{in.table(), in.key(), digest};
}

}  // namespace

const char* nameOf(EventKind kind)
{
    for (const auto& [candidate, name] : kNames) {
        if (candidate == kind) return name;
    }
    return "vault.created";
}

Result<EventKind> parseEventKind(std::string_view name)
{
    for (const auto& [kind, candidate] : kNames) {
        if (name == candidate) return kind;
    }
    return fail(ErrorKind::Malformed, "entry is of a kind that this version does not know");
}

Result<Bytes> encode(const Entry& entry)
{
    TRY(check(entry));
    pb::AuditEntry out;
    out.set_index(entry.index);
    out.set_actor(text(entry.actor));
    out.set_actor_name(entry.actorName);
    out.set_actor_role(entry.actorRole);
    out.set_at_ms(entry.at.time_since_epoch().count());
    out.set_offset_minutes(entry.offsetMinutes);
    out.set_kind(nameOf(entry.kind));
    out.set_study(text(entry.study));
    out.set_site(text(entry.site));
    out.set_subject(entry.subject);
    out.set_reason(entry.reason);
    out.set_meaning(entry.meaning);
    for (const auto& [name, digest] : entry.digests) {
        auto* item = out.add_digests();
        item->set_name(name);
        item->set_digest(text(digest));
    }
    if (entry.record) {
        out.mutable_record()->set_table(entry.record->table);
        out.mutable_record()->set_key(entry.record->key);
        out.mutable_record()->set_digest(text(entry.record->digest));
    }
    if (out.ByteSizeLong() > kMaxEntryBytes) return fail(ErrorKind::Malformed, "entry is too long");
    return payload::serialise(out);
}

Result<Entry> decodeEntry(BytesView leaf)
{
    if (leaf.size() > kMaxEntryBytes) return fail(ErrorKind::Malformed, "entry is too long");
    TRY_ASSIGN(in, payload::parse<pb::AuditEntry>(leaf, "entry"));
    TRY_ASSIGN(actor, fixed<16>(in.actor(), "actor id"));
    TRY_ASSIGN(kind, parseEventKind(in.kind()));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(site, fixed<16>(in.site(), "site id"));
    Entry out{in.index(), actor, in.actor_name(), in.actor_role(), UtcMillis(std::chrono::milliseconds(in.at_ms())),
              in.offset_minutes(), kind, study, site, in.subject(), in.reason(), in.meaning(), {}, std::nullopt};
    for (const auto& item : in.digests()) {
        TRY_ASSIGN(digest, fixed<32>(item.digest(), "digest of an entry"));
        out.digests.emplace(item.name(), digest);
    }
    if (in.has_record()) {
        TRY_ASSIGN(record, readRecord(in.record()));
        out.record = std::move(record);
    }
    // One entry, one encoding: unknown fields, other orders and repeated names all end here.
    TRY_ASSIGN(again, encode(out));
    if (!std::equal(again.begin(), again.end(), leaf.begin(), leaf.end())) {
        return fail(ErrorKind::Malformed, "entry is not in its canonical encoding");
    }
    return out;
}

Result<std::uint64_t> indexOf(BytesView leaf)
{
    // Field 1 as a varint; proto3 leaves out a zero.
    constexpr std::uint8_t kIndexTag = 0x08;
    if (leaf.empty() || leaf[0] != kIndexTag) return std::uint64_t{0};
    std::uint64_t index = 0;
    for (std::size_t i = 1; i < leaf.size() && i <= 9; ++i) {
        index |= static_cast<std::uint64_t>(leaf[i] & 0x7f) << (7 * (i - 1));
        if ((leaf[i] & 0x80) == 0) return index;
    }
    return fail(ErrorKind::Malformed, "entry ends inside its index");
}

}  // namespace quorate::audit
