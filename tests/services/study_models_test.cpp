// SPDX-License-Identifier: GPL-3.0-or-later
// Whole studies with models and records other than a table and a regression, and with noise at the sites.
#include <array>
#include <cmath>
#include <doctest/doctest.h>
#include <thread>

#include "core/crypto/digest.h"
#include "core/privacy/renyi.h"
#include "core/study/receipt.h"
#include "learning/safetensors.h"
#include "services/site_agent/record_ledger.h"
#include "services/site_agent/site_agent.h"
#include "tests/services/support/hospital_files.h"
#include "tests/services/support/script_file.h"

using namespace quorate;
using namespace quorate::tests;
using services::SiteAgent;
using services::SiteConfig;
using study::EventKind;

namespace {

/// Two sites, their agents and the service, from publication to the end.
class WholeStudy {
public:
    explicit WholeStudy(ConsortiumOptions options) : m_consortium(std::move(options))
    {
        for (std::size_t i = 0; i < 2; ++i) m_hospitals.push_back(std::make_unique<Hospital>(m_consortium, i));
    }

    [[nodiscard]] const SmallConsortium& consortium() const { return m_consortium; }
    [[nodiscard]] Hospital& hospital(std::size_t site) { return *m_hospitals[site]; }
    [[nodiscard]] const std::vector<study::StudyEvent>& events() const { return m_events; }
    [[nodiscard]] const std::vector<study::RoundReceipt>& receipts() const { return m_receipts; }
    [[nodiscard]] std::ptrdiff_t count(EventKind kind) const
    {
        return std::count_if(m_events.begin(), m_events.end(), [kind](const auto& event) { return event.kind == kind; });
    }

    void run(const learning::ScriptFolder& scripts = {})
    {
        const auto service = startService(m_consortium, nullptr, "127.0.0.1:0", {}, scripts);
        publish(m_consortium, service);
        approveAll(m_consortium, service);
        releaseKey(m_consortium, service);
        startRounds(m_consortium, service);
        std::vector<Result<void>> ends(2, fail(ErrorKind::Internal, "did not run"));
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < 2; ++i) {
            threads.emplace_back([&, i] { ends[i] = runAgent(service.address, i); });
        }
        for (auto& thread : threads) thread.join();
        for (const auto& end : ends) must(end);
        m_events = service.events(m_consortium.study());
        for (const auto& envelope : service.server->registry().find(m_consortium.study()).value()->rounds().receipts()) {
            m_receipts.push_back(study::decodeReceipt(envelope.payload).value());
        }
    }

private:
    Result<void> runAgent(const std::string& address, std::size_t site)
    {
        TRY_ASSIGN(config, m_hospitals[site]->load());
        return SiteAgent(config, address, m_consortium.anchors, nullptr, m_consortium.clock(), systemRandom()).run();
    }

    SmallConsortium m_consortium;
    std::vector<std::unique_ptr<Hospital>> m_hospitals;
    std::vector<study::StudyEvent> m_events;
    std::vector<study::RoundReceipt> m_receipts;
};

constexpr std::uint32_t kSteps = 5;

schema::DataDictionary heartRates()
{
    schema::DataDictionary out;
    schema::Variable subject;
    subject.name = "subject";
    subject.type = schema::VariableType::Identifier;
    subject.isInput = false;
    schema::Variable rate;
    rate.name = "rate";
    rate.minimum = 30;
    rate.maximum = 250;
    schema::Variable oxygen = rate;
    oxygen.name = "oxygen";
    oxygen.minimum = 0;
    oxygen.maximum = 100;
    schema::Variable outcome;
    outcome.name = "outcome";
    outcome.isInput = false;
    out.variables = {subject, rate, oxygen, outcome};
    out.target = "outcome";
    return out;
}

