// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/study/code_text.h"
#include "core/study/invitation.h"
#include "core/study/study_package.h"

using namespace quorate;
using namespace quorate::study;

namespace {

const UtcSeconds kNow = parseRfc3339("2026-11-21T09:00:00Z").value();
const UtcSeconds kEnd = kNow + std::chrono::hours(72);

Member invitee(Role role)
{
    Member out;
    out.organisation = "University Hospital Zurich";
    out.role = role;
    if (role == Role::SiteReviewer) out.site.bytes.fill(0x22);
    return out;
}

/// Both sides of one invitation.
struct Meeting {
    explicit Meeting(Role role = Role::Custodian)
        : issued{makeInvitation(root, "HEART consortium", invitee(role), kEnd, systemRandom()).value(), {}},
          code(writeInvitation(issued.invitation, root).value()), received(readInvitation(code, kNow).value()),
          keys(JoinKeys::generate(role, systemRandom()).value()), request(makeJoinRequest(received, "A. Person", keys).value())
    {
        roster.consortium = "HEART consortium";
    }

    [[nodiscard]] Result<ConfirmedJoin> confirm(const dsse::Envelope& asked, UtcSeconds at = kNow)
    {
        return confirmJoin(root, issued, asked, fingerprintOf(asked), roster, at, systemRandom());
    }

    ConsortiumAuthority root = ConsortiumAuthority::create("HEART consortium", kNow, systemRandom()).value();
    IssuedInvitation issued;
    std::string code;
    Invitation received;
    JoinKeys keys;
    dsse::Envelope request;
    Roster roster;
};

ErrorKind kindOf(const auto& result) { return result ? ErrorKind::Internal : result.error().kind; }

}  // namespace

TEST_CASE("A person is invited, asks with keys of their own, is confirmed and accepts")
{
    for (const Role role : {Role::Custodian, Role::SiteReviewer, Role::Auditor, Role::Coordinator}) {
        Meeting meeting(role);
        CHECK(meeting.received.consortium == "HEART consortium");
        CHECK(meeting.received.root == meeting.root.rootKey().publicKey());
        const auto confirmed = meeting.confirm(meeting.request).value();
        CHECK(meeting.issued.usedBy == meeting.request.payloadDigest());
        const auto accepted = readJoinAnswer(confirmed.answer, meeting.received, meeting.request).value();
        CHECK(accepted.member == confirmed.member);
        CHECK(accepted.roster == confirmed.roster);
        CHECK(decodeRoster(accepted.roster.payload)->version == 2);
        const auto identity = Identity::restore(accepted.member, meeting.keys.tlsKey->toPkcs8().expose(),
                                                meeting.keys.hpke ? meeting.keys.hpke->exposeRaw() : BytesView(), accepted.certificate.der());
        REQUIRE(identity);
        CHECK(signerOf(dsse::sign("participation", asBytes("x"), *identity->signer).value(), "participation",
                       decodeRoster(accepted.roster.payload).value(), kNow));
    }
}

TEST_CASE("A signing key beside its TLS key is confirmed with both proofs, and the certificate is the TLS key's")
{
    Meeting meeting;
    const auto onToken = std::make_shared<const SigningKey>(SigningKey::generate(EcCurve::P256).value());
    const auto keys = JoinKeys::generateBeside(onToken, Role::Custodian, systemRandom()).value();
    const auto request = makeJoinRequest(meeting.received, "A. Person", keys).value();
    const auto confirmed = meeting.confirm(request).value();
    const auto accepted = readJoinAnswer(confirmed.answer, meeting.received, request).value();
    CHECK(accepted.member.signingKeySpki == onToken->publicKey().spki());
    CHECK(accepted.certificate.publicKey() == keys.tlsKey->publicKey());
    CHECK(Identity::restoreWithToken(accepted.member, onToken, keys.tlsKey->toPkcs8().expose(), keys.hpke->exposeRaw(), accepted.certificate.der()));
    CHECK_FALSE(Identity::restore(accepted.member, onToken->toPkcs8().expose(), keys.hpke->exposeRaw(), accepted.certificate.der()));
}

TEST_CASE("An invitation with any byte changed is refused, also by one who mends the check group")
{
    const Meeting meeting;
    const Bytes content = parseCode(meeting.code).value();
    for (std::size_t i = 0; i < content.size(); ++i) {
        Bytes changed = content;
        changed[i] ^= 0x04;
        CAPTURE(i);
        CHECK_FALSE(readInvitation(toCode(changed), kNow));
        CHECK_FALSE(readInvitation(toCode(BytesView(content).first(i)), kNow));
    }
    Bytes longer = content;
    longer.push_back(0);
    CHECK(kindOf(readInvitation(toCode(longer), kNow)) == ErrorKind::Malformed);
}

