// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/soft_token.h"

#include <fstream>
#include <thread>

#include "core/crypto/dsse.h"
#include "core/study/invitation.h"
#include "core/study/participation.h"
#include "core/study/study_package.h"

using namespace quorate;
using namespace quorate::tests;

TEST_CASE("A key of a token signs like a key in memory, and its private half stays there")
{
    if (!softHsmIsHere()) return;
    const SoftToken soft("signs");
    const Token token = soft.open();
    CHECK(token.label() == "coordinator");
    const auto keys = token.keys().value();
    REQUIRE(keys.size() == 1);
    CHECK(keys.front().label == "signing");
    CHECK(keys.front().id == Bytes{0x01});
    CHECK(keys.front().publicKey == soft.publicKey());
    const auto signer = token.signer(soft.publicKey()).value();
    const auto envelope = dsse::sign("participation", asBytes("yes"), *signer).value();
    CHECK(dsse::verify(envelope, "participation", soft.publicKey()));
    CHECK(soft.publicKey().verifyRaw(EcCurve::P256, asBytes("raw"), signer->signRaw(asBytes("raw")).value()));
    static_assert(!std::is_base_of_v<SigningKey, Signer>, "what can be stored is a kind of signer, not the other way round");
}

TEST_CASE("A module that is missing or is not one is named")
{
    const auto missing = Token::list("/nowhere/module.so");
    REQUIRE_FALSE(missing);
    CHECK(missing.error() == Error{ErrorKind::Unavailable, "PKCS #11 module /nowhere/module.so is not there"});
    const auto file = std::filesystem::temp_directory_path() / "quorate-not-a-module.so";
    std::ofstream(file) << "text";
    const auto text = Token::list(file);
    REQUIRE_FALSE(text);
    CHECK(text.error().kind == ErrorKind::Malformed);
    CHECK(text.error().message.find("is not a PKCS #11 module") != std::string::npos);
    std::filesystem::remove(file);
}

TEST_CASE("A wrong PIN, an absent token and an absent key each say what is wanted")
{
    if (!softHsmIsHere()) return;
    const SoftToken soft("refuses");
    for (const char* pin : {"1111", "", "27182810", "271828"}) {
        const auto wrong = Token::open(kSoftHsmModule, soft.serial(), pinOf(pin));
        REQUIRE_FALSE(wrong);
        CAPTURE(pin);
        CHECK(wrong.error().kind == ErrorKind::Untrusted);
        CHECK(wrong.error().message.find("the PIN of token \"coordinator\" is wrong; ") == 0);
        CHECK(wrong.error().message.find("1111") == std::string::npos);
    }
    const auto absent = Token::open(kSoftHsmModule, "another", pinOf(kPin));
    REQUIRE_FALSE(absent);
    CHECK(absent.error() == Error{ErrorKind::Unavailable, "no token with serial number \"another\" is there; put it in"});
    const auto other = SigningKey::generate(EcCurve::P256).value();
    const auto key = soft.open().signer(other.publicKey());
    REQUIRE_FALSE(key);
    CHECK(key.error().kind == ErrorKind::Unavailable);
    CHECK(key.error().message.find(toHex(other.publicKey().spkiSha256())) != std::string::npos);
}

TEST_CASE("Who joins with a key on a token has an identity that approves with it")
{
    if (!softHsmIsHere()) return;
    const SoftToken soft("joins");
    const auto now = parseRfc3339("2026-11-21T09:00:00Z").value();
    const auto root = ConsortiumAuthority::create("Consortium", now, systemRandom()).value();
    study::Member invited;
    invited.organisation = "Hospital";
    invited.role = study::Role::Custodian;
    study::IssuedInvitation issued{study::makeInvitation(root, "Consortium", invited, now + std::chrono::hours(1), systemRandom()).value(), {}};
    const auto keys = study::JoinKeys::generateBeside(soft.open().signer(soft.publicKey()).value(), invited.role, systemRandom()).value();
    const auto request = study::makeJoinRequest(issued.invitation, "A. Person", keys).value();
    const auto confirmed = study::confirmJoin(root, issued, request, study::fingerprintOf(request), {}, now, systemRandom()).value();
    const auto accepted = study::readJoinAnswer(confirmed.answer, issued.invitation, request).value();
    const auto identity = Identity::restoreWithToken(accepted.member, soft.open().signer(soft.publicKey()).value(),
                                                     keys.tlsKey->toPkcs8().expose(), keys.hpke->exposeRaw(), accepted.certificate.der());
    REQUIRE(identity);
    const auto approval = dsse::sign(study::kinds::kReleaseApproval, asBytes("share"), *identity->signer).value();
    const auto roster = study::decodeRoster(accepted.roster.payload).value();
    CHECK(study::signerOf(approval, study::kinds::kReleaseApproval, roster, now)->id == accepted.member.id);
    soft.remove();
    CHECK(dsse::sign(study::kinds::kReleaseApproval, asBytes("share"), *identity->signer).error().kind == ErrorKind::Unavailable);
}

TEST_CASE("An approval with a token; the token is removed; the next approval refuses, and with the token back it is given")
{
    if (!softHsmIsHere()) return;
    const SoftToken soft("journey");
    std::vector<dsse::Envelope> sent;
    const auto approve = [&sent](const Signer& signer) -> Result<void> {
        study::Participation decision;
        decision.decision = study::Decision::Approve;
        TRY_ASSIGN(envelope, dsse::sign(study::kinds::kParticipation, study::encode(decision), signer));
        sent.push_back(std::move(envelope));
        return {};
    };
    {
        const auto signer = soft.open().signer(soft.publicKey()).value();
        REQUIRE(approve(*signer));
        soft.remove();
        const auto refused = approve(*signer);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::Unavailable);
        CAPTURE(refused.error().message);
        CHECK(refused.error().message.find("put it in, unlock it with its PIN and sign again") != std::string::npos);
        CHECK(sent.size() == 1);
    }
    CHECK(Token::list(kSoftHsmModule).value().empty());
    soft.putBack();
    REQUIRE(approve(*soft.open().signer(soft.publicKey()).value()));
    REQUIRE(sent.size() == 2);
    for (const auto& envelope : sent) CHECK(dsse::verify(envelope, study::kinds::kParticipation, soft.publicKey()));
}

TEST_CASE("Threads that sign with one token wait for each other")
{
    if (!softHsmIsHere()) return;
    const SoftToken soft("threads");
    const auto signer = soft.open().signer(soft.publicKey()).value();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n) {
                if (signer->signDer(asBytes("message"))) ++good;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(good == 40);
}
