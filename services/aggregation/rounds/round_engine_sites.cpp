// SPDX-License-Identifier: GPL-3.0-or-later
// The half of RoundEngine that site nodes call.
#include "core/attestation/policy/policy_check_kinds.h"
#include "core/crypto/digest.h"
#include "enclave_client/round_client.h"
#include "services/aggregation/rounds/plausible.h"
#include "services/aggregation/rounds/round_engine.h"

namespace quorate::services {
namespace {

constexpr std::chrono::seconds kNonceLifetime{60};
/// Of one site, so that those of the 1000 sites that a study may have can be added up.
constexpr std::uint64_t kMaxTrainRecords = learning::kLargestTotalWeight / 1024;

}  // namespace

Result<Digest32> RoundEngine::beginJoin(const study::Member& node)
{
    TRY_ASSIGN(nonce, randomFixed<32>(m_random));
    const std::lock_guard lock(m_mutex);
    const auto site = m_sites.find(node.site);
    if (site == m_sites.end()) return fail(ErrorKind::PolicyRefused, "this node's site is not part of the study");
    site->second.nonce = nonce;
    site->second.nonceUntil = m_clock() + kNonceLifetime;
    return nonce;
}

Result<void> RoundEngine::join(const study::Member& node, const JoinOffer& offer)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_sites.find(node.site);
    if (found == m_sites.end()) return fail(ErrorKind::PolicyRefused, "this node's site is not part of the study");
    Site& site = found->second;
    if (!site.nonce || m_clock() > site.nonceUntil) return fail(ErrorKind::PolicyRefused, "no challenge is open for this node");
    const Digest32 nonce = *site.nonce;
    site.nonce.reset();
    if (const auto known = requireKnown(offer.seen); !known) {
        emit(study::EventKind::SiteLost, node.site, "receipts");
        return known;
    }
    if (offer.trainRecords == 0 || offer.trainRecords > kMaxTrainRecords) {
        return fail(ErrorKind::Malformed, "the node has " + std::to_string(offer.trainRecords) + " training records, want 1 to " +
                                              std::to_string(kMaxTrainRecords));
    }
    site.underAcceptance.clear();
    if (offer.evidence) {
        TRY(appraiseNode(node, offer, nonce, site));
    } else if (m_package.protocol.findSite(node.site)->teeRequired) {
        emit(study::EventKind::SiteLost, node.site, "no-tee");
        return fail(ErrorKind::PolicyRefused, "the protocol wants evidence of a TEE from this site");
    }
    site.joined = true;
    site.hpkeKey = offer.hpkePublicKey;
    site.trainRecords = offer.trainRecords;
    const Digest32 digest = offer.evidence ? offer.evidence->evidence.digest() : Digest32{};
    emit(study::EventKind::SiteJoined, node.site, offer.evidence ? "attested" : "no-tee", digest);
    m_changed.notify_all();
    return {};
}

/// A service that was put back to an older state lacks what the site has seen since.
Result<void> RoundEngine::requireKnown(const SeenReceipt& receipt) const
{
    if (receipt.round == 0) return {};
    if (receipt.round <= m_receipts.size() && m_receipts[receipt.round - 1].payloadDigest() == receipt.digest) return {};
    return fail(ErrorKind::PolicyRefused, "the site has seen a receipt of round " + std::to_string(receipt.round) +
                                              " that is none of this service's " + std::to_string(m_receipts.size()));
}

Result<void> RoundEngine::appraiseNode(const study::Member& node, const JoinOffer& offer, const Digest32& nonce, Site& site)
{
    attestation::Transcript transcript;
    transcript.purpose = attestation::Purpose::Channel;
    transcript.role = attestation::AttesterRole::SiteNode;
    transcript.nonce = nonce;
    transcript.tlsLeafSpki = sha256(node.signingKeySpki);
    transcript.hpkePublicKey = offer.hpkePublicKey;
    transcript.study = m_package.protocol.id;
    transcript.site = node.site;
    transcript.keyEpoch = m_package.protocol.keyEpoch;
    transcript.policyDigest = m_package.policyDigest;
    transcript.referenceValuesDigest = m_package.referenceValuesDigest;
    transcript.rosterRootSpki = m_package.rootSpki;
    attestation::AppraisalInputs inputs;
    inputs.evidence = offer.evidence->evidence;
    inputs.collateral = offer.evidence->collateral;
    inputs.policy = m_package.policy;
    inputs.referenceValues = m_package.referenceValues;
    inputs.transcript = transcript;
    inputs.anchors = m_anchors;
    inputs.trainingMode = m_package.protocol.mode == study::StudyMode::Training;
    inputs.at = toSeconds(m_clock());
    const auto [result, acceptance] = study::appraise(inputs, m_acceptances.holdingAt(inputs.at), m_memo);
    site.node = JoinedNode{node.site, *offer.evidence, transcript, m_clock()};
    site.underAcceptance = acceptance ? acceptance->value.product : std::string();
    if (result.verdict != attestation::Verdict::Refused) return {};
    site.joined = false;
    const std::string check = result.refusals.empty() ? "appraisal" : result.refusals.front().check;
    emit(study::EventKind::SiteLost, node.site, check);
    // An acceptance may come, or be renewed, while the study runs: the node asks again.
    const bool mayCome = result.refusals.size() == 1 && check == attestation::checks::kProductAcceptance.id;
    return fail(mayCome ? ErrorKind::Unavailable : result.refusedAs, "the node's evidence is refused by " + check);
}

