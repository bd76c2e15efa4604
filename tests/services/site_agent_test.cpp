// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_agent.h"

#include <doctest/doctest.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <mutex>
#include <thread>

#include "core/crypto/digest.h"
#include "enclave_client/preview_client.h"
#include "enclave_client/wire.h"
#include "quorate/v1/attestation.grpc.pb.h"
#include "services/site_agent/preview_ledger.h"
#include "services/site_agent/rehearsal_comparison.h"
#include "tests/services/support/hospital_files.h"
#include "tests/support/connect_proxy.h"

using namespace quorate;
using namespace quorate::tests;
using services::LocalRounds;
using services::SiteAgent;
using services::SiteConfig;

namespace {

const SmallConsortium& consortium()
{
    static const SmallConsortium instance;
    return instance;
}

void checkRefused(const Result<SiteConfig>& result, ErrorKind kind, const std::vector<std::string>& parts)
{
    REQUIRE_FALSE(result);
    CAPTURE(result.error().message);
    CHECK(result.error().kind == kind);
    for (const auto& part : parts) CHECK(result.error().message.find(part) != std::string::npos);
}

/// The n-th comma-separated cell of a line replaced.
std::string withCell(const std::string& line, std::size_t cell, const std::string& text)
{
    std::size_t begin = 0;
    for (; cell > 0; --cell) begin = line.find(',', begin) + 1;
    return line.substr(0, begin) + text + line.substr(std::min(line.find(',', begin), line.size()));
}

std::size_t columnOf(const std::string& header, const std::string& name)
{
    const auto at = header.find("," + name + ",");
    REQUIRE(at != std::string::npos);
    return static_cast<std::size_t>(std::count(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(at) + 1, ','));
}

/// Records every call that is not a challenge.
class CallRecorder final : public grpc::CallbackGenericService {
public:
    [[nodiscard]] std::vector<std::string> methods() const
    {
        const std::lock_guard lock(m_mutex);
        return m_methods;
    }

    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override
    {
        const std::lock_guard lock(m_mutex);
        m_methods.push_back(context->method());
        return new Refusal;
    }

private:
    class Refusal final : public grpc::ServerGenericBidiReactor {
    public:
        Refusal() { Finish({grpc::StatusCode::UNIMPLEMENTED, "recorded"}); }
        void OnDone() override { delete this; }
    };

    mutable std::mutex m_mutex;
    std::vector<std::string> m_methods;
};

/// A service that writes down all that it is sent. Its evidence binds its TLS key only when it is `honest`.
class FalseService final : public v1::AttestationService::Service {
public:
    explicit FalseService(bool honest) : m_honest(honest)
    {
        grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
        options.pem_key_cert_pairs.push_back({std::string(asText(m_tls.key.toPkcs8Pem().expose())), m_tls.certificate.toPem()});
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &m_port);
        builder.RegisterService(this);
        builder.RegisterCallbackGenericService(&m_recorder);
        m_server = builder.BuildAndStart();
    }
    ~FalseService() override { m_server->Shutdown(); }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] int challenges() const { return m_challenges; }
    [[nodiscard]] std::vector<std::string> otherCalls() const { return m_recorder.methods(); }

    grpc::Status Challenge(grpc::ServerContext*, const v1::ChallengeRequest* request, v1::ChallengeResponse* response) override
    {
        ++m_challenges;
        const auto& package = consortium().verified();
        attestation::Transcript transcript;
        transcript.nonce = Digest32::from(asBytes(request->nonce())).value();
        if (m_honest) transcript.tlsLeafSpki = m_tls.key.publicKey().spkiSha256();
        transcript.study = consortium().study();
        transcript.keyEpoch = package.protocol.keyEpoch;
        transcript.policyDigest = package.policyDigest;
        transcript.referenceValuesDigest = package.referenceValuesDigest;
        transcript.rosterRootSpki = package.rootSpki;
        auto provided = simulated(consortium().serviceLaunch(), consortium().clock())->provide(transcript.reportData()).value();
        wire::write(*response->mutable_evidence(), provided.evidence, provided.collateral);
        response->set_hpke_public_key(wire::bytesOf(transcript.hpkePublicKey));
        return grpc::Status::OK;
    }

