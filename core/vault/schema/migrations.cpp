// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/schema/migrations.h"

#include <array>

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
        value TEXT NOT NULL) WITHOUT ROWID)"};

Result<void> migrateFrom(Database& database, std::int64_t version)
{
    for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
        TRY_ASSIGN(transaction, Transaction::begin(database));
        TRY(database.execute(kMigrations[next]));
        TRY(database.execute(("PRAGMA user_version = " + std::to_string(next + 1)).c_str()));
        TRY(transaction.commit());
    }
    return {};
}

}  // namespace

std::int64_t newestSchema() { return static_cast<std::int64_t>(kMigrations.size()); }

Result<void> createSchema(Database& database)
{
    TRY(database.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
    return migrateFrom(database, 0);
}

Result<void> migrate(Database& database)
{
    TRY_ASSIGN(application, database.integer("PRAGMA application_id"));
    TRY_ASSIGN(version, database.integer("PRAGMA user_version"));
    if (application != kApplicationId || version < 1) return fail(ErrorKind::Malformed, "database is not a vault");
    if (version > newestSchema()) {
        return fail(ErrorKind::Malformed, "vault was made by a newer build: its schema is " + std::to_string(version) +
                                              ", this build knows " + std::to_string(newestSchema()));
    }
    return migrateFrom(database, version);
}

}  // namespace quorate::vault
