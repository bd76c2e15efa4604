// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/membership.h"

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/study/study_package.h"

namespace quorate::vault {
namespace {

using audit::EventKind;

/// The root's row among the identities: no member has this id.
constexpr Uuid kRootIdentity{};
/// What belongs to no single study.
constexpr Uuid kConsortium{};

constexpr const char* kRootCertificate = "consortium.root-certificate";
constexpr const char* kOwn = "consortium.own";
constexpr const char* kToken = "consortium.token";
constexpr const char* kJoining = "invitation.joining";
constexpr std::string_view kUsed = "used by ";

std::string settingOf(const Uuid& invitation) { return "invitation." + toHex(invitation); }

Result<StoredIdentity> identityOf(const Vault& vault, const Uuid& member, const char* what)
{
    TRY_ASSIGN(identities, vault.identities());
    for (auto& identity : identities) {
        if (identity.member == member) return std::move(identity);
    }
    return fail(ErrorKind::Unavailable, std::string("this vault does not hold ") + what);
}

Result<study::JoinKeys> makeKeys(const NewKeys& newKeys, study::Role role, const RandomSource& random)
{
    return newKeys.onToken ? study::JoinKeys::generateBeside(newKeys.onToken, role, random) : study::JoinKeys::generate(role, random);
}

}  // namespace

Result<Membership> Membership::of(Vault& vault, Vault::Sources sources, std::int32_t offsetMinutes)
{
    Membership out(vault, std::move(sources), offsetMinutes);
    TRY(out.actAsOwner());
    return out;
}

Result<void> Membership::actAsOwner()
{
    TRY_ASSIGN(belongs, belongsToConsortium());
    if (!belongs) return {};
    TRY_ASSIGN(consortium, known());
    const study::Member* own = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
    if (own != nullptr) actAs(*own);
    return {};
}

void Membership::actAs(const study::Member& member) { m_vault.actAs({member.id, member.name, nameOf(member.role), m_offsetMinutes}); }

Result<void> Membership::note(EventKind kind, const Uuid& member, const std::string& reason, std::map<std::string, Digest32> digests)
{
    audit::Entry entry;
    entry.kind = kind;
    entry.subject = toHex(member);
    entry.reason = reason;
    entry.digests = std::move(digests);
    return m_vault.note(std::move(entry));
}

Result<bool> Membership::belongsToConsortium() const
{
    // The roster is what each way into a consortium stores last: what was cut off before it can be done again. A vault that
    // only looks at a study keeps rosters too, and no root.
    TRY_ASSIGN(seen, m_vault.seenVersion(study::kinds::kRoster, kConsortium));
    TRY_ASSIGN(root, m_vault.setting(kRootCertificate));
    return seen.has_value() && root.has_value();
}

Result<void> Membership::requireNoIdentity() const
{
    TRY_ASSIGN(belongs, belongsToConsortium());
    if (!belongs) return {};
    return fail(ErrorKind::PolicyRefused, "this vault belongs to a member of a consortium already; a new vault is wanted");
}

Result<void> Membership::keepKeys(const Uuid& member, const study::JoinKeys& keys, const NewKeys& newKeys, const Bytes& certificateDer)
{
    StoredIdentity identity{member, keys.tlsKey->toPkcs8(), keys.hpke ? SecretBytes::copyOf(keys.hpke->exposeRaw()) : SecretBytes(),
                            certificateDer};
    TRY(m_vault.putSetting(kToken, newKeys.onToken ? newKeys.token.serial + "\n" + newKeys.token.module : std::string()));
    return m_vault.putIdentity(identity, newKeys.onToken ? EventKind::IdentityTokenBound : EventKind::IdentityCreated);
}

Result<void> Membership::keepRoster(const dsse::Envelope& roster, std::uint32_t version)
{
    TRY(m_vault.putEnvelope({kConsortium, study::kinds::kRoster, roster, m_sources.clock()}));
    return m_vault.raiseVersion({study::kinds::kRoster, kConsortium, {version, roster.payloadDigest()}});
}

Result<ConsortiumAuthority> Membership::authority() const
{
    TRY_ASSIGN(root, identityOf(m_vault, kRootIdentity, "the consortium's root key; the vault that created the root does"));
    return ConsortiumAuthority::restore(root.signingKeyPkcs8.expose(), root.certificateDer);
}

Result<KnownConsortium> Membership::known() const
{
    TRY_ASSIGN(seen, m_vault.seenVersion(study::kinds::kRoster, kConsortium));
    TRY_ASSIGN(certificateText, m_vault.setting(kRootCertificate));
    if (!seen || !certificateText) return fail(ErrorKind::Unavailable, "this vault belongs to no consortium yet");
    TRY_ASSIGN(certificateDer, parseBase64(*certificateText));
    TRY_ASSIGN(root, Certificate::fromDer(certificateDer));
    TRY_ASSIGN(rosters, m_vault.envelopes(kConsortium, study::kinds::kRoster));
    const auto newest = std::find_if(rosters.begin(), rosters.end(),
                                     [&](const StoredEnvelope& stored) { return stored.envelope.payloadDigest() == seen->object.digest; });
    if (newest == rosters.end()) return fail(ErrorKind::Unavailable, "the newest roster that this vault accepted is not in it");
    TRY(dsse::verify(newest->envelope, study::kinds::kRoster, root.publicKey()));
    TRY_ASSIGN(roster, study::decodeRoster(newest->envelope.payload));
    KnownConsortium out{std::move(root), std::move(roster), std::move(newest->envelope)};
    TRY_ASSIGN(own, m_vault.setting(kOwn));
    if (own) {
        TRY_ASSIGN(id, parseHexFixed<16>(*own));
        out.own = id;
    }
    TRY_ASSIGN(token, m_vault.setting(kToken));
    if (token && !token->empty()) {
        const std::size_t end = token->find('\n');
        out.token = TokenBinding{token->substr(end + 1), token->substr(0, end)};
    }
    return out;
}

Result<void> Membership::createRoot(const std::string& consortium, const study::Member& coordinator, const NewKeys& newKeys)
{
    TRY_ASSIGN(root, ConsortiumAuthority::create(consortium, now(), m_sources.random));
    return found(root, EventKind::IdentityCreated, consortium, coordinator, newKeys);
}

Result<void> Membership::importRoot(const ConsortiumAuthority& root, const std::string& consortium, const study::Member& coordinator,
                                    const NewKeys& newKeys)
{
    return found(root, EventKind::IdentityImported, consortium, coordinator, newKeys);
}

Result<void> Membership::found(const ConsortiumAuthority& root, EventKind how, const std::string& consortium,
                               const study::Member& coordinator, const NewKeys& newKeys)
{
    TRY(requireNoIdentity());
    TRY_ASSIGN(keys, makeKeys(newKeys, study::Role::Coordinator, m_sources.random));
    TRY_ASSIGN(id, randomFixed<16>(m_sources.random));
    study::Member own = coordinator;
    own.id = id;
    own.role = study::Role::Coordinator;
    own.signingKeySpki = keys.signer->publicKey().spki();
    if (newKeys.onToken) own.tlsKeySpki = keys.tlsKey->publicKey().spki();
    TRY_ASSIGN(certificate, root.certify(own, now(), m_sources.random));
    study::Roster roster;
    roster.consortium = consortium;
    roster.members = {own};
    const Bytes payload = encode(roster);
    TRY(study::decodeRoster(payload));
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kRoster, payload, root.rootKey()));
    actAs(own);
    TRY(m_vault.putIdentity({kRootIdentity, root.rootKey().toPkcs8(), SecretBytes(), root.certificate().der()}, how));
    TRY(keepKeys(id, keys, newKeys, certificate.der()));
    TRY(note(EventKind::CertificateIssued, id, {}, {{"certificate", certificate.sha256Fingerprint()}}));
    TRY(m_vault.putSetting(kRootCertificate, toBase64(root.certificate().der())));
    TRY(m_vault.putSetting(kOwn, toHex(id)));
    return keepRoster(envelope, roster.version);
}