private:
    TlsIdentity m_tls = TlsIdentity::createForService(toSeconds(systemClock()()), systemRandom()).value();
    bool m_honest;
    CallRecorder m_recorder;
    std::unique_ptr<grpc::Server> m_server;
    std::atomic<int> m_challenges = 0;
    int m_port = 0;
};

}  // namespace

TEST_CASE("What a hospital has on disk is verified and loaded")
{
    const Hospital hospital(consortium());
    const auto config = hospital.load();
    REQUIRE(config);
    CHECK(config->site.id == siteId(0));
    CHECK(config->node == consortium().nodes[0].member);
    CHECK(config->dataset.train.records() > 0);
}

TEST_CASE("Records with CRLF and a byte-order mark are legal")
{
    const Hospital hospital(consortium());
    const auto plain = hospital.load().value().dataset.train.records();
    hospital.write(hospital.lines(), "\r\n", "\xEF\xBB\xBF");
    const auto config = hospital.load();
    REQUIRE(config);
    CHECK(config->dataset.train.records() == plain);
}

TEST_CASE("A fault in the records is named by file, row and column and never by its value")
{
    const Hospital hospital(consortium());
    const auto good = hospital.lines();
    const std::string file = hospital.files.records.filename().string();
    const auto spoil = [&](const char* column, const std::string& text) {
        auto bad = good;
        bad[3] = withCell(bad[3], columnOf(good[0], column), text);
        hospital.write(bad);
        return hospital.load();
    };
    for (const auto& [column, text] : {std::pair{"age", "forty-two"}, std::pair{"cp", "77"}, std::pair{"age", "4200"},
                                       std::pair{"chol", "nan"}, std::pair{"trestbps", "1e999"}}) {
        const auto result = spoil(column, text);
        CAPTURE(column);
        checkRefused(result, ErrorKind::Malformed, {file, "row 4", column});
        CHECK(result.error().message.find(text) == std::string::npos);
    }
    auto twice = good;
    twice[5] = twice[3];
    hospital.write(twice);
    checkRefused(hospital.load(), ErrorKind::Malformed, {file, "row 6"});
    auto ragged = good;
    ragged[2] += ",1";
    hospital.write(ragged);
    checkRefused(hospital.load(), ErrorKind::Malformed, {file, "row 3"});
    hospital.write({good[0]});
    CHECK_FALSE(hospital.load());
    writeBytes(hospital.files.records, Bytes(4096, 0));
    CHECK_FALSE(hospital.load());
    std::filesystem::remove(hospital.files.records);
    checkRefused(hospital.load(), ErrorKind::Unavailable, {file});
}

TEST_CASE("A certificate of a person, of nobody, or of another key than the one beside it is refused")
{
    const auto& of = consortium();
    checkRefused(Hospital(of, 0, of.reviewers[0]).load(), ErrorKind::PolicyRefused, {"site-reviewer", "site-node"});
    const SmallConsortium stranger;
    checkRefused(Hospital(of, 0, stranger.nodes[0]).load(), ErrorKind::PolicyRefused, {"roster"});
    const auto renewed = of.authority.issueIdentity(of.nodes[0].member, false, toSeconds(systemClock()()), systemRandom()).value();
    checkRefused(Hospital(of, 0, renewed).load(), ErrorKind::PolicyRefused, {"roster"});

    const Hospital hospital(of);
    writeBytes(hospital.files.identity / "signing.key", of.nodes[1].tlsKey->toPkcs8().expose());
    checkRefused(hospital.load(), ErrorKind::Untrusted, {"signing.key"});
    writeBytes(hospital.files.identity / "signing.key", Bytes(20000, 0x30));
    CHECK_FALSE(hospital.load());
    const Hospital other(of);
    writeBytes(other.files.identity / "certificate.der", Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff});
    checkRefused(other.load(), ErrorKind::Malformed, {});
}

