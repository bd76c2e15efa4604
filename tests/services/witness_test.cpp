// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "tests/services/support/small_consortium.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// A member's log as a list of leaf hashes.
struct MemberLog {
    explicit MemberLog(std::uint8_t mark) { id.bytes.fill(mark); }

    void grow(std::size_t count, std::uint8_t mark = 0)
    {
        for (std::size_t i = 0; i < count; ++i) leaves.push_back(audit::leafHash(Bytes{static_cast<std::uint8_t>(leaves.size()), mark}));
    }
    [[nodiscard]] audit::LeafHashes hashes() const
    {
        return [this](std::uint64_t begin, std::uint64_t end, const std::function<void(const Digest32&)>& each) -> Result<void> {
            for (std::uint64_t i = begin; i < end; ++i) each(leaves.at(i));
            return {};
        };
    }
    [[nodiscard]] audit::CosignRequest request(const Identity& owner, std::uint64_t size, std::uint64_t oldSize) const
    {
        const audit::Checkpoint head{audit::originOf(id), size, audit::rootOf(0, size, hashes()).value()};
        const auto sign = [&](BytesView message) { return owner.signer->signDer(message); };
        audit::CosignRequest out{audit::signCheckpoint(head, owner.signer->publicKey(), sign).value(), oldSize, {}};
        if (oldSize > 0) out.consistency = audit::consistencyProof(oldSize, size, hashes()).value();
        return out;
    }

    Uuid id;
    std::vector<Digest32> leaves;
};

struct WitnessScene {
    WitnessScene() : service(startService(consortium, nullptr, "127.0.0.1:0", folder.path())) { publish(consortium, service); }

    void startAnew()
    {
        service.server.reset();
        service = startService(consortium, nullptr, "127.0.0.1:0", folder.path());
    }

    Result<audit::SignedCheckpoint> cosign(const Identity& as, const audit::CosignRequest& request) const
    {
        return sessionOf(consortium, as, service)->client().cosign(consortium.study(), request);
    }
    [[nodiscard]] std::optional<audit::SignedCheckpoint> newest(const Identity& as) const
    {
        return sessionOf(consortium, as, service)->client().newestCheckpoint(consortium.study()).value();
    }

    SmallConsortium consortium;
    TemporaryFolder folder;
    RunningService service;
};

ErrorKind refusal(const Result<audit::SignedCheckpoint>& answer) { return answer ? ErrorKind::Internal : answer.error().kind; }

}  // namespace

TEST_CASE("The service cosigns a member's log as it grows, under the key that its evidence binds")
{
    const WitnessScene scene;
    const auto& me = scene.consortium.reviewers[0];
    MemberLog log(1);
    log.grow(12);
    CHECK_FALSE(scene.newest(me));
    const auto first = scene.cosign(me, log.request(me, 5, 0));
    REQUIRE(first);
    const auto receiptKey = scene.service.server->registry().context().attester.receiptKey().publicKey();
    CHECK(audit::verifyCosignature(first->note, {audit::kServiceCosigner, receiptKey}));
    CHECK(audit::verifyCheckpoint(*first, me.signer->publicKey()));
    REQUIRE(scene.cosign(me, log.request(me, 12, 5)));
    CHECK(scene.newest(me)->head.size == 12);
    CHECK(scene.cosign(me, log.request(me, 12, 12)));
    // A member's newest head is that member's alone.
    CHECK_FALSE(scene.newest(scene.consortium.reviewers[1]));
}

TEST_CASE("The service cosigns no smaller and no inconsistent tree, and stays with what it has cosigned")
{
    const WitnessScene scene;
    const auto& me = scene.consortium.auditors[0];
    MemberLog log(1);
    log.grow(12);
    REQUIRE(scene.cosign(me, log.request(me, 8, 0)));
    CHECK(refusal(scene.cosign(me, log.request(me, 5, 0))) == ErrorKind::PolicyRefused);
    CHECK(refusal(scene.cosign(me, log.request(me, 12, 5))) == ErrorKind::Unavailable);
    MemberLog forked(1);
    forked.grow(4);
    forked.grow(8, 1);
    CHECK(refusal(scene.cosign(me, forked.request(me, 12, 8))) == ErrorKind::Untrusted);
    CHECK(refusal(scene.cosign(me, forked.request(me, 8, 8))) == ErrorKind::Untrusted);
    auto unproven = log.request(me, 12, 8);
    unproven.consistency.clear();
    CHECK(refusal(scene.cosign(me, unproven)) == ErrorKind::Untrusted);
    CHECK(scene.newest(me)->head.size == 8);
    CHECK(scene.cosign(me, log.request(me, 12, 8)));
}