Result<std::string> Membership::invite(const study::Member& invited, const std::string& service, UtcSeconds expires)
{
    TRY_ASSIGN(root, authority());
    TRY_ASSIGN(consortium, known());
    if (expires <= now()) return fail(ErrorKind::PolicyRefused, "the invitation would end before it begins");
    TRY_ASSIGN(invitation, study::makeInvitation(root, consortium.roster.consortium, invited, expires, m_sources.random));
    invitation.service = service;
    TRY_ASSIGN(code, study::writeInvitation(invitation, root));
    TRY(m_vault.putSetting(settingOf(invitation.id), code));
    TRY(note(EventKind::InvitationMade, invitation.id, {}, {}));
    return code;
}

Result<study::Invitation> Membership::issued(const Uuid& invitation) const
{
    TRY_ASSIGN(code, m_vault.setting(settingOf(invitation)));
    if (!code) return fail(ErrorKind::Unavailable, "this vault made no such invitation");
    if (code->starts_with(kUsed)) return fail(ErrorKind::PolicyRefused, "the invitation has been used; a new one is wanted");
    return study::readInvitation(*code, now());
}

Result<study::Member> Membership::whoAsks(const dsse::Envelope& request) const
{
    TRY_ASSIGN(id, study::invitationOf(request));
    TRY_ASSIGN(invitation, issued(id));
    return study::readJoinRequest(request, invitation);
}