TEST_CASE("A package that was altered, or that another consortium signed, is refused")
{
    const auto& of = consortium();
    const Hospital hospital(of);
    auto altered = of.package;
    altered.protocol.payload.back() ^= 1;
    writeBytes(hospital.files.package, asBytes(study::toJson(altered)));
    checkRefused(hospital.load(), ErrorKind::Untrusted, {});
    const SmallConsortium stranger;
    writeBytes(hospital.files.package, asBytes(study::toJson(stranger.package)));
    checkRefused(hospital.load(), ErrorKind::Untrusted, {});
    writeBytes(hospital.files.package, asBytes("{"));
    checkRefused(hospital.load(), ErrorKind::Malformed, {});
}

TEST_CASE("An agent whose service does not prove itself ends with the refusal, and has sent nothing but its challenge")
{
    const Hospital hospital(consortium());
    const auto config = hospital.load().value();
    const FalseService service(false);
    SiteAgent agent(config, service.address(), consortium().anchors, nullptr, consortium().clock(), systemRandom());
    const auto done = agent.run();
    REQUIRE_FALSE(done);
    CHECK(done.error().message.find("report-data") != std::string::npos);
    CHECK(service.challenges() == 1);
    CHECK(service.otherCalls().empty());

    // The recorder sees what does pass.
    const FalseService believable(true);
    AttestedChannel channel(believable.address(), config.credentials, consortium().clock(), systemRandom());
    must(requireAccepted(channel.attest(attestation::Purpose::Channel, consortium().expectations()).value().result));
    CHECK_FALSE(RoundClient(channel, consortium().study()).beginJoin());
    CHECK(believable.otherCalls() == std::vector<std::string>{"/quorate.v1.RoundService/BeginJoin"});
}

TEST_CASE("Agents with evidence of their own take a study to its end")
{
    SmallConsortium of({.sites = 2, .rounds = 2, .teeRequired = true});
    const auto service = startService(of);
    publish(of, service);
    approveAll(of, service);
    releaseKey(of, service);
    startRounds(of, service);
    std::vector<std::unique_ptr<Hospital>> hospitals;
    std::vector<SiteConfig> configs;
    for (std::size_t i = 0; i < 2; ++i) {
        hospitals.push_back(std::make_unique<Hospital>(of, i));
        configs.push_back(hospitals.back()->load().value());
    }
    std::vector<Result<void>> ends(2, fail(ErrorKind::Internal, "did not run"));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            SiteAgent agent(configs[i], service.address, of.anchors, simulated(of.nodeLaunch(), of.clock(), attestation::TeeKind::SevSnp),
                            of.clock(), systemRandom());
            ends[i] = agent.run();
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& end : ends) CHECK(end);
    AttestedChannel person(service.address, credentialsOf(of.coordinator()), of.clock(), systemRandom());
    must(requireAccepted(person.attest(attestation::Purpose::Channel, of.expectations()).value().result));
    CHECK(PreviewClient(person, of.study()).list(of.protocol().dictionary).value().size() == 2);
    const auto events = service.events(of.study());
    CHECK(events.back().kind == study::EventKind::StudyFinished);
    CHECK(std::count_if(events.begin(), events.end(), [](const auto& event) { return event.kind == study::EventKind::SiteResult; }) == 2);
    CHECK(std::count_if(events.begin(), events.end(), [](const auto& event) { return event.kind == study::EventKind::RoundAggregated && event.count == 2; }) == 2);
}

TEST_CASE("Where partial work is taken, a site that cannot finish its steps in time sends what it has done")
{
    SmallConsortium of({.sites = 2, .rounds = 1, .roundDeadlineSeconds = 6, .change = [](study::StudyProtocol& protocol) {
        protocol.plan.localSteps = 1'000'000;
        protocol.plan.batchSize = 0;
        protocol.plan.learningRate = 1e-9;
        protocol.plan.partialWork = true;
    }});
    const auto service = startService(of);
    publish(of, service);
    approveAll(of, service);
    releaseKey(of, service);
    startRounds(of, service);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            const Hospital hospital(of, i);
            const auto config = hospital.load().value();
            CHECK(SiteAgent(config, service.address, of.anchors, nullptr, of.clock(), systemRandom()).run());
        });
    }
    threads.clear();
    const auto events = service.events(of.study());
    CHECK(events.back().kind == study::EventKind::StudyFinished);
    const auto accepted = [](const auto& event) { return event.kind == study::EventKind::UpdateAccepted; };
    REQUIRE(std::count_if(events.begin(), events.end(), accepted) == 2);
    const auto first = std::find_if(events.begin(), events.end(), accepted);
    CHECK(first->metrics->steps > 0);
    CHECK(first->metrics->steps < 1'000'000);
}

