// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/study_host.h"

#include <algorithm>

#include "core/base/log.h"

namespace quorate::services {
namespace {

/// Clocks of members may differ from ours by this much.
constexpr std::chrono::minutes kClockSkew{5};

Result<void> requireSigner(const study::Member& signer, const Uuid& named, study::Role role)
{
    if (signer.id != named) return fail(ErrorKind::Untrusted, "the object names another member than the one who signed it");
    if (signer.role != role) {
        return fail(ErrorKind::PolicyRefused, std::string("signed by a ") + study::nameOf(signer.role) + ", want a " + study::nameOf(role));
    }
    return {};
}

}  // namespace

StudyHost::StudyHost(study::VerifiedPackage package, study::StudyPackage received, const Uuid& publisher,
                     std::unique_ptr<const learning::ModelStart> model, HostContext& context)
    : m_package(std::move(package)), m_received(std::move(received)), m_publisher(publisher),
      m_folder(context.stateFolder / toHex(m_package.protocol.id)), m_context(context),
      m_log(m_package.protocol, context.clock, Journal::eventsIn(m_folder)), m_acceptances(m_package, context.rosters),
      m_rounds(m_package, std::move(model), m_log, m_acceptances, context.attester, context.anchors, m_folder, context.clock, context.random)
{
}

Result<void> StudyHost::open()
{
    const std::lock_guard lock(m_mutex);
    TRY(emit(study::EventKind::StudyPublished, m_publisher, {}, m_package.protocolDigest));
    return keepObjects();
}

Result<void> StudyHost::reopen(const KeptObjects& objects)
{
    // Written once, when all are there: this process may be killed as well.
    m_isReopening = true;
    TRY(emit(study::EventKind::StudyPublished, m_publisher, {}, m_package.protocolDigest));
    for (const auto& item : objects.participations) {
        if (const auto taken = participate(item.envelope); !taken) logError("a participation of before", taken.error());
    }
    for (const auto& item : objects.stops) {
        if (const auto taken = stop(item.envelope); !taken) logError("an order of before", taken.error());
    }
    const std::lock_guard lock(m_mutex);
    for (const auto& item : objects.acceptances) {
        // Judged as of when it came: one that has ended since explains evidence of before.
        const auto taken = takeAcceptance(item, {});
        if (!taken) logError("a product acceptance of before", taken.error());
    }
    m_isReopening = false;
    return keepObjects();
}

/// With the mutex held.
Result<void> StudyHost::keepObjects() const
{
    if (m_isReopening) return {};
    return writeObjects(m_folder, {m_received, m_publisher, m_objects.participations, m_objects.stops, m_acceptances.kept()});
}

Result<void> StudyHost::emit(study::EventKind kind, const Uuid& actor, const Uuid& site, const Digest32& digest,
                             const std::string& code, std::uint32_t count, std::uint32_t total)
{
    study::StudyEvent event;
    event.kind = kind;
    event.actor = actor;
    event.site = site;
    event.digest = digest;
    event.code = code;
    event.count = count;
    event.total = total;
    return m_log.append(event);
}

Result<study::Member> StudyHost::signerNow(const dsse::Envelope& envelope, const char* kind) const
{
    const auto now = toSeconds(m_context.clock());
    TRY_ASSIGN(signer, study::signerOf(envelope, kind, m_package.roster, now));
    TRY(m_context.rosters->requireStanding(signer, now));
    return signer;
}

Result<void> StudyHost::requireState(study::StudyState wanted, const char* what) const
{
    const auto state = m_log.read([](const study::StudyProjection& projection) { return projection.state(); });
    if (state == wanted) return {};
    return fail(ErrorKind::PolicyRefused, std::string(what) + ": the study is " + study::nameOf(state) + ", want " + study::nameOf(wanted));
}

Result<void> StudyHost::participate(const dsse::Envelope& envelope)
{
    TRY_ASSIGN(signer, signerNow(envelope, study::kinds::kParticipation));
    TRY_ASSIGN(participation, study::decodeParticipation(envelope.payload));
    TRY(requireSigner(signer, participation.reviewer, study::Role::SiteReviewer));
    if (participation.study != m_package.protocol.id || participation.protocolDigest != m_package.protocolDigest) {
        return fail(ErrorKind::PolicyRefused, "the decision is about another protocol");
    }
    if (participation.site != signer.site || m_package.protocol.findSite(signer.site) == nullptr) {
        return fail(ErrorKind::PolicyRefused, "a reviewer decides for the reviewer's own site only");
    }
    const auto now = toSeconds(m_context.clock());
    if (participation.signedAt > now + kClockSkew || participation.expires <= now) {
        return fail(ErrorKind::PolicyRefused, "the decision is dated in the future or has expired");
    }
    const std::lock_guard lock(m_mutex);
    const bool refusedBefore = m_log.read([&](const auto& projection) { return projection.sites().at(signer.site).refused; });
    if (refusedBefore) return fail(ErrorKind::PolicyRefused, "this site has refused this protocol; an amended one can be approved");
    const bool approves = participation.decision == study::Decision::Approve;
    TRY(emit(approves ? study::EventKind::ParticipationApproved : study::EventKind::ParticipationRefused, signer.id, signer.site,
             envelope.payloadDigest()));
    m_objects.participations.push_back({envelope, m_context.clock()});
    return keepObjects();
}

Result<void> StudyHost::checkStatement(const release::ReleaseStatement& statement, const study::Member& signer) const
{
    TRY(requireSigner(signer, statement.requester, study::Role::Coordinator));
    const auto& transcript = statement.transcript;
    if (statement.study != m_package.protocol.id || statement.protocolDigest != m_package.protocolDigest ||
        statement.keyEpoch != m_package.protocol.keyEpoch || transcript.study != statement.study ||
        transcript.keyEpoch != statement.keyEpoch) {
        return fail(ErrorKind::PolicyRefused, "the statement is about another study, protocol or key epoch");
    }
    if (transcript.purpose != attestation::Purpose::ReleaseOffer || transcript.role != attestation::AttesterRole::Service ||
        transcript.hpkePublicKey != m_context.attester.hpkeKey().publicKey()) {
        return fail(ErrorKind::PolicyRefused, "the statement names another recipient than this service's key");
    }
    if (statement.notAfter <= toSeconds(m_context.clock())) return fail(ErrorKind::PolicyRefused, "the statement has expired");
    return {};
}

Result<void> StudyHost::freezeStatement(const dsse::Envelope& envelope)
{
    TRY_ASSIGN(signer, signerNow(envelope, study::kinds::kReleaseStatement));
    TRY_ASSIGN(statement, release::decodeStatement(envelope.payload));
    TRY(checkStatement(statement, signer));
    const std::lock_guard lock(m_mutex);
    TRY(requireState(study::StudyState::AwaitingKey, "freezing a release statement"));
    TRY(emit(study::EventKind::StatementFrozen, signer.id, {}, envelope.payloadDigest()));
    m_statementDigest = envelope.payloadDigest();
    m_objects.statement = Received{envelope, m_context.clock()};
    m_objects.approvals.clear();
    m_collector.emplace(m_package.protocol, m_package.roster, statement, m_statementDigest);
    return {};
}

Result<StudyHost::ApprovalState> StudyHost::approve(const dsse::Envelope& envelope)
{
    TRY_ASSIGN(signer, signerNow(envelope, study::kinds::kReleaseApproval));
    TRY_ASSIGN(approval, release::decodeApproval(envelope.payload));
    TRY(requireSigner(signer, approval.custodian, study::Role::Custodian));
    const std::lock_guard lock(m_mutex);
    TRY(requireState(study::StudyState::AwaitingKey, "releasing the key"));
    if (!m_collector) return fail(ErrorKind::PolicyRefused, "no release statement has been frozen yet");
    TRY(requireRequesterStands());
    const auto added = m_collector->add(approval, m_context.attester.hpkeKey(), toSeconds(m_context.clock()));
    if (!added) {
        TRY(emit(study::EventKind::ShareRefused, signer.id, {}, envelope.payloadDigest(), nameOf(added.error().kind)));
        return tl::unexpected(added.error());
    }
    m_objects.approvals.push_back({envelope, m_context.clock()});
    if (approval.decision == study::Decision::Refuse) {
        TRY(emit(study::EventKind::ShareRefused, signer.id, {}, envelope.payloadDigest(), "refused"));
        return ApprovalState{static_cast<std::uint32_t>(m_collector->count()), false};
    }
    TRY(emit(study::EventKind::ShareSealed, signer.id, {}, envelope.payloadDigest(), {},
             static_cast<std::uint32_t>(m_collector->count()), m_package.protocol.quorum.threshold));
    if (!m_collector->isQuorate()) return ApprovalState{static_cast<std::uint32_t>(m_collector->count()), false};
    TRY(releaseKey());
    const auto count = static_cast<std::uint32_t>(m_collector->count());
    m_collector.reset();
    return ApprovalState{count, true};
}

Result<void> StudyHost::releaseKey()
{
    TRY_ASSIGN(key, m_collector->combine());
    TRY(m_rounds.giveKey(key));
    TRY(emit(study::EventKind::KeyReleased, {}, {}, m_statementDigest, {}, static_cast<std::uint32_t>(m_collector->count()),
             m_package.protocol.quorum.threshold));
    m_rounds.resume();
    return {};
}

Result<void> StudyHost::stop(const dsse::Envelope& envelope)
{
    TRY_ASSIGN(signer, signerNow(envelope, study::kinds::kRevocation));
    TRY_ASSIGN(revocation, release::decodeRevocation(envelope.payload));
    if (signer.id != revocation.member) return fail(ErrorKind::Untrusted, "the order names another member than the one who signed it");
    if (revocation.study != m_package.protocol.id || revocation.keyEpoch != m_package.protocol.keyEpoch) {
        return fail(ErrorKind::PolicyRefused, "the order is about another study or key epoch");
    }
    const std::lock_guard lock(m_mutex);
    for (const auto& earlier : m_objects.stops) {
        if (earlier.envelope.payload == envelope.payload) return fail(ErrorKind::PolicyRefused, "this order has been given already");
    }
    const auto state = m_log.read([](const study::StudyProjection& projection) { return projection.state(); });
    using Kind = release::Revocation::Kind;
    // Revocation is final: a later freeze and its thaw must not bring the study back.
    if (state == study::StudyState::Revoked || (state == study::StudyState::Finished && revocation.kind != Kind::Revoke)) {
        return fail(ErrorKind::PolicyRefused, std::string("the study is ") + study::nameOf(state) + "; nothing can be stopped or resumed");
    }
    if (revocation.kind == Kind::Thaw) {
        TRY(agreeToThaw(signer, revocation, envelope.payloadDigest()));
    } else if (revocation.kind == Kind::Freeze) {
        TRY(emit(study::EventKind::StudyFrozen, signer.id, {}, envelope.payloadDigest()));
        m_rounds.freeze();
    } else {
        TRY(emit(study::EventKind::KeyRevoked, signer.id, {}, envelope.payloadDigest()));
        m_rounds.revoke();
        m_collector.reset();
    }
    m_objects.stops.push_back({envelope, m_context.clock()});
    return keepObjects();
}

Result<void> StudyHost::agreeToThaw(const study::Member& signer, const release::Revocation& order, const Digest32& digest)
{
    TRY(requireState(study::StudyState::Frozen, "thawing"));
    const auto [freeze, before] = m_log.read([](const auto& projection) { return std::pair(projection.freezeOrder(), projection.thawAgreedBy()); });
    if (order.freeze != freeze) return fail(ErrorKind::PolicyRefused, "the order is about another freeze than the one that holds");
    const auto& quorum = m_package.protocol.quorum;
    const bool holdsShare = std::ranges::any_of(quorum.shares, [&](const auto& share) { return share.custodian == signer.id; });
    if (!holdsShare) return fail(ErrorKind::PolicyRefused, "the custodians of a study's key thaw it");
    if (before.contains(signer.id)) return fail(ErrorKind::PolicyRefused, "this custodian has agreed to the thaw already");
    std::set<Uuid> agreed{signer.id};
    for (const Uuid& id : before) {
        // Whom a later roster revokes counts no longer.
        if (m_context.rosters->requireStanding(*m_package.roster.find(id), toSeconds(m_context.clock()))) agreed.insert(id);
    }
    const auto count = static_cast<std::uint32_t>(agreed.size());
    TRY(emit(study::EventKind::ThawAgreed, signer.id, {}, digest, {}, count, quorum.threshold));
    if (!release::isQuorum(quorum, m_package.roster, agreed)) return {};
    TRY(emit(study::EventKind::StudyThawed, {}, {}, freeze, {}, count, quorum.threshold));
    m_rounds.thaw();
    return {};
}

Result<void> StudyHost::voidApprovals()
{
    const std::lock_guard lock(m_mutex);
    if (!m_collector) return {};
    TRY_ASSIGN(statement, release::decodeStatement(m_objects.statement->envelope.payload));
    m_collector.emplace(m_package.protocol, m_package.roster, std::move(statement), m_statementDigest);
    m_objects.approvals.clear();
    return emit(study::EventKind::StatementFrozen, {}, {}, m_statementDigest, "roster");
}

Result<void> StudyHost::requireRequesterStands() const
{
    TRY_ASSIGN(statement, release::decodeStatement(m_objects.statement->envelope.payload));
    const study::Member* requester = m_package.roster.find(statement.requester);
    if (const auto stands = m_context.rosters->requireStanding(*requester, toSeconds(m_context.clock())); !stands) {
        return failAt("who froze the statement", stands.error());
    }
    return {};
}

Result<void> StudyHost::acceptProduct(const dsse::Envelope& envelope, const Uuid& bearer)
{
    const std::lock_guard lock(m_mutex);
    TRY(takeAcceptance({envelope, m_context.clock()}, bearer));
    return keepObjects();
}

/// With the mutex held.
Result<void> StudyHost::takeAcceptance(const Received& received, const Uuid& bearer)
{
    TRY_ASSIGN(acceptance, m_acceptances.check(received.envelope, toSeconds(received.at)));
    TRY(emit(study::EventKind::ProductAccepted, bearer, {}, acceptance.digest, acceptance.value.product,
             static_cast<std::uint32_t>(acceptance.signers.size()), m_package.protocol.quorum.threshold));
    m_acceptances.hold(received, acceptance);
    return {};
}

Result<void> StudyHost::startRounds()
{
    const std::lock_guard lock(m_mutex);
    TRY(requireState(study::StudyState::Quorate, "starting the rounds"));
    return m_rounds.start();
}

Result<void> StudyHost::order(const dsse::Envelope& envelope)
{
    const auto now = toSeconds(m_context.clock());
    TRY_ASSIGN(order, study::verifyRoundOrder(envelope, m_package.protocol, m_package.protocolDigest, m_package.roster, now));
    TRY(m_context.rosters->requireStanding(*m_package.roster.find(order.coordinator), now));
    const std::lock_guard lock(m_mutex);
    return m_rounds.order(order, envelope);
}

StudyHost::Objects StudyHost::objects() const
{
    const std::lock_guard lock(m_mutex);
    return m_objects;
}

}  // namespace quorate::services