Result<dsse::Envelope> Membership::confirm(const dsse::Envelope& request, std::string_view compared)
{
    TRY_ASSIGN(root, authority());
    TRY_ASSIGN(consortium, known());
    TRY_ASSIGN(id, study::invitationOf(request));
    TRY_ASSIGN(invitation, issued(id));
    study::IssuedInvitation state{std::move(invitation), {}};
    TRY_ASSIGN(joined, study::confirmJoin(root, state, request, compared, std::move(consortium.roster), now(), m_sources.random));
    TRY_ASSIGN(roster, study::decodeRoster(joined.roster.payload));
    const std::map<std::string, Digest32> digests{{"request", request.payloadDigest()}, {"roster", joined.roster.payloadDigest()}};
    // Used first, and without its secret from here on: what is cut off after this wants a new invitation, never two members.
    TRY(m_vault.putSetting(settingOf(id), std::string(kUsed) + toHex(request.payloadDigest())));
    TRY(note(EventKind::InvitationConfirmed, id, {}, digests));
    TRY(note(EventKind::CertificateIssued, id, {}, {{"answer", joined.answer.payloadDigest()}}));
    TRY(keepRoster(joined.roster, roster.version));
    return joined.answer;
}

Result<dsse::Envelope> Membership::join(std::string_view code, const std::string& name, const NewKeys& newKeys)
{
    TRY(requireNoIdentity());
    TRY_ASSIGN(invitation, study::readInvitation(code, now()));
    TRY_ASSIGN(keys, makeKeys(newKeys, invitation.role, m_sources.random));
    TRY_ASSIGN(request, study::makeJoinRequest(invitation, name, keys));
    TRY(keepKeys(invitation.id, keys, newKeys, {}));
    TRY(m_vault.putSetting(kJoining, std::string(code)));
    TRY(m_vault.putEnvelope({kConsortium, study::kinds::kJoinRequest, request, m_sources.clock()}));
    return request;
}

Result<OpenRequest> Membership::asked() const
{
    TRY(requireNoIdentity());
    TRY_ASSIGN(code, m_vault.setting(kJoining));
    TRY_ASSIGN(requests, m_vault.envelopes(kConsortium, study::kinds::kJoinRequest));
    if (!code || requests.empty()) return fail(ErrorKind::Unavailable, "this vault has asked no consortium to join");
    // The root judged the invitation's end when it confirmed; an answer may arrive later.
    TRY_ASSIGN(invitation, study::readInvitation(*code, UtcSeconds()));
    return OpenRequest{std::move(invitation), std::move(requests.back().envelope)};
}

Result<study::Member> Membership::accept(const dsse::Envelope& answer)
{
    TRY_ASSIGN(open, asked());
    TRY_ASSIGN(accepted, study::readJoinAnswer(answer, open.invitation, open.request));
    TRY_ASSIGN(roster, study::decodeRoster(accepted.roster.payload));
    TRY_ASSIGN(identity, identityOf(m_vault, accepted.member.id, "the keys that this answer is about"));
    identity.certificateDer = accepted.certificate.der();
    actAs(accepted.member);
    TRY(m_vault.putIdentity(identity, EventKind::InvitationAccepted));
    TRY(m_vault.putSetting(kRootCertificate, toBase64(accepted.root.der())));
    TRY(m_vault.putSetting(kOwn, toHex(accepted.member.id)));
    // The secret has served.
    TRY(m_vault.putSetting(kJoining, std::string(kUsed) + toHex(open.request.payloadDigest())));
    TRY(keepRoster(accepted.roster, roster.version));
    return accepted.member;
}

