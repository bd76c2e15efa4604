// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/audit/witness.h"
#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using Agreement = Comparison::Agreement;
using tests::SampleLog;
using tests::sampleEntry;
using tests::sampleId;
using tests::NoteSigner;

namespace {

const UtcSeconds kNow{std::chrono::seconds(1795251600)};

SignedCheckpoint signedAt(SampleLog& sample, std::uint64_t size)
{
    return *signCheckpoint({sample.log.origin(), size, *rootOf(0, size, sample.log.leafHashes())}, sample.owner.publicKey(),
                           sample.owner.sign());
}

/// The same owner and origin as `first`, but another history from `from` on.
void fork(SampleLog& copy, SampleLog& first, std::uint64_t from, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        Entry entry = sampleEntry(i);
        if (i >= from) entry.reason = "another story";
        copy.log.append(entry).value();
    }
    copy.owner.key = SigningKey::fromPkcs8(first.owner.key.toPkcs8().expose()).value();
}

/// A witness with a key of its own, and what it was told to remember.
struct Watcher {
    NoteSigner signer;
    NoteKey self{cosignerName(sampleId(2)), signer.publicKey()};
    Witness witness{self};
    std::vector<SignedCheckpoint> remembered;
    bool canRemember = true;

    Result<NoteSignature> cosign(SampleLog& log, const CosignRequest& request)
    {
        return witness.cosign(request, log.owner.publicKey(), signer.sign(), kNow, [&](const SignedCheckpoint& head) -> Result<void> {
            if (!canRemember) return fail(ErrorKind::StorageFailed, "store is full");
            remembered.push_back(head);
            return {};
        });
    }
};

ErrorKind kindOf(const Result<NoteSignature>& answer) { return answer ? ErrorKind::Internal : answer.error().kind; }

}  // namespace

TEST_CASE("a witness follows a log as it grows and its cosignatures verify")
{
    SampleLog sample(20);
    Watcher watcher;
    std::uint64_t old = 0;
    for (const std::uint64_t size : {3, 3, 8, 9, 20}) {
        const SignedCheckpoint head = signedAt(sample, size);
        const Proof proof = old == 0 || old == size ? Proof{} : *sample.log.consistency(old, size);
        const auto line = watcher.cosign(sample, {head, old, proof});
        REQUIRE(line);
        SignedNote note = head.note;
        note.signatures.push_back(*line);
        CHECK(verifyCosignature(note, watcher.self) == kNow);
        old = size;
        CHECK(watcher.witness.sizeOf(sample.log.origin()) == size);
    }
    CHECK(watcher.witness.conflicts().empty());
}

TEST_CASE("a witness cosigns neither smaller trees nor unproven ones, and says what it wants")
{
    SampleLog sample(20);
    Watcher watcher;
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 8), 3, *sample.log.consistency(3, 8)})) == ErrorKind::Unavailable);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 8), 0, *sample.log.consistency(3, 8)})) == ErrorKind::Malformed);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 0), 0, {}})) == ErrorKind::PolicyRefused);
    REQUIRE(watcher.cosign(sample, {signedAt(sample, 8), 0, {}}));
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 7), 8, {}})) == ErrorKind::PolicyRefused);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 12), 7, *sample.log.consistency(7, 12)})) == ErrorKind::Unavailable);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 12), 0, {}})) == ErrorKind::Unavailable);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 12), 8, {}})) == ErrorKind::Untrusted);
    SampleLog stranger(12);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(stranger, 12), 8, *sample.log.consistency(8, 12)})) == ErrorKind::Untrusted);
    CHECK(watcher.witness.sizeOf(sample.log.origin()) == 8);
    CHECK(watcher.cosign(sample, {signedAt(sample, 12), 8, *sample.log.consistency(8, 12)}));
}

