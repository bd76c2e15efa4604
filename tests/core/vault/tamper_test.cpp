// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever knows the passphrase can open the database with any tool and change it. Each such change is found and located.
#include <doctest/doctest.h>

#include "core/audit/merkle.h"
#include "core/crypto/digest.h"
#include "core/crypto/ecdsa.h"
#include "core/vault/files.h"
#include "core/vault/log_store.h"
#include "tests/core/vault/tamper_samples.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Damage;
using vault::Vault;
using Kind = vault::Damage::Kind;
namespace fs = std::filesystem;

namespace {

struct Tampered {
    const char* what;
    const char* sql;
    std::vector<Damage> found;  ///< All of it, in order.
};

}  // namespace

TEST_CASE("a row that is edited, deleted, inserted or moved in any table is found and located to its entry")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        fill(made);
    }
    const Bytes whole = readBytes(folder / "vault.db");
    std::string upper = toHex(uuid(100));
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    std::string member = toHex(uuid(11));
    for (char& c : member) c = static_cast<char>(std::toupper(c));
    const auto row = [](std::string table, std::string key, std::optional<std::uint64_t> entry, Kind kind) {
        return Damage{std::move(table), std::move(key), entry, std::nullopt, kind};
    };
    const std::vector<Tampered> table{
        {"event edited", "UPDATE events SET body = x'00' WHERE sequence = 2", {row("events", upper + "/2", 4, Kind::Edited)}},
        {"event's time edited", "UPDATE events SET at_ms = 5 WHERE sequence = 2", {row("events", upper + "/2", 4, Kind::Edited)}},
        {"event deleted", "DELETE FROM events WHERE sequence = 3", {row("events", upper + "/3", 5, Kind::Missing)}},
        {"event inserted", "INSERT INTO events SELECT study, 4, at_ms, body, 12 FROM events WHERE sequence = 3",
         {row("events", upper + "/4", {}, Kind::Extra)}},
        {"event's entry changed", "UPDATE events SET entry = 5 WHERE sequence = 2", {row("events", upper + "/2", 4, Kind::Moved)}},
        {"event's value of another type", "UPDATE events SET body = CAST(body AS TEXT) WHERE sequence = 2",
         {row("events", upper + "/2", 4, Kind::Edited)}},
        {"setting edited", "UPDATE settings SET value = 'light' WHERE name = 'theme'", {row("settings", "theme", 9, Kind::Edited)}},
        {"setting deleted", "DELETE FROM settings WHERE name = 'font'", {row("settings", "font", 10, Kind::Missing)}},
        {"setting inserted", "INSERT INTO settings VALUES ('new', 'x', 9)", {row("settings", "new", {}, Kind::Extra)}},
        {"identity's key edited", "UPDATE identities SET signing_key = x'0909'", {row("identities", member, 8, Kind::Edited)}},
        {"identity deleted", "DELETE FROM identities", {row("identities", member, 8, Kind::Missing)}},
        {"version lowered", "UPDATE versions SET version = 6", {row("versions", "roster/" + upper, 11, Kind::Edited)}},
        {"version deleted", "DELETE FROM versions", {row("versions", "roster/" + upper, 11, Kind::Missing)}},
        {"evidence's verdict edited", "UPDATE evidence SET appraisal = '{}' WHERE id = 2", {row("evidence", "2", 7, Kind::Edited)}},
        {"evidence's collateral unlinked", "DELETE FROM evidence_collateral WHERE evidence = 1 AND name = 'crl.der'",
         {row("evidence", "1", 6, Kind::Edited)}},
        {"log entry edited", "UPDATE log SET leaf = x'0102' WHERE entry = 3",
         {row("log", "", 3, Kind::Edited), row("log", "", 3, Kind::Unreadable), row("events", upper + "/1", {}, Kind::Extra)}},
        {"log entry deleted", "DELETE FROM log WHERE entry = 3",
         {row("log", "", 3, Kind::Moved), row("events", upper + "/1", {}, Kind::Extra)}},
        {"last log entry deleted", "DELETE FROM log WHERE entry = 11",
         {row("log", "", 11, Kind::Missing), row("versions", "roster/" + upper, {}, Kind::Extra)}},
        {"log entries exchanged",
         "UPDATE log SET entry = 99 WHERE entry = 9; UPDATE log SET entry = 9 WHERE entry = 10; "
         "UPDATE log SET entry = 10 WHERE entry = 99",
         {row("log", "", 9, Kind::Moved)}},
        {"trigger added", "CREATE TRIGGER later AFTER INSERT ON events BEGIN DELETE FROM settings; END",
         {row("sqlite_master", "later", {}, Kind::Extra)}},
        {"tree replaced", "UPDATE log_head SET tree = x''", {}},
    };
    for (const Tampered& tampered : table) {
        CAPTURE(tampered.what);
        writeBytes(folder / "vault.db", whole);
        REQUIRE(rawDatabase(folder / "vault.db").execute((std::string("PRAGMA foreign_keys = OFF; ") + tampered.sql).c_str()));
        Vault opened = openVault(folder).value();
        CAPTURE(describe(opened.damage()));
        if (!tampered.found.empty()) CHECK(opened.damage() == tampered.found);
        CHECK_FALSE(opened.damage().empty());
        CHECK(opened.putSetting("x", "y").error().kind == ErrorKind::Untrusted);
        CHECK(opened.putSetting("x", "y").error().message.starts_with("vault is read-only: vault does not agree with its log: "));
        CHECK(opened.setting("font"));  // It can still be read.
    }
    writeBytes(folder / "vault.db", whole);
    CHECK(openVault(folder)->damage().empty());
}