Result<dsse::Envelope> Membership::revoke(const Uuid& member, UtcSeconds from, const std::string& reason)
{
    TRY_ASSIGN(root, authority());
    TRY_ASSIGN(consortium, known());
    TRY_ASSIGN(next, study::withRevocation(std::move(consortium.roster), member, from, reason));
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kRoster, encode(next), root.rootKey()));
    TRY(note(EventKind::MemberRevoked, member, reason, {{"roster", envelope.payloadDigest()}}));
    TRY(keepRoster(envelope, next.version));
    return envelope;
}

Result<study::Roster> Membership::takeRoster(const dsse::Envelope& roster)
{
    TRY_ASSIGN(consortium, known());
    TRY(dsse::verify(roster, study::kinds::kRoster, consortium.root.publicKey()));
    TRY_ASSIGN(offered, study::decodeRoster(roster.payload));
    TRY(study::checkSuccession(study::kinds::kRoster, study::ObjectVersion{consortium.roster.version, consortium.rosterEnvelope.payloadDigest()},
                               {offered.version, roster.payloadDigest()}));
    TRY(keepRoster(roster, offered.version));
    return offered;
}

Result<Identity> Membership::ownIdentity(const KnownConsortium& consortium, const study::Member& own,
                                         std::shared_ptr<const Signer> onToken) const
{
    TRY_ASSIGN(stored, identityOf(m_vault, own.id, "its owner's keys"));
    if (!consortium.token) {
        return Identity::restore(own, stored.signingKeyPkcs8.expose(), stored.hpkeKey.expose(), stored.certificateDer);
    }
    return Identity::restoreWithToken(own, std::move(onToken), stored.signingKeyPkcs8.expose(), stored.hpkeKey.expose(),
                                      stored.certificateDer);
}

Result<dsse::Envelope> Membership::sign(const std::string& kind, BytesView payload, const std::string& reason, const std::string& meaning,
                                        std::shared_ptr<const Signer> onToken)
{
    TRY_ASSIGN(consortium, known());
    const study::Member* own = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
    if (own == nullptr) return fail(ErrorKind::PolicyRefused, "the roster does not name this vault's owner");
    TRY(study::requireStanding(consortium.roster, *own, now()));
    if (consortium.token && !onToken) return fail(ErrorKind::Unavailable, "the signing key is on a token, and the token is not given");
    TRY_ASSIGN(identity, ownIdentity(consortium, *own, std::move(onToken)));
    TRY_ASSIGN(envelope, dsse::sign(kind, payload, *identity.signer));
    audit::Entry entry;
    entry.kind = EventKind::EnvelopeStored;
    entry.subject = kind;
    entry.reason = reason;
    entry.meaning = meaning;
    entry.digests = {{"payload", envelope.payloadDigest()}, {"signature", sha256(envelope.signatures.front().signature)}};
    TRY(m_vault.note(std::move(entry)));
    return envelope;
}

Result<void> Membership::signHead(const std::shared_ptr<const Signer>& onToken)
{
    TRY_ASSIGN(belongs, belongsToConsortium());
    if (!belongs || !m_vault.readOnlyBecause().empty()) return {};
    TRY_ASSIGN(consortium, known());
    const study::Member* own = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
    if (own == nullptr || (consortium.token && !onToken)) return {};
    TRY_ASSIGN(identity, ownIdentity(consortium, *own, onToken));
    TRY_ASSIGN(head, m_vault.head());
    TRY_ASSIGN(newest, m_vault.newestCheckpoint());
    // Signed again, it would lose its cosignatures.
    if (newest && newest->head == head) return {};
    const Signer& signer = *identity.signer;
    TRY(m_vault.signHead(signer.publicKey(), [&signer](BytesView message) { return signer.signDer(message); }));
    return {};
}

}  // namespace quorate::vault
