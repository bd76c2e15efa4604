// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/crypto/digest.h"
#include "core/crypto/shamir.h"
#include "core/release/share_binding.h"

namespace quorate::release {
namespace {

std::string counted(std::size_t have, std::size_t want, const char* what)
{
    return std::to_string(have) + " of " + std::to_string(want) + " " + what;
}

Result<void> checkTimes(const ReleaseStatement& statement, const ReleaseApproval& approval, UtcSeconds now)
{
    if (now + kClockSkew < statement.notBefore) {
        return fail(ErrorKind::PolicyRefused, "statement is valid from " + formatRfc3339(statement.notBefore));
    }
    if (now >= statement.notAfter) {
        return fail(ErrorKind::PolicyRefused, "statement expired at " + formatRfc3339(statement.notAfter));
    }
    if (now >= approval.expires) {
        return fail(ErrorKind::PolicyRefused, "approval expired at " + formatRfc3339(approval.expires));
    }
    if (approval.signedAt > now + kClockSkew || approval.signedAt + kClockSkew < statement.notBefore) {
        return fail(ErrorKind::PolicyRefused, "approval was signed at " + formatRfc3339(approval.signedAt) +
                                                  ", want between the statement's start and now");
    }
    return {};
}

}  // namespace

ShareCollector::ShareCollector(study::StudyProtocol protocol, study::Roster roster, ReleaseStatement statement,
                               Digest32 statementDigest)
    : m_protocol(std::move(protocol)), m_roster(std::move(roster)), m_statement(std::move(statement)),
      m_statementDigest(statementDigest)
{
}

Result<void> ShareCollector::checkSubject(const ReleaseApproval& approval) const
{
    if (m_statement.study != m_protocol.id || m_statement.keyEpoch != m_protocol.keyEpoch) {
        return fail(ErrorKind::PolicyRefused, "statement is for key epoch " + std::to_string(m_statement.keyEpoch) + " of study " +
                                                  toHex(m_statement.study) + ", the protocol is not");
    }
    if (m_statement.transcript.policyDigest != m_protocol.policyDigest ||
        m_statement.transcript.referenceValuesDigest != m_protocol.referenceValuesDigest) {
        return fail(ErrorKind::PolicyRefused, "statement is under another policy or other reference values than the protocol");
    }
    if (approval.study != m_statement.study || approval.statementDigest != m_statementDigest) {
        return fail(ErrorKind::Untrusted, "approval is for statement " + toHex(approval.statementDigest) + ", want " +
                                              toHex(m_statementDigest));
    }
    return {};
}

Result<const study::CustodianShare*> ShareCollector::shareOf(const Uuid& custodian) const
{
    if (custodian == m_statement.requester) {
        return fail(ErrorKind::PolicyRefused, "who requests a release cannot approve it");
    }
    if (m_roster.find(custodian) == nullptr) {
        return fail(ErrorKind::PolicyRefused, "member " + toHex(custodian) + " is not in the roster");
    }
    const auto& shares = m_protocol.quorum.shares;
    const auto found = std::find_if(shares.begin(), shares.end(),
                                    [&](const study::CustodianShare& share) { return share.custodian == custodian; });
    if (found == shares.end()) {
        return fail(ErrorKind::PolicyRefused, "member " + toHex(custodian) + " holds no share of this study's key");
    }
    return &*found;
}

const std::string& ShareCollector::organisationOf(const Uuid& custodian) const
{
    return m_roster.find(custodian)->organisation;
}

/// A set of m approvals from at least d organisations holds at most m - d + 1 of one organisation.
Result<void> ShareCollector::checkOrganisation(const Uuid& custodian) const
{
    const std::string& organisation = organisationOf(custodian);
    const auto same = static_cast<std::uint32_t>(std::count_if(m_shares.begin(), m_shares.end(), [&](const auto& held) {
        return organisationOf(held.first) == organisation;
    }));
    const study::QuorumRules& rules = m_protocol.quorum;
    if (same + rules.distinctOrganisations > rules.threshold) {
        return fail(ErrorKind::PolicyRefused, organisation + " has approved already, want approvals of " +
                                                  std::to_string(rules.distinctOrganisations) + " organisations");
    }
    return {};
}

Result<void> ShareCollector::add(const ReleaseApproval& approval, const hpke::PrivateKey& key, UtcSeconds now)
{
    std::erase_if(m_shares, [&](const auto& held) { return now >= held.second.expires; });
    TRY(checkSubject(approval));
    TRY_ASSIGN(expected, shareOf(approval.custodian));
    if (approval.decision == study::Decision::Refuse) {
        m_refused.insert(approval.custodian);
        m_shares.erase(approval.custodian);
        return {};
    }
    if (m_refused.count(approval.custodian) != 0) {
        return fail(ErrorKind::PolicyRefused, "custodian " + toHex(approval.custodian) + " refused this statement");
    }
    if (m_shares.count(approval.custodian) != 0) {
        return fail(ErrorKind::PolicyRefused, "custodian " + toHex(approval.custodian) + " has approved already");
    }
    TRY(checkTimes(m_statement, approval, now));
    TRY(checkOrganisation(approval.custodian));
    if (key.publicKey() != m_statement.transcript.hpkePublicKey) {
        return fail(ErrorKind::Untrusted, "statement names another HPKE key than this service's");
    }
    const ShareBinding binding = bindingAtRelease(m_statement, m_statementDigest, approval.custodian);
    auto share = hpke::open(key, binding.info, binding.aad, approval.sealedShare);
    if (!share) return failAt("share of custodian " + toHex(approval.custodian), share.error());
    if (sha256(share->expose()) != expected->shareDigest) {
        return fail(ErrorKind::Untrusted, "share of custodian " + toHex(approval.custodian) +
                                              " has another digest than the protocol names");
    }
    m_shares.emplace(approval.custodian, Held{std::move(*share), approval.expires});
    return {};
}

bool isQuorum(const study::QuorumRules& rules, const study::Roster& roster, const std::set<Uuid>& custodians)
{
    std::set<std::string> organisations;
    std::size_t known = 0;
    for (const Uuid& custodian : custodians) {
        const study::Member* member = roster.find(custodian);
        if (member == nullptr) continue;
        ++known;
        organisations.insert(member->organisation);
    }
    return known > 0 && known >= rules.threshold && organisations.size() >= rules.distinctOrganisations;
}

std::size_t ShareCollector::organisationCount() const
{
    std::set<std::string> organisations;
    for (const auto& [custodian, held] : m_shares) organisations.insert(organisationOf(custodian));
    return organisations.size();
}

bool ShareCollector::isQuorate() const
{
    std::set<Uuid> custodians;
    for (const auto& [custodian, held] : m_shares) custodians.insert(custodian);
    return isQuorum(m_protocol.quorum, m_roster, custodians);
}

Result<SecretBytes> ShareCollector::combine() const
{
    const study::QuorumRules& rules = m_protocol.quorum;
    if (!isQuorate()) {
        return fail(ErrorKind::Unavailable, counted(m_shares.size(), rules.threshold, "shares from ") +
                                                counted(organisationCount(), rules.distinctOrganisations, "organisations"));
    }
    std::vector<shamir::Share> shares;
    for (const auto& [custodian, held] : m_shares) {
        TRY_ASSIGN(share, shamir::Share::decode(held.share.expose()));
        shares.push_back(std::move(share));
    }
    TRY_ASSIGN(key, shamir::combine(shares));
    if (keyCommitment(key) != rules.keyCommitment) {
        return fail(ErrorKind::Untrusted, "combined key does not match the protocol's commitment");
    }
    return key;
}

}  // namespace quorate::release