TEST_CASE("a row that is inserted, deleted or exchanged with another is found in every table under the log")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    {
        Vault made = newVault(folder);
        fill(made);
        REQUIRE(made.putIdentity({uuid(12), SecretBytes(Bytes{4, 5}), SecretBytes(Bytes(32, 8)), Bytes{6}}));
        REQUIRE(made.raiseVersion({"appraisal-policy", uuid(100), {2, sha256(asBytes("policy"))}}));
        REQUIRE(made.signHead(key.publicKey(), signerOf(key)));
        REQUIRE(made.putSetting("more", "entries"));
        REQUIRE(made.signHead(key.publicKey(), signerOf(key)));
    }
    const Bytes whole = readBytes(folder / "vault.db");
    const auto exchange = [](const std::string& table, const std::string& column, const std::string& one, const std::string& other) {
        const auto valueOf = [&](const std::string& condition) { return "(SELECT " + column + " FROM old WHERE " + condition + ")"; };
        return "CREATE TEMP TABLE old AS SELECT * FROM " + table + "; UPDATE " + table + " SET " + column + " = " + valueOf(other) +
               " WHERE " + one + "; UPDATE " + table + " SET " + column + " = " + valueOf(one) + " WHERE " + other;
    };
    struct Change {
        std::string sql;
        const char* table;
    };
    const std::vector<Change> changes{
        {exchange("envelopes", "envelope", "kind = 'roster'", "kind = 'participation'"), "envelopes"},
        {"UPDATE envelopes SET id = 99 - id; UPDATE envelopes SET id = id - 90", ""},  // Numbers that name no row.
        {exchange("events", "body", "sequence = 1", "sequence = 3"), "events"},
        {"UPDATE events SET sequence = 9 WHERE sequence = 1; UPDATE events SET sequence = 1 WHERE sequence = 3; "
         "UPDATE events SET sequence = 3 WHERE sequence = 9", "events"},
        {"UPDATE evidence SET id = 9 WHERE id = 1; UPDATE evidence SET id = 1 WHERE id = 2; UPDATE evidence SET id = 2 WHERE id = 9",
         "evidence"},
        {"INSERT INTO evidence SELECT 3, study, site, tee, report, certificates, transcript, appraisal, appraised_at_ms, 6, encoded "
         "FROM evidence WHERE id = 1", "evidence"},
        {"DELETE FROM evidence WHERE id = 2", "evidence"},
        {exchange("evidence", "appraised_at_ms", "id = 1", "id = 2"), "evidence"},
        {exchange("collateral", "content", "content = x'0909'", "content = x'01010101010101010101'"), "collateral"},
        {exchange("evidence_collateral", "digest", "evidence = 1 AND name = 'crl.der'", "evidence = 1 AND name = 'vek.der'"), "evidence"},
        {"INSERT INTO evidence_collateral SELECT 1, 'more.der', digest FROM evidence_collateral LIMIT 1", "evidence"},
        {exchange("identities", "signing_key", "signing_key = x'0102'", "signing_key = x'0405'"), "identities"},
        {"INSERT INTO identities SELECT x'000102030405060708090a0b0c0d0e0f', signing_key, hpke_key, certificate, entry FROM identities "
         "LIMIT 1", "identities"},
        {exchange("settings", "value", "name = 'theme'", "name = 'font'"), "settings"},
        {exchange("settings", "entry", "name = 'theme'", "name = 'font'"), "settings"},
        {exchange("versions", "version", "kind = 'roster'", "kind = 'appraisal-policy'"), "versions"},
        {"INSERT INTO versions VALUES ('protocol', x'00', 1, zeroblob(32), 11)", "versions"},
        {"INSERT INTO log SELECT max(entry) + 1, hash, leaf FROM log", "log"},
        {"INSERT INTO log SELECT -1, hash, leaf FROM log WHERE entry = 3", "log"},
        {"UPDATE log SET entry = 99 WHERE entry = 14; INSERT INTO log SELECT 14, hash, leaf FROM log WHERE entry = 13", "log"},
        {"UPDATE log_head SET log = zeroblob(16)", "log"},
        {"DELETE FROM log_head", "log"},
        {exchange("log_checkpoints", "note", "size = 14", "size = 15"), "log"},
        {"INSERT INTO log_checkpoints SELECT 3, note, former FROM log_checkpoints WHERE size = 14", "log"},
        {"DELETE FROM log_checkpoints WHERE size = 14", "log_checkpoints"},
        {"DELETE FROM log_checkpoints WHERE size = 15", "log_checkpoints"},
        {"DELETE FROM log_checkpoints", "log_checkpoints"},
        {exchange("log_checkpoints", "former", "size = 14", "size = 15"), "log_checkpoints"},
        {"UPDATE log_head SET checkpoint = x''", "log_checkpoints"},
    };
    for (const Change& change : changes) {
        CAPTURE(change.sql);
        writeBytes(folder / "vault.db", whole);
        REQUIRE(rawDatabase(folder / "vault.db").execute(("PRAGMA foreign_keys = OFF; " + change.sql).c_str()));
        CHECK(readBytes(folder / "vault.db") != whole);
        const auto opened = openVault(folder);
        if (!opened) {
            CHECK(opened.error().message == "vault has no audit log");
            continue;
        }
        CAPTURE(describe(opened->damage()));
        CHECK(opened->damage().empty() == (*change.table == '\0'));
        if (!opened->damage().empty()) CHECK(opened->damage().front().table == change.table);
    }
}