TEST_CASE("A code is read in any case and spacing, and a mistyped one is noticed before anything else")
{
    const Meeting meeting;
    std::string spaced;
    for (const char c : meeting.code) spaced += c == '-' ? std::string("\n ") : std::string(1, static_cast<char>(std::tolower(c)));
    CHECK(readInvitation(spaced, kNow)->id == meeting.received.id);
    std::string typo = meeting.code;
    typo[21] = typo[21] == 'A' ? 'B' : 'A';
    CHECK(readInvitation(typo, kNow).error().message == "the code's check group does not fit; a character is wrong or missing");
    for (const char* bad : {"", "QUORATE1", "QUORATE2-AAAAA-AAAAA", "QUORATE1-AA!AA-AAAAA", "QUORATE1-AAAAA"}) {
        CAPTURE(bad);
        CHECK(kindOf(readInvitation(bad, kNow)) == ErrorKind::Malformed);
    }
    CHECK(kindOf(readInvitation(std::string(5000, 'A'), kNow)) == ErrorKind::Malformed);
}

TEST_CASE("An invitation ends, and is used once")
{
    Meeting meeting;
    CHECK(readInvitation(meeting.code, kEnd - std::chrono::seconds(1)));
    CHECK(kindOf(readInvitation(meeting.code, kEnd)) == ErrorKind::PolicyRefused);
    CHECK(kindOf(meeting.confirm(meeting.request, kEnd)) == ErrorKind::PolicyRefused);
    CHECK_FALSE(meeting.issued.usedBy);
    CHECK(meeting.confirm(meeting.request));
    CHECK(meeting.confirm(meeting.request).error().message == "the invitation has been used; a new one is wanted");
}

TEST_CASE("A request of somebody else is refused: other secret, other keys, other invitation, other fingerprint")
{
    Meeting meeting;
    for (std::size_t i = 0; i < meeting.request.payload.size(); ++i) {
        auto changed = meeting.request;
        changed.payload[i] ^= 0x04;
        CHECK_FALSE(readJoinRequest(changed, meeting.issued.invitation));
    }
    const Meeting other;
    CHECK(kindOf(meeting.confirm(other.request)) == ErrorKind::Untrusted);
    auto guessed = readInvitation(meeting.code, kNow).value();
    guessed.secret = SecretBytes(16);
    CHECK(readJoinRequest(makeJoinRequest(guessed, "A. Person", meeting.keys).value(), meeting.issued.invitation).error().message ==
          "the request was not made with this invitation's secret");
    const auto foreign = dsse::sign(kinds::kJoinRequest, meeting.request.payload, *other.keys.signer).value();
    CHECK(kindOf(readJoinRequest(foreign, meeting.issued.invitation)) == ErrorKind::Untrusted);
    const auto thief = makeJoinRequest(meeting.received, "A. Person", other.keys).value();
    CHECK(fingerprintOf(thief) != fingerprintOf(meeting.request));
    CHECK(confirmJoin(meeting.root, meeting.issued, thief, fingerprintOf(meeting.request), meeting.roster, kNow, systemRandom()).error().message ==
          "the fingerprint that was compared is not this request's");
    CHECK(kindOf(confirmJoin(other.root, meeting.issued, meeting.request, fingerprintOf(meeting.request), meeting.roster, kNow, systemRandom())) ==
          ErrorKind::Untrusted);
    CHECK_FALSE(meeting.issued.usedBy);
    CHECK(fingerprintOf(meeting.request).size() == 23);
}

TEST_CASE("An answer counts only for its request, from its root, for its key")
{
    Meeting meeting;
    const auto confirmed = meeting.confirm(meeting.request).value();
    const auto another = makeJoinRequest(meeting.received, "B. Person", meeting.keys).value();
    CHECK(kindOf(readJoinAnswer(confirmed.answer, meeting.received, another)) == ErrorKind::Untrusted);
    const Meeting other;
    CHECK(kindOf(readJoinAnswer(confirmed.answer, other.received, other.request)) == ErrorKind::Untrusted);
    auto changed = confirmed.answer;
    for (std::size_t i = 0; i < changed.payload.size(); i += 7) {
        changed.payload[i] ^= 0x01;
        CHECK_FALSE(readJoinAnswer(changed, meeting.received, meeting.request));
        changed.payload[i] ^= 0x01;
    }
    CHECK(readJoinAnswer(changed, meeting.received, meeting.request));
}

TEST_CASE("Only custodians bring a share key, and an invitation's fields are bounded")
{
    const Meeting auditor(Role::Auditor);
    const auto custodianKeys = JoinKeys::generate(Role::Custodian, systemRandom()).value();
    CHECK_FALSE(makeJoinRequest(auditor.received, "A. Person", custodianKeys));
    CHECK_FALSE(makeJoinRequest(auditor.received, "", auditor.keys));
    CHECK_FALSE(makeJoinRequest(auditor.received, std::string(257, 'x'), auditor.keys));
    auto member = invitee(Role::Auditor);
    CHECK_FALSE(makeInvitation(auditor.root, "", member, kEnd, systemRandom()));
    CHECK_FALSE(makeInvitation(auditor.root, std::string(65, 'x'), member, kEnd, systemRandom()));
    member.role = Role::SiteReviewer;
    CHECK(makeInvitation(auditor.root, "C", member, kEnd, systemRandom()).error().message == "a site-reviewer needs a site");
}
