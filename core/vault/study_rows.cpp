// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include "core/study/study_package.h"
#include "core/vault/projections.h"
#include "core/vault/rows.h"

namespace quorate::vault::rows {
namespace {

constexpr auto kMaxSequence = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

UtcMillis millis(std::int64_t sinceEpoch) { return UtcMillis(std::chrono::milliseconds(sinceEpoch)); }

Result<void> expectStored(Database& database, const study::StudyEvent& event, BytesView body)
{
    TRY_ASSIGN(statement, database.prepare("SELECT body FROM events WHERE study = ? AND sequence = ?"));
    statement.bind(event.study.view()).bind(static_cast<std::int64_t>(event.sequence));
    TRY_ASSIGN(hasRow, statement.step());
    const BytesView stored = hasRow ? statement.blob(0) : BytesView();
    if (!std::equal(stored.begin(), stored.end(), body.begin(), body.end())) {
        return fail(ErrorKind::Untrusted, "event " + std::to_string(event.sequence) + " differs from the one stored under its number");
    }
    return {};
}

Result<std::uint64_t> lastSequence(Database& database, const Uuid& study)
{
    TRY_ASSIGN(statement, database.prepare("SELECT coalesce(max(sequence), 0) FROM events WHERE study = ?"));
    statement.bind(study.view());
    TRY(statement.step());
    return static_cast<std::uint64_t>(statement.integer(0));
}

}  // namespace

audit::EventKind entryKindOf(const std::string& kind)
{
    if (kind == study::kinds::kRoster) return audit::EventKind::RosterStored;
    if (kind == study::kinds::kPolicy) return audit::EventKind::PolicyStored;
    if (kind == study::kinds::kReferenceValues) return audit::EventKind::ReferenceValuesStored;
    if (kind == study::kinds::kProtocol) return audit::EventKind::ProtocolStored;
    return audit::EventKind::EnvelopeStored;
}

Result<std::optional<audit::RecordReference>> referenceTo(const Database& database, const Projection& projection,
                                                          const std::function<void(Statement&)>& bindKey)
{
    TRY_ASSIGN(row, selectRows(database, projection, projection.where));
    bindKey(row);
    TRY_ASSIGN(hasRow, row.step());
    if (!hasRow) return fail(ErrorKind::Internal, std::string("the row just written to ") + projection.table + " is not there");
    return std::optional(recordOf(projection, row));
}

Result<void> putEnvelope(Ledger& ledger, const StoredEnvelope& stored)
{
    if (stored.envelope.payloadType != dsse::payloadTypeFor(stored.kind)) {
        return fail(ErrorKind::Malformed, "envelope is of type " + stored.envelope.payloadType + ", want kind " + stored.kind);
    }
    const Digest32 digest = stored.envelope.payloadDigest();
    const auto bindKey = [&](Statement& statement) { statement.bind(stored.study.view()).bind(stored.kind).bind(digest.view()); };
    TRY_ASSIGN(known, ledger.database().prepare("SELECT 1 FROM envelopes WHERE study = ? AND kind = ? AND payload_digest = ?"));
    bindKey(known);
    TRY_ASSIGN(isKnown, known.step());
    if (isKnown) return {};
    audit::Entry entry;
    entry.kind = entryKindOf(stored.kind);
    entry.study = stored.study;
    entry.subject = stored.kind;
    entry.digests["payload"] = digest;
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Result<std::optional<audit::RecordReference>> {
        TRY_ASSIGN(statement, ledger.database().prepare("INSERT INTO envelopes (study, kind, payload_digest, envelope, stored_at_ms, "
                                                        "entry) VALUES (?, ?, ?, ?, ?, ?)"));
        bindKey(statement);
        TRY(statement.bind(dsse::toJson(stored.envelope)).bind(stored.storedAt.time_since_epoch().count()).bind(index).run());
        return referenceTo(ledger.database(), projections::kEnvelopes, bindKey);
    });
}

Result<std::vector<StoredEnvelope>> envelopes(const Database& database, const Uuid& study, const std::string& kind)
{
    TRY_ASSIGN(statement, database.prepare("SELECT kind, envelope, stored_at_ms FROM envelopes "
                                           "WHERE study = ?1 AND (?2 = '' OR kind = ?2) ORDER BY entry"));
    statement.bind(study.view()).bind(kind);
    std::vector<StoredEnvelope> out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        TRY_ASSIGN(envelope, dsse::fromJson(statement.text(1)));
        out.push_back({study, statement.text(0), std::move(envelope), millis(statement.integer(2))});
    }
}

Result<std::vector<Uuid>> studies(const Database& database)
{
    TRY_ASSIGN(statement,
               database.prepare("SELECT study FROM (SELECT study, stored_at_ms AS at_ms FROM envelopes "
                                "UNION ALL SELECT study, at_ms FROM events) WHERE study <> zeroblob(16) GROUP BY study ORDER BY min(at_ms), study"));
    std::vector<Uuid> out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        TRY_ASSIGN(study, statement.fixed<16>(0));
        out.push_back(study);
    }
}

Result<void> appendEvent(Ledger& ledger, const study::StudyEvent& event)
{
    if (event.sequence == 0 || event.sequence > kMaxSequence) {
        return fail(ErrorKind::Malformed, "event sequence is " + std::to_string(event.sequence) + ", want 1 or more");
    }
    const Bytes body = study::encode(event);
    Database& database = ledger.database();
    TRY_ASSIGN(last, lastSequence(database, event.study));
    if (event.sequence <= last) return expectStored(database, event, body);
    if (event.sequence != last + 1) {
        return fail(ErrorKind::Malformed, "event " + std::to_string(event.sequence) + " follows " + std::to_string(last) + ", want " +
                                              std::to_string(last + 1));
    }
    audit::Entry entry;
    entry.kind = audit::EventKind::StudyEventReceived;
    entry.study = event.study;
    entry.site = event.site;
    entry.subject = study::nameOf(event.kind);
    if (!event.digest.isZero()) entry.digests["event"] = event.digest;
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Result<std::optional<audit::RecordReference>> {
        const auto bindKey = [&](Statement& statement) {
            statement.bind(event.study.view()).bind(static_cast<std::int64_t>(event.sequence));
        };
        TRY_ASSIGN(statement, database.prepare("INSERT INTO events (study, sequence, at_ms, body, entry) VALUES (?, ?, ?, ?, ?)"));
        bindKey(statement);
        TRY(statement.bind(event.at.time_since_epoch().count()).bind(body).bind(index).run());
        return referenceTo(database, projections::kEvents, bindKey);
    });
}

Result<std::vector<study::StudyEvent>> events(const Database& database, const Uuid& study, std::uint64_t afterSequence)
{
    TRY_ASSIGN(statement, database.prepare("SELECT body FROM events WHERE study = ? AND sequence > ? ORDER BY sequence"));
    statement.bind(study.view()).bind(static_cast<std::int64_t>(std::min(afterSequence, kMaxSequence)));
    std::vector<study::StudyEvent> out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        TRY_ASSIGN(event, study::decodeEvent(statement.blob(0)));
        out.push_back(std::move(event));
    }
}

}  // namespace quorate::vault::rows