TEST_CASE("an entry that was rewritten with hash, tree and all is located between the checkpoints around it, and by its row")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    {
        Vault made = newVault(folder);
        fill(made);
        REQUIRE(made.signHead(key.publicKey(), signerOf(key)));  // Of 12 entries.
        for (const char* value : {"a", "b"}) REQUIRE(made.putSetting("font", value));
        REQUIRE(made.recordDecision({audit::EventKind::ShareSealed, uuid(100), {}, "release", "measured twice", "approval", {}}));
        REQUIRE(made.putSetting("theme", "light"));
        REQUIRE(made.signHead(key.publicKey(), signerOf(key)));  // Of 16.
        REQUIRE(made.putSetting("more", "entries"));
    }
    const Bytes whole = readBytes(folder / "vault.db");
    const auto rewrite = [&](std::uint64_t index, const std::function<void(audit::Entry&)>& change) {
        writeBytes(folder / "vault.db", whole);
        vault::Database database = rawDatabase(folder / "vault.db");
        vault::DatabaseLogStore store(database);
        audit::CompactTree tree;
        REQUIRE(database.execute("CREATE TEMP TABLE old AS SELECT * FROM log; DELETE FROM log"));
        auto rows = database.prepare("SELECT entry, leaf FROM old ORDER BY entry").value();
        while (rows.step().value()) {
            Bytes leaf = toBytes(rows.blob(1));
            if (static_cast<std::uint64_t>(rows.integer(0)) == index) {
                auto entry = audit::decodeEntry(leaf).value();
                change(entry);
                leaf = audit::encode(entry).value();
            }
            tree.append(audit::leafHash(leaf));
            REQUIRE(store.append({static_cast<std::uint64_t>(rows.integer(0)), audit::leafHash(leaf), leaf}, tree.serialise()));
        }
    };
    rewrite(14, [](audit::Entry& entry) { entry.reason = "never measured"; });
    CHECK(openVault(folder)->damage() == std::vector{Damage{"log", "", 12, 15, Kind::HeadMismatch}});
    // Where the entry wrote a row that still stands, the row names it.
    rewrite(15, [](audit::Entry& entry) { entry.record->digest = sha256(asBytes("x")); });
    CHECK(openVault(folder)->damage() ==
          std::vector{Damage{"log", "", 12, 15, Kind::HeadMismatch}, Damage{"settings", "theme", 15, {}, Kind::Edited}});
    // Beyond the newest checkpoint only the row tells.
    rewrite(16, [](audit::Entry& entry) { entry.record->key = "other"; });
    const auto found = openVault(folder)->damage();
    REQUIRE(found.size() == 2);
    CHECK(found[0] == Damage{"settings", "more", {}, {}, Kind::Extra});
    CHECK(found[1] == Damage{"settings", "other", 16, {}, Kind::Missing});
}

