// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_policy.h"

#include <algorithm>
#include <cstdio>

namespace quorate::services {
namespace {

using study::AggregationRule;
using study::ModelKind;
using study::PrivacyKind;

std::string plain(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

void addPrivacyRefusals(const SitePolicy& policy, const study::PrivacyPlan& plan, std::vector<std::string>& out)
{
    if (plan.kind == PrivacyKind::None) {
        if (!policy.withoutDifferentialPrivacy) out.push_back("the study has no differential privacy, and this site wants it");
        return;
    }
    if (!(plan.epsilon <= policy.largestEpsilon)) {
        out.push_back("the study may spend epsilon " + plain(plan.epsilon) + ", this site allows at most " + plain(policy.largestEpsilon));
    }
    if (!(plan.delta <= policy.largestDelta)) {
        out.push_back("the study's delta is " + plain(plan.delta) + ", this site allows at most " + plain(policy.largestDelta));
    }
}

void addStudyRefusals(const SitePolicy& policy, const study::StudyProtocol& protocol, UtcSeconds now, std::vector<std::string>& out)
{
    if (protocol.mode == study::StudyMode::Training) {
        if (!policy.trainingMode) out.push_back("the study is a rehearsal, and this site takes part in none");
        return;
    }
    const auto listed = std::find_if(policy.studies.begin(), policy.studies.end(),
                                     [&](const SitePolicy::Study& study) { return study.code == protocol.code; });
    if (listed == policy.studies.end()) {
        out.push_back("study " + protocol.code + " is not one that this site has admitted");
        return;
    }
    if (now >= listed->until) out.push_back("this site admitted study " + protocol.code + " until a day that is past");
    if (policy.purposes.count(listed->purpose) == 0) {
        out.push_back("study " + protocol.code + " is admitted for " + listed->purpose + ", which is not a purpose that this site allows");
    }
}

}  // namespace

std::vector<std::string> refusals(const SitePolicy& policy, const study::StudyProtocol& protocol, UtcSeconds now)
{
    std::vector<std::string> out;
    addStudyRefusals(policy, protocol, now, out);
    if (const auto allowed = requireModelAllowed(policy, protocol); !allowed) out.push_back(allowed.error().message);
    const auto rule = protocol.plan.aggregation.rule;
    if (policy.aggregation.count(rule) == 0) {
        out.push_back(std::string("the study aggregates by ") + study::nameOf(rule) + ", which this site does not allow");
    }
    if (protocol.plan.minimumSites < policy.fewestSites) {
        out.push_back("the study aggregates from " + std::to_string(protocol.plan.minimumSites) + " sites on, this site wants at least " +
                      std::to_string(policy.fewestSites));
    }
    addPrivacyRefusals(policy, protocol.plan.privacy, out);
    return out;
}

Result<void> requireModelAllowed(const SitePolicy& policy, const study::StudyProtocol& protocol)
{
    if (policy.models.count(protocol.model.kind) > 0) return {};
    return fail(ErrorKind::PolicyRefused, std::string("the study trains a model of kind ") + study::nameOf(protocol.model.kind) +
                                              ", which this site does not allow");
}

Result<void> requireInDataFolders(const SitePolicy& policy, const std::filesystem::path& file)
{
    std::error_code error;
    const auto real = std::filesystem::canonical(file, error);
    if (error) return fail(ErrorKind::Unavailable, file.filename().string() + ": there is no such file");
    for (const auto& folder : policy.dataFolders) {
        const auto base = std::filesystem::canonical(folder, error);
        if (error) continue;
        if (std::mismatch(base.begin(), base.end(), real.begin(), real.end()).first == base.end()) return {};
    }
    return fail(ErrorKind::PolicyRefused, file.filename().string() + " lies in none of the data folders that this site's policy names");
}

bool isWithinHours(const SitePolicy& policy, std::chrono::minutes sinceMidnight)
{
    if (!policy.hours) return true;
    const auto [from, to] = *policy.hours;
    if (from <= to) return sinceMidnight >= from && sinceMidnight < to;
    return sinceMidnight >= from || sinceMidnight < to;
}

}  // namespace quorate::services
