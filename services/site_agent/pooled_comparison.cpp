// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/pooled_comparison.h"

#include <nlohmann/json.hpp>

#include "learning/baseline.h"
#include "learning/open_model.h"
#include "services/site_agent/site_records.h"

namespace quorate::services {

Result<std::vector<schema::Dataset>> pooledRecords(const study::VerifiedPackage& package, const std::vector<PooledSite>& sites)
{
    if (package.protocol.mode != study::StudyMode::Training || !package.protocol.pooledComparison) {
        return fail(ErrorKind::PolicyRefused, "records are pooled only in training mode, and only when the protocol says so");
    }
    std::vector<schema::Dataset> datasets;
    for (const auto& site : sites) {
        TRY_ASSIGN(dataset, readSiteRecords(package.protocol, site.records, site.split));
        datasets.push_back(std::move(dataset));
    }
    return datasets;
}

Result<std::map<std::string, study::Evaluation>> pooledComparison(const study::VerifiedPackage& package,
                                                                  const std::vector<PooledSite>& sites,
                                                                  const std::filesystem::path& models)
{
    TRY_ASSIGN(datasets, pooledRecords(package, sites));
    std::vector<learning::SiteRecords> records;
    for (std::size_t i = 0; i < sites.size(); ++i) records.push_back({sites[i].code, &datasets[i]});
    learning::BaselinePlan plan;
    plan.seed = package.protocol.plan.seed;
    TRY_ASSIGN(model, learning::openModel(package.protocol.model, {models, {}}));
    TRY_ASSIGN(evaluations, learning::evaluatePooledModel(*model, records, plan));
    std::map<std::string, study::Evaluation> out;
    for (std::size_t i = 0; i < sites.size(); ++i) out[sites[i].code] = evaluations[i];
    return out;
}

namespace {

nlohmann::json figure(const std::optional<double>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

}  // namespace

std::string toJson(const std::map<std::string, study::Evaluation>& evaluations)
{
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [code, evaluation] : evaluations) {
        out[code] = {{"records", evaluation.records}, {"loss", evaluation.loss}, {"accuracy", figure(evaluation.accuracy)},
                     {"auc", figure(evaluation.auc)}, {"brier", figure(evaluation.brier)}};
    }
    return out.dump();
}

}  // namespace quorate::services