TEST_CASE("The service cosigns no other member's log, no second log of a member, and nothing that somebody else signed")
{
    const WitnessScene scene;
    const auto& me = scene.consortium.custodians[0];
    const auto& other = scene.consortium.custodians[1];
    MemberLog log(1);
    log.grow(4);
    CHECK(refusal(scene.cosign(me, log.request(other, 4, 0))) == ErrorKind::Untrusted);
    REQUIRE(scene.cosign(me, log.request(me, 4, 0)));
    const auto foreign = scene.cosign(other, log.request(other, 4, 0));
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().kind == ErrorKind::PolicyRefused);
    CHECK(foreign.error().message == "this log is another member's");
    MemberLog second(2);
    second.grow(4);
    CHECK(refusal(scene.cosign(me, second.request(me, 4, 0))) == ErrorKind::PolicyRefused);
    CHECK(scene.cosign(other, second.request(other, 4, 0)));
}

TEST_CASE("A checkpoint with other lines than its owner's, and a proof that is too long, are malformed")
{
    const WitnessScene scene;
    const auto& me = scene.consortium.coordinator();
    MemberLog log(1);
    log.grow(4);
    auto twice = log.request(me, 4, 0);
    twice.checkpoint.note.signatures.push_back(twice.checkpoint.note.signatures.front());
    CHECK(refusal(scene.cosign(me, twice)) == ErrorKind::Malformed);
    auto none = log.request(me, 4, 0);
    none.consistency.assign(129, Bytes(32, 0));
    CHECK(refusal(scene.cosign(me, none)) == ErrorKind::Malformed);
    CHECK(scene.cosign(me, log.request(me, 4, 0)));
}

TEST_CASE("A member's heads go to other members, each from the head they know, and their lines come back")
{
    const WitnessScene scene;
    const auto& me = scene.consortium.reviewers[0];
    const auto& other = scene.consortium.auditors[0];
    const auto study = scene.consortium.study();
    MemberLog log(1);
    log.grow(20);
    for (const auto& [size, from] : {std::pair{5, 0}, std::pair{12, 5}, std::pair{20, 12}}) REQUIRE(scene.cosign(me, log.request(me, size, from)));
    const auto session = sessionOf(scene.consortium, other, scene.service);
    const auto headsAfter = [&](std::uint64_t known) { return session->client().headsToCosign(study, {{me.member.id, known}}).value(); };
    const auto first = session->client().headsToCosign(study, {}).value();
    REQUIRE(first.size() == 1);
    CHECK(first[0].member == me.member.id);
    CHECK(first[0].request.checkpoint.head.size == 20);
    CHECK(first[0].request.consistency.empty());
    REQUIRE(headsAfter(5).size() == 2);
    CHECK(headsAfter(5)[0].request.oldSize == 5);
    CHECK(headsAfter(5)[1].request.oldSize == 12);
    // What cannot follow is shown as it is: the reader must hear of a log that shrank or lost its way.
    for (const std::uint64_t astray : {6, 21}) {
        REQUIRE(headsAfter(astray).size() == 1);
        CHECK(headsAfter(astray)[0].request.checkpoint.head.size == 20);
    }
    CHECK(sessionOf(scene.consortium, me, scene.service)->client().headsToCosign(study, {})->empty());

    const auto lineOf = [&](const Identity& by, const Identity& named) {
        auto out = first[0].request.checkpoint;
        const auto sign = [&](BytesView message) { return by.signer->signDer(message); };
        out.note.signatures.push_back(audit::cosignNote(out.note, {audit::cosignerName(named.member.id), by.signer->publicKey()}, sign, {}).value());
        return out;
    };
    CHECK(session->client().addCosignature(study, me.member.id, lineOf(me, other)).error().kind == ErrorKind::Untrusted);
    CHECK(session->client().addCosignature(study, me.member.id, first[0].request.checkpoint).error().kind == ErrorKind::Untrusted);
    CHECK(session->client().addCosignature(study, other.member.id, lineOf(other, other)).error().kind == ErrorKind::PolicyRefused);
    CHECK(session->client().addCosignature(study, me.member.id, log.request(me, 19, 0).checkpoint).error().kind == ErrorKind::Unavailable);
    CHECK(sessionOf(scene.consortium, me, scene.service)->client().cosignedByMembers(study)->empty());

    // Known and not yet cosigned here: the line was lost on its way.
    CHECK(headsAfter(20).size() == 1);
    for (int again = 0; again < 2; ++again) REQUIRE(session->client().addCosignature(study, me.member.id, lineOf(other, other)));
    CHECK(headsAfter(20).empty());
    const auto back = sessionOf(scene.consortium, me, scene.service)->client().cosignedByMembers(study).value();
    REQUIRE(back.size() == 1);
    CHECK(back[0].note.signatures.size() == 2);
    CHECK(audit::verifyCosignature(back[0].note, {audit::cosignerName(other.member.id), other.signer->publicKey()}));
    CHECK(session->client().cosignedByMembers(study)->empty());
}

