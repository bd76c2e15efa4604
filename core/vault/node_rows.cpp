// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "core/crypto/digest.h"
#include "core/study/reference_codec.h"
#include "core/vault/projections.h"
#include "core/vault/rows.h"

namespace quorate::vault::rows {
namespace {

using Reference = Result<std::optional<audit::RecordReference>>;

Result<std::int64_t> insertEvidence(Database& database, const StoredEvidence& stored, std::int64_t entry)
{
    TRY_ASSIGN(statement, database.prepare("INSERT INTO evidence (study, site, tee, report, certificates, transcript, appraisal, "
                                           "appraised_at_ms, entry, encoded) VALUES (?, ?, ?, x'', x'', ?, ?, ?, ?, ?)"));
    TRY(statement.bind(stored.study.view())
            .bind(stored.site.view())
            .bind(std::string_view(nameOf(stored.evidence.tee)))
            .bind(study::encode(stored.transcript))
            .bind(stored.appraisalJson)
            .bind(stored.appraisedAt.time_since_epoch().count())
            .bind(entry)
            .bind(attestation::encode(stored.evidence))
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

/// Columns as latestEvidence selects them. Rows of the first schema have a report and certificates, and no encoding.
Result<attestation::Evidence> evidenceIn(const Statement& row)
{
    const BytesView encoded = row.blob(7);
    if (!encoded.empty()) return attestation::decodeEvidence(encoded);
    TRY_ASSIGN(tee, attestation::parseTeeKind(row.text(1)));
    return attestation::Evidence{tee, toBytes(row.blob(2)), toBytes(row.blob(3)), {}, {}};
}

/// The verdict's name as the appraisal's JSON has it; empty when it has none.
std::string verdictIn(const std::string& appraisalJson)
{
    const auto parsed = nlohmann::json::parse(appraisalJson, nullptr, false);
    const auto found = parsed.is_object() ? parsed.find("verdict") : parsed.end();
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<void> putEvidence(Ledger& ledger, const StoredEvidence& stored)
{
    audit::Entry entry;
    entry.kind = audit::EventKind::EvidenceAppraised;
    entry.study = stored.study;
    entry.site = stored.site;
    entry.subject = verdictIn(stored.appraisalJson);
    entry.digests["evidence"] = stored.evidence.digest();
    entry.digests["appraisal"] = sha256(asBytes(stored.appraisalJson));
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Reference {
        Database& database = ledger.database();
        TRY_ASSIGN(evidence, insertEvidence(database, stored, index));
        for (const auto& [name, content] : stored.collateral.files) TRY(insertCollateral(database, evidence, name, content));
        return referenceTo(database, projections::kEvidence, [&](Statement& row) { row.bind(evidence); });
    });
}

Result<std::optional<StoredEvidence>> latestEvidence(const Database& database, const Uuid& study, const Uuid& site)
{
    TRY_ASSIGN(statement, database.prepare("SELECT id, tee, report, certificates, transcript, appraisal, appraised_at_ms, encoded FROM evidence "
                                           "WHERE study = ? AND site = ? ORDER BY appraised_at_ms DESC, entry DESC LIMIT 1"));
    statement.bind(study.view()).bind(site.view());
    TRY_ASSIGN(hasRow, statement.step());
    if (!hasRow) return std::optional<StoredEvidence>();
    TRY_ASSIGN(evidence, evidenceIn(statement));
    TRY_ASSIGN(transcript, study::decodeTranscript(statement.blob(4)));
    TRY_ASSIGN(collateral, collateralOf(database, statement.integer(0)));
    StoredEvidence out;
    out.study = study;
    out.site = site;
    out.evidence = std::move(evidence);
    out.collateral = std::move(collateral);
    out.transcript = std::move(transcript);
    out.appraisalJson = statement.text(5);
    out.appraisedAt = UtcMillis(std::chrono::milliseconds(statement.integer(6)));
    return std::optional<StoredEvidence>(std::move(out));
}

Result<void> putIdentity(Ledger& ledger, const StoredIdentity& identity, audit::EventKind how)
{
    audit::Entry entry;
    entry.kind = how;
    entry.subject = toHex(identity.member);
    if (!identity.certificateDer.empty()) entry.digests["certificate"] = sha256(identity.certificateDer);
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Reference {
        Database& database = ledger.database();
        TRY_ASSIGN(statement, database.prepare("INSERT OR REPLACE INTO identities (member, signing_key, hpke_key, certificate, entry) "
                                               "VALUES (?, ?, ?, ?, ?)"));
        TRY(statement.bind(identity.member.view())
                .bind(identity.signingKeyPkcs8.expose())
                .bind(identity.hpkeKey.expose())
                .bind(identity.certificateDer)
                .bind(index)
                .run());
        return referenceTo(database, projections::kIdentities, [&](Statement& row) { row.bind(identity.member.view()); });
    });
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

Result<void> putSetting(Ledger& ledger, const std::string& name, const std::string& value)
{
    audit::Entry entry;
    entry.kind = audit::EventKind::SettingChanged;
    entry.subject = name;
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Reference {
        Database& database = ledger.database();
        TRY_ASSIGN(statement, database.prepare("INSERT OR REPLACE INTO settings (name, value, entry) VALUES (?, ?, ?)"));
        TRY(statement.bind(name).bind(value).bind(index).run());
        return referenceTo(database, projections::kSettings, [&](Statement& row) { row.bind(name); });
    });
}

Result<std::optional<std::string>> setting(const Database& database, const std::string& name)
{
    TRY_ASSIGN(statement, database.prepare("SELECT value FROM settings WHERE name = ?"));
    TRY_ASSIGN(hasRow, statement.bind(name).step());
    return hasRow ? std::optional(statement.text(0)) : std::nullopt;
}

Result<std::optional<SeenVersion>> seenVersion(const Database& database, const std::string& kind, const Uuid& scope)
{
    TRY_ASSIGN(statement, database.prepare("SELECT version, digest FROM versions WHERE kind = ? AND scope = ?"));
    TRY_ASSIGN(hasRow, statement.bind(kind).bind(scope.view()).step());
    if (!hasRow) return std::optional<SeenVersion>();
    TRY_ASSIGN(digest, statement.fixed<32>(1));
    return std::optional(SeenVersion{kind, scope, {static_cast<std::uint32_t>(statement.integer(0)), digest}});
}

Result<void> raiseVersion(Ledger& ledger, const SeenVersion& seen)
{
    TRY_ASSIGN(known, seenVersion(ledger.database(), seen.kind, seen.scope));
    TRY_ASSIGN(succession, study::checkSuccession(seen.kind.c_str(), known ? std::optional(known->object) : std::nullopt, seen.object));
    if (succession == study::Succession::Same) return {};
    audit::Entry entry;
    entry.kind = entryKindOf(seen.kind);
    entry.study = seen.scope;
    entry.subject = seen.kind;
    entry.digests["payload"] = seen.object.digest;
    return ledger.record(std::move(entry), [&](std::int64_t index) -> Reference {
        Database& database = ledger.database();
        TRY_ASSIGN(statement,
                   database.prepare("INSERT OR REPLACE INTO versions (kind, scope, version, digest, entry) VALUES (?, ?, ?, ?, ?)"));
        TRY(statement.bind(seen.kind)
                .bind(seen.scope.view())
                .bind(std::int64_t{seen.object.version})
                .bind(seen.object.digest.view())
                .bind(index)
                .run());
        return referenceTo(database, projections::kVersions,
                           [&](Statement& row) { row.bind(seen.kind).bind(seen.scope.view()); });
    });
}

}  // namespace quorate::vault::rows
