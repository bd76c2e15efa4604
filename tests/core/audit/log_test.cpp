// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <set>

#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using tests::SampleLog;
using tests::sampleEntry;

TEST_CASE("an entry survives its encoding with every field")
{
    Entry entry = sampleEntry(5);
    entry.index = 300;
    const auto leaf = encode(entry);
    REQUIRE(leaf);
    const auto again = decodeEntry(*leaf);
    REQUIRE(again);
    CHECK(*again == entry);
    CHECK(indexOf(*leaf) == std::uint64_t{300});
}

TEST_CASE("a log appends, keeps its head, and verifies")
{
    SampleLog sample(11);
    CHECK(*sample.log.size() == 11);
    CHECK(*verifyLog(sample.store, sample.log.origin()) == std::nullopt);
    const auto newest = sample.log.newestCheckpoint();
    REQUIRE(newest);
    REQUIRE(*newest);
    CHECK((*newest)->head == *sample.log.head());
    CHECK(verifyCheckpoint(**newest, sample.owner.publicKey()));
    std::uint64_t next = 0;
    CHECK(sample.log.entries(0, 11, [&](const Entry& entry) -> Result<void> {
        CHECK(entry.index == next++);
        return {};
    }));
    CHECK(next == 11);
}

TEST_CASE("an entry has one encoding and its bounds")
{
    Entry entry = sampleEntry(1);
    const Bytes leaf = *encode(entry);
    Bytes unknownField = leaf;
    unknownField.insert(unknownField.end(), {0xf8, 0x01, 0x01});
    CHECK_FALSE(decodeEntry(unknownField));
    for (std::size_t size = 0; size < leaf.size(); ++size) {
        const auto shorter = decodeEntry(BytesView(leaf).first(size));
        if (shorter) CHECK_FALSE(*shorter == entry);
    }
    const auto refused = [](auto change) {
        Entry changed = sampleEntry(1);
        change(changed);
        return !encode(changed);
    };
    CHECK(refused([](Entry& e) { e.reason = std::string(kMaxReasonBytes + 1, 'a'); }));
    CHECK(refused([](Entry& e) { e.actorName = std::string(kMaxNameBytes + 1, 'a'); }));
    CHECK(refused([](Entry& e) { e.reason = "\xff"; }));
    CHECK(refused([](Entry& e) { e.at = UtcMillis(std::chrono::milliseconds(-1)); }));
    CHECK(refused([](Entry& e) { e.offsetMinutes = 1081; }));
    CHECK(refused([](Entry& e) { e.record->table.clear(); }));
    CHECK(refused([](Entry& e) {
        for (std::size_t i = 0; i <= kMaxDigests; ++i) e.digests[std::to_string(i)] = {};
    }));
}

TEST_CASE("every kind of event has a name of its own that reads back")
{
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(EventKind::WitnessCosigned); ++i) {
        const auto kind = static_cast<EventKind>(i);
        CHECK(parseEventKind(nameOf(kind)) == kind);
        CHECK(names.insert(nameOf(kind)).second);
    }
    CHECK_FALSE(parseEventKind("vault"));
}

