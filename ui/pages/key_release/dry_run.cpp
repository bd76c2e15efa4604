// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/key_release/dry_run.h"

#include <QCoreApplication>
#include <algorithm>
#include <set>

#include "ui/models/study_tables.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {
namespace {

struct DryRunWords {
    Q_DECLARE_TR_FUNCTIONS(DryRunWords)
};

DryRun::Item evidenceItem(const StudySnapshot& study, VerdictKind good)
{
    const NodeAppraisal* node = serviceNode(study);
    if (!node) return {VerdictKind::Unknown, DryRunWords::tr("The service has shown no evidence yet")};
    if (node->result.verdict == attestation::Verdict::Refused) return {VerdictKind::Refused, DryRunWords::tr("The service's evidence is refused")};
    const int differing = differingFields(study);
    if (differing > 0) return {VerdictKind::Refused, DryRunWords::tr("%n field(s) differ from the statement", nullptr, differing)};
    return {good, DryRunWords::tr("Evidence equals the statement")};
}

}  // namespace

bool DryRun::isClear() const
{
    return !items.empty() && std::none_of(items.begin(), items.end(), [](const Item& item) { return item.kind == VerdictKind::Refused; });
}

const NodeAppraisal* serviceNode(const StudySnapshot& study)
{
    const auto found = std::find_if(study.nodes.begin(), study.nodes.end(), [](const NodeAppraisal& node) { return node.site.isZero(); });
    return found == study.nodes.end() ? nullptr : &*found;
}

const SignedBy<release::ReleaseApproval>* shareOf(const StudySnapshot& study, const Uuid& custodian)
{
    const SignedBy<release::ReleaseApproval>* newest = nullptr;
    for (const auto& approval : study.approvals) {
        if (study.statement && approval.value.custodian == custodian && approval.value.statementDigest == study.statement->digest) {
            newest = &approval;
        }
    }
    return newest;
}

DryRun dryRun(const StudySnapshot& study, UtcMillis now)
{
    DryRun out;
    if (!study.statement) return out;
    const auto& protocol = study.protocol();
    const VerdictKind good = passed(protocol.mode == study::StudyMode::Training);
    const release::ReleaseStatement& statement = study.statement->value;
    out.items.push_back(evidenceItem(study, good));
    std::set<std::string> organisations;
    bool requesterSealed = false;
    int ableToAnswer = 0;
    for (const auto& share : protocol.quorum.shares) {
        const auto* answer = shareOf(study, share.custodian);
        const study::Member* member = study.roster.find(share.custodian);
        if (!answer || answer->value.decision != study::Decision::Approve) {
            const bool isRevoked = member && member->isRevokedAt(toSeconds(now));
            ableToAnswer += isRevoked ? 0 : 1;
            continue;
        }
        ++out.sealed;
        if (member) organisations.insert(member->organisation);
        requesterSealed = requesterSealed || share.custodian == statement.requester;
    }
    out.needed = static_cast<int>(protocol.quorum.threshold);
    out.items.push_back(requesterSealed ? DryRun::Item{VerdictKind::Refused, DryRunWords::tr("The requester is among the approvers")}
                                        : DryRun::Item{good, DryRunWords::tr("Requester is not among the approvers")});
    if (out.missing() > ableToAnswer) {
        out.items.push_back({VerdictKind::Refused, DryRunWords::tr("Too few custodians are left: %1 of %2 shares are sealed, %3 can still come")
                                                       .arg(out.sealed).arg(out.needed).arg(ableToAnswer)});
    }
    const bool enough = organisations.size() >= protocol.quorum.distinctOrganisations;
    out.items.push_back({enough ? good : VerdictKind::Unknown, DryRunWords::tr("%n organisation(s) so far, the rule asks for %1", nullptr,
                                                                              static_cast<int>(organisations.size()))
                                                                   .arg(protocol.quorum.distinctOrganisations)});
    const auto& sites = study.projection.sites();
    const auto approved = std::count_if(sites.begin(), sites.end(), [](const auto& site) { return site.second.approved; });
    const bool sitesEnough = static_cast<std::size_t>(approved) >= protocol.plan.minimumSites;
    out.items.push_back({sitesEnough ? good : VerdictKind::Unknown, DryRunWords::tr("Protocol v%1 is approved by %2 of %3 sites")
                                                                        .arg(protocol.version).arg(approved).arg(sites.size())});
    const study::StudyState state = study.projection.state();
    const bool stopped = state == study::StudyState::Frozen || state == study::StudyState::Revoked;
    out.items.push_back(stopped ? DryRun::Item{VerdictKind::Refused, DryRunWords::tr("Key epoch %1 is frozen or revoked").arg(protocol.keyEpoch)}
                                : DryRun::Item{good, DryRunWords::tr("No revocation or freeze on epoch %1").arg(protocol.keyEpoch)});
    if (now > UtcMillis(statement.notAfter) && out.missing() > 0) {
        out.items.push_back({VerdictKind::Refused, DryRunWords::tr("The offer has ended; freeze a new statement")});
    }
    out.items.push_back({out.missing() == 0 ? good : VerdictKind::Unknown,
                         DryRunWords::tr("%1 of %2 shares are sealed").arg(out.sealed).arg(out.needed)});
    return out;
}

}  // namespace quorate::ui
