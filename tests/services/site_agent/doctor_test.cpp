// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/doctor/doctor.h"

#include <doctest/doctest.h>
#include <grpcpp/grpcpp.h>

#include "tests/services/support/hospital_files.h"
#include "tests/support/connect_proxy.h"

using namespace quorate;
using namespace quorate::services;
using namespace quorate::tests;

namespace {

struct Scene {
    Scene() : service(startService(consortium)), hospital(consortium)
    {
        publish(consortium, service);
        hospital.files.service = service.address;
    }
    [[nodiscard]] DoctorReport report(const std::string& address = {}, Clock clock = nullptr) const
    {
        DoctorOptions options{hospital.files, consortium.anchors, 3};
        if (!address.empty()) options.files.service = address;
        return examine(options, clock ? clock : consortium.clock(), systemRandom());
    }

    SmallConsortium consortium;
    RunningService service;
    Hospital hospital;
};

const Scene& scene()
{
    static const Scene instance;
    return instance;
}

/// Lets gRPC and the doctor dial through a proxy while it lives.
struct Through {
    explicit Through(const std::string& proxy) { ::setenv("grpc_proxy", ("http://" + proxy).c_str(), 1); }
    ~Through()
    {
        ::unsetenv("grpc_proxy");
        ::unsetenv("no_grpc_proxy");
    }
    Through(const Through&) = delete;
    Through& operator=(const Through&) = delete;
};

/// "package=+ identity=x dates=- ...": works +, warning ?, fails x, not reached -.
std::string outcomes(const DoctorReport& report)
{
    std::string out;
    for (const auto& step : report.steps) out += step.name + "=" + "+?x-"[static_cast<int>(step.outcome)] + " ";
    return out;
}

const DoctorStep& failureOf(const DoctorReport& report)
{
    REQUIRE(report.firstFailure() != nullptr);
    CHECK_FALSE(report.firstFailure()->advice.empty());
    return *report.firstFailure();
}

/// A device on the way that speaks TLS with a certificate that an authority issued to it.
struct InspectingDevice {
    InspectingDevice()
    {
        const auto& identity = scene().consortium.reviewers.front();
        grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
        options.pem_key_cert_pairs.push_back({std::string(asText(identity.tlsKey->toPkcs8Pem().expose())), identity.certificate.toPem()});
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
        server = builder.BuildAndStart();
    }
    std::unique_ptr<grpc::Server> server;
    int port = 0;
};

}  // namespace

TEST_CASE("where all is well, all steps work and the firewall team reads host and port")
{
    const auto report = scene().report();
    CHECK(outcomes(report) == "package=+ identity=+ dates=+ policy=+ proxy=+ dns=+ tcp=+ tunnel=+ tls=+ attestation=+ clock=+ membership=+ ");
    CHECK(report.firstFailure() == nullptr);
    REQUIRE(report.firewall.size() == 1);
    CHECK(report.firewall[0].to.text() == scene().service.address);
    const auto text = toText(report);
    CHECK(text.find("to          " + scene().service.address + " (now 127.0.0.1)") != std::string::npos);
    CHECK(text.find("outbound only") != std::string::npos);
    CHECK(toJson(report).find("\"works\": true") != std::string::npos);
}

TEST_CASE("through a proxy the tunnel is tried, and the rule names the proxy")
{
    const ConnectProxy proxy;
    const Through through(proxy.address());
    const auto report = scene().report();
    CHECK(report.firstFailure() == nullptr);
    CHECK(report.firewall[0].to.text() == proxy.address());
    CHECK(report.firewall[0].tunnelTo->text() == scene().service.address);
    // The doctor's own and gRPC's.
    CHECK(proxy.opened() == 2);
    ::setenv("no_grpc_proxy", "example.org,127.0.0.1", 1);
    CHECK(scene().report().firewall[0].to.text() == scene().service.address);
    CHECK(proxy.opened() == 2);
}

TEST_CASE("each failure on the way is found at its own step, and what rests on it is not reached")
{
    const auto unknown = scene().report("nowhere.invalid:8443");
    CHECK(outcomes(unknown) == "package=+ identity=+ dates=+ policy=+ proxy=+ dns=x tcp=- tunnel=- tls=- attestation=- clock=- membership=- ");
    CHECK(failureOf(unknown).detail.find("nowhere.invalid has no address") != std::string::npos);

    const auto closed = scene().report("127.0.0.1:1");
    CHECK(failureOf(closed).name == "tcp");
    CHECK(failureOf(closed).kind == ErrorKind::Unavailable);
    {
        const ConnectProxy refusing("403 Forbidden");
        const Through through(refusing.address());
        const auto report = scene().report();
        CHECK(failureOf(report).name == "tunnel");
        CHECK(failureOf(report).detail.find("Forbidden") != std::string::npos);
        const ConnectProxy asking("407 Proxy Authentication Required");
        const Through again(asking.address());
        CHECK(failureOf(scene().report()).detail.find("Authentication") != std::string::npos);
    }
    {
        // What answers without TLS: the proxy itself, taken for the service.
        const ConnectProxy plain;
        const auto report = scene().report(plain.address());
        CHECK(failureOf(report).name == "tls");
        CHECK(failureOf(report).kind == ErrorKind::Unavailable);
    }
    const InspectingDevice device;
    const auto inspected = scene().report("127.0.0.1:" + std::to_string(device.port));
    CHECK(failureOf(inspected).name == "tls");
    CHECK(failureOf(inspected).detail.find("was issued by") != std::string::npos);
    CHECK(failureOf(inspected).advice.find("inspection") != std::string::npos);
    CHECK(scene().report("no port").firstFailure()->name == "proxy");
}