/// Sequences whose heart rate rises or does not, two of each subject.
void writeBundle(Hospital& hospital, std::size_t subjects)
{
    learning::ModelWeights bundle{{{"inputs", {2 * subjects, kSteps, 2}}, {"targets", {2 * subjects}}, {"subjects", {2 * subjects}}}, {}};
    for (std::size_t i = 0; i < 2 * subjects; ++i) {
        for (std::uint32_t step = 0; step < kSteps; ++step) {
            const float rise = i % 2 == 0 ? 8.0F : -8.0F;
            bundle.values.insert(bundle.values.end(), {90 + rise * static_cast<float>(step) + static_cast<float>(i % 7), 95 - static_cast<float>(i % 5)});
        }
    }
    for (std::size_t i = 0; i < 2 * subjects; ++i) bundle.values.push_back(i % 2 == 0 ? 1.0F : 0.0F);
    for (std::size_t i = 0; i < 2 * subjects; ++i) bundle.values.push_back(static_cast<float>(i / 2));
    std::string split = "subject,part\n";
    for (std::size_t i = 0; i < subjects; ++i) split += std::to_string(i) + (i % 3 == 0 ? ",test\n" : ",train\n");
    hospital.files.records = hospital.folder / "records.safetensors";
    writeBytes(hospital.files.records, learning::encodeSafetensors(bundle).value());
    hospital.files.split = hospital.folder.write("split.csv", split);
}

learning::ScriptWorker worker()
{
    learning::ScriptWorker out;
    out.program = QUORATE_SCRIPT_WORKER;
    return out;
}

std::filesystem::path placeScript(const std::filesystem::path& folder, const Bytes& script)
{
    writeBytes(folder / (toHex(sha256(script)) + ".pt"), script);
    return folder;
}

}  // namespace

TEST_CASE("An LSTM learns from tensor bundles, in a whole study")
{
    WholeStudy of({.sites = 2, .rounds = 3, .change = [](study::StudyProtocol& protocol) {
        protocol.dictionary = heartRates();
        protocol.model = {study::ModelKind::Lstm, 2, 1, 6, 0, kSteps, {}};
        protocol.plan.optimiser = study::Optimiser::Adam;
        protocol.plan.learningRate = 0.02;
        protocol.plan.localSteps = 40;
        protocol.plan.batchSize = 8;
    }});
    for (std::size_t i = 0; i < 2; ++i) writeBundle(of.hospital(i), 24 + 6 * i);
    CHECK_FALSE(of.hospital(0).load().value().dataset.train.features.empty());
    of.run();
    CHECK(of.events().back().kind == EventKind::StudyFinished);
    CHECK(of.count(EventKind::RoundAggregated) == 3);
    CHECK(of.count(EventKind::SiteResult) == 2);
    double first = 0, last = 0;
    for (const auto& event : of.events()) {
        if (event.kind != EventKind::UpdateAccepted) continue;
        REQUIRE(event.metrics);
        (event.round == 1 ? first : last) = event.round == 1 ? event.metrics->before.loss : event.metrics->after.loss;
    }
    CHECK(last < first / 2);
}

TEST_CASE("A model of sequences wants a bundle, and rules of harmonisation want a table")
{
    WholeStudy of({.sites = 2, .change = [](study::StudyProtocol& protocol) {
        protocol.dictionary = heartRates();
        protocol.model = {study::ModelKind::Lstm, 2, 1, 6, 0, kSteps, {}};
    }});
    const auto ofTable = of.hospital(0).load();
    REQUIRE_FALSE(ofTable);
    CHECK(ofTable.error().message.find("want a tensor bundle") != std::string::npos);
    writeBundle(of.hospital(0), 12);
    of.hospital(0).files.harmonisation = of.hospital(0).folder.write("rules.toml", "format = 'quorate-harmonisation/1'\n[[variable]]\nname = 'rate'\ncolumn = 'pulse'\n");
    const auto withRules = of.hospital(0).load();
    REQUIRE_FALSE(withRules);
    CHECK(withRules.error().message.find("tensor bundles") != std::string::npos);
}

TEST_CASE("A TorchScript model is trained in its confined process, in a whole study")
{
    const TemporaryFolder folder;
    const auto inputs = static_cast<int>(schema::heartDiseaseDictionary().inputNames().size());
    const Bytes script = scriptFile(inputs);
    WholeStudy of({.sites = 2, .rounds = 2, .change = [&](study::StudyProtocol& protocol) {
        protocol.model.kind = study::ModelKind::TorchScript;
        protocol.model.scriptDigest = sha256(script);
    }});
    for (std::size_t i = 0; i < 2; ++i) {
        of.hospital(i).files.scriptWorker = QUORATE_SCRIPT_WORKER;
        const auto without = of.hospital(i).load();
        REQUIRE_FALSE(without);
        CHECK(without.error().kind == ErrorKind::Unavailable);
        of.hospital(i).files.models = placeScript(of.hospital(i).folder.path(), script);
    }
    // A service that has not been given the file does not take the study.
    const auto bare = startService(of.consortium());
    CHECK_THROWS_WITH(publish(of.consortium(), bare), doctest::Contains("TorchScript file"));
    of.run({placeScript(folder.path(), script), worker()});
    CHECK(of.events().back().kind == EventKind::StudyFinished);
    CHECK(of.count(EventKind::RoundAggregated) == 2);
    CHECK(of.count(EventKind::SiteResult) == 2);
    CHECK(of.receipts()[0].baseModel != of.receipts()[0].newModel);
}

