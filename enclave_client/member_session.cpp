// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/member_session.h"

namespace quorate {
namespace {

constexpr std::chrono::minutes kStatementValidity{60};

Result<void> mayBeSent(const dsse::Envelope& envelope, const MemberSession::BeforeSending& before)
{
    return before ? before(envelope) : Result<void>();
}

}  // namespace

MemberSession::MemberSession(const Identity& identity, std::string address, study::VerifiedPackage package,
                             attestation::TrustAnchors anchors, Clock clock, RandomSource random)
    : m_identity(identity), m_package(std::move(package)), m_expectations(ServiceExpectations::of(m_package, std::move(anchors))),
      m_clock(clock), m_random(random),
      m_channel(std::move(address), ClientCredentials{identity.certificate.toPem(), identity.tlsKey->toPkcs8Pem()}, std::move(clock),
                std::move(random))
{
}

Result<AppraisedService> MemberSession::connect(bool studyKnown)
{
    auto expectations = m_expectations;
    if (!studyKnown) {
        expectations.study = {};
        expectations.keyEpoch = 0;
        expectations.referenceValuesDigest = {};
    }
    return m_channel.attest(attestation::Purpose::Channel, expectations);
}

void MemberSession::useAcceptances(study::Roster newest, std::vector<dsse::Envelope> acceptances)
{
    m_expectations.roster = std::move(newest);
    m_expectations.acceptances = std::move(acceptances);
}

Result<void> MemberSession::publish(const study::StudyPackage& package)
{
    TRY(client().publish(package));
    return {};
}

Result<void> MemberSession::decideParticipation(study::Decision decision, std::vector<std::string> conditions, std::string reason,
                                               const BeforeSending& before)
{
    const auto* site = m_package.protocol.findSite(m_identity.member.site);
    if (m_identity.member.role != study::Role::SiteReviewer || site == nullptr) {
        return fail(ErrorKind::PolicyRefused, "only the reviewer of one of the study's sites decides about participation");
    }
    const study::Participation participation{m_package.protocol.id, m_package.protocolDigest, site->id, m_identity.member.id, decision,
                                             std::move(conditions), std::move(reason), now(), site->ethics.expires};
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kParticipation, study::encode(participation), *m_identity.signer));
    TRY(mayBeSent(envelope, before));
    return client().submitParticipation(envelope);
}

Result<attestation::VerifiedEvidence> MemberSession::freshEvidence(attestation::Purpose purpose)
{
    TRY_ASSIGN(answer, m_channel.attest(purpose, m_expectations));
    TRY(requireAccepted(answer.result));
    return attestation::VerifiedEvidence::from(answer.inputs, answer.result);
}

Result<Digest32> MemberSession::freezeStatement(const BeforeSending& before)
{
    TRY_ASSIGN(offer, freshEvidence(attestation::Purpose::ReleaseOffer));
    TRY_ASSIGN(statement, release::makeStatement(m_package.protocol, m_package.protocolDigest, offer, m_identity.member.id, now(),
                                                 kStatementValidity));
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kReleaseStatement, release::encode(statement), *m_identity.signer));
    TRY(mayBeSent(envelope, before));
    TRY(client().freezeStatement(envelope));
    return envelope.payloadDigest();
}

Result<MemberSession::Frozen> MemberSession::frozenStatement() const
{
    TRY_ASSIGN(record, client().get(m_package.protocol.id));
    if (!record.statement) return fail(ErrorKind::PolicyRefused, "no release statement has been frozen yet");
    const auto& envelope = record.statement->envelope;
    TRY_ASSIGN(signer, study::signerOf(envelope, study::kinds::kReleaseStatement, m_package.roster, now()));
    TRY_ASSIGN(statement, release::decodeStatement(envelope.payload));
    if (signer.role != study::Role::Coordinator || signer.id != statement.requester) {
        return fail(ErrorKind::Untrusted, "the release statement is not signed by the coordinator whom it names");
    }
    if (statement.study != m_package.protocol.id || statement.protocolDigest != m_package.protocolDigest ||
        statement.keyEpoch != m_package.protocol.keyEpoch) {
        return fail(ErrorKind::PolicyRefused, "the release statement is about another protocol or key epoch");
    }
    return Frozen{std::move(statement), envelope.payloadDigest()};
}

Result<Bytes> MemberSession::sealOwnShare(const Frozen& frozen)
{
    if (!m_identity.hpke) return fail(ErrorKind::PolicyRefused, "this member holds no key share");
    TRY_ASSIGN(confirm, freshEvidence(attestation::Purpose::ReleaseConfirm));
    TRY_ASSIGN(share, release::openOwnShare(m_package.protocol, m_identity.member.id, *m_identity.hpke));
    return release::sealShare(frozen.statement, frozen.digest, confirm, m_identity.member.id, share, now(), m_random);
}

Result<ApprovalReceipt> MemberSession::decideShare(const Digest32& shown, study::Decision decision, std::string reason,
                                                   const BeforeSending& before)
{
    TRY_ASSIGN(frozen, frozenStatement());
    if (frozen.digest != shown) {
        return fail(ErrorKind::PolicyRefused, "another release statement has been frozen since; look at it before you decide");
    }
    release::ReleaseApproval approval;
    approval.study = m_package.protocol.id;
    approval.statementDigest = frozen.digest;
    approval.custodian = m_identity.member.id;
    approval.decision = decision;
    approval.reason = std::move(reason);
    approval.signedAt = now();
    approval.expires = frozen.statement.notAfter;
    if (decision == study::Decision::Approve) {
        TRY_ASSIGN(sealed, sealOwnShare(frozen));
        approval.sealedShare = std::move(sealed);
    }
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kReleaseApproval, release::encode(approval), *m_identity.signer));
    TRY(mayBeSent(envelope, before));
    return client().submitApproval(envelope);
}

Result<void> MemberSession::stop(release::Revocation::Kind kind, std::string reason, const Digest32& freeze, const BeforeSending& before)
{
    const release::Revocation revocation{m_package.protocol.id, m_package.protocol.keyEpoch, m_identity.member.id, kind,
                                         std::move(reason), now(), freeze};
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kRevocation, release::encode(revocation), *m_identity.signer));
    TRY(mayBeSent(envelope, before));
    return client().stop(envelope);
}

Result<void> MemberSession::startRounds() { return client().startRounds(m_package.protocol.id); }

Result<void> MemberSession::orderRounds(study::OrderAction action, const Uuid& site, std::string reason, std::uint32_t number,
                                        const BeforeSending& before)
{
    TRY(study::checkOrderReason(reason));
    const study::RoundOrder order{m_package.protocol.id, m_package.protocolDigest, number, m_identity.member.id, action, site,
                                  std::move(reason), now()};
    TRY_ASSIGN(envelope, dsse::sign(study::kinds::kRoundOrder, study::encode(order), *m_identity.signer));
    TRY(mayBeSent(envelope, before));
    return client().orderRounds(envelope);
}

}  // namespace quorate
