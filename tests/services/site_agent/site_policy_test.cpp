// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_policy.h"

#include <doctest/doctest.h>

#include "services/site_agent/policy_guard.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::services;
using namespace quorate::tests;

namespace {

constexpr char kExample[] = R"(
format = "quorate-site-policy/1"

[[study]]
code = "HEART-4"
purpose = "scientific-research"
until = 2027-06-30

[allow]
purposes = ["scientific-research"]
models = ["logistic-regression"]
aggregation = ["fedavg", "trimmed-mean"]
fewestSites = 3
dataFolders = ["/srv/quorate"]

[privacy]
largestEpsilon = 8.0
largestDelta = 1e-5
smallestCell = 10
previews = 3

[hours]
from = 20:00:00
to = 06:00:00

[telemetry]
roundMetrics = true

[resources]
threads = 4
memoryMiB = 8192
nice = 10
roundMinutes = 60
)";

SitePolicy example() { return parseSitePolicy(kExample, "site.toml").value(); }

std::string with(const std::string& line, const std::string& instead)
{
    std::string text = kExample;
    const auto at = text.find(line);
    REQUIRE(at != std::string::npos);
    return text.replace(at, line.size(), instead);
}

study::StudyProtocol allowedStudy()
{
    study::StudyProtocol protocol;
    protocol.code = "HEART-4";
    protocol.plan.minimumSites = 3;
    protocol.plan.privacy.kind = study::PrivacyKind::SiteLevel;
    protocol.plan.privacy.epsilon = 8;
    protocol.plan.privacy.delta = 1e-5;
    return protocol;
}

const UtcSeconds kNow = parseRfc3339("2026-11-21T12:00:00Z").value();

std::string refusal(const SitePolicy& policy, const study::StudyProtocol& protocol, UtcSeconds now = kNow)
{
    const auto all = refusals(policy, protocol, now);
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " refusals";
}

}  // namespace

TEST_CASE("the example is read as it stands")
{
    const SitePolicy policy = example();
    REQUIRE(policy.studies.size() == 1);
    CHECK(policy.studies[0].until == parseRfc3339("2027-07-01T00:00:00Z").value());
    CHECK(policy.models == std::set{study::ModelKind::LogisticRegression});
    CHECK(policy.aggregation == std::set{study::AggregationRule::FedAvg, study::AggregationRule::TrimmedMean});
    CHECK(policy.smallestCell == 10);
    CHECK(policy.roundMetrics);
    CHECK_FALSE(policy.timings);
    CHECK_FALSE(policy.trainingMode);
    CHECK(policy.resources == ResourceLimits{4, 8192, 10, 60});
    CHECK(refusals(policy, allowedStudy(), kNow).empty());
}

TEST_CASE("each term refuses what goes beyond it, with a sentence of its own")
{
    const SitePolicy policy = example();
    auto study = allowedStudy();
    study.code = "HEART-5";
    CHECK(refusal(policy, study) == "study HEART-5 is not one that this site has admitted");
    study = allowedStudy();
    study.mode = study::StudyMode::Training;
    CHECK(refusal(policy, study) == "the study is a rehearsal, and this site takes part in none");
    CHECK(refusals(policy, allowedStudy(), parseRfc3339("2027-06-30T23:59:59Z").value()).empty());
    CHECK(refusal(policy, allowedStudy(), parseRfc3339("2027-07-01T00:00:00Z").value()).find("a day that is past") != std::string::npos);
    study = allowedStudy();
    study.model.kind = study::ModelKind::TorchScript;
    CHECK(refusal(policy, study).find("model of kind torchscript") != std::string::npos);
    study = allowedStudy();
    study.plan.aggregation.rule = study::AggregationRule::Krum;
    CHECK(refusal(policy, study).find("aggregates by krum") != std::string::npos);
    study = allowedStudy();
    study.plan.minimumSites = 2;
    CHECK(refusal(policy, study).find("from 2 sites on, this site wants at least 3") != std::string::npos);
    study = allowedStudy();
    study.plan.privacy.epsilon = 8.001;
    CHECK(refusal(policy, study).find("epsilon 8.001, this site allows at most 8") != std::string::npos);
    study.plan.privacy.epsilon = std::numeric_limits<double>::quiet_NaN();
    CHECK(refusal(policy, study).find("epsilon") != std::string::npos);
    study = allowedStudy();
    study.plan.privacy.delta = 1e-4;
    CHECK(refusal(policy, study).find("delta") != std::string::npos);
    study.plan.privacy.kind = study::PrivacyKind::None;
    CHECK(refusal(policy, study) == "the study has no differential privacy, and this site wants it");
    const auto otherPurpose = parseSitePolicy(with("purpose = \"scientific-research\"", "purpose = \"marketing\""), "site.toml").value();
    CHECK(refusal(otherPurpose, allowedStudy()).find("marketing, which is not a purpose") != std::string::npos);
}

