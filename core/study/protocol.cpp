// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/protocol.h"

#include <set>

#include "core/schema/dataset.h"
#include "core/study/model_target.h"

namespace quorate::study {
namespace {

constexpr std::size_t kMaxSites = 1000;

void checkSites(const std::vector<SiteSpec>& sites, std::vector<std::string>& out)
{
    if (sites.empty() || sites.size() > kMaxSites) out.push_back("a study has 1 to 1000 sites");
    std::set<Uuid> ids;
    std::set<std::string> codes;
    for (const auto& site : sites) {
        if (site.id.isZero() || !ids.insert(site.id).second) out.push_back("site " + site.code + " needs an id of its own");
        if (site.code.empty() || !codes.insert(site.code).second) out.push_back("site code \"" + site.code + "\" is empty or twice there");
    }
}

void checkQuorum(const QuorumRules& quorum, std::vector<std::string>& out)
{
    if (quorum.threshold < 2 || quorum.threshold > quorum.shares.size()) {
        out.push_back("threshold is " + std::to_string(quorum.threshold) + ", want 2 to " + std::to_string(quorum.shares.size()) +
                      ": one person alone must not release a key");
    }
    if (quorum.distinctOrganisations > quorum.threshold) out.push_back("more organisations are wanted than approvals");
    std::set<Uuid> custodians;
    for (const auto& share : quorum.shares) {
        if (!custodians.insert(share.custodian).second) out.push_back("a custodian holds two shares");
    }
}

/// What the engine and the sites do not do yet: a study that asks for it would end with another result than was signed.
void checkIsBuilt(const StudyProtocol& protocol, std::vector<std::string>& out)
{
    const TrainingPlan& plan = protocol.plan;
    if (plan.aggregation.rule == AggregationRule::Scaffold && plan.privacy.kind == PrivacyKind::RecordLevel) {
        out.emplace_back("this version's sites keep no control variates where they protect records");
    }
}

/// What would let one record tell through another, where neither clipping nor noise looks (docs/decisions/0096-what-record-level-privacy-asks.md).
void checkRecordPrivacy(const StudyProtocol& protocol, std::vector<std::string>& out)
{
    if (protocol.plan.privacy.kind != PrivacyKind::RecordLevel) return;
    if (protocol.model.kind == ModelKind::TorchScript) out.emplace_back("record-level privacy wants a built-in model, not a TorchScript file");
    if (protocol.dictionary.targetKind == schema::TargetKind::TimeToEvent) {
        out.emplace_back("record-level privacy wants a loss that is a sum over records, which that of a time to an event is not");
    }
    for (const auto& input : schema::inputsWithoutRange(protocol.dictionary)) {
        out.push_back("record-level privacy scales inputs by their ranges, and " + input + " has none");
    }
}

}  // namespace

const char* nameOf(StudyMode mode) { return mode == StudyMode::Training ? "training" : "production"; }

const SiteSpec* StudyProtocol::findSite(const Uuid& site) const
{
    for (const auto& candidate : sites) {
        if (candidate.id == site) return &candidate;
    }
    return nullptr;
}

std::vector<std::string> violations(const StudyProtocol& protocol)
{
    std::vector<std::string> out;
    if (protocol.id.isZero()) out.emplace_back("the study has no id");
    if (protocol.code.empty() || protocol.code.size() > 32) out.emplace_back("the study code must have 1 to 32 characters");
    if (protocol.version == 0) out.emplace_back("protocol versions start at 1");
    if (protocol.keyEpoch == 0) out.emplace_back("key epochs start at 1");
    if (auto dictionary = schema::validate(protocol.dictionary); !dictionary) out.push_back(dictionary.error().message);
    if (protocol.model.inputs != protocol.dictionary.inputNames().size()) {
        out.push_back("the model has " + std::to_string(protocol.model.inputs) + " inputs, the data dictionary gives " +
                      std::to_string(protocol.dictionary.inputNames().size()));
    }
    const auto target = checkTarget(protocol.model, protocol.dictionary.targetKind, protocol.dictionary.targetClasses());
    if (!target) out.push_back(target.error().message);
    for (auto& sentence : violations(protocol.model)) out.push_back(std::move(sentence));
    for (auto& sentence : violations(protocol.plan, protocol.sites.size())) out.push_back(std::move(sentence));
    checkIsBuilt(protocol, out);
    checkRecordPrivacy(protocol, out);
    checkSites(protocol.sites, out);
    checkQuorum(protocol.quorum, out);
    if (protocol.pooledComparison && protocol.mode != StudyMode::Training) {
        out.emplace_back("pooling records is possible in training mode only");
    }
    return out;
}

}  // namespace quorate::study