TEST_CASE("collateral and envelopes that were changed are found by their digests")
{
    const TemporaryFolder folder;
    {
        Vault made = newVault(folder);
        fill(made);
    }
    const Bytes whole = readBytes(folder / "vault.db");
    const auto firstKind = [&](const char* sql) {
        writeBytes(folder / "vault.db", whole);
        REQUIRE(rawDatabase(folder / "vault.db").execute((std::string("PRAGMA foreign_keys = OFF; ") + sql).c_str()));
        const Vault opened = openVault(folder).value();
        REQUIRE_FALSE(opened.damage().empty());
        return opened.damage().front().table + " " + vault::nameOf(opened.damage().front().kind);
    };
    CHECK(firstKind("UPDATE collateral SET content = x'07'") == "collateral edited");
    CHECK(firstKind("DELETE FROM collateral") == "collateral missing");
    CHECK(firstKind("INSERT INTO collateral VALUES (x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'')") ==
          "collateral extra");
    CHECK(firstKind("INSERT INTO evidence_collateral SELECT 77, name, digest FROM evidence_collateral LIMIT 1") ==
          "evidence_collateral extra");
    CHECK(firstKind("UPDATE envelopes SET envelope = replace(envelope, 'AQID', 'AQIE')") == "envelopes edited");
    CHECK(firstKind("DELETE FROM envelopes WHERE kind = 'roster'") == "envelopes missing");
    CHECK(firstKind("INSERT INTO envelopes SELECT 50, study, 'revocation', payload_digest, envelope, stored_at_ms, entry FROM envelopes "
                    "WHERE kind = 'roster'") == "envelopes extra");
    CHECK(firstKind("INSERT INTO log_checkpoints VALUES (3, 'not a note', x'')") == "log bad-checkpoint");
}

