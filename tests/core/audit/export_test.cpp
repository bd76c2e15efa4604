// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <sstream>

#include "core/audit/export.h"
#include "core/study/roster.h"
#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using Kind = LogFault::Kind;
using tests::SampleLog;
using tests::sampleEntry;
using tests::sampleId;
using tests::NoteSigner;

namespace {

/// A log of eleven entries, its export, and everybody who signed in it.
struct Exported {
    NoteSigner root;
    NoteSigner member;
    NoteSigner service;
    SampleLog sample{11};
    ExportParties parties;
    std::string text;

    Exported()
    {
        const NoteKey cosigner{cosignerName(sampleId(2)), member.publicKey()};
        const NoteKey serviceKey{kServiceCosigner, service.publicKey()};
        const UtcSeconds at{std::chrono::seconds(1795260000)};
        for (const auto& [size, note] : std::map(sample.store.notes)) {
            const SignedNote signedNote = parseNote(note).value();
            REQUIRE(sample.log.addCosignature(size, *cosignNote(signedNote, cosigner, member.sign(), at), cosigner));
            if (size != 8) continue;
            REQUIRE(sample.log.addCosignature(size, *cosignNote(signedNote, serviceKey, service.sign(), at), serviceKey));
        }
        parties = {root.publicKey().spki(), {roster(1)}, {serviceKey}};
        text = write();
    }

    [[nodiscard]] dsse::Envelope roster(std::uint32_t version) const
    {
        study::Roster out;
        out.version = version;
        out.consortium = "Four hospitals";
        out.members = {{sampleId(1), "Ines Ferreira", "North", study::Role::Custodian, {}, sample.owner.publicKey().spki(), {}},
                       {sampleId(2), "Jonas Lindqvist", "South", study::Role::Auditor, {}, member.publicKey().spki(), {}}};
        return dsse::sign("roster", study::encode(out), root.key).value();
    }
    [[nodiscard]] std::string write() const
    {
        std::ostringstream out;
        REQUIRE(writeExport(sample.store, sample.log.origin(), parties, out));
        return out.str();
    }
    [[nodiscard]] ExportTrust pinned() const { return {root.publicKey().spkiSha256(), {}, {}}; }
};

/// One for all tests that only read it.
const Exported& exported()
{
    static const Exported instance;
    return instance;
}

ExportReport verify(const std::string& text, const ExportTrust& trust = {})
{
    std::istringstream in(text);
    return verifyExport(in, trust);
}

using Lines = std::vector<std::string>;

Lines linesOf(const std::string& text)
{
    Lines out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

std::string joined(const Lines& lines)
{
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

std::size_t lineOf(const Lines& lines, const std::string& beginning)
{
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].starts_with(beginning)) return i;
    }
    FAIL("no line begins with ", beginning);
    return 0;
}

std::size_t entryLine(const Lines& lines, std::uint64_t index) { return lineOf(lines, R"({"entry":)" + std::to_string(index) + ","); }

std::string entryText(const Entry& entry)
{
    const Bytes leaf = encode(entry).value();
    return R"({"entry":)" + std::to_string(entry.index) + R"(,"hash":")" + toBase64(leafHash(leaf).view()) + R"(","leaf":")" +
           toBase64(leaf) + R"("})";
}

Entry entryOf(const std::string& line)
{
    const std::string begin = R"("leaf":")";
    const std::size_t at = line.find(begin) + begin.size();
    return decodeEntry(parseBase64(line.substr(at, line.size() - at - 2)).value()).value();
}

void checkFault(const ExportReport& report, Kind kind, std::uint64_t first, std::uint64_t last)
{
    REQUIRE(report.fault);
    INFO(report.fault->detail);
    CHECK(std::string(nameOf(report.fault->kind)) == nameOf(kind));
    CHECK(report.fault->first == first);
    CHECK(report.fault->last == last);
}

}  // namespace