TEST_CASE("a policy that names nothing allows nothing")
{
    const auto policy = parseSitePolicy("format = 'quorate-site-policy/1'", "site.toml");
    REQUIRE(policy);
    CHECK(refusals(*policy, allowedStudy(), kNow).size() == 5);
    CHECK(policy->previews == 0);
    CHECK_FALSE(policy->roundMetrics);
    CHECK_FALSE(requireInDataFolders(*policy, "/"));
}

TEST_CASE("a fault in the file is named by its line")
{
    const std::pair<std::string, const char*> rows[] = {
        {with("quorate-site-policy/1", "quorate-site-policy/2"), "site.toml, line 2, format: want"},
        {with("threads = 4", "threads = 0"), "site.toml, line 30, threads: want a whole number, 1 to 1024"},
        {with("threads = 4", "treads = 4"), "site.toml, line 30, treads: is not a key"},
        {with("[hours]", "[houres]"), "houres: is not a key"},
        {with("\"trimmed-mean\"", "\"mean\""), "line 12, aggregation: is not one of fedavg, "},
        {with("dataFolders = [\"/srv/quorate\"]", "dataFolders = [\"data\"]"), "line 14, dataFolders: want absolute paths"},
        {with("until = 2027-06-30\n", ""), "until: is missing"},
        {with("until = 2027-06-30", "until = '2027-06-30'"), "until: want a date"},
        {with("to = 06:00:00", "to = 20:00:00"), "to: is the same as from"},
        {with("largestEpsilon = 8.0", "largestEpsilon = -1"), "largestEpsilon: want 0 or above"},
        {with("largestDelta = 1e-5", "largestDelta = 2"), "largestDelta: want 0 to 1"},
        {with("smallestCell = 10", "smallestCell = 1"), "smallestCell: want a whole number, 2 to"},
        {std::string(kExample) + "[[study]]\ncode = 'HEART-4'\npurpose = 'x'\nuntil = 2028-01-01\n", "code: stands in the file twice"},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(expected);
        const auto policy = parseSitePolicy(text, "site.toml");
        REQUIRE_FALSE(policy);
        CAPTURE(policy.error().message);
        CHECK(policy.error().kind == ErrorKind::Malformed);
        CHECK(policy.error().message.find(expected) != std::string::npos);
    }
}

TEST_CASE("hours may run over midnight")
{
    using std::chrono::hours;
    const SitePolicy night = example();
    CHECK(isWithinHours(night, hours(20)));
    CHECK(isWithinHours(night, hours(3)));
    CHECK_FALSE(isWithinHours(night, hours(6)));
    CHECK_FALSE(isWithinHours(night, hours(12)));
    SitePolicy day;
    CHECK(isWithinHours(day, hours(12)));
    day.hours = SitePolicy::Hours{hours(8), hours(17)};
    CHECK(isWithinHours(day, hours(8)));
    CHECK_FALSE(isWithinHours(day, hours(17)));
    CHECK_FALSE(isWithinHours(day, hours(3)));
}

TEST_CASE("a link out of the data folders is followed, and refused")
{
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "data");
    std::filesystem::create_directory(folder / "data2");
    std::filesystem::create_symlink(folder.write("data2/records.csv", "x"), folder / "data" / "link.csv");
    SitePolicy policy;
    policy.dataFolders = {folder / "nowhere", folder / "data"};
    CHECK(requireInDataFolders(policy, folder.write("data/records.csv", "x")));
    CHECK_FALSE(requireInDataFolders(policy, folder / "data" / "link.csv"));
    CHECK_FALSE(requireInDataFolders(policy, folder / "data" / ".." / "data2" / "records.csv"));
    CHECK(requireInDataFolders(policy, folder / "data2" / "records.csv").error().kind == ErrorKind::PolicyRefused);
    CHECK(requireInDataFolders(policy, folder / "data" / "absent.csv").error().kind == ErrorKind::Unavailable);
}

TEST_CASE("the guard reads the file anew each time, and wants one for a study that counts")
{
    const TemporaryFolder folder;
    const auto file = folder.write("site.toml", kExample);
    const auto study = allowedStudy();
    const PolicyGuard guard(file, study);
    CHECK(guard.requireAllowed(kNow).value() == example());
    writeBytes(file, asBytes(with("code = \"HEART-4\"", "code = \"HEART-9\"")));
    CHECK(guard.requireAllowed(kNow).error().kind == ErrorKind::PolicyRefused);
    std::filesystem::remove(file);
    CHECK_FALSE(guard.requireAllowed(kNow));

    CHECK(PolicyGuard({}, study).requireAllowed(kNow).error().kind == ErrorKind::PolicyRefused);
    auto rehearsal = study;
    rehearsal.mode = study::StudyMode::Training;
    CHECK(PolicyGuard({}, rehearsal).requireAllowed(kNow));
}
