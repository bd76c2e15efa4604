// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever breaks the vault's file, the entries concerned are named. What is lost is found here by asking for one row at a time.
#include <doctest/doctest.h>
#include <map>
#include <set>

#include "core/crypto/ecdsa.h"
#include "core/vault/locate_damage.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::tests;
using vault::Damage;
using vault::Database;
using vault::Vault;
using Kind = vault::Damage::Kind;

namespace {

using Entries = std::set<std::uint64_t>;

/// Longer than a page, so that a part of its row lies on pages of its own.
vault::StoredEvidence largeEvidence(std::uint8_t mark)
{
    vault::StoredEvidence out = evidence(mark, 1000 * mark);
    out.evidence.blob = Bytes(9000, mark);
    out.collateral.files = {{"crl.der", Bytes(6000, mark)}, {"vek.der", Bytes(300, mark)}};
    return out;
}

/// Several leaf pages of each kind.
void grow(Vault& made, std::uint64_t from, std::uint64_t until)
{
    const auto key = SigningKey::generate(EcCurve::P256).value();
    for (std::uint64_t i = from; i < until; ++i) {
        REQUIRE(made.appendEvent(event(i, "code " + std::to_string(i) + std::string(40, 'x'))));
        if (i % 2 == 0) REQUIRE(made.putEnvelope(envelope("participation", "answer " + std::to_string(i) + std::string(200, 'x'))));
        if (i % 3 == 0) REQUIRE(made.putSetting("name " + std::to_string(i * 7919 % 90), std::string(100, 'v') + std::to_string(i)));
        if (i % 16 == 0) REQUIRE(made.putEvidence(largeEvidence(static_cast<std::uint8_t>(i / 16))));
        if (i % 64 == 0) {
            const std::string longReason(8000, 'r');
            REQUIRE(made.recordDecision({audit::EventKind::ShareSealed, uuid(100), {}, "release", longReason, {}, {}}));
        }
        if (i % 16 == 0) {
            REQUIRE(made.signHead(key.publicKey(), [&key](BytesView message) { return key.signDer(message); }));
        }
    }
}

struct Fixture {
    TemporaryFolder folder;
    std::filesystem::path file = folder / "vault.db";

    Fixture()
    {
        // Each append waits for the disk, so that one vault has to do for all.
        static const auto kMade = [] {
            const TemporaryFolder once;
            Vault made = newVault(once);
            grow(made, 1, 130);
            made.lock();
            return std::pair(readBytes(once / "vault.db"), readBytes(once / "vault.db.slots"));
        }();
        writeBytes(file, kMade.first);
        writeBytes(folder / "vault.db.slots", kMade.second);
    }

    [[nodiscard]] SecretBytes key() const
    {
        return vault::KeySlotFile::read(vault::KeySlotFile::pathFor(file)).value().sets().front().unwrap(passphrase()).value();
    }
    [[nodiscard]] Database lookInto() const { return Database::lookInto(file, key(), Database::cipherGeneration().value()).value(); }
    [[nodiscard]] Result<std::vector<Damage>> locate() const
    {
        return vault::locateDamage(file, key(), Database::cipherGeneration().value());
    }
};

/// Of a whole file, what answers when one asks for a single leaf, row or collateral, or for a row by an index.
class Questions {
public:
    explicit Questions(const Fixture& made) : m_made(made)
    {
        const Database whole = made.lookInto();
        auto leaves = whole.prepare("SELECT entry, leaf FROM log ORDER BY entry").value();
        while (leaves.step().value()) {
            const auto entry = audit::decodeEntry(leaves.blob(1)).value();
            m_leaves[entry.index].push_back({"SELECT hash, leaf FROM log WHERE entry = " + std::to_string(entry.index)});
            if (entry.record) addRow(whole, entry);
        }
        for (auto* asked : {&m_leaves, &m_rows, &m_collateral, &m_byIndex}) {
            for (auto& [entry, questions] : *asked) {
                for (Question& question : questions) question.answer = ask(whole, question.sql).value();
            }
        }
    }

