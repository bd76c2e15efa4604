// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"
#include "core/payload/payload_codec.h"
#include "core/study/invitation.h"
#include "core/study/study_package.h"
#include "quorate/payload/v1/invitation.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

constexpr std::size_t kMaxPersonBytes = 256;
constexpr std::size_t kMaxSpkiBytes = 128;
constexpr int kFingerprintGroups = 4;

/// What the TLS key signs and the secret authenticates: the body under a label of its own.
Bytes labelled(const char* label, BytesView body) { return ByteWriter().text(label).lengthPrefixed(body).take(); }
Bytes tlsProofInput(BytesView body) { return labelled("quorate/v1/join-tls-key", body); }
Digest32 macOf(const Invitation& invitation, BytesView body)
{
    return hmacSha256(invitation.secret.expose(), labelled("quorate/v1/join-request", body));
}

Result<PublicKey> memberKey(const std::string& spki, const char* what)
{
    if (spki.size() > kMaxSpkiBytes) return fail(ErrorKind::Malformed, std::string(what) + " is over 128 bytes");
    TRY_ASSIGN(key, PublicKey::fromSpki(asBytes(spki)));
    if (!key.isEc(EcCurve::P256)) return fail(ErrorKind::Malformed, std::string(what) + " is not on P-256");
    return key;
}

Result<void> requireOnlySigner(const dsse::Envelope& envelope, const char* kind, const PublicKey& key)
{
    if (envelope.signatures.size() != 1) return fail(ErrorKind::Malformed, std::string(kind) + " wants exactly one signature");
    return dsse::verify(envelope, kind, key);
}

Result<Member> memberFrom(const pb::JoinBody& body, const Invitation& invitation)
{
    Member out;
    TRY_ASSIGN(named, fixed<16>(body.invitation(), "invitation id"));
    TRY_ASSIGN(hpkeKey, fixed<32>(body.hpke_key(), "HPKE key"));
    if (named != invitation.id) return fail(ErrorKind::Untrusted, "the request answers another invitation");
    if (body.name().empty() || body.name().size() > kMaxPersonBytes) {
        return fail(ErrorKind::Malformed, "name is " + std::to_string(body.name().size()) + " bytes, want 1 to 256");
    }
    if ((invitation.role == Role::Custodian) == hpkeKey.isZero()) {
        return fail(ErrorKind::Malformed, "custodians bring an HPKE key, and only they");
    }
    // One number for the invitation and for the member that it makes: it cannot make two.
    out.id = invitation.id;
    out.name = body.name();
    out.organisation = invitation.organisation;
    out.role = invitation.role;
    out.site = invitation.site;
    out.signingKeySpki = toBytes(body.signing_key_spki());
    out.tlsKeySpki = toBytes(body.tls_key_spki());
    out.hpkeKey = hpkeKey;
    return out;
}

Result<std::optional<hpke::PrivateKey>> shareKey(Role role, const RandomSource& random)
{
    if (role != Role::Custodian) return std::optional<hpke::PrivateKey>();
    TRY_ASSIGN(key, hpke::PrivateKey::generate(random));
    return std::optional<hpke::PrivateKey>(std::move(key));
}

Result<std::shared_ptr<const SigningKey>> newKey()
{
    TRY_ASSIGN(key, SigningKey::generate(EcCurve::P256));
    return std::make_shared<const SigningKey>(std::move(key));
}

}  // namespace

Digest32 ticketOf(const Invitation& invitation)
{
    return hmacSha256(invitation.secret.expose(), labelled("quorate/v1/join-ticket", invitation.id.view()));
}

Result<JoinKeys> JoinKeys::generate(Role role, const RandomSource& random)
{
    TRY_ASSIGN(key, newKey());
    TRY_ASSIGN(hpke, shareKey(role, random));
    return JoinKeys{key, key, std::move(hpke)};
}

Result<JoinKeys> JoinKeys::generateBeside(std::shared_ptr<const Signer> onToken, Role role, const RandomSource& random)
{
    TRY_ASSIGN(tls, newKey());
    TRY_ASSIGN(hpke, shareKey(role, random));
    return JoinKeys{std::move(onToken), std::move(tls), std::move(hpke)};
}

