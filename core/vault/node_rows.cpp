// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/digest.h"
#include "core/study/reference_codec.h"
#include "core/vault/rows.h"

namespace quorate::vault::rows {
namespace {

Result<std::int64_t> insertEvidence(Database& database, const StoredEvidence& stored)
{
    TRY_ASSIGN(statement, database.prepare("INSERT INTO evidence (study, site, tee, report, certificates, transcript, appraisal, "
                                           "appraised_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    TRY(statement.bind(stored.study.view())
            .bind(stored.site.view())
            .bind(std::string_view(nameOf(stored.evidence.tee)))
            .bind(stored.evidence.blob)
            .bind(stored.evidence.auxBlob)
            .bind(study::encode(stored.transcript))
            .bind(stored.appraisalJson)
            .bind(stored.appraisedAt.time_since_epoch().count())
            .run());
    return database.integer("SELECT last_insert_rowid()");
}

/// Collateral changes rarely and evidence often: each content is kept once.
Result<void> insertCollateral(Database& database, std::int64_t evidence, const std::string& name, const Bytes& content)
{
    const Digest32 digest = sha256(content);
    TRY_ASSIGN(insert, database.prepare("INSERT OR IGNORE INTO collateral (digest, content) VALUES (?, ?)"));
    TRY(insert.bind(digest.view()).bind(content).run());
    TRY_ASSIGN(link, database.prepare("INSERT INTO evidence_collateral (evidence, name, digest) VALUES (?, ?, ?)"));
    return link.bind(evidence).bind(name).bind(digest.view()).run();
}

Result<attestation::Collateral> collateralOf(const Database& database, std::int64_t evidence)
{
    TRY_ASSIGN(statement, database.prepare("SELECT name, content FROM evidence_collateral JOIN collateral USING (digest) "
                                           "WHERE evidence = ?"));
    statement.bind(evidence);
    attestation::Collateral out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        out.files.emplace(statement.text(0), toBytes(statement.blob(1)));
    }
}

}  // namespace

Result<void> putEvidence(Database& database, const StoredEvidence& stored)
{
    TRY_ASSIGN(transaction, Transaction::begin(database));
    TRY_ASSIGN(evidence, insertEvidence(database, stored));
    for (const auto& [name, content] : stored.collateral.files) TRY(insertCollateral(database, evidence, name, content));
    return transaction.commit();
}

Result<std::optional<StoredEvidence>> latestEvidence(const Database& database, const Uuid& study, const Uuid& site)
{
    TRY_ASSIGN(statement, database.prepare("SELECT id, tee, report, certificates, transcript, appraisal, appraised_at_ms FROM evidence "
                                           "WHERE study = ? AND site = ? ORDER BY appraised_at_ms DESC, id DESC LIMIT 1"));
    statement.bind(study.view()).bind(site.view());
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return std::optional<StoredEvidence>();
    TRY_ASSIGN(tee, attestation::parseTeeKind(statement.text(1)));
    TRY_ASSIGN(transcript, study::decodeTranscript(statement.blob(4)));
    TRY_ASSIGN(collateral, collateralOf(database, statement.integer(0)));
    StoredEvidence out;
    out.study = study;
    out.site = site;
    out.evidence = {tee, toBytes(statement.blob(2)), toBytes(statement.blob(3))};
    out.collateral = std::move(collateral);
    out.transcript = std::move(transcript);
    out.appraisalJson = statement.text(5);
    out.appraisedAt = UtcMillis(std::chrono::milliseconds(statement.integer(6)));
    return std::optional<StoredEvidence>(std::move(out));
}

Result<void> putIdentity(Database& database, const StoredIdentity& identity)
{
    TRY_ASSIGN(statement, database.prepare("INSERT OR REPLACE INTO identities (member, signing_key, hpke_key, certificate) "
                                           "VALUES (?, ?, ?, ?)"));
    return statement.bind(identity.member.view())
        .bind(identity.signingKeyPkcs8.expose())
        .bind(identity.hpkeKey.expose())
        .bind(identity.certificateDer)
        .run();
}

Result<std::vector<StoredIdentity>> identities(const Database& database)
{
    TRY_ASSIGN(statement, database.prepare("SELECT member, signing_key, hpke_key, certificate FROM identities ORDER BY member"));
    std::vector<StoredIdentity> out;
    while (true) {
        TRY_ASSIGN(hasRow, statement.step());
        if (!hasRow) return out;
        TRY_ASSIGN(member, statement.fixed<16>(0));
        out.push_back({member, SecretBytes::copyOf(statement.blob(1)), SecretBytes::copyOf(statement.blob(2)),
                       toBytes(statement.blob(3))});
    }
}

Result<void> putSetting(Database& database, const std::string& name, const std::string& value)
{
    TRY_ASSIGN(statement, database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"));
    return statement.bind(name).bind(value).run();
}

Result<std::optional<std::string>> setting(const Database& database, const std::string& name)
{
    TRY_ASSIGN(statement, database.prepare("SELECT value FROM settings WHERE name = ?"));
    TRY_ASSIGN(hasRow, statement.bind(name).step());
    return hasRow ? std::optional(statement.text(0)) : std::nullopt;
}

}  // namespace quorate::vault::rows