TEST_CASE("A file that is not the approved one, and one that a policy does not allow, are not run")
{
    const auto inputs = static_cast<int>(schema::heartDiseaseDictionary().inputNames().size());
    const Bytes script = scriptFile(inputs);
    WholeStudy of({.sites = 2, .change = [&](study::StudyProtocol& protocol) {
        protocol.model.kind = study::ModelKind::TorchScript;
        protocol.model.scriptDigest = sha256(script);
    }});
    auto& files = of.hospital(0).files;
    files.models = of.hospital(0).folder.path();
    files.scriptWorker = QUORATE_SCRIPT_WORKER;
    writeBytes(files.models / (toHex(sha256(script)) + ".pt"), scriptFile(inputs, "def forward(self, x):\n    return torch.linear(x, self.weight) * 2\n"));
    CHECK(of.hospital(0).load().error().kind == ErrorKind::Untrusted);
    placeScript(files.models, script);
    files.policy = of.hospital(0).folder.write("site.toml", "format = 'quorate-site-policy/1'\n[allow]\ntrainingMode = true\nmodels = ['lstm']\naggregation = ['fedavg']\ndataFolders = ['" +
                                                                of.hospital(0).folder.path().string() + "']\n[privacy]\nwithoutDifferentialPrivacy = true\n");
    const auto refused = of.hospital(0).load();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("torchscript, which this site does not allow") != std::string::npos);
}

TEST_CASE("With privacy for records the sites add noise, and the study ends before its budget would be exceeded")
{
    study::PrivacyPlan privacy{study::PrivacyKind::RecordLevel, 0, 1e-5, 1.1, 0.5, 0.2, false, .5, .2, 0};
    const auto epsilonOf = [&](std::uint64_t rounds) {
        const privacy::SampledGaussian all{privacy.samplingRate, privacy.noiseMultiplier, 5 * rounds};
        return privacy::renyiEpsilon(std::array{all}, privacy.delta).value().epsilon;
    };
    privacy.epsilon = (epsilonOf(2) + epsilonOf(3)) / 2;
    WholeStudy of({.sites = 2, .rounds = 5, .privacy = privacy});
    of.run();
    CHECK(of.events().back().kind == EventKind::StudyFinished);
    CHECK(of.count(EventKind::PrivacyBudgetReached) == 1);
    REQUIRE(of.receipts().size() == 2);
    for (std::uint32_t round = 1; round <= 2; ++round) {
        const auto& spent = of.receipts()[round - 1].privacy;
        REQUIRE(spent);
        CHECK(spent->steps == 5);
        CHECK(spent->epsilonTotal == doctest::Approx(epsilonOf(round)).epsilon(1e-9));
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& files = of.hospital(i).files;
        const services::RecordLedger ledger(files.identity, of.consortium().protocol(), {});
        CHECK(ledger.spent().value() == doctest::Approx(epsilonOf(2)).epsilon(1e-9));
        // No record has a say in how another is scaled.
        const auto config = of.hospital(i).load().value();
        for (const double value : config.dataset.train.features) CHECK(std::abs(value) <= 1);
    }
}

TEST_CASE("A site whose records have nothing left to spend leaves out the round, and the study goes on without it")
{
    study::PrivacyPlan privacy{study::PrivacyKind::RecordLevel, 5, 1e-5, 1.1, 0.5, 0.2, false, .5, .2, 0};
    WholeStudy of({.sites = 2, .rounds = 1, .roundDeadlineSeconds = 3, .minimumSites = 1, .privacy = privacy});
    const services::RecordLedger ledger(of.hospital(0).files.identity, of.consortium().protocol(), {});
    // Trainings of rounds that came to nothing.
    while (ledger.charge()) {}
    const double before = ledger.spent().value();
    CHECK(before > 4);
    of.run();
    REQUIRE(of.receipts().size() == 1);
    CHECK(of.receipts()[0].entries[0].outcome == "missing");
    CHECK(of.receipts()[0].entries[1].outcome == "aggregated");
    CHECK(ledger.spent().value() == before);
    CHECK(before <= 5);
}