Result<dsse::Envelope> makeJoinRequest(const Invitation& invitation, const std::string& name, const JoinKeys& keys)
{
    const bool ownTlsKey = !(keys.tlsKey->publicKey() == keys.signer->publicKey());
    pb::JoinBody body;
    body.set_invitation(text(invitation.id));
    body.set_name(name);
    body.set_signing_key_spki(text(BytesView(keys.signer->publicKey().spki())));
    if (ownTlsKey) body.set_tls_key_spki(text(BytesView(keys.tlsKey->publicKey().spki())));
    body.set_hpke_key(text(keys.hpke ? keys.hpke->publicKey() : Digest32{}));
    TRY(memberFrom(body, invitation));
    const Bytes bodyBytes = payload::serialise(body);
    pb::JoinRequest request;
    request.set_body(text(BytesView(bodyBytes)));
    if (ownTlsKey) {
        TRY_ASSIGN(proof, keys.tlsKey->signDer(tlsProofInput(bodyBytes)));
        request.set_tls_proof(text(BytesView(proof)));
    }
    request.set_mac(text(macOf(invitation, bodyBytes)));
    return dsse::sign(kinds::kJoinRequest, payload::serialise(request), *keys.signer);
}

std::string fingerprintOf(const dsse::Envelope& joinRequest)
{
    const Digest32 digest = joinRequest.payloadDigest();
    std::string out;
    for (int group = 0; group < kFingerprintGroups; ++group) {
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i) value = value << 8 | digest.bytes[static_cast<std::size_t>(8 * group + i)];
        std::string digits = std::to_string(value % 100000);
        out += (group == 0 ? "" : " ") + std::string(5 - digits.size(), '0') + digits;
    }
    return out;
}

Result<Uuid> invitationOf(const dsse::Envelope& joinRequest)
{
    if (joinRequest.payloadType != dsse::payloadTypeFor(kinds::kJoinRequest)) {
        return fail(ErrorKind::Malformed, "envelope is of type " + joinRequest.payloadType + ", want kind " + kinds::kJoinRequest);
    }
    TRY_ASSIGN(outer, payload::parse<pb::JoinRequest>(joinRequest.payload, "join request"));
    TRY_ASSIGN(body, payload::parse<pb::JoinBody>(asBytes(outer.body()), "join request's body"));
    return fixed<16>(body.invitation(), "invitation id");
}

Result<Member> readJoinRequest(const dsse::Envelope& request, const Invitation& invitation)
{
    TRY_ASSIGN(outer, payload::parse<pb::JoinRequest>(request.payload, "join request"));
    TRY_ASSIGN(body, payload::parse<pb::JoinBody>(asBytes(outer.body()), "join request's body"));
    const Digest32 mac = macOf(invitation, asBytes(outer.body()));
    if (!equalConstantTime(mac.view(), asBytes(outer.mac()))) {
        return fail(ErrorKind::Untrusted, "the request was not made with this invitation's secret");
    }
    TRY_ASSIGN(signing, memberKey(body.signing_key_spki(), "signing key"));
    TRY(requireOnlySigner(request, kinds::kJoinRequest, signing));
    if (body.tls_key_spki().empty() != outer.tls_proof().empty()) {
        return fail(ErrorKind::Malformed, "a TLS key and its proof come together");
    }
    if (!body.tls_key_spki().empty()) {
        TRY_ASSIGN(tls, memberKey(body.tls_key_spki(), "TLS key"));
        TRY(tls.verifyDer(EcCurve::P256, tlsProofInput(asBytes(outer.body())), asBytes(outer.tls_proof())));
    }
    return memberFrom(body, invitation);
}