TEST_CASE("A site's preview reaches the study's people, and its number is bounded by the site")
{
    SmallConsortium of({.sites = 2, .rounds = 1, .teeRequired = false});
    const auto service = startService(of);
    publish(of, service);
    const Hospital hospital(of);
    const auto config = hospital.load().value();
    AttestedChannel node(service.address, config.credentials, of.clock(), systemRandom());
    must(requireAccepted(node.attest(attestation::Purpose::Channel, of.expectations()).value().result));
    const auto& dictionary = of.protocol().dictionary;
    const auto made = schema::previewOf(dictionary, {}, hospital.files.records, 5).value();
    AttestedChannel person(service.address, credentialsOf(of.auditors[0]), of.clock(), systemRandom());
    must(requireAccepted(person.attest(attestation::Purpose::Channel, of.expectations()).value().result));
    const PreviewClient people(person, of.study());
    CHECK(people.list(dictionary).value().empty());
    for (int again = 0; again < 2; ++again) REQUIRE(PreviewClient(node, of.study()).offer(schema::toJson(made, dictionary)));
    const auto offered = people.list(dictionary).value();
    REQUIRE(offered.size() == 1);
    CHECK(offered[0].site == siteId(0));
    CHECK(offered[0].preview == made);
    CHECK(PreviewClient(node, of.study()).offer("{}").error().kind == ErrorKind::Malformed);

    const services::PreviewLedger ledger(hospital.folder.path(), of.study());
    const Digest32 first = sha256(asBytes("1"));
    CHECK(ledger.admit(first, 1));
    CHECK(ledger.admit(first, 1));
    CHECK(ledger.admit(sha256(asBytes("2")), 1).error().kind == ErrorKind::PolicyRefused);
    CHECK(ledger.admit(sha256(asBytes("2")), 2));
    CHECK_FALSE(ledger.admit(first, 0));
    CHECK_FALSE(services::PreviewLedger(hospital.folder / "nowhere", of.study()).admit(first, 1));
}

TEST_CASE("Behind a proxy, with its connection cut, an agent sends the update that it has finished")
{
    SmallConsortium of({.sites = 2, .rounds = 3, .teeRequired = false});
    const auto service = startService(of);
    publish(of, service);
    approveAll(of, service);
    releaseKey(of, service);
    startRounds(of, service);
    ConnectProxy proxy;
    ::setenv("grpc_proxy", ("http://" + proxy.address()).c_str(), 1);
    const Hospital first(of, 0);
    const Hospital second(of, 1);
    std::vector<Result<void>> ends(2, fail(ErrorKind::Internal, "did not run"));
    std::vector<std::thread> threads;
    for (const auto* hospital : {&first, &second}) {
        threads.emplace_back([&, hospital] {
            const auto config = hospital->load().value();
            SiteAgent agent(config, service.address, of.anchors, nullptr, of.clock(), systemRandom());
            // The second holds its finished update back for a while.
            if (hospital == &second) agent.setLeastRoundTime(std::chrono::milliseconds(600));
            ends[hospital == &first ? 0 : 1] = agent.run();
        });
    }
    CHECK(eventually([&] {
        const auto events = service.events(of.study());
        return std::any_of(events.begin(), events.end(), [](const auto& event) { return event.kind == study::EventKind::UpdateAccepted; });
    }));
    proxy.cut();
    for (auto& thread : threads) thread.join();
    ::unsetenv("grpc_proxy");
    for (const auto& end : ends) CHECK(end);
    CHECK(proxy.opened() >= 4);
    const auto events = service.events(of.study());
    CHECK(events.back().kind == study::EventKind::StudyFinished);
    CHECK(std::count_if(events.begin(), events.end(), [](const auto& event) { return event.kind == study::EventKind::RoundAggregated && event.count == 2; }) == 3);
}