TEST_CASE("a service that is not what the study names is refused at its evidence")
{
    const auto& of = scene().consortium;
    auto launch = of.serviceLaunch();
    launch.kernelCommandLine += " debug";
    const auto other = startService(of, simulated(launch, of.clock()));
    const auto report = scene().report(other.address);
    CHECK(failureOf(report).name == "attestation");
    CHECK(report.steps.back().name == "membership");
    CHECK(report.steps.back().outcome == StepOutcome::NotReached);
}

TEST_CASE("a wrong clock is told from a wrong certificate")
{
    const auto ahead = [](std::chrono::seconds by) { return [by] { return scene().consortium.clock()() + by; }; };
    CHECK(scene().report({}, ahead(std::chrono::seconds(60))).steps[10].outcome == StepOutcome::Warning);
    const auto wrong = scene().report({}, ahead(std::chrono::minutes(10)));
    CHECK(failureOf(wrong).name == "clock");
    CHECK(failureOf(wrong).detail.find(" s ahead of the service's, want less than 300 s") != std::string::npos);
    const auto expired = scene().report({}, ahead(std::chrono::hours(24 * 365 * 30)));
    CHECK(failureOf(expired).name == "dates");
}

TEST_CASE("files, policy and membership have steps of their own")
{
    const auto& of = scene().consortium;
    Hospital hospital(of);
    const auto examined = [&] { return examine({hospital.files, of.anchors, 3}, of.clock(), systemRandom()); };
    hospital.files.service = scene().service.address;
    hospital.files.policy = hospital.folder.write("site.toml", "format = 'quorate-site-policy/1'");
    const auto refused = examined();
    CHECK(outcomes(refused).find("policy=x proxy=+ dns=+ tcp=+ tunnel=+ tls=- attestation=- ") != std::string::npos);
    CHECK(failureOf(refused).kind == ErrorKind::PolicyRefused);
    std::filesystem::remove(hospital.files.identity / "certificate.der");
    CHECK(outcomes(examined()).find("package=+ identity=x dates=- policy=- proxy=+ dns=+ tcp=+ tunnel=+ tls=- ") == 0);
    std::filesystem::remove(hospital.files.package);
    CHECK(outcomes(examined()).find("package=x identity=- dates=- policy=- proxy=+ ") == 0);

    const auto fresh = startService(of);
    const auto unpublished = scene().report(fresh.address);
    CHECK(unpublished.firstFailure() == nullptr);
    CHECK(unpublished.steps.back().detail.find("not published") != std::string::npos);
    CHECK(unpublished.steps.back().outcome == StepOutcome::Warning);
}

TEST_CASE("proxy settings are read as people write them, and never repeated in a message")
{
    CHECK(parseProxy("http://proxy.example:3128/").value() == Proxy{{"proxy.example", "3128"}, {}, {}});
    CHECK(parseProxy("proxy.example:3128").value().at.port == "3128");
    CHECK(parseProxy("http://us%40er:p%3Aw@[::1]:3128").value() == Proxy{{"::1", "3128"}, "us@er", "p:w"});
    for (const char* bad : {"", "socks5://secret:1", "http://secret", "http://secret:0", "http://secret:70000", "http://u:secret%4@h:1",
                            "http://secret@:1", "https://secret:443", "http://a:b:1"}) {
        CAPTURE(bad);
        const auto parsed = parseProxy(bad);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message.find("secret") == std::string::npos);
    }
    CHECK(parseEndpoint("[2001:db8::1]:443").value().text() == "[2001:db8::1]:443");
    CHECK_FALSE(parseEndpoint("2001:db8::1:443"));
}

TEST_CASE("capitals and a missing scheme become what gRPC understands")
{
    ::setenv("HTTPS_PROXY", "proxy.example:3128", 1);
    ::setenv("NO_PROXY", "localhost,.example.org", 1);
    REQUIRE(adoptProxySettings({}));
    CHECK(std::string(std::getenv("grpc_proxy")) == "http://proxy.example:3128");
    CHECK(proxyFor("quorate.example.com").value()->at.text() == "proxy.example:3128");
    CHECK_FALSE(proxyFor("quorate.example.org").value());
    REQUIRE(adoptProxySettings("http://other.example:8080"));
    CHECK(proxyFor("quorate.example.com").value()->at.text() == "other.example:8080");
    CHECK_FALSE(adoptProxySettings("ftp://x"));
    for (const char* name : {"HTTPS_PROXY", "NO_PROXY", "grpc_proxy", "no_grpc_proxy"}) ::unsetenv(name);
    CHECK_FALSE(proxyFor("quorate.example.com").value());
}
