// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/study/signing_session.h"
#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;
using tests::uuid;

namespace {

const UtcSeconds kStart = parseRfc3339("2026-11-21T09:00:00Z").value();
constexpr std::chrono::minutes kIdle{10};

SigningSession session()
{
    return {uuid(1), kIdle, [](const SecretBytes& phrase) { return phrase.equals(asBytes("right")); }};
}
SecretBytes phrase(std::string_view text) { return SecretBytes::copyOf(asBytes(text)); }

}  // namespace

TEST_CASE("The first signature of a session takes both components, the next ones the passphrase")
{
    auto of = session();
    CHECK(of.needsIdentity(kStart));
    CHECK(of.authorise(std::nullopt, phrase("right"), kStart).error().kind == ErrorKind::PolicyRefused);
    CHECK(of.authorise(uuid(1), phrase("right"), kStart)->member() == uuid(1));
    CHECK_FALSE(of.needsIdentity(kStart));
    CHECK(of.authorise(std::nullopt, phrase("right"), kStart + std::chrono::minutes(1)));
    static_assert(!std::is_copy_constructible_v<SigningPermit> && !std::is_default_constructible_v<SigningPermit>);
}

TEST_CASE("A session ends when it is idle, locked, or the clock goes back")
{
    auto of = session();
    CHECK(of.authorise(uuid(1), phrase("right"), kStart));
    of.touch(kStart + std::chrono::minutes(9));
    CHECK_FALSE(of.needsIdentity(kStart + std::chrono::minutes(18)));
    CHECK(of.needsIdentity(kStart + std::chrono::minutes(19)));
    of.touch(kStart + std::chrono::minutes(30));
    CHECK_FALSE(of.authorise(std::nullopt, phrase("right"), kStart + std::chrono::minutes(30)));
    CHECK(of.authorise(uuid(1), phrase("right"), kStart + std::chrono::minutes(31)));
    CHECK(of.needsIdentity(kStart));
    of.lock();
    CHECK(of.needsIdentity(kStart + std::chrono::minutes(31)));
}

TEST_CASE("A wrong passphrase or another identity ends the session")
{
    auto of = session();
    CHECK(of.authorise(uuid(1), phrase("wrong"), kStart).error().kind == ErrorKind::Untrusted);
    CHECK(of.authorise(uuid(1), phrase("right"), kStart));
    CHECK(of.authorise(std::nullopt, phrase("wrong"), kStart).error().kind == ErrorKind::Untrusted);
    CHECK(of.authorise(std::nullopt, phrase("right"), kStart).error().kind == ErrorKind::PolicyRefused);
    CHECK(of.authorise(uuid(1), phrase("right"), kStart));
    CHECK(of.authorise(uuid(2), phrase("right"), kStart).error().kind == ErrorKind::Untrusted);
    CHECK(of.needsIdentity(kStart));
}

TEST_CASE("A manifestation has the printed name of the one who signed")
{
    Member member;
    member.id = uuid(1);
    member.name = "A. Person";
    CHECK(*manifestationFor(member, uuid(1), kStart, SignatureMeaning::Approved) == SignatureManifestation{"A. Person", kStart, SignatureMeaning::Approved});
    CHECK_FALSE(manifestationFor(member, uuid(2), kStart, SignatureMeaning::Approved));
    member.name.clear();
    CHECK_FALSE(manifestationFor(member, uuid(1), kStart, SignatureMeaning::Approved));
}