    [[nodiscard]] std::size_t entries() const { return m_leaves.size(); }
    [[nodiscard]] std::uint64_t lastWithRow() const { return m_rows.rbegin()->first; }
    [[nodiscard]] Entries lostLeaves() const { return lost(m_leaves); }
    [[nodiscard]] Entries lostRows() const { return lost(m_rows); }
    /// And others: to find one, SQLite may have to read what lies beside it.
    [[nodiscard]] Entries lostCollateral() const { return lost(m_collateral); }
    [[nodiscard]] Entries lostByIndex() const { return lost(m_byIndex); }

private:
    /// A row that stands between two leaves of a table without row numbers is found from one side of it and not from the other.
    struct Question {
        std::string sql;
        std::string backwards{};
        std::string answer{};
    };
    using ByEntry = std::map<std::uint64_t, std::vector<Question>>;

    /// For the one row with the last of its columns at `value`.
    static Question question(const std::string& select, const std::string& column, const std::string& value)
    {
        return {select + column + " >= " + value + " ORDER BY " + column + " LIMIT 1",
                select + column + " <= " + value + " ORDER BY " + column + " DESC LIMIT 1"};
    }

    void addRow(const Database& whole, const audit::Entry& entry)
    {
        const std::string& table = entry.record->table;
        const std::string& key = entry.record->key;
        const std::string byEntry = " WHERE entry = " + std::to_string(entry.index);
        const std::string study = "study = x'" + toHex(uuid(100)) + "' AND ";
        auto& rows = m_rows[entry.index];
        if (table == "events") {
            rows.push_back(question("SELECT sequence, at_ms, body FROM events WHERE " + study, "sequence", key.substr(33)));
        } else if (table == "settings") {
            rows.push_back(question("SELECT name, value FROM settings WHERE ", "name", "'" + key + "'"));
            // Only the last entry about a setting says what it is.
            const auto [former, isFirst] = m_settings.try_emplace(key, entry.index);
            if (!isFirst) m_rows.erase(std::exchange(former->second, entry.index));
        } else if (table == "envelopes") {
            const std::string id = std::to_string(whole.integer(("SELECT id FROM envelopes" + byEntry).c_str()).value());
            rows.push_back({"SELECT envelope FROM envelopes NOT INDEXED WHERE id = " + id});
            const std::string byIndex = "SELECT id FROM envelopes INDEXED BY sqlite_autoindex_envelopes_1 WHERE " + study;
            m_byIndex[entry.index].push_back(
                question(byIndex + "kind = 'participation' AND ", "payload_digest", "x'" + key.substr(key.size() - 64) + "'"));
        } else if (table == "evidence") {
            const std::string at = std::to_string(whole.integer(("SELECT appraised_at_ms FROM evidence" + byEntry).c_str()).value());
            rows.push_back({"SELECT transcript, appraisal, encoded FROM evidence NOT INDEXED WHERE id = " + key});
            rows.push_back({"SELECT group_concat(name) FROM evidence_collateral WHERE evidence = " + key});
            m_collateral[entry.index].push_back({"SELECT group_concat(hex(content)) FROM evidence_collateral "
                                                 "CROSS JOIN collateral USING (digest) WHERE evidence = " + key});
            m_byIndex[entry.index].push_back(question("SELECT id FROM evidence INDEXED BY evidence_by_node WHERE " + study + "site = x'" +
                                                      toHex(Uuid{}) + "' AND ", "appraised_at_ms", at));
        }
    }

    static Result<std::string> ask(const Database& database, const std::string& sql)
    {
        TRY_ASSIGN(statement, database.prepare(sql.c_str()));
        TRY_ASSIGN(hasRow, statement.step());
        std::string out;
        for (int column = 0; hasRow && column < statement.columns(); ++column) out += statement.text(column) + '\n';
        return out;
    }

    [[nodiscard]] Entries lost(const ByEntry& asked) const
    {
        Entries out;
        auto database = std::make_unique<Database>(m_made.lookInto());
        const auto answers = [&](const std::string& sql, const std::string& want) {
            if (sql.empty()) return false;
            const auto answer = ask(*database, sql);
            // After a bad page a connection answers nothing more.
            if (!answer || *answer != want) database = std::make_unique<Database>(m_made.lookInto());
            return answer && *answer == want;
        };
        for (const auto& [entry, questions] : asked) {
            for (const Question& question : questions) {
                if (!answers(question.sql, question.answer) && !answers(question.backwards, question.answer)) out.insert(entry);
            }
        }
        return out;
    }