TEST_CASE("a witness that is shown a fork keeps both heads and cosigns nothing more of it")
{
    SampleLog first(12);
    SampleLog second(0);
    fork(second, first, 5, 16);
    Watcher watcher;
    REQUIRE(watcher.cosign(first, {signedAt(first, 12), 0, {}}));
    CHECK(kindOf(watcher.cosign(first, {signedAt(second, 12), 12, {}})) == ErrorKind::Untrusted);
    CHECK(kindOf(watcher.cosign(first, {signedAt(second, 12), 12, {}})) == ErrorKind::Untrusted);
    REQUIRE(watcher.witness.conflicts().size() == 1);
    const Conflict& conflict = watcher.witness.conflicts()[0];
    CHECK(conflict.isProof());
    CHECK(verifyMisbehaviour({conflict.known, conflict.offered, conflict.offered.head.root, {}}, first.owner.publicKey()));
    CHECK(kindOf(watcher.cosign(first, {signedAt(second, 16), 12, *second.log.consistency(12, 16)})) == ErrorKind::Untrusted);
    REQUIRE(watcher.witness.conflicts().size() == 2);
    CHECK_FALSE(watcher.witness.conflicts()[1].isProof());
    CHECK(watcher.remembered.size() == 1);
}

TEST_CASE("a witness that cannot remember does not sign, and a restarted one knows what it signed")
{
    SampleLog sample(12);
    Watcher watcher;
    watcher.canRemember = false;
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 8), 0, {}})) == ErrorKind::StorageFailed);
    CHECK(watcher.witness.sizeOf(sample.log.origin()) == 0);
    watcher.canRemember = true;
    REQUIRE(watcher.cosign(sample, {signedAt(sample, 8), 0, {}}));
    watcher.witness = *Witness::restore(watcher.self, watcher.remembered);
    CHECK(kindOf(watcher.cosign(sample, {signedAt(sample, 7), 8, {}})) == ErrorKind::PolicyRefused);
    CHECK(watcher.cosign(sample, {signedAt(sample, 12), 8, *sample.log.consistency(8, 12)}));
    CHECK_FALSE(Witness::restore(watcher.self, {watcher.remembered[0], watcher.remembered[0]}));
}

TEST_CASE("two auditors who were shown two stories find the fork when they compare")
{
    SampleLog shownToOne(12);
    SampleLog shownToOther(0);
    fork(shownToOther, shownToOne, 5, 16);
    const PublicKey owner = shownToOne.owner.publicKey();
    const SignedCheckpoint one = signedAt(shownToOne, 12);
    for (const std::uint64_t size : {6, 9, 12, 16}) {
        const SignedCheckpoint other = signedAt(shownToOther, size);
        // Whoever has the longer log can show it; the other asks.
        const auto found = size > 12 ? compareCheckpoints(other, shownToOther.log.leafHashes(), one, owner)
                                     : compareCheckpoints(one, shownToOne.log.leafHashes(), other, owner);
        REQUIRE(found);
        CHECK(found->agreement == Agreement::Forked);
        REQUIRE(found->proof);
        CHECK(verifyMisbehaviour(*found->proof, owner));
        Misbehaviour forged = *found->proof;
        forged.rootAtSmaller = forged.smaller.head.root;
        CHECK_FALSE(verifyMisbehaviour(forged, owner));
        CHECK_FALSE(verifyMisbehaviour(*found->proof, NoteSigner().publicKey()));
    }
    CHECK(compareCheckpoints(one, shownToOne.log.leafHashes(), signedAt(shownToOther, 16), owner)->agreement == Agreement::Undecided);
    CHECK(compareCheckpoints(one, shownToOne.log.leafHashes(), signedAt(shownToOther, 5), owner)->agreement == Agreement::Extends);
}

TEST_CASE("an honest log is never called a fork, and nobody is accused with heads that agree")
{
    SampleLog sample(12);
    const PublicKey owner = sample.owner.publicKey();
    const SignedCheckpoint newest = signedAt(sample, 12);
    for (std::uint64_t size = 1; size <= 12; ++size) {
        const SignedCheckpoint older = signedAt(sample, size);
        const auto found = compareCheckpoints(newest, sample.log.leafHashes(), older, owner);
        REQUIRE(found);
        CHECK(found->agreement == (size == 12 ? Agreement::Same : Agreement::Extends));
        CHECK_FALSE(verifyMisbehaviour({older, newest, older.head.root, *sample.log.consistency(size, 12)}, owner));
    }
    SampleLog stranger(12);
    CHECK_FALSE(compareCheckpoints(newest, sample.log.leafHashes(), signedAt(stranger, 12), owner));
}