bool RoundEngine::isStillAccepted(const Site& site) const
{
    return site.underAcceptance.empty() || m_acceptances.holds(site.underAcceptance, toSeconds(m_clock()));
}

void RoundEngine::dropNoLongerAccepted()
{
    for (auto& [id, site] : m_sites) {
        if (!site.joined || isStillAccepted(site)) continue;
        site.joined = false;
        emit(study::EventKind::SiteLost, id, attestation::checks::kProductAcceptance.id);
        m_changed.notify_all();
    }
}

std::vector<JoinedNode> RoundEngine::nodes() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<JoinedNode> out;
    for (const auto& spec : m_package.protocol.sites) {
        const auto& node = m_sites.at(spec.id).node;
        if (node) out.push_back(*node);
    }
    return out;
}

Task RoundEngine::taskFor(const Uuid& site) const
{
    Task task;
    task.newestReceipt = {static_cast<std::uint32_t>(m_receipts.size()), lastReceipt()};
    const bool over = m_phase == Phase::Finished || m_phase == Phase::Revoked;
    if (over || !m_sites.at(site).joined) {
        task.kind = over ? Task::Kind::Done : Task::Kind::Rejoin;
        return task;
    }
    task.round = m_round;
    task.takenUpdate = m_sites.at(site).takenUpdate;
    if (m_model) task.modelDigest = m_model->digest();
    task.deadline = m_deadline;
    const bool isAsked = !m_halted && m_expected.contains(site) && mayTakePart(site);
    if (isAsked && m_phase == Phase::Collecting && !m_updates.contains(site) && !m_rejected.contains(site)) {
        task.kind = Task::Kind::Train;
    } else if (isAsked && m_phase == Phase::Evaluating && !m_sites.at(site).reported) {
        task.kind = Task::Kind::Evaluate;
    } else {
        setHold(site, task);
    }
    return task;
}

Result<Task> RoundEngine::sealKeyFor(const Uuid& site, Task task) const
{
    if (task.kind != Task::Kind::Train && task.kind != Task::Kind::Evaluate) return task;
    TRY_ASSIGN(sealed, hpke::seal(m_sites.at(site).hpkeKey, modelKeyInfo(m_package.protocol.id, m_package.protocol.keyEpoch),
                                  modelKeyAad(site), m_store->exposeModelKey(), m_random));
    task.sealedModelKey = std::move(sealed);
    return task;
}

Result<Task> RoundEngine::nextTask(const study::Member& node, int timeoutMs)
{
    std::unique_lock lock(m_mutex);
    if (!m_sites.contains(node.site)) return fail(ErrorKind::PolicyRefused, "this node's site is not part of the study");
    Task task = taskFor(node.site);
    const auto before = task.hold;
    m_changed.wait_for(lock, std::chrono::milliseconds(timeoutMs), [&] {
        task = taskFor(node.site);
        return m_closing || task.kind != Task::Kind::Wait || task.hold != before;
    });
    return sealKeyFor(node.site, std::move(task));
}

Result<std::shared_ptr<const ModelFile>> RoundEngine::model(const study::Member& node, const Digest32& modelDigest) const
{
    const std::lock_guard lock(m_mutex);
    if (m_halted) return fail(ErrorKind::PolicyRefused, "the study is frozen or revoked");
    TRY(requireNotExcluded(node.site));
    if (!m_expected.contains(node.site) || !mayTakePart(node.site)) {
        return fail(ErrorKind::PolicyRefused, "this site does not take part now");
    }
    if (!m_model || modelDigest != m_model->digest()) {
        return fail(ErrorKind::Unavailable, "this model is not the study's current one");
    }
    return m_model;
}

Result<void> RoundEngine::reportResult(const study::Member& node, const Digest32& modelDigest, const study::Evaluation& own,
                                       const study::Evaluation& federated)
{
    const std::lock_guard lock(m_mutex);
    TRY(requireNotExcluded(node.site));
    if (m_phase != Phase::Evaluating || modelDigest != m_model->digest() || !m_expected.contains(node.site)) {
        return fail(ErrorKind::PolicyRefused, "no result of this model is asked of this site");
    }
    if (m_sites[node.site].reported) return {};
    if (!isPlausible(own) || !isPlausible(federated)) {
        return fail(ErrorKind::Malformed, "an evaluation is not finite or out of its range");
    }
    m_sites[node.site].reported = true;
    study::StudyEvent event;
    event.kind = study::EventKind::SiteResult;
    event.site = node.site;
    event.round = m_round;
    event.digest = modelDigest;
    event.own = own;
    event.federated = federated;
    return m_log.append(event);
}

}  // namespace quorate::services