TEST_CASE("an old encrypted page pasted back into a newer file is found")
{
    const TemporaryFolder folder;
    const auto key = signingKey();
    {
        Vault made = newVault(folder);
        fill(made);
        REQUIRE(made.signHead(key.publicKey(), signerOf(key)));
    }
    const Bytes before = readBytes(folder / "vault.db");
    {
        Vault opened = openVault(folder).value();
        REQUIRE(opened.putSetting("theme", "light"));
        REQUIRE(opened.signHead(key.publicKey(), signerOf(key)));
        // Their tables have indices, whose old pages would hide these rows.
        REQUIRE(opened.putEvidence(evidence(3, 3000)));
        REQUIRE(opened.putEnvelope(envelope("revocation", "now")));
    }
    const Bytes after = readBytes(folder / "vault.db");
    REQUIRE(before.size() <= after.size());
    std::size_t pasted = 0;
    for (std::size_t at = 0; at + kPageBytes <= before.size(); at += kPageBytes) {
        if (std::equal(before.begin() + static_cast<std::ptrdiff_t>(at), before.begin() + static_cast<std::ptrdiff_t>(at + kPageBytes),
                       after.begin() + static_cast<std::ptrdiff_t>(at))) {
            continue;
        }
        CAPTURE(at / kPageBytes + 1);
        Bytes mixed = after;
        std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(at), kPageBytes, mixed.begin() + static_cast<std::ptrdiff_t>(at));
        writeBytes(folder / "vault.db", mixed);
        const auto opened = openVault(folder);
        // The first page only counts changes and names the schema: an old one changes nothing that is stored.
        const bool found = !opened || !opened->damage().empty() || opened->setting("theme").value() == "light";
        CHECK(found);
        if (at > 0) CHECK((!opened || !opened->damage().empty()));
        if (at > 0 && !opened) CHECK(opened.error().message.find(", entr") != std::string::npos);
        ++pasted;
    }
    CHECK(pasted >= 3);
}

TEST_CASE("a check of an open vault hears of every entry, can be ended")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    fill(made);
    std::uint64_t heard = 0;
    REQUIRE(made.verify([&](std::uint64_t entry) -> Result<void> {
        CHECK(entry == heard);
        ++heard;
        return {};
    }));
    CHECK(heard == made.head().value().size);
    const auto ended = made.verify([](std::uint64_t) -> Result<void> { return fail(ErrorKind::Cancelled, "enough"); });
    CHECK(ended.error().kind == ErrorKind::Cancelled);
    CHECK(made.damage().empty());
    CHECK(made.readOnlyBecause().empty());
}

TEST_CASE("every change is in the log with who, what and the digest of the row")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    made.actAs({uuid(11), "Rosa Lind", "custodian", 60});
    REQUIRE(made.appendEvent(event(1, "first")));
    REQUIRE(made.appendEvent(event(1, "first")));  // Nothing new, so nothing logged.
    REQUIRE(made.recordDecision({audit::EventKind::ShareSealed, uuid(100), {}, "release", "measured twice", "approval",
                                 {{"statement", sha256(asBytes("s"))}}}));
    const auto entries = made.entries(0, made.head().value().size).value();
    REQUIRE(entries.size() == 3);
    CHECK(entries[1].actor == uuid(11));
    CHECK(entries[1].actorName == "Rosa Lind");
    CHECK(entries[1].offsetMinutes == 60);
    CHECK(entries[1].kind == audit::EventKind::StudyEventReceived);
    CHECK(entries[1].record->table == "events");
    CHECK(entries[2].reason == "measured twice");
    CHECK(entries[2].meaning == "approval");
    CHECK_FALSE(entries[2].record);
}

TEST_CASE("a lower version, and other bytes under the same one, are refused for ever")
{
    const TemporaryFolder folder;
    Vault made = newVault(folder);
    const auto seen = [](std::uint32_t version, const char* content) {
        return vault::SeenVersion{"appraisal-policy", uuid(100), {version, sha256(asBytes(content))}};
    };
    REQUIRE(made.raiseVersion(seen(3, "three")));
    CHECK(made.raiseVersion(seen(3, "three")));
    CHECK(made.raiseVersion(seen(2, "two")).error().kind == ErrorKind::PolicyRefused);
    CHECK(made.raiseVersion(seen(3, "another three")).error().kind == ErrorKind::Untrusted);
    REQUIRE(made.raiseVersion(seen(4, "four")));
    made.lock();
    REQUIRE(made.unlock(passphrase()));
    CHECK(made.seenVersion("appraisal-policy", uuid(100)).value() == seen(4, "four"));
    CHECK(made.raiseVersion(seen(3, "three")).error().kind == ErrorKind::PolicyRefused);
    CHECK_FALSE(made.seenVersion("roster", uuid(100)).value());
}