TEST_CASE("what is changed in the store is found and located")
{
    using Kind = LogFault::Kind;
    struct Lie {
        const char* name;
        Kind kind;
        std::uint64_t first;
        std::uint64_t last;
        std::function<void(SampleLog&)> tell;
    };
    const auto rehash = [](StoredLeaf& row) { row.hash = leafHash(row.leaf); };
    const auto reencode = [rehash](StoredLeaf& row, std::uint64_t index) {
        Entry entry = *decodeEntry(row.leaf);
        entry.index = index;
        row = {index, {}, *encode(entry)};
        rehash(row);
    };
    const std::vector<Lie> lies = {
        {"edited", Kind::Edited, 5, 5, [](SampleLog& s) { s.store.rows[5].leaf.back() ^= 1; }},
        {"edited and hashed again", Kind::HeadMismatch, 4, 7,
         [&](SampleLog& s) {
             s.store.rows[5].leaf.back() ^= 1;
             rehash(s.store.rows[5]);
         }},
        {"deleted", Kind::OutOfPlace, 3, 3, [](SampleLog& s) { s.store.rows.erase(s.store.rows.begin() + 3); }},
        {"deleted and numbered again", Kind::HeadMismatch, 0, 3,
         [&](SampleLog& s) {
             s.store.rows.erase(s.store.rows.begin() + 2);
             for (std::uint64_t i = 2; i < s.store.rows.size(); ++i) reencode(s.store.rows[i], i);
         }},
        {"inserted twice", Kind::OutOfPlace, 4, 4, [](SampleLog& s) { s.store.rows.insert(s.store.rows.begin() + 4, s.store.rows[3]); }},
        {"swapped", Kind::OutOfPlace, 2, 2, [](SampleLog& s) { std::swap(s.store.rows[2], s.store.rows[6]); }},
        {"swapped, row numbers kept", Kind::OutOfPlace, 2, 2,
         [](SampleLog& s) {
             std::swap(s.store.rows[2], s.store.rows[6]);
             std::swap(s.store.rows[2].index, s.store.rows[6].index);
         }},
        {"cut off", Kind::Missing, 9, 9, [](SampleLog& s) { s.store.rows.resize(9); }},
        {"cut off with the tree", Kind::Missing, 9, 9,
         [](SampleLog& s) {
             CompactTree tree;
             s.store.rows.resize(9);
             for (const auto& row : s.store.rows) tree.append(row.hash);
             s.store.kept = tree.serialise();
         }},
        {"tree changed", Kind::HeadMismatch, 10, 10, [](SampleLog& s) { s.store.kept.back() ^= 1; }},
        {"checkpoint of another log", Kind::OtherLog, 0, 10,
         [](SampleLog& s) { s.store.notes[4] = toText(*signCheckpoint({"quorate/log/x", 4, {}}, s.owner.publicKey(), s.owner.sign())); }},
        {"checkpoint unreadable", Kind::BadSignature, 0, 10, [](SampleLog& s) { s.store.notes[8].pop_back(); }},
        {"checkpoint under another size", Kind::OutOfPlace, 0, 10, [](SampleLog& s) { s.store.notes[8] = s.store.notes[4]; }},
    };
    for (const Lie& lie : lies) {
        INFO(lie.name);
        SampleLog sample(11);
        lie.tell(sample);
        const auto fault = verifyLog(sample.store, sample.log.origin());
        REQUIRE(fault);
        REQUIRE(*fault);
        CHECK((*fault)->detail != "");
        CHECK(std::string(nameOf((*fault)->kind)) == nameOf(lie.kind));
        CHECK((*fault)->first == lie.first);
        CHECK((*fault)->last == lie.last);
    }
}

TEST_CASE("an entry that cannot be stored was not appended")
{
    SampleLog sample(5);
    const Checkpoint before = *sample.log.head();
    sample.store.isFull = true;
    CHECK_FALSE(sample.log.append(sampleEntry(5)));
    CHECK_FALSE(sample.log.checkpoint(sample.owner.publicKey(), sample.owner.sign()));
    sample.store.isFull = false;
    CHECK(*sample.log.head() == before);
    CHECK(*verifyLog(sample.store, sample.log.origin()) == std::nullopt);
}

TEST_CASE("a cosignature is kept with its checkpoint, once, and only when it verifies")
{
    SampleLog sample(200, 50);
    tests::NoteSigner other;
    const NoteKey key{cosignerName(tests::sampleId(2)), other.publicKey()};
    const auto kept = [&] { return **sample.log.newestCheckpoint(); };
    const auto line = *cosignNote(kept().note, key, other.sign(), UtcSeconds(std::chrono::seconds(5)));
    CHECK_FALSE(sample.log.addCosignature(199, line, key));
    CHECK_FALSE(sample.log.addCosignature(150, line, key));
    CHECK_FALSE(sample.log.addCosignature(200, line, {key.name, sample.owner.publicKey()}));
    CHECK(kept().note.signatures.size() == 1);
    CHECK(sample.log.addCosignature(200, line, key));
    CHECK(sample.log.addCosignature(200, line, key));
    CHECK(kept().note.signatures.size() == 2);
    sample.store.notes = {{50, sample.store.notes[50]}};
    CHECK(kept().head.size == 50);
    sample.store.notes.clear();
    CHECK(*sample.log.newestCheckpoint() == std::nullopt);
}
