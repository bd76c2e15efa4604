// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/crypto/digest.h"
#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using tests::sampleId;
using tests::NoteSigner;

namespace {

const std::string kDash = "\xe2\x80\x94 ";
const UtcSeconds kNow{std::chrono::seconds(1795251600)};

Checkpoint sampleHead() { return {originOf(sampleId(1)), 300, sha256(asBytes("root"))}; }

}  // namespace

TEST_CASE("a checkpoint is three lines, signed under its origin, and reads back as it was")
{
    const NoteSigner owner;
    const auto made = signCheckpoint(sampleHead(), owner.publicKey(), owner.sign());
    REQUIRE(made);
    CHECK(made->note.text == "quorate/log/01010101010101010101010101010101\n300\n" + toBase64(sampleHead().root.view()) + "\n");
    const std::string text = toText(*made);
    const auto read = parseCheckpoint(text);
    REQUIRE(read);
    CHECK(*read == *made);
    CHECK(verifyCheckpoint(*read, owner.publicKey()));
    CHECK(toText(*read) == text);
    // C2SP: the key id of an ECDSA signature is the truncated SHA-256 of the SPKI.
    CHECK(toHex(read->note.signatures[0].keyId) == toHex(owner.publicKey().spkiSha256()).substr(0, 8));
    CHECK_FALSE(verifyCheckpoint(*read, NoteSigner().publicKey()));
}

TEST_CASE("a checkpoint with any byte changed does not verify")
{
    const NoteSigner owner;
    const std::string text = toText(*signCheckpoint(sampleHead(), owner.publicKey(), owner.sign()));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto read = parseCheckpoint(changed);
        if (read) CHECK_FALSE(verifyCheckpoint(*read, owner.publicKey()));
        const auto shorter = parseCheckpoint(std::string_view(text).substr(0, i));
        CHECK_FALSE(shorter);
    }
}

TEST_CASE("what the format forbids is refused")
{
    const std::string text = toText(sampleHead());
    const std::string root = toBase64(sampleHead().root.view());
    const std::string line = kDash + "name AAAAAAAA\n";
    CHECK(parseCheckpoint(text + "\n" + line));
    for (const std::string& bad : {
             text + line,                                           // no blank line
             text + "\n",                                           // no signature
             text + "\n" + line.substr(0, line.size() - 1),         // no newline at the end
             text + "\n" + line + "\n",                             // blank line at the end
             text + "\n- name AAAAAAAA\n",                          // a hyphen
             text + "\n" + kDash + "AAAAAAAA\n",                    // no name
             text + "\n" + kDash + "na+me AAAAAAAA\n",              // plus in a name
             text + "\n" + kDash + "na\xc2\xa0me AAAAAAAA\n",       // a wide space in a name
             text + "\n" + kDash + "name AAAAAA==\n",               // key id only
             text + "\n" + kDash + "name AAAAAAA\n",                // not base64
             text + "\n" + kDash + "name AAAAAAB=\n",               // stray bits
             text + "\n" + kDash + "name  AAAAAAAA\n",              // two spaces
             text + "\n" + line + "\t\n",                           // control character
             "\xff" + text + "\n" + line,                           // not UTF-8
             text + "extension\n\n" + line,                         // nobody could audit it
             "a b\n1\n" + root + "\n\n" + line,                     // space in the origin
             "\n1\n" + root + "\n\n" + line,                        // no origin
             "a\n01\n" + root + "\n\n" + line,                      // leading zero
             "a\n+1\n" + root + "\n\n" + line, "a\n-1\n" + root + "\n\n" + line, "a\n\n" + root + "\n\n" + line,
             "a\n9223372036854775808\n" + root + "\n\n" + line,     // 2^63
             "a\n1\n" + root.substr(4) + "\n\n" + line,             // 29 bytes
             "a\n1\n\n" + line, std::string(), std::string("\n\n"),
         }) {
        INFO(bad);
        CHECK_FALSE(parseCheckpoint(bad));
    }
    std::string many = text + "\n";
    for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) many += line;
    CHECK(parseCheckpoint(many));
    CHECK_FALSE(parseCheckpoint(many + line));
}

TEST_CASE("unknown lines are passed over, a known key's bad line refuses the note")
{
    const NoteSigner owner;
    auto made = *signCheckpoint(sampleHead(), owner.publicKey(), owner.sign());
    made.note.signatures.insert(made.note.signatures.begin(), {"stranger", KeyId{}, Bytes(70)});
    CHECK(verifyCheckpoint(made, owner.publicKey()));
    NoteSignature bad = made.note.signatures.back();
    bad.signature.back() ^= 1;
    made.note.signatures.push_back(bad);
    CHECK_FALSE(verifyCheckpoint(made, owner.publicKey()));
}

TEST_CASE("a cosignature binds the cosigner's name, the time and the whole text")
{
    const NoteSigner owner;
    const NoteSigner other;
    const NoteKey self{cosignerName(sampleId(2)), other.publicKey()};
    auto made = *signCheckpoint(sampleHead(), owner.publicKey(), owner.sign());
    const auto line = cosignNote(made.note, self, other.sign(), kNow);
    REQUIRE(line);
    made.note.signatures.push_back(*line);
    const auto read = parseCheckpoint(toText(made));
    REQUIRE(read);
    CHECK(verifyCosignature(read->note, self) == kNow);
    // As docs/formats/audit-log.md says, so that others can find the key.
    Bytes named = toBytes(self.name + "\n\xff" "quorate/ecdsa-p256-cosignature/v1");
    named.insert(named.end(), self.key.spki().begin(), self.key.spki().end());
    CHECK(toHex(line->keyId) == toHex(sha256(named)).substr(0, 8));
    CHECK(verifyCheckpoint(*read, owner.publicKey()));
    CHECK_FALSE(verifyCosignature(read->note, {cosignerName(sampleId(3)), other.publicKey()}));
    CHECK_FALSE(verifyCosignature(read->note, {self.name, owner.publicKey()}));
    SignedNote later = read->note;
    later.signatures.back().signature[7] ^= 1;
    CHECK_FALSE(verifyCosignature(later, self));
    SignedNote changed = read->note;
    changed.text[changed.text.size() - 5] ^= 1;
    CHECK_FALSE(verifyCosignature(changed, self));
    // The same key's plain signature is not a cosignature, and the other way round.
    SignedNote plain{made.note.text, {}};
    REQUIRE(signNote(plain, self, other.sign()));
    CHECK_FALSE(verifyCosignature(plain, self));
    CHECK_FALSE(verifyNote({made.note.text, {*line}}, self));
}

TEST_CASE("a name that cannot stand in a line is not signed under")
{
    const NoteSigner owner;
    SignedNote note{"text\n", {}};
    CHECK_FALSE(signNote(note, {"a b", owner.publicKey()}, owner.sign()));
    CHECK_FALSE(signNote(note, {"", owner.publicKey()}, owner.sign()));
    SignedNote open{"text", {}};
    CHECK_FALSE(signNote(open, {"a", owner.publicKey()}, owner.sign()));
    Checkpoint head = sampleHead();
    head.origin = "two\nlines";
    CHECK_FALSE(signCheckpoint(head, owner.publicKey(), owner.sign()));
}
