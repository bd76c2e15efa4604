// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/study/study_package.h"
#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;

namespace {

const UtcSeconds kNow = parseRfc3339("2026-11-21T09:00:00Z").value();

struct Signers {
    Signers()
    {
        roster.consortium = "Consortium";
        for (const auto* key : {&first, &second}) {
            Member member;
            member.id = tests::uuid(static_cast<std::uint8_t>(roster.members.size() + 1));
            member.role = Role::Auditor;
            member.signingKeySpki = key->publicKey().spki();
            roster.members.push_back(member);
        }
    }
    SigningKey first = SigningKey::generate(EcCurve::P256).value();
    SigningKey second = SigningKey::generate(EcCurve::P256).value();
    Roster roster;
};

}  // namespace

TEST_CASE("A revocation is the next version, survives its payload and counts from its time on")
{
    const Signers of;
    const auto next = withRevocation(of.roster, tests::uuid(1), kNow, "left").value();
    CHECK(next.version == 2);
    CHECK(*decodeRoster(encode(next)) == next);
    const auto signature = dsse::sign("participation", asBytes("x"), of.first).value();
    const auto asked = [&](UtcSeconds at) { return signerOf(signature, "participation", next, at); };
    CHECK(asked(kNow - std::chrono::seconds(1)));
    CHECK(asked(kNow).error() == Error{ErrorKind::PolicyRefused, "this member is revoked from 2026-11-21T09:00:00Z on"});
    CHECK_FALSE(asked(kNow + std::chrono::hours(1)));
    CHECK(signerOf(dsse::sign("participation", asBytes("x"), of.second).value(), "participation", next, kNow));
}

TEST_CASE("A revocation has a member, a reason, and can only come earlier")
{
    const Signers of;
    CHECK(withRevocation(of.roster, tests::uuid(9), kNow, "left").error().kind == ErrorKind::Unavailable);
    CHECK(withRevocation(of.roster, tests::uuid(1), kNow, "").error().kind == ErrorKind::Malformed);
    CHECK(withRevocation(of.roster, tests::uuid(1), kNow, std::string(257, 'x')).error().kind == ErrorKind::Malformed);
    const auto planned = withRevocation(of.roster, tests::uuid(1), kNow + std::chrono::hours(24), "leaves").value();
    CHECK(withRevocation(planned, tests::uuid(1), kNow, "left already")->members[0].revokedFrom == kNow);
    CHECK(withRevocation(planned, tests::uuid(1), kNow + std::chrono::hours(48), "later").error().kind == ErrorKind::PolicyRefused);
    auto silent = planned;
    silent.members[0].revocationReason.clear();
    CHECK_FALSE(decodeRoster(encode(silent)));
}

TEST_CASE("Who a later roster leaves out, or names with another key or role, no longer stands")
{
    const Signers of;
    const Member& member = of.roster.members[0];
    CHECK(requireStanding(of.roster, member, kNow));
    Roster later = of.roster;
    later.members[0].role = Role::Custodian;
    CHECK_FALSE(requireStanding(later, member, kNow));
    later = of.roster;
    later.members[0].tlsKeySpki = Bytes{1};
    CHECK_FALSE(requireStanding(later, member, kNow));
    later.members.erase(later.members.begin());
    CHECK_FALSE(requireStanding(later, member, kNow));
}

TEST_CASE("A TLS key is nobody else's key")
{
    Signers of;
    of.roster.members[0].tlsKeySpki = of.roster.members[1].signingKeySpki;
    CHECK_FALSE(decodeRoster(encode(of.roster)));
}