TEST_CASE("A service that starts anew has another key and the same memory: it cosigns no fork of what it cosigned before")
{
    WitnessScene scene;
    const auto& me = scene.consortium.reviewers[0];
    const auto& other = scene.consortium.auditors[0];
    const auto study = scene.consortium.study();
    MemberLog log(1);
    log.grow(5);
    MemberLog forked = log;
    log.grow(15);
    forked.grow(20, 9);
    for (const auto& [size, from] : {std::pair{5, 0}, std::pair{12, 5}}) REQUIRE(scene.cosign(me, log.request(me, size, from)));
    auto line = log.request(me, 12, 5).checkpoint;
    const auto sign = [&](BytesView message) { return other.signer->signDer(message); };
    line.note.signatures.push_back(audit::cosignNote(line.note, {audit::cosignerName(other.member.id), other.signer->publicKey()}, sign, {}).value());
    REQUIRE(sessionOf(scene.consortium, other, scene.service)->client().addCosignature(study, me.member.id, line));

    scene.startAnew();
    REQUIRE(scene.newest(me));
    CHECK(scene.newest(me)->head.size == 12);
    CHECK(refusal(scene.cosign(me, forked.request(me, 20, 0))) == ErrorKind::Unavailable);
    CHECK(refusal(scene.cosign(me, forked.request(me, 20, 12))) == ErrorKind::Untrusted);
    CHECK(refusal(scene.cosign(me, forked.request(me, 12, 0))) == ErrorKind::Untrusted);
    CHECK(refusal(scene.cosign(me, log.request(me, 5, 0))) == ErrorKind::PolicyRefused);
    MemberLog second(2);
    second.grow(20);
    CHECK(refusal(scene.cosign(me, second.request(me, 20, 0))) == ErrorKind::PolicyRefused);
    CHECK(refusal(scene.cosign(other, log.request(other, 20, 0))) == ErrorKind::PolicyRefused);
    // Members go on from where they were, and their lines are still there.
    CHECK(sessionOf(scene.consortium, me, scene.service)->client().cosignedByMembers(study)->size() == 1);
    const auto heads = sessionOf(scene.consortium, other, scene.service)->client().headsToCosign(study, {{me.member.id, 5}}).value();
    REQUIRE(heads.size() == 1);
    CHECK(heads[0].request.oldSize == 5);
    const auto later = scene.cosign(me, log.request(me, 20, 12));
    REQUIRE(later);
    const auto key = scene.service.server->registry().context().attester.receiptKey().publicKey();
    CHECK(audit::verifyCosignature(later->note, {audit::kServiceCosigner, key}));
}

TEST_CASE("A service whose memory of a log was changed or cannot be written cosigns that log no more")
{
    WitnessScene scene;
    const auto& me = scene.consortium.reviewers[0];
    const auto& other = scene.consortium.auditors[0];
    MemberLog log(1);
    log.grow(20);
    REQUIRE(scene.cosign(me, log.request(me, 12, 0)));
    const auto file = scene.folder / "witness" / toHex(me.member.id);
    Bytes kept = readBytes(file);
    for (const std::size_t at : {std::size_t{3}, kept.size() / 2, kept.size() - 9}) {
        Bytes changed = kept;
        changed[at] ^= 0x01;
        writeBytes(file, changed);
        scene.startAnew();
        CHECK(refusal(scene.cosign(me, log.request(me, 20, 12))) == ErrorKind::StorageFailed);
        CHECK_FALSE(scene.newest(me));
    }
    writeBytes(file, BytesView(kept).first(kept.size() / 2));
    scene.startAnew();
    CHECK(refusal(scene.cosign(me, log.request(me, 20, 0))) == ErrorKind::StorageFailed);
    // Another member's name on the file is not that member's log.
    writeBytes(file, kept);
    std::filesystem::rename(file, scene.folder / "witness" / toHex(other.member.id));
    scene.startAnew();
    CHECK(refusal(scene.cosign(other, log.request(other, 20, 0))) == ErrorKind::StorageFailed);
    std::filesystem::remove_all(scene.folder / "witness");
    scene.startAnew();
    std::filesystem::remove_all(scene.folder / "witness");
    writeBytes(scene.folder / "witness", asBytes("a file"));
    CHECK(refusal(scene.cosign(me, log.request(me, 20, 0))) == ErrorKind::StorageFailed);
    std::filesystem::remove(scene.folder / "witness");
    CHECK(scene.cosign(me, log.request(me, 20, 0)));
}