TEST_CASE("an export verifies from itself alone, and says who signed what")
{
    const Exported& e = exported();
    const ExportReport report = verify(e.text, e.pinned());
    REQUIRE_MESSAGE(report.holds(), report.fault->detail);
    CHECK(report.origin == e.sample.log.origin());
    CHECK(report.tree.size() == 11);
    CHECK(report.tree.root() == e.sample.log.head()->root);
    CHECK(report.coveredUntil == 11);
    CHECK(report.checkpoints == 3);
    CHECK(report.isRootPinned);
    CHECK(report.rootKey == e.root.publicKey().spkiSha256());
    REQUIRE(report.signers.size() == 3);
    CHECK(report.signers[0].name == report.origin);
    CHECK(report.signers[0].person == "Ines Ferreira");
    CHECK(report.signers[0].signatures == 3);
    CHECK(report.signers[0].isVouchedFor);
    CHECK(report.signers[1].person == "Jonas Lindqvist");
    CHECK(report.signers[1].newestSize == 11);
    CHECK(report.signers[1].newestAt.has_value());
    CHECK(report.signers[2].name == kServiceCosigner);
    CHECK(report.signers[2].newestSize == 8);
    CHECK_FALSE(report.signers[2].isVouchedFor);
    CHECK_FALSE(verify(e.text).isRootPinned);
    CHECK_FALSE(verify(e.text).signers[0].isVouchedFor);
}

TEST_CASE("an empty log exports and verifies, and a store that lost a row does not pass for one")
{
    SampleLog empty(0);
    std::ostringstream out;
    REQUIRE(writeExport(empty.store, empty.log.origin(), {}, out));
    CHECK(verify(out.str()).holds());
    SampleLog cut(9);
    cut.store.rows.pop_back();
    std::ostringstream shorter;
    REQUIRE(writeExport(cut.store, cut.log.origin(), {}, shorter));
    CHECK_FALSE(verify(shorter.str()).holds());
}

