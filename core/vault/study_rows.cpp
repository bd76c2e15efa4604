// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

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

Result<void> putEnvelope(Database& database, const StoredEnvelope& stored)
{
    if (stored.envelope.payloadType != dsse::payloadTypeFor(stored.kind)) {
        return fail(ErrorKind::Malformed, "envelope is of type " + stored.envelope.payloadType + ", want kind " + stored.kind);
    }
    TRY_ASSIGN(statement, database.prepare("INSERT OR IGNORE INTO envelopes (study, kind, payload_digest, envelope, stored_at_ms) "
                                           "VALUES (?, ?, ?, ?, ?)"));
    return statement.bind(stored.study.view())
        .bind(stored.kind)
        .bind(stored.envelope.payloadDigest().view())
        .bind(dsse::toJson(stored.envelope))
        .bind(stored.storedAt.time_since_epoch().count())
        .run();
}

Result<std::vector<StoredEnvelope>> envelopes(const Database& database, const Uuid& study, const std::string& kind)
{
    TRY_ASSIGN(statement, database.prepare("SELECT kind, envelope, stored_at_ms FROM envelopes "
                                           "WHERE study = ?1 AND (?2 = '' OR kind = ?2) ORDER BY id"));
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
                                "UNION ALL SELECT study, at_ms FROM events) GROUP BY study ORDER BY min(at_ms), study"));
    std::vector<Uuid> out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        TRY_ASSIGN(study, statement.fixed<16>(0));
        out.push_back(study);
    }
}

Result<void> appendEvent(Database& database, const study::StudyEvent& event)
{
    if (event.sequence == 0 || event.sequence > kMaxSequence) {
        return fail(ErrorKind::Malformed, "event sequence is " + std::to_string(event.sequence) + ", want 1 or more");
    }
    const Bytes body = study::encode(event);
    TRY_ASSIGN(transaction, Transaction::begin(database));
    TRY_ASSIGN(last, lastSequence(database, event.study));
    if (event.sequence <= last) return expectStored(database, event, body);
    if (event.sequence != last + 1) {
        return fail(ErrorKind::Malformed, "event " + std::to_string(event.sequence) + " follows " + std::to_string(last) + ", want " +
                                              std::to_string(last + 1));
    }
    TRY_ASSIGN(statement, database.prepare("INSERT INTO events (study, sequence, at_ms, body) VALUES (?, ?, ?, ?)"));
    statement.bind(event.study.view()).bind(static_cast<std::int64_t>(event.sequence));
    TRY(statement.bind(event.at.time_since_epoch().count()).bind(body).run());
    return transaction.commit();
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