Result<ConfirmedJoin> confirmJoin(const ConsortiumAuthority& authority, IssuedInvitation& issued, const dsse::Envelope& request,
                                  std::string_view compared, Roster newest, UtcSeconds now, const RandomSource& random)
{
    if (issued.usedBy) return fail(ErrorKind::PolicyRefused, "the invitation has been used; a new one is wanted");
    if (now >= issued.invitation.expires) return fail(ErrorKind::PolicyRefused, "the invitation has expired; a new one is wanted");
    if (!(issued.invitation.root == authority.rootKey().publicKey())) {
        return fail(ErrorKind::Untrusted, "the invitation is of another consortium's root");
    }
    TRY_ASSIGN(member, readJoinRequest(request, issued.invitation));
    if (compared != fingerprintOf(request)) {
        return fail(ErrorKind::PolicyRefused, "the fingerprint that was compared is not this request's");
    }
    TRY_ASSIGN(certificate, authority.certify(member, now, random));
    ++newest.version;
    newest.members.push_back(member);
    const Bytes rosterPayload = encode(newest);
    // A member or key that the roster has already shows itself here, before anything is signed.
    TRY(decodeRoster(rosterPayload));
    TRY_ASSIGN(roster, dsse::sign(kinds::kRoster, rosterPayload, authority.rootKey()));
    pb::JoinAnswer answer;
    answer.set_invitation(text(issued.invitation.id));
    answer.set_request_digest(text(request.payloadDigest()));
    answer.set_certificate(text(BytesView(certificate.der())));
    answer.set_root_certificate(text(BytesView(authority.certificate().der())));
    answer.set_roster_payload(text(BytesView(rosterPayload)));
    answer.set_roster_signature(text(BytesView(roster.signatures.front().signature)));
    TRY_ASSIGN(envelope, dsse::sign(kinds::kJoinAnswer, payload::serialise(answer), authority.rootKey()));
    issued.usedBy = request.payloadDigest();
    return ConfirmedJoin{std::move(member), std::move(roster), std::move(envelope)};
}

Result<Uuid> invitationAnsweredBy(const dsse::Envelope& answer)
{
    if (answer.payloadType != dsse::payloadTypeFor(kinds::kJoinAnswer)) {
        return fail(ErrorKind::Malformed, "envelope is of type " + answer.payloadType + ", want kind " + kinds::kJoinAnswer);
    }
    TRY_ASSIGN(in, payload::parse<pb::JoinAnswer>(answer.payload, "answer"));
    return fixed<16>(in.invitation(), "invitation id");
}

Result<AcceptedJoin> readJoinAnswer(const dsse::Envelope& answer, const Invitation& invitation, const dsse::Envelope& request)
{
    TRY(requireOnlySigner(answer, kinds::kJoinAnswer, invitation.root));
    TRY_ASSIGN(in, payload::parse<pb::JoinAnswer>(answer.payload, "answer"));
    if (asBytes(in.invitation()).size() != Uuid::kSize || !equalConstantTime(asBytes(in.invitation()), invitation.id.view()) ||
        !equalConstantTime(asBytes(in.request_digest()), request.payloadDigest().view())) {
        return fail(ErrorKind::Untrusted, "the answer is to another request");
    }
    TRY_ASSIGN(own, readJoinRequest(request, invitation));
    TRY_ASSIGN(certificate, Certificate::fromDer(asBytes(in.certificate())));
    TRY_ASSIGN(root, Certificate::fromDer(asBytes(in.root_certificate())));
    if (!(root.publicKey() == invitation.root)) return fail(ErrorKind::Untrusted, "the answer's root certificate is not the inviting root's");
    TRY(root.verifySignedBy(root));
    if (!root.isCa()) return fail(ErrorKind::Untrusted, "the answer's root certificate is not a CA's");
    TRY(certificate.verifySignedBy(root));
    if (certificate.publicKey().spki() != own.tlsSpki() || certificate.subjectCommonName() != toHex(own.id)) {
        return fail(ErrorKind::Untrusted, "the answer's certificate is not for this request's key");
    }
    dsse::Envelope roster{dsse::payloadTypeFor(kinds::kRoster), toBytes(asBytes(in.roster_payload())),
                          {{toHex(invitation.root.spkiSha256()), toBytes(asBytes(in.roster_signature()))}}};
    TRY(dsse::verify(roster, kinds::kRoster, invitation.root));
    TRY_ASSIGN(members, decodeRoster(roster.payload));
    const Member* entry = members.find(own.id);
    if (entry == nullptr || !(*entry == own)) return fail(ErrorKind::Untrusted, "the answer's roster does not name this member as asked for");
    return AcceptedJoin{std::move(own), std::move(certificate), std::move(root), std::move(roster)};
}

}  // namespace quorate::study