TEST_CASE("what is done to an export is found and located")
{
    struct Lie {
        const char* name;
        Kind kind;
        std::uint64_t first;
        std::uint64_t last;
        std::function<void(Lines&)> tell;
    };
    const auto renumbered = [](Lines& lines, std::uint64_t from, std::uint64_t to) {
        Entry entry = entryOf(lines[entryLine(lines, from)]);
        entry.index = to;
        return entryText(entry);
    };
    const std::vector<Lie> lies = {
        {"leaf edited", Kind::Edited, 5, 5,
         [](Lines& l) {
             std::string& line = l[entryLine(l, 5)];
             const std::size_t at = line.size() - 20;
             line[at] = line[at] == 'A' ? 'B' : 'A';
         }},
        {"entry edited and hashed again", Kind::HeadMismatch, 4, 7,
         [](Lines& l) {
             Entry entry = entryOf(l[entryLine(l, 5)]);
             entry.reason = "nothing to see";
             l[entryLine(l, 5)] = entryText(entry);
         }},
        {"deleted", Kind::Missing, 5, 5, [](Lines& l) { l.erase(l.begin() + static_cast<long>(entryLine(l, 5))); }},
        {"three deleted", Kind::Missing, 1, 3,
         [](Lines& l) { l.erase(l.begin() + static_cast<long>(entryLine(l, 1)), l.begin() + static_cast<long>(entryLine(l, 3)) + 1); }},
        {"deleted and the next numbered as it", Kind::Missing, 7, 7,
         [&](Lines& l) {
             const std::string next = renumbered(l, 6, 5);
             const std::string after = renumbered(l, 7, 6);
             l.erase(l.begin() + static_cast<long>(entryLine(l, 7)));
             l[entryLine(l, 5)] = next;
             l[entryLine(l, 6)] = after;
         }},
        {"inserted", Kind::OutOfPlace, 6, 6,
         [&](Lines& l) {
             const std::string again = renumbered(l, 2, 5);
             l.insert(l.begin() + static_cast<long>(entryLine(l, 5)), again);
         }},
        {"last before a checkpoint deleted", Kind::Missing, 7, 7, [](Lines& l) { l.erase(l.begin() + static_cast<long>(entryLine(l, 7))); }},
        {"swapped", Kind::Missing, 2, 5, [](Lines& l) { std::swap(l[entryLine(l, 2)], l[entryLine(l, 6)]); }},
        {"swapped with numbers exchanged", Kind::OutOfPlace, 2, 2,
         [](Lines& l) {
             std::string& a = l[entryLine(l, 2)];
             std::string& b = l[entryLine(l, 3)];
             std::swap(a, b);
             std::swap(a[9], b[9]);
         }},
        {"repeated", Kind::OutOfPlace, 4, 4, [](Lines& l) { l.insert(l.begin() + static_cast<long>(entryLine(l, 3)), l[entryLine(l, 3)]); }},
        {"cut after an entry", Kind::Missing, 9, 9, [](Lines& l) { l.resize(entryLine(l, 9)); }},
        {"cut, with the last line kept", Kind::Missing, 9, 10,
         [](Lines& l) {
             const std::string end = l.back();
             l.resize(entryLine(l, 9));
             l.push_back(end);
         }},
        {"cut, with a last line that agrees", Kind::Uncovered, 8, 8,
         [](Lines& l) {
             l.resize(entryLine(l, 9));
             l.push_back(R"({"end":{"entries":9,"checkpoints":2}})");
         }},
        {"last checkpoint taken away", Kind::Missing, 8, 10, [](Lines& l) { l.erase(l.end() - 2); }},
        {"checkpoint in the middle taken away", Kind::Missing, 10, 10, [](Lines& l) { l.erase(l.begin() + static_cast<long>(entryLine(l, 8)) - 1); }},
        {"checkpoint moved", Kind::OutOfPlace, 8, 8,
         [](Lines& l) { std::swap(l[entryLine(l, 8)], l[entryLine(l, 8) - 1]); }},
        {"checkpoint repeated", Kind::OutOfPlace, 7, 7,
         [](Lines& l) { l.insert(l.begin() + static_cast<long>(entryLine(l, 8)), l[entryLine(l, 8) - 1]); }},
        {"line added at the end", Kind::Unreadable, 11, 11, [](Lines& l) { l.push_back("{}"); }},
        {"blank line", Kind::Unreadable, 3, 3, [](Lines& l) { l.insert(l.begin() + static_cast<long>(entryLine(l, 3)), ""); }},
        {"space added", Kind::Unreadable, 3, 3, [](Lines& l) { l[entryLine(l, 3)] += " "; }},
        {"leading zero", Kind::Unreadable, 3, 3, [](Lines& l) { l[entryLine(l, 3)].insert(9, "0"); }},
        {"header taken away", Kind::Unreadable, 0, 0, [](Lines& l) { l.erase(l.begin()); }},
        {"header repeated", Kind::Unreadable, 0, 0, [](Lines& l) { l.insert(l.begin(), l[0]); }},
        {"root taken away", Kind::BadSignature, 0, 0, [](Lines& l) { l.erase(l.begin() + 1); }},
        {"roster taken away", Kind::BadSignature, 0, 3, [](Lines& l) { l.erase(l.begin() + 2); }},
        {"roster repeated", Kind::BadSignature, 0, 0, [](Lines& l) { l.insert(l.begin() + 2, l[2]); }},
        {"service's key taken away", Kind::BadSignature, 4, 7, [](Lines& l) { l.erase(l.begin() + 3); }},
        {"signers named late", Kind::Unreadable, 11, 11, [](Lines& l) { l.insert(l.end() - 1, l[3]); }},
    };
    for (const Lie& lie : lies) {
        INFO(lie.name);
        Lines lines = linesOf(exported().text);
        lie.tell(lines);
        checkFault(verify(joined(lines)), lie.kind, lie.first, lie.last);
    }
}

TEST_CASE("any flipped bit is found, and any cut")
{
    const std::string& text = exported().text;
    // Five and eight have no common factor: every bit of a byte gets its turn, in every kind of line.
    for (std::size_t i = 0; i < text.size(); i += 5) {
        std::string flipped = text;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
        if (verify(flipped, exported().pinned()).holds()) FAIL("bit ", i % 8, " of byte ", i, " is not noticed");
    }
    for (std::size_t size = 0; size < text.size(); size += 31) CHECK_FALSE(verify(text.substr(0, size)).holds());
    CHECK_FALSE(verify(text + "\n").holds());
    CHECK_FALSE(verify(text + "x").holds());
}

TEST_CASE("a checkpoint of another log is found")
{
    SampleLog other(11);
    const Exported& e = exported();
    Lines lines = linesOf(e.text);
    const auto foreign = [&](const std::string& origin, const NoteSigner& signer) {
        const Checkpoint head{origin, 8, *rootOf(0, 8, e.sample.log.leafHashes())};
        std::string note = toText(*signCheckpoint(head, signer.publicKey(), signer.sign()));
        std::string escaped;
        for (const char c : note) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
        Lines changed = lines;
        changed[entryLine(lines, 8) - 1] = R"({"checkpoint":")" + escaped + R"("})";
        return verify(joined(changed));
    };
    checkFault(foreign("quorate/log/other", e.sample.owner), Kind::OtherLog, 4, 7);
    checkFault(foreign(e.sample.log.origin(), other.owner), Kind::BadSignature, 4, 7);
    // Another member of the roster is not the owner of the log.
    checkFault(foreign(e.sample.log.origin(), e.member), Kind::BadSignature, 4, 7);
}

