// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/schema/migrations.h"

#include <array>

#include "core/vault/ledger.h"
#include "core/vault/projections.h"

namespace quorate::vault {
namespace {

/// SQL of SQLite 3.15 only. A migration that was released is never changed; a change is a new one.
constexpr std::array kMigrations{
    // 1: envelopes, events, evidence with its collateral, identities, settings.
    R"(CREATE TABLE envelopes (
        id INTEGER PRIMARY KEY,
        study BLOB NOT NULL,
        kind TEXT NOT NULL,
        payload_digest BLOB NOT NULL,
        envelope TEXT NOT NULL,
        stored_at_ms INTEGER NOT NULL,
        UNIQUE (study, kind, payload_digest));
    CREATE TABLE events (
        study BLOB NOT NULL,
        sequence INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (study, sequence)) WITHOUT ROWID;
    CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        study BLOB NOT NULL,
        site BLOB NOT NULL,
        tee TEXT NOT NULL,
        report BLOB NOT NULL,
        certificates BLOB NOT NULL,
        transcript BLOB NOT NULL,
        appraisal TEXT NOT NULL,
        appraised_at_ms INTEGER NOT NULL);
    CREATE INDEX evidence_by_node ON evidence (study, site, appraised_at_ms);
    CREATE TABLE collateral (
        digest BLOB PRIMARY KEY,
        content BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE evidence_collateral (
        evidence INTEGER NOT NULL REFERENCES evidence (id),
        name TEXT NOT NULL,
        digest BLOB NOT NULL REFERENCES collateral (digest),
        PRIMARY KEY (evidence, name)) WITHOUT ROWID;
    CREATE TABLE identities (
        member BLOB PRIMARY KEY,
        signing_key BLOB NOT NULL,
        hpke_key BLOB NOT NULL,
        certificate BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL) WITHOUT ROWID)",
    // 2: the audit log, and for each row the entry that wrote it; versions seen.
    R"(CREATE TABLE log (
        entry INTEGER PRIMARY KEY,
        hash BLOB NOT NULL,
        leaf BLOB NOT NULL);
    CREATE TABLE log_head (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        log BLOB NOT NULL,
        tree BLOB NOT NULL);
    CREATE TABLE log_checkpoints (
        size INTEGER PRIMARY KEY,
        note TEXT NOT NULL);
    CREATE TABLE versions (
        kind TEXT NOT NULL,
        scope BLOB NOT NULL,
        version INTEGER NOT NULL,
        digest BLOB NOT NULL,
        entry INTEGER NOT NULL DEFAULT -1,
        PRIMARY KEY (kind, scope)) WITHOUT ROWID;
    ALTER TABLE envelopes ADD COLUMN entry INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE events ADD COLUMN entry INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE evidence ADD COLUMN entry INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE evidence ADD COLUMN encoded BLOB NOT NULL DEFAULT x'';
    ALTER TABLE identities ADD COLUMN entry INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE settings ADD COLUMN entry INTEGER NOT NULL DEFAULT -1)",
    // 3: each kept checkpoint names the one before it, and the log's head the newest, by the digest of its note.
    R"(ALTER TABLE log_checkpoints ADD COLUMN former BLOB NOT NULL DEFAULT x'';
    ALTER TABLE log_head ADD COLUMN checkpoint BLOB NOT NULL DEFAULT x'')"};

constexpr std::size_t kLogBegins = 2;
constexpr std::size_t kCheckpointsAreLinked = 3;

audit::EventKind kindOfRowsIn(std::string_view table)
{
    if (table == projections::kEvents.table) return audit::EventKind::StudyEventReceived;
    if (table == projections::kEvidence.table) return audit::EventKind::EvidenceAppraised;
    if (table == projections::kIdentities.table) return audit::EventKind::IdentityImported;
    if (table == projections::kSettings.table) return audit::EventKind::SettingChanged;
    return audit::EventKind::EnvelopeStored;
}

/// Rows older than the log get an entry each, so that from here on they cannot change unnoticed.
Result<void> adoptRows(Database& database, Ledger& ledger)
{
    for (const Projection* projection : projections::all()) {
        std::vector<audit::RecordReference> records;
        TRY_ASSIGN(rows, selectRows(database, *projection, "entry = -1"));
        while (true) {
            TRY_ASSIGN(hasRow, rows.step());
            if (!hasRow) break;
            records.push_back(recordOf(*projection, rows));
        }
        const std::string sql = std::string("UPDATE ") + projection->table + " SET entry = ? WHERE " + projection->key + " = ?";
        const std::string createIndex = std::string("CREATE INDEX adopting ON ") + projection->table + " (" + projection->key + ")";
        TRY(database.execute(createIndex.c_str()));
        for (const auto& record : records) {
            audit::Entry entry;
            entry.kind = kindOfRowsIn(projection->table);
            entry.subject = "schema-1";
            const Ledger::Work adopt = [&](std::int64_t index) -> Result<std::optional<audit::RecordReference>> {
                TRY_ASSIGN(update, database.prepare(sql.c_str()));
                TRY(update.bind(index).bind(record.key).run());
                return std::optional(record);
            };
            TRY(ledger.recordInside(std::move(entry), adopt));
        }
        TRY(database.execute("DROP INDEX adopting"));
    }
    return {};
}

Result<void> beginLog(Database& database, const Clock& clock, const RandomSource& random)
{
    TRY_ASSIGN(id, randomFixed<16>(random));
    TRY(Ledger::beginLog(database, id));
    TRY_ASSIGN(ledger, Ledger::open(database, clock));
    audit::Entry created;
    created.kind = audit::EventKind::VaultCreated;
    TRY(ledger.recordInside(std::move(created), [](std::int64_t) -> Result<std::optional<audit::RecordReference>> {
        return std::optional<audit::RecordReference>();
    }));
    return adoptRows(database, ledger);
}

Result<void> migrateFrom(Database& database, std::int64_t version, const Clock& clock, const RandomSource& random)
{
    for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
        TRY_ASSIGN(transaction, Transaction::begin(database));
        TRY(database.execute(kMigrations[next]));
        if (next + 1 == kLogBegins) TRY(beginLog(database, clock, random));
        if (next + 1 == kCheckpointsAreLinked) TRY(DatabaseLogStore(database).linkCheckpoints());
        TRY(database.execute(("PRAGMA user_version = " + std::to_string(next + 1)).c_str()));
        TRY(transaction.commit());
    }
    return {};
}

}  // namespace

std::int64_t newestSchema() { return static_cast<std::int64_t>(kMigrations.size()); }

Result<void> createSchema(Database& database, const Clock& clock, const RandomSource& random)
{
    TRY(database.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
    return migrateFrom(database, 0, clock, random);
}

Result<void> migrate(Database& database, const Clock& clock, const RandomSource& random)
{
    TRY_ASSIGN(application, database.integer("PRAGMA application_id"));
    TRY_ASSIGN(version, database.integer("PRAGMA user_version"));
    if (application != kApplicationId || version < 1) return fail(ErrorKind::Malformed, "database is not a vault");
    if (version > newestSchema()) {
        return fail(ErrorKind::Malformed, "vault was made by a newer build: its schema is " + std::to_string(version) +
                                              ", this build knows " + std::to_string(newestSchema()));
    }
    return migrateFrom(database, version, clock, random);
}

}  // namespace quorate::vault
