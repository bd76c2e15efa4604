// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/crypto/dsse.h"
#include "core/crypto/identity.h"
#include "core/study/roster.h"

namespace quorate::study {

/// How a person joins a consortium, as pure steps that exchange text and files (docs/formats/invitations.md):
/// the root invites; the new member's machine makes keys and asks; both compare a fingerprint; the root confirms with a
/// certificate and a new roster; the new member accepts.

namespace kinds {
inline constexpr const char* kInvitation = "invitation";
inline constexpr const char* kJoinRequest = "join-request";
inline constexpr const char* kJoinAnswer = "join-answer";
}  // namespace kinds

struct Invitation {
    Uuid id;
    std::string consortium;    ///< 1 to 64 bytes.
    PublicKey root;            ///< P-256; everything of the consortium leads to it.
    std::string service;       ///< Address of the aggregation service, at most 255 bytes; empty when not told.
    SecretBytes secret;        ///< 16 bytes, known to who invites and who has the code.
    Role role = Role::Auditor;
    std::string organisation;  ///< 1 to 64 bytes.
    Uuid site;                 ///< SiteReviewer and SiteNode: whose; else zero.
    UtcSeconds expires;
};

/// A new invitation with id and secret of its own.
Result<Invitation> makeInvitation(const ConsortiumAuthority& authority, std::string consortium, const Member& invited,
                                  UtcSeconds expires, const RandomSource& random);
/// The code, signed by the root: letters, digits and hyphens that a QR code takes in its alphanumeric mode.
Result<std::string> writeInvitation(const Invitation& invitation, const ConsortiumAuthority& authority);
/// Ignores case, white space and hyphens. Malformed for another text or a wrong check group, Untrusted for a signature that
/// is not by the root key inside, PolicyRefused when it has expired.
Result<Invitation> readInvitation(std::string_view code, UtcSeconds now);

/// What shows a service that its caller has the code, without telling the secret.
Digest32 ticketOf(const Invitation& invitation);

/// Keys made where the new member sits.
struct JoinKeys {
    std::shared_ptr<const Signer> signer;
    std::shared_ptr<const SigningKey> tlsKey;  ///< The signer itself when that is in memory.
    std::optional<hpke::PrivateKey> hpke;      ///< Of custodians, and only of them.

    static Result<JoinKeys> generate(Role role, const RandomSource& random);
    /// The signing key stays on its token; the TLS key is made here.
    static Result<JoinKeys> generateBeside(std::shared_ptr<const Signer> onToken, Role role, const RandomSource& random);
};

/// Signed by the new signing key and, where there is one, by the TLS key; authenticated with the invitation's secret.
Result<dsse::Envelope> makeJoinRequest(const Invitation& invitation, const std::string& name, const JoinKeys& keys);
/// Four groups of five digits of the request's digest, read aloud by one and compared by the other.
std::string fingerprintOf(const dsse::Envelope& joinRequest);
/// The invitation that a request claims to answer, before anything about it is checked.
Result<Uuid> invitationOf(const dsse::Envelope& joinRequest);
/// The member that the request would make. Untrusted when a proof does not hold, Malformed otherwise.
Result<Member> readJoinRequest(const dsse::Envelope& request, const Invitation& invitation);

/// What who invites keeps of an invitation until it is used.
struct IssuedInvitation {
    Invitation invitation;
    std::optional<Digest32> usedBy;  ///< Digest of the one request that it was used for.
};

struct ConfirmedJoin {
    Member member;
    dsse::Envelope roster;  ///< The next version, with the member.
    dsse::Envelope answer;  ///< For the new member.
};
/// `compared`: the fingerprint that both sides agreed on. PolicyRefused when it is another, or the invitation has been used
/// or has expired. Marks it used only on success; the caller stores that before the answer leaves.
Result<ConfirmedJoin> confirmJoin(const ConsortiumAuthority& authority, IssuedInvitation& issued, const dsse::Envelope& request,
                                  std::string_view compared, Roster newest, UtcSeconds now, const RandomSource& random);

/// What the answer makes of its receiver.
struct AcceptedJoin {
    Member member;
    Certificate certificate;
    Certificate root;
    dsse::Envelope roster;
};
/// The invitation that an answer claims to be about, before anything is checked.
Result<Uuid> invitationAnsweredBy(const dsse::Envelope& answer);
/// Untrusted unless the invitation's root signed all of it, for exactly this request.
Result<AcceptedJoin> readJoinAnswer(const dsse::Envelope& answer, const Invitation& invitation, const dsse::Envelope& request);

}  // namespace quorate::study