TEST_CASE("what the auditor kept finds a log that was cut, rolled back or written anew")
{
    const Exported& e = exported();
    const auto kept = [&](std::uint64_t size) { return parseCheckpoint(e.sample.store.notes.at(size)).value(); };
    ExportTrust trust = e.pinned();
    trust.checkpoints = {kept(11), kept(4)};
    CHECK(verify(e.text, trust).holds());

    // Yesterday's log: everything in it is genuine.
    Exported yesterday;
    yesterday.sample.store.clear();
    yesterday.sample.owner.key = SigningKey::fromPkcs8(e.sample.owner.key.toPkcs8().expose()).value();
    for (std::uint64_t i = 0; i < 8; ++i) yesterday.sample.log.append(sampleEntry(i)).value();
    yesterday.sample.log.checkpoint(yesterday.sample.owner.publicKey(), yesterday.sample.owner.sign()).value();
    yesterday.parties = e.parties;
    CHECK(verify(yesterday.write(), e.pinned()).holds());
    checkFault(verify(yesterday.write(), trust), Kind::Missing, 8, 10);

    // Another history under the same key.
    Exported anew;
    anew.sample.store.clear();
    anew.sample.owner.key = SigningKey::fromPkcs8(e.sample.owner.key.toPkcs8().expose()).value();
    for (std::uint64_t i = 0; i < 12; ++i) anew.sample.log.append(sampleEntry(i < 6 ? i : i + 100)).value();
    anew.sample.log.checkpoint(anew.sample.owner.publicKey(), anew.sample.owner.sign()).value();
    anew.parties = e.parties;
    CHECK(verify(anew.write(), e.pinned()).holds());
    checkFault(verify(anew.write(), trust), Kind::HeadMismatch, 4, 10);

    SampleLog stranger(4);
    trust.checkpoints = {parseCheckpoint(stranger.store.notes.at(4)).value()};
    checkFault(verify(e.text, trust), Kind::BadSignature, 0, 3);
    Checkpoint otherLog = kept(4).head;
    otherLog.origin = "quorate/log/other";
    trust.checkpoints = {*signCheckpoint(otherLog, e.sample.owner.publicKey(), e.sample.owner.sign())};
    checkFault(verify(e.text, trust), Kind::OtherLog, 0, 3);
}

TEST_CASE("whoever names whom to believe believes nobody else")
{
    const Exported& e = exported();
    const NoteSigner stranger;
    checkFault(verify(e.text, {stranger.publicKey().spkiSha256(), {}, {}}), Kind::BadSignature, 0, 0);
    // Genuine root and roster, but a log whose owner is named by the export alone.
    Exported forged;
    forged.sample.store.clear();
    forged.sample.log.append(sampleEntry(0)).value();
    forged.sample.log.checkpoint(stranger.publicKey(), stranger.sign()).value();
    forged.parties = e.parties;
    forged.parties.keys.push_back({forged.sample.log.origin(), stranger.publicKey()});
    CHECK(verify(forged.write()).holds());
    checkFault(verify(forged.write(), e.pinned()), Kind::BadSignature, 0, 0);
    ExportTrust byKey;
    byKey.keys = {stranger.publicKey().spkiSha256()};
    CHECK(verify(forged.write(), byKey).holds());
    checkFault(verify(e.text, byKey), Kind::BadSignature, 0, 3);
    forged.parties.rootSpki.clear();
    forged.parties.rosters.clear();
    CHECK_FALSE(verify(forged.write(), e.pinned()).holds());
    forged.parties.keys.push_back({cosignerName(sampleId(2)), stranger.publicKey()});
    CHECK_FALSE(verify(forged.write(), byKey).holds());
}

TEST_CASE("a line that never ends is not read into memory")
{
    const std::string text = linesOf(exported().text)[0] + "\n" + std::string(8 * 1024 * 1024, 'a') + "\n";
    const ExportReport report = verify(text);
    checkFault(report, Kind::Unreadable, 0, 0);
}
