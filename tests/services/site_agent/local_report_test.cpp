// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/local_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "learning/baseline.h"
#include "services/site_agent/site_agent.h"
#include "tests/services/support/hospital_files.h"

using namespace quorate;
using namespace quorate::tests;
using nlohmann::json;

namespace {

services::ComparedModels modelsOf(const services::SiteConfig& config)
{
    services::ComparedModels models;
    models.federatedDigest.bytes[0] = 0xab;
    models.federated = config.model->initialWeights(1).value();
    models.own = learning::trainOwnModel(*config.model, {config.site.code, &config.dataset}, {}).value();
    return models;
}

json reportOf(const services::SiteConfig& config, std::uint32_t minimumCell)
{
    return json::parse(services::localReport(config, modelsOf(config), minimumCell).value());
}

}  // namespace

TEST_CASE("A site reads how both models do on its test records, whole and by subgroup")
{
    const SmallConsortium of;
    const Hospital hospital(of);
    const auto config = hospital.load().value();
    const auto models = modelsOf(config);
    const json out = reportOf(config, 2);
    CHECK(out["format"] == "quorate-local-report/1");
    CHECK(out["site"] == config.site.code);
    CHECK(out["model"].get<std::string>().starts_with("ab00"));
    const auto own = config.model->evaluate(models.own, config.dataset.test).value();
    CHECK(out["own"]["records"] == own.records);
    CHECK(out["own"]["auc"]["value"].get<double>() == doctest::Approx(*own.auc));
    CHECK(out["own"]["brier"].get<double>() == doctest::Approx(*own.brier));
    CHECK(out["own"]["confusion"]["accuracy"]["value"].get<double>() == doctest::Approx(*own.accuracy));
    CHECK(out["own"]["auc"]["interval"][0] < out["own"]["auc"]["value"]);
    CHECK(out["own"]["auc"]["value"] > out["federated"]["auc"]["value"]);

    // Each categorical variable, and together as many records as there are where nothing is withheld.
    std::map<std::string, std::uint32_t> records;
    std::map<std::string, int> withheld;
    for (const auto& item : out["subgroups"]) {
        const auto variable = item["variable"].get<std::string>();
        if (item["own"].is_null()) {
            CHECK(item["federated"].is_null());
            ++withheld[variable];
        } else {
            records[variable] += item["own"]["records"].get<std::uint32_t>();
        }
    }
    REQUIRE_FALSE(config.dataset.test.groupings.empty());
    for (const auto& grouping : config.dataset.test.groupings) {
        CAPTURE(grouping.variable);
        if (withheld[grouping.variable] == 0) CHECK(records[grouping.variable] == own.records);
        if (withheld[grouping.variable] > 0) CHECK(withheld[grouping.variable] >= 2);
    }
}

TEST_CASE("Where a site has too few records the report says that it is withheld, and nothing else")
{
    const SmallConsortium of;
    const Hospital hospital(of);
    const json out = reportOf(hospital.load().value(), 100'000);
    for (const char* model : {"own", "federated"}) {
        CHECK(out[model].size() == 1);
        CHECK(out[model]["withheld"].get<std::string>().find("100000") != std::string::npos);
    }
    for (const auto& item : out["subgroups"]) CHECK(item["own"].is_null());
}

TEST_CASE("The agent writes the report when the study is over, and ends well where it cannot")
{
    const SmallConsortium of({.sites = 2, .rounds = 1});
    const auto service = startService(of);
    publish(of, service);
    approveAll(of, service);
    releaseKey(of, service);
    startRounds(of, service);
    const TemporaryFolder folder;
    const std::vector<std::filesystem::path> files{folder / "report.json", folder / "no such folder" / "report.json"};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < files.size(); ++i) {
        threads.emplace_back([&, i] {
            Hospital hospital(of, i);
            hospital.files.report = files[i];
            const auto config = hospital.load().value();
            CHECK(services::SiteAgent(config, service.address, of.anchors, nullptr, of.clock(), systemRandom()).run());
        });
    }
    threads.clear();
    const auto bytes = readBytes(files[0]);
    const json written = json::parse(bytes.begin(), bytes.end());
    CHECK(written["site"] == of.protocol().sites[0].code);
    const auto events = service.events(of.study());
    CHECK(events.back().kind == study::EventKind::StudyFinished);
    CHECK(written["model"] == toHex(events.back().digest));
    CHECK_FALSE(std::filesystem::exists(files[1]));
}