    const Fixture& m_made;
    ByEntry m_leaves;
    ByEntry m_rows;
    std::map<std::string, std::uint64_t> m_settings;
    ByEntry m_collateral;
    ByEntry m_byIndex;
};

/// The entries that findings of these tables name.
Entries named(const std::vector<Damage>& found, const std::set<std::string>& tables)
{
    Entries out;
    for (const Damage& item : found) {
        if (!tables.contains(item.table) || !item.entryIndex) continue;
        for (std::uint64_t entry = *item.entryIndex; entry <= item.lastIndex.value_or(*item.entryIndex); ++entry) out.insert(entry);
    }
    return out;
}

const std::set<std::string> kRowTables{"envelopes", "events", "evidence", "settings"};
const std::set<std::string> kIndices{"sqlite_autoindex_envelopes_1", "evidence_by_node"};

std::string text(const Entries& entries)
{
    std::string out;
    for (const std::uint64_t entry : entries) out += std::to_string(entry) + " ";
    return out;
}

bool hasAll(const Entries& all, const Entries& some) { return std::includes(all.begin(), all.end(), some.begin(), some.end()); }

}  // namespace

TEST_CASE("of a page with a flipped bit exactly the entries are named that cannot be read any more")
{
    const Fixture made;
    const Questions questions(made);
    const Bytes whole = readBytes(made.file);
    std::set<std::string> tables;
    for (std::size_t page = 2; page <= whole.size() / kPageBytes; ++page) {
        CAPTURE(page);
        Bytes flipped = whole;
        flipped[page * kPageBytes - 700] ^= 0x01;
        writeBytes(made.file, flipped);
        const auto opened = openVault(made.folder);
        REQUIRE_FALSE(opened);
        const std::string& message = opened.error().message;
        CAPTURE(message);
        CHECK(message.starts_with("vault file is damaged at page " + std::to_string(page) + ": "));
        CHECK(message.ends_with("; want a backup from before, restored to another place"));
        const auto found = made.locate().value();
        for (const Damage& item : found) {
            tables.insert(item.table);
            CHECK(item.kind == Kind::Unreadable);
        }
        const Entries leaves = questions.lostLeaves();
        const Entries rows = questions.lostRows();
        CAPTURE(text(rows));
        CAPTURE(text(named(found, kRowTables)));
        CHECK(named(found, {"log"}) == leaves);
        CHECK(named(found, kRowTables) == (leaves.size() < 100 ? rows : Entries{}));
        CHECK(named(found, kIndices) == questions.lostByIndex());
        const Entries collateral = named(found, {"collateral"});
        CHECK(hasAll(questions.lostCollateral(), collateral));
        CHECK((message.find("each entry of its log and each row that they wrote can be read") != std::string::npos) ==
              (leaves.empty() && rows.empty() && collateral.empty()));
        CHECK(readBytes(made.file) == flipped);
    }
    // The vault is large enough for pages of all kinds.
    CHECK(tables == std::set<std::string>{"log", "log_head", "log_checkpoints", "envelopes", "sqlite_autoindex_envelopes_1", "events",
                                          "evidence", "evidence_by_node", "settings", "collateral"});
}

TEST_CASE("where the log's head and its end are lost, the rows tell how long it was")
{
    const Fixture made;
    for (const bool endsWithoutRows : {false, true}) {
        CAPTURE(endsWithoutRows);
        if (endsWithoutRows) {
            Vault opened = openVault(made.folder).value();
            for (int i = 0; i < 40; ++i) {
                REQUIRE(opened.recordDecision({audit::EventKind::ShareSealed, uuid(100), {}, "release", "measured", "approval", {}}));
            }
        }
        const Questions questions(made);
        const Bytes whole = readBytes(made.file);
        const auto flip = [&](const std::set<std::size_t>& pages) {
            Bytes flipped = whole;
            for (const std::size_t page : pages) flipped[page * kPageBytes - 700] ^= 0x01;
            writeBytes(made.file, flipped);
            return made.locate().value();
        };
        std::size_t head = 0;
        std::size_t middle = 0;
        std::size_t last = 0;
        for (std::size_t page = 2; page <= whole.size() / kPageBytes; ++page) {
            const auto found = flip({page});
            if (found.size() != 1) continue;
            if (found.front().table == "log_head") head = page;
            if (found.front().table != "log" || !found.front().lastIndex) continue;
            (found.front().lastIndex == questions.entries() - 1 ? last : middle) = page;
        }
        REQUIRE(head > 0);
        REQUIRE(middle > 0);
        REQUIRE(last > 0);
        const Entries lost = named(flip({head, last}), {"log"});
        CHECK_FALSE(lost.empty());
        CHECK(hasAll(questions.lostLeaves(), lost));
        CHECK(lost.contains(questions.lastWithRow()) == !endsWithoutRows);
        const Entries lostBetween = named(flip({head, middle}), {"log"});
        CHECK(lostBetween == questions.lostLeaves());
        writeBytes(made.file, whole);
    }
}

