// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/heart_table.h"

#include "core/schema/csv_dataset.h"
#include "core/study/named_plans.h"
#include "learning/baseline.h"
#include "learning/open_model.h"
#include "learning/simulation.h"

namespace quorate::bench {

using namespace learning;

namespace {

constexpr std::array<std::uint64_t, 5> kSeeds = {42, 43, 44, 45, 46};
constexpr std::array<const char*, 6> kPlans = {"fedavg", "fedprox", "scaffold", "fedadam", "fedyogi", "fedadagrad"};
const study::ModelSpec kSpec{study::ModelKind::LogisticRegression, 13};

Result<std::vector<schema::Dataset>> readAll(const std::filesystem::path& folder)
{
    std::vector<schema::Dataset> datasets;
    for (const std::string site : kHeartSites) {
        TRY_ASSIGN(dataset, schema::readDataset(schema::heartDiseaseDictionary(), folder / (site + ".csv"), folder / (site + ".split.csv")));
        TRY_ASSIGN(standard, schema::standardised(std::move(dataset)));
        datasets.push_back(std::move(standard));
    }
    return datasets;
}

Result<TableRow> federatedRow(const std::string& name, const std::vector<schema::Dataset>& datasets)
{
    TableRow row{name, true, {}};
    std::vector<SimulatedSite> sites;
    for (std::size_t i = 0; i < datasets.size(); ++i) sites.push_back({kHeartSites[i], &datasets[i].train});
    TRY_ASSIGN(model, builtInModel(kSpec));
    for (const std::uint64_t seed : kSeeds) {
        TRY_ASSIGN(plan, study::planNamed(name, seed));
        TRY_ASSIGN(start, model->initialWeights(seed));
        TRY_ASSIGN(trained, simulate(*model, plan, sites, std::move(start)));
        for (std::size_t i = 0; i < datasets.size(); ++i) {
            TRY_ASSIGN(evaluation, model->evaluate(trained, datasets[i].test));
            row.cells[i].mean += evaluation.accuracy.value_or(0) / kSeeds.size();
        }
    }
    for (std::size_t i = 0; i < datasets.size(); ++i) {
        if (const auto published = study::publishedAccuracy(name, kHeartSites[i])) row.cells[i].published = published->federated;
    }
    return row;
}

/// Pooled, and each site's own model on its own test part.
Result<std::array<TableRow, 2>> comparisonRows(const std::vector<schema::Dataset>& datasets)
{
    std::array<TableRow, 2> rows = {TableRow{"pooled", false, {}}, TableRow{"own", false, {}}};
    std::vector<SiteRecords> sites;
    for (std::size_t i = 0; i < datasets.size(); ++i) sites.push_back({kHeartSites[i], &datasets[i]});
    TRY_ASSIGN(model, builtInModel(kSpec));
    for (const std::uint64_t seed : kSeeds) {
        const BaselinePlan plan{.seed = seed};
        TRY_ASSIGN(pooled, evaluatePooledModel(*model, sites, plan));
        for (std::size_t i = 0; i < sites.size(); ++i) {
            TRY_ASSIGN(own, evaluateOwnModel(*model, sites[i], plan));
            rows[0].cells[i].mean += pooled[i].accuracy.value_or(0) / kSeeds.size();
            rows[1].cells[i].mean += own.accuracy.value_or(0) / kSeeds.size();
        }
    }
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const auto published = study::publishedAccuracy("fedavg", kHeartSites[i]);
        rows[0].cells[i].published = published->pooled;
        rows[1].cells[i].published = published->own;
    }
    return rows;
}

}  // namespace

Result<std::vector<TableRow>> heartTable(const std::filesystem::path& folder)
{
    TRY_ASSIGN(datasets, readAll(folder));
    TRY_ASSIGN(comparison, comparisonRows(datasets));
    std::vector<TableRow> rows(comparison.begin(), comparison.end());
    for (const char* plan : kPlans) {
        TRY_ASSIGN(row, federatedRow(plan, datasets));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace quorate::bench
