// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk's worker keeps in the vault and reads back.
#include <algorithm>

#include "core/crypto/digest.h"
#include "enclave_client/desk_worker.h"
#include "enclave_client/evidence_files.h"

namespace quorate {

Result<void> RemoteDesk::Worker::raiseVersions()
{
    // A vault that takes no change can still be looked at.
    if (!m_vault.readOnlyBecause().empty()) {
        say(m_status.connection, m_vault.readOnlyBecause());
        return {};
    }
    const Uuid& study = m_package.protocol.id;
    TRY(m_vault.raiseVersion({study::kinds::kRoster, study, {m_package.roster.version, m_options.package.roster.payloadDigest()}}));
    TRY(m_vault.raiseVersion({study::kinds::kPolicy, study, {m_package.policy.version, m_package.policyDigest}}));
    TRY(m_vault.raiseVersion(
        {study::kinds::kReferenceValues, study, {m_package.referenceValues.version, m_package.referenceValuesDigest}}));
    return m_vault.raiseVersion({study::kinds::kProtocol, study, {m_package.protocol.version, m_package.protocolDigest}});
}

Result<void> RemoteDesk::Worker::restore()
{
    TRY(raiseVersions());
    TRY(readIdleLock());
    TRY(restoreRoster());
    for (const auto& [kind, envelope] : {std::pair{study::kinds::kRoster, &m_options.package.roster},
                                         std::pair{study::kinds::kPolicy, &m_options.package.policy},
                                         std::pair{study::kinds::kReferenceValues, &m_options.package.referenceValues},
                                         std::pair{study::kinds::kProtocol, &m_options.package.protocol}}) {
        remember(kind, {*envelope, m_clock()});
    }
    TRY_ASSIGN(events, m_vault.events(m_package.protocol.id, 0));
    for (const auto& event : events) TRY(m_snapshot.projection.apply(event));
    StudyRecord record;
    TRY_ASSIGN(stored, m_vault.envelopes(m_package.protocol.id, {}));
    for (const auto& item : stored) {
        const ReceivedEnvelope received{item.envelope, item.storedAt};
        if (item.kind == study::kinds::kParticipation) record.participations.push_back(received);
        if (item.kind == study::kinds::kReleaseStatement) record.statement = received;
        if (item.kind == study::kinds::kReleaseApproval) record.approvals.push_back(received);
        if (item.kind == study::kinds::kRoundOrder) record.orders.push_back(received);
        if (item.kind == study::kinds::kProductAcceptance) record.acceptances.push_back(received);
    }
    rememberObjects(record);
    std::vector<std::pair<Uuid, std::string>> nodes{{Uuid{}, "Aggregation service"}};
    for (const auto& site : m_package.protocol.sites) nodes.emplace_back(site.id, site.name);
    for (const auto& [site, name] : nodes) {
        TRY_ASSIGN(evidence, m_vault.latestEvidence(m_package.protocol.id, site));
        if (!evidence) continue;
        // A pure function: judged again as of the time it was shown.
        NodeAppraisal node = appraised(site, name, inputsFor(evidence->evidence, evidence->collateral, evidence->transcript, evidence->appraisedAt));
        if (site.isZero() && requireAccepted(node.result)) m_status.evidenceAt = evidence->appraisedAt;
        setNode(std::move(node));
    }
    publishView();
    return {};
}

void RemoteDesk::Worker::remember(const char* kind, const ReceivedEnvelope& received)
{
    const auto stored = m_vault.putEnvelope({m_package.protocol.id, kind, received.envelope, received.receivedAt});
    if (!stored) say(m_status.connection, stored.error().message);
}

Result<void> RemoteDesk::Worker::refreshObjects()
{
    m_objectsStale = false;
    TRY_ASSIGN(record, m_session->client().get(m_package.protocol.id));
    // Only what verifies is stored: a vault that cannot be opened again would be a way to stop somebody.
    const auto keep = [this](const char* kind, const ReceivedEnvelope& item) {
        if (study::signerOf(item.envelope, kind, m_snapshot.roster, toSeconds(item.receivedAt))) remember(kind, item);
    };
    const auto keepReceipt = [this](const char* kind, const ReceivedEnvelope& item) {
        if (item.envelope.signatures.size() != 1) return;
        const auto key = PublicKey::fromSpki(m_receiptKeySpki);
        if (key && dsse::verify(item.envelope, kind, *key)) remember(kind, item);
    };
    for (const auto& item : record.participations) keep(study::kinds::kParticipation, item);
    if (record.statement) keep(study::kinds::kReleaseStatement, *record.statement);
    for (const auto& item : record.approvals) keep(study::kinds::kReleaseApproval, item);
    for (const auto& item : record.stops) keep(study::kinds::kRevocation, item);
    for (const auto& item : record.orders) keep(study::kinds::kRoundOrder, item);
    for (const auto& item : record.receipts) keepReceipt(study::kinds::kRoundReceipt, item);
    for (const auto& item : record.acceptances) {
        if (acceptanceOf(item)) remember(study::kinds::kProductAcceptance, item);
    }
    if (record.modelStatement) keepReceipt(study::kinds::kModelStatement, *record.modelStatement);
    rememberObjects(record);
    return {};
}

void RemoteDesk::Worker::rememberObjects(const StudyRecord& record)
{
    // Only what a member of the roster signed reaches a page.
    m_snapshot.participations.clear();
    for (const auto& item : record.participations) {
        const auto value = study::decodeParticipation(item.envelope.payload);
        const auto signer = study::signerOf(item.envelope, study::kinds::kParticipation, m_snapshot.roster, toSeconds(item.receivedAt));
        if (value && signer && signer->id == value->reviewer && value->protocolDigest == m_package.protocolDigest) {
            m_snapshot.participations.push_back({*value, item.envelope.payloadDigest(), item.receivedAt});
        }
    }
    m_snapshot.statement.reset();
    if (record.statement) {
        const auto value = release::decodeStatement(record.statement->envelope.payload);
        const auto signer = study::signerOf(record.statement->envelope, study::kinds::kReleaseStatement, m_snapshot.roster,
                                             toSeconds(record.statement->receivedAt));
        if (value && signer && signer->id == value->requester) {
            m_snapshot.statement = SignedBy<release::ReleaseStatement>{*value, record.statement->envelope.payloadDigest(),
                                                                       record.statement->receivedAt};
        }
    }
    m_snapshot.approvals.clear();
    for (const auto& item : record.approvals) {
        const auto value = release::decodeApproval(item.envelope.payload);
        const auto signer = study::signerOf(item.envelope, study::kinds::kReleaseApproval, m_snapshot.roster, toSeconds(item.receivedAt));
        if (value && signer && signer->id == value->custodian && m_snapshot.statement &&
            value->statementDigest == m_snapshot.statement->digest) {
            m_snapshot.approvals.push_back({*value, item.envelope.payloadDigest(), item.receivedAt});
        }
    }
    // A service that was started anew lists orders once the key is out again; what was given stays given.
    if (record.orders.size() >= m_snapshot.orders.size()) m_snapshot.orders = ordersIn(record);
    rememberAcceptances(record);
    m_dirty = true;
}

std::vector<SignedBy<study::RoundOrder>> RemoteDesk::Worker::ordersIn(const StudyRecord& record) const
{
    std::vector<SignedBy<study::RoundOrder>> out;
    for (const auto& item : record.orders) {
        auto value = study::verifyRoundOrder(item.envelope, m_package.protocol, m_package.protocolDigest, m_snapshot.roster,
                                             toSeconds(item.receivedAt));
        if (value) out.push_back({std::move(*value), item.envelope.payloadDigest(), item.receivedAt});
    }
    return out;
}

Result<study::VerifiedAcceptance> RemoteDesk::Worker::acceptanceOf(const ReceivedEnvelope& received) const
{
    return study::verifyProductAcceptance(received.envelope, m_snapshot.roster, m_package.protocol, toSeconds(received.receivedAt));
}

/// What a service does not show any more is kept: evidence of its time was judged with it.
void RemoteDesk::Worker::rememberAcceptances(const StudyRecord& record)
{
    for (const auto& item : record.acceptances) {
        const bool known = std::ranges::any_of(m_acceptances, [&](const auto& other) { return other.envelope == item.envelope; });
        if (!known && acceptanceOf(item)) m_acceptances.push_back(item);
    }
    m_snapshot.acceptances.clear();
    for (const auto& item : m_acceptances) {
        if (auto value = acceptanceOf(item)) m_snapshot.acceptances.push_back({std::move(*value), item.envelope.payloadDigest(), item.receivedAt});
    }
}

std::vector<dsse::Envelope> RemoteDesk::Worker::acceptances() const
{
    std::vector<dsse::Envelope> out;
    for (const auto& item : m_acceptances) out.push_back(item.envelope);
    return out;
}

NodeAppraisal RemoteDesk::Worker::appraised(const Uuid& site, std::string name, attestation::AppraisalInputs inputs)
{
    const auto accepted = study::acceptedProducts(acceptances(), m_snapshot.roster, m_package.protocol, inputs.at);
    auto result = study::appraise(inputs, accepted, m_memo);
    return shown(site, std::move(name), inputs, std::move(result));
}

Digest32 RemoteDesk::Worker::nodeKeyOf(const Uuid& site) const
{
    for (const auto* node : m_package.roster.withRole(study::Role::SiteNode)) {
        if (node->site == site) return sha256(node->signingKeySpki);
    }
    return {};
}

attestation::AppraisalInputs RemoteDesk::Worker::inputsFor(attestation::Evidence evidence, attestation::Collateral collateral,
                                                           attestation::Transcript transcript, UtcMillis at) const
{
    attestation::AppraisalInputs inputs;
    inputs.evidence = std::move(evidence);
    inputs.collateral = std::move(collateral);
    inputs.policy = m_package.policy;
    inputs.referenceValues = m_package.referenceValues;
    inputs.transcript = std::move(transcript);
    inputs.anchors = m_options.anchors;
    inputs.trainingMode = m_package.protocol.mode == study::StudyMode::Training;
    inputs.at = toSeconds(at);
    return inputs;
}

Result<void> RemoteDesk::Worker::refreshNodes()
{
    m_nodesStale = false;
    TRY_ASSIGN(nodes, m_session->client().nodes(m_package.protocol.id));
    for (auto& evidence : nodes) {
        const auto* site = m_package.protocol.findSite(evidence.site);
        if (site == nullptr) continue;
        if (m_collateral) m_collateral->complete(evidence.evidence, evidence.collateral);
        // The service chose the nonce, and the node its HPKE key; everything else must be what this computer knows.
        attestation::Transcript wanted;
        wanted.purpose = attestation::Purpose::Channel;
        wanted.nonce = evidence.transcript.nonce;
        wanted.hpkePublicKey = evidence.transcript.hpkePublicKey;
        wanted.tlsLeafSpki = nodeKeyOf(evidence.site);
        wanted.role = attestation::AttesterRole::SiteNode;
        wanted.study = m_package.protocol.id;
        wanted.site = evidence.site;
        wanted.keyEpoch = m_package.protocol.keyEpoch;
        wanted.policyDigest = m_package.policyDigest;
        wanted.referenceValuesDigest = m_package.referenceValuesDigest;
        wanted.rosterRootSpki = m_package.rootSpki;
        NodeAppraisal node = appraised(evidence.site, site->name,
                                       inputsFor(std::move(evidence.evidence), std::move(evidence.collateral), wanted, evidence.receivedAt));
        rememberNode(node, evidence.receivedAt);
        setNode(std::move(node));
    }
    return {};
}

void RemoteDesk::Worker::rememberNode(const NodeAppraisal& node, UtcMillis at)
{
    const auto stored = m_vault.putEvidence({m_package.protocol.id, node.site, node.evidence, node.collateral, node.transcript,
                                             attestation::toJson(node.result), at});
    if (!stored) say(m_status.connection, stored.error().message);
}

void RemoteDesk::Worker::setNode(NodeAppraisal node)
{
    auto& nodes = m_snapshot.nodes;
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const NodeAppraisal& other) { return other.site == node.site; });
    if (found != nodes.end()) {
        *found = std::move(node);
    } else {
        nodes.push_back(std::move(node));
    }
    const auto rank = [this](const NodeAppraisal& item) {
        const auto& sites = m_package.protocol.sites;
        if (item.site.isZero()) return std::ptrdiff_t{-1};
        return std::find_if(sites.begin(), sites.end(), [&](const auto& site) { return site.id == item.site; }) - sites.begin();
    };
    std::sort(nodes.begin(), nodes.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    m_dirty = true;
}

}  // namespace quorate