TEST_CASE("of a vault with the former pages too, except where its list of tables lies")
{
    const TemporaryFolder folder;
    const auto fixtures = std::filesystem::path(environment("QUORATE_SOURCE", ".")) / "tests/core/vault/fixtures";
    for (const char* name : {"schema1.db", "schema1.db.slots"}) std::filesystem::copy(fixtures / name, folder / name);
    const auto open = [&] { return Vault::open(folder / "schema1.db", passphrase("demo"), sources()); };
    {
        Vault opened = open().value();
        for (std::uint64_t i = 3; i < 40; ++i) REQUIRE(opened.appendEvent(event(i)));
    }
    const Bytes whole = readBytes(folder / "schema1.db");
    constexpr std::size_t kFormer = 1024;
    std::size_t silent = 0;
    std::size_t naming = 0;
    for (std::size_t page = 1; page <= whole.size() / kFormer; ++page) {
        Bytes flipped = whole;
        flipped[page * kFormer - 700] ^= 0x01;
        writeBytes(folder / "schema1.db", flipped);
        const auto opened = open();
        REQUIRE_FALSE(opened);
        const std::string& message = opened.error().message;
        CAPTURE(message);
        CHECK(message.starts_with("vault file is damaged at page " + std::to_string(page) + ": "));
        CHECK(message.ends_with("; want a backup from before, restored to another place"));
        if (message.find(": nothing in it can be read; ") != std::string::npos) ++silent;
        if (message.find(", entr") != std::string::npos) ++naming;
    }
    CHECK(silent >= 2);
    CHECK(silent < 8);
    CHECK(naming > 15);
}

TEST_CASE("of a file that was cut off the last entries are named, and whatever else is gone")
{
    const Fixture made;
    const Questions questions(made);
    const Bytes whole = readBytes(made.file);
    const std::size_t pages = whole.size() / kPageBytes;
    std::size_t read = 0;
    // What a file lacks from the end of a page on reads as zeros; a page that is there in part reads as a bad one.
    const auto sizes = [&] {
        std::vector<std::size_t> out;
        for (std::size_t left = 1; left + 4 < pages; left += 7) out.push_back(left * kPageBytes + left % 2 * 100);
        for (std::size_t left = pages - 4; left < pages; ++left) out.insert(out.end(), {left * kPageBytes, left * kPageBytes + 100});
        return out;
    }();
    for (const std::size_t size : sizes) {
        CAPTURE(size);
        writeBytes(made.file, BytesView(whole).first(size));
        const auto opened = openVault(made.folder);
        REQUIRE_FALSE(opened);
        CAPTURE(opened.error().message);
        CHECK(opened.error().message.starts_with("vault file is damaged at page " + std::to_string(size / kPageBytes + 1) + ": "));
        const auto located = made.locate();
        const Entries leaves = questions.lostLeaves();
        if (!located) {
            CHECK(located.error().message == "nothing of its log can be read");
            CHECK(leaves.size() == questions.entries());
            continue;
        }
        const auto& found = *located;
        CHECK(std::all_of(found.begin(), found.end(), [](const Damage& item) { return item.kind == Kind::Unreadable; }));
        const Entries log = named(found, {"log"});
        CHECK(log.empty() == leaves.empty());
        if (!log.empty()) CHECK((*log.begin() == *leaves.begin() && *log.rbegin() == *leaves.rbegin()));
        CHECK(hasAll(log, leaves));
        CHECK_FALSE(found.empty());
        CHECK(hasAll(named(found, {"log", "envelopes", "events", "evidence", "settings", "collateral"}), questions.lostRows()));
        Entries orByIndex = named(found, kIndices);
        orByIndex.merge(named(found, {"log", "envelopes", "evidence"}));
        CHECK(hasAll(orByIndex, questions.lostByIndex()));
        ++read;
    }
    CHECK(read >= 10);
}