TEST_CASE("A hospital's policy has the last word, on its own records and on what is told of them")
{
    SmallConsortium of({.sites = 2, .rounds = 1, .teeRequired = false});
    const auto service = startService(of);
    publish(of, service);
    approveAll(of, service);
    releaseKey(of, service);
    startRounds(of, service);
    std::vector<std::unique_ptr<Hospital>> hospitals;
    const auto policyOf = [](const Hospital& hospital, const std::string& models) {
        return hospital.folder.write("site.toml", "format = 'quorate-site-policy/1'\n[allow]\ntrainingMode = true\nmodels = [" + models +
                                                      "]\naggregation = ['fedavg']\ndataFolders = ['" + hospital.folder.path().string() +
                                                      "']\n[privacy]\nwithoutDifferentialPrivacy = true\n");
    };
    const auto runAgent = [&](const Hospital& hospital) -> Result<void> {
        TRY_ASSIGN(config, hospital.load());
        return SiteAgent(config, service.address, of.anchors, nullptr, of.clock(), systemRandom()).run();
    };
    for (std::size_t i = 0; i < 2; ++i) {
        hospitals.push_back(std::make_unique<Hospital>(of, i));
        hospitals[i]->files.policy = policyOf(*hospitals[i], "'cox-regression'");
        const auto refused = runAgent(*hospitals[i]);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("logistic-regression, which this site does not allow") != std::string::npos);
        hospitals[i]->files.policy = policyOf(*hospitals[i], "'logistic-regression'");
    }
    auto events = service.events(of.study());
    CHECK(std::none_of(events.begin(), events.end(), [](const auto& event) { return event.kind == study::EventKind::SiteJoined; }));

    const Hospital elsewhere(of, 0);
    auto moved = hospitals[0]->files;
    moved.records = elsewhere.files.records;
    checkRefused(services::loadSiteConfig(moved), ErrorKind::PolicyRefused, {"data folders"});

    std::vector<Result<void>> ends(2, fail(ErrorKind::Internal, "did not run"));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) threads.emplace_back([&, i] { ends[i] = runAgent(*hospitals[i]); });
    for (auto& thread : threads) thread.join();
    for (const auto& end : ends) CHECK(end);
    events = service.events(of.study());
    CHECK(events.back().kind == study::EventKind::StudyFinished);
    for (const auto& event : events) {
        if (event.kind != study::EventKind::UpdateAccepted) continue;
        REQUIRE(event.metrics);
        CHECK(event.metrics->before == study::Evaluation{});
        CHECK(event.metrics->after == study::Evaluation{});
        CHECK(event.metrics->seconds == 0);
        CHECK(event.metrics->trainRecords > 0);
    }
}

TEST_CASE("A model under another key, of another digest or cut short is not opened")
{
    const Hospital hospital(consortium());
    const auto config = hospital.load().value();
    const auto key = hpke::PrivateKey::generate(systemRandom()).value();
    const LocalRounds local(config, key, systemRandom());
    const Bytes modelKey(32, 0x11);
    SiteTask task;
    task.kind = SiteTask::Kind::Train;
    task.round = 1;
    CHECK(local.openModel(task, Bytes(64, 0)).error().kind != ErrorKind::Internal);
    task.sealedModelKey = hpke::seal(key.publicKey(), modelKeyInfo(consortium().study(), 1), modelKeyAad(siteId(0)), modelKey, systemRandom()).value();
    CHECK_FALSE(local.openModel(task, Bytes(5, 0)));
    CHECK_FALSE(local.openModel(task, Bytes(64, 0)));
    task.sealedModelKey = hpke::seal(key.publicKey(), modelKeyInfo(consortium().study(), 1), modelKeyAad(siteId(1)), modelKey, systemRandom()).value();
    CHECK_FALSE(local.openModel(task, Bytes(64, 0)));
}

TEST_CASE("Records are pooled only where the protocol says so")
{
    const auto refused = services::pooledComparison(consortium().verified(), {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::PolicyRefused);
    const auto notCompared = services::compareRehearsal(consortium().verified(), {});
    REQUIRE_FALSE(notCompared);
    CHECK(notCompared.error().kind == ErrorKind::PolicyRefused);
}