TEST_CASE("of an old page that was pasted back the entries are named that it hides or shows twice")
{
    const Fixture made;
    const Bytes before = readBytes(made.file);
    {
        Vault opened = openVault(made.folder).value();
        grow(opened, 130, 260);
    }
    const Questions questions(made);
    const Bytes after = readBytes(made.file);
    std::size_t refused = 0;
    std::size_t readOnly = 0;
    std::set<std::string> shownTwice;
    for (std::size_t at = kPageBytes; at + kPageBytes <= before.size(); at += kPageBytes) {
        Bytes mixed = after;
        std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(at), kPageBytes, mixed.begin() + static_cast<std::ptrdiff_t>(at));
        if (mixed == after) continue;
        CAPTURE(at / kPageBytes + 1);
        writeBytes(made.file, mixed);
        Entries lost = questions.lostLeaves();
        lost.merge(questions.lostRows());
        lost.merge(questions.lostCollateral());
        const Entries lostByIndex = questions.lostByIndex();
        auto opened = openVault(made.folder);
        if (!opened) {
            CAPTURE(opened.error().message);
            CHECK(readBytes(made.file) == mixed);
            auto found = made.locate().value();
            CHECK(found.empty() == (lost.empty() && lostByIndex.empty()));
            std::erase_if(found, [](const Damage& item) { return item.kind == Kind::Moved; });
            const Entries missing = named(found, {"log", "envelopes", "events", "evidence", "settings", "collateral"});
            // A tree that does not hold together may give a row that is read through, and not one that is asked for.
            CHECK(hasAll(lost, missing));
            CHECK(hasAll(lostByIndex, named(found, kIndices)));
            CHECK((opened.error().message.find("each entry of its log and each row that they wrote can be read") != std::string::npos) ==
                  missing.empty());
            ++refused;
        } else if (!opened->damage().empty()) {
            ++readOnly;
            CAPTURE(opened->readOnlyBecause());
            CHECK(opened->damage().front().entryIndex);
            const auto isTwice = [](const Damage& item) { return item.table != "log" && item.kind == Kind::Moved; };
            const auto twice = std::find_if(opened->damage().begin(), opened->damage().end(), isTwice);
            if (twice == opened->damage().end()) continue;
            const std::string table = twice->table;
            shownTwice.insert(table);
            opened->lock();
            // The same is seen in a file that does not open for something else.
            mixed[mixed.size() - 700] ^= 0x01;
            writeBytes(made.file, mixed);
            const auto found = made.locate().value();
            CHECK(std::any_of(found.begin(), found.end(), [&](const Damage& item) { return isTwice(item) && item.table == table; }));
        } else {
            // The same rows, written again.
            CHECK(lost.empty());
            CHECK(lostByIndex.empty());
        }
    }
    CHECK(refused >= 10);
    CHECK(readOnly >= 3);
    // SQLCipher 4's SQLite refuses a table whose rows are not in order.
    if (vault::Database::cipherGeneration().value() == 3) CHECK_FALSE(shownTwice.empty());
}

TEST_CASE("the message names stretches of entries for each table, and how many more there are")
{
    const auto messageFor = [](const Result<std::vector<Damage>>& located) {
        return vault::describeDamage({ErrorKind::Malformed, "vault file is damaged at page 7"}, located).message;
    };
    const std::string start = "vault file is damaged at page 7: ";
    const std::string end = "; want a backup from before, restored to another place";
    CHECK(messageFor(fail(ErrorKind::Malformed, "nothing in it can be read")) == start + "nothing in it can be read" + end);
    CHECK(messageFor(std::vector<Damage>{}) == start + "each entry of its log and each row that they wrote can be read" + end);
    CHECK(messageFor(std::vector{Damage{"settings", "font", 10, {}, Kind::Missing}}) == start + "settings font: missing, entry 10" + end);
    const auto hidden = [](std::uint64_t entry) { return Damage{"evidence_by_node", std::to_string(entry), entry, {}, Kind::Missing}; };
    CHECK(messageFor(std::vector{hidden(4), hidden(6)}) ==
          start + "evidence_by_node: missing, entries 4, 6; each entry of its log and each row that they wrote can be read" + end);
    std::vector found{Damage{"log", "", 3, 5, Kind::Unreadable}};
    for (std::uint64_t i = 0; i < 20; ++i) {
        found.push_back({"events", "A/" + std::to_string(i), 10 * (i / 2) + i % 2, {}, Kind::Unreadable});
    }
    for (const char* name : {"A/21", "A/22"}) found.push_back({"events", name, {}, {}, Kind::Extra});
    CHECK(messageFor(found) == start + "log: unreadable, entries 3 to 5; events: unreadable, entries 0 to 1, 10 to 11, 20 to 21, "
                                       "30 to 31, 40 to 41, 50 to 51 and 8 more; events A/21: extra and 1 more" + end);
}
