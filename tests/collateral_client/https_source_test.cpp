// SPDX-License-Identifier: GPL-3.0-or-later
// Services that are slow, endless, lying, redirecting or gone. Nothing here waits longer than its own cap.
#include "collateral_client/https_source.h"

#include <doctest/doctest.h>

#include "core/crypto/certificate_builder.h"
#include "tests/support/loopback_service.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace std::chrono_literals;

namespace {

using Service = tests::LoopbackService<httplib::Server>;
using Steady = std::chrono::steady_clock;

HttpsSourceOptions quick()
{
    HttpsSourceOptions options;
    options.connectTimeout = 300ms;
    options.totalTimeout = 300ms;
    options.maxBodyBytes = 64 * 1024;
    options.maxHeaderBytes = 32 * 1024;
    return options;
}

Result<VendorAnswer> ask(const std::string& url, const HttpsSourceOptions& options = quick())
{
    const StopSignal stop;
    return HttpsSource(options).get(url, stop);
}

/// The body, or what went wrong.
std::string textFrom(const std::string& url, const HttpsSourceOptions& options = quick())
{
    const auto answer = ask(url, options);
    return answer ? std::string(asText(answer->body)) : answer.error().message;
}

/// The refusal, which names the address and says this.
void refuses(const std::string& url, ErrorKind kind, const std::string& what,
             const HttpsSourceOptions& options = quick())
{
    const auto begin = Steady::now();
    const auto answer = ask(url, options);
    REQUIRE_MESSAGE(!answer, url);
    INFO(answer.error().message);
    CHECK(answer.error().kind == kind);
    CHECK(answer.error().message.find(what) != std::string::npos);
    CHECK(answer.error().message.find(url.substr(0, url.find('?'))) != std::string::npos);
    CHECK(Steady::now() - begin < 2s);
}

} // namespace

TEST_CASE("body and headers arrive as they were sent, names in lower case")
{
    Service service;
    service.server.Get("/good", [](const httplib::Request& request, httplib::Response& response) {
        CHECK(request.get_header_value("User-Agent") == "quorate");
        CHECK_FALSE(request.has_header("Authorization"));
        CHECK_FALSE(request.has_header("Accept-Encoding"));
        CHECK(request.get_param_value("q") == "1");
        response.set_header("TCB-Info-Issuer-Chain", "%2D%2Dx");
        response.set_content(std::string("a\0b", 3), "application/octet-stream");
    });
    const auto answer = ask(service.url("/good?q=1"));
    REQUIRE_MESSAGE(answer, answer.error().message);
    CHECK(answer->body == Bytes{'a', 0, 'b'});
    CHECK(answer->headers.at("tcb-info-issuer-chain") == "%2D%2Dx");
}

TEST_CASE("a service that never answers, or never ends, is left at the time cap")
{
    Service service;
    service.server.Get("/silent", [&](const httplib::Request&, httplib::Response&) { service.gate.wait(); });
    service.server.Get("/stalls", [&](const httplib::Request&, httplib::Response& response) {
        response.set_content_provider(1000, "text/plain", [&](std::size_t, std::size_t, httplib::DataSink& sink) {
            sink.write("half", 4);
            service.gate.wait();
            return false;
        });
    });
    refuses(service.url("/silent"), ErrorKind::Unavailable, "no whole answer in 300 ms");
    refuses(service.url("/stalls"), ErrorKind::Unavailable, "no whole answer in 300 ms");
}

TEST_CASE("an answer above the size cap is cut off, whether it says so or not")
{
    Service service;
    const std::string chunk(16 * 1024, 'x');
    service.server.Get("/endless", [&](const httplib::Request&, httplib::Response& response) {
        response.set_chunked_content_provider(
            "text/plain", [&](std::size_t, httplib::DataSink& sink) { return sink.write(chunk.data(), chunk.size()); });
    });
    service.server.Get("/boasts", [&](const httplib::Request&, httplib::Response& response) {
        response.set_content_provider(
            std::size_t{1} << 40, "text/plain",
            [&](std::size_t, std::size_t, httplib::DataSink& sink) { return sink.write("x", 1); });
    });
    service.server.Get("/exactly", [&](const httplib::Request&, httplib::Response& response) {
        response.set_content(std::string(64 * 1024, 'x'), "text/plain");
    });
    service.server.Get("/headers", [&](const httplib::Request&, httplib::Response& response) {
        for (int i = 0; i < 8; ++i)
            response.set_header(("X-" + std::to_string(i)).c_str(), std::string(6000, 'h'));
    });
    refuses(service.url("/endless"), ErrorKind::Malformed, "answer is longer than 65536 bytes");
    refuses(service.url("/boasts"), ErrorKind::Malformed, "answer is longer than 65536 bytes");
    refuses(service.url("/headers"), ErrorKind::Malformed, "headers are longer than 32768 bytes");
    CHECK(textFrom(service.url("/exactly")).size() == 64 * 1024);
}

TEST_CASE("an answer that ends before its stated length is no answer")
{
    Service service;
    service.server.Get("/cut", [&](const httplib::Request&, httplib::Response& response) {
        response.set_content_provider(1000, "text/plain", [&](std::size_t, std::size_t, httplib::DataSink& sink) {
            sink.write("half", 4);
            return false;
        });
    });
    refuses(service.url("/cut"), ErrorKind::Unavailable, "ends before its stated length");
}

TEST_CASE("a status that is not 200 is said with what to do")
{
    Service service;
    service.server.Get("/500", [](const httplib::Request&, httplib::Response& response) { response.status = 500; });
    service.server.Get("/429", [](const httplib::Request&, httplib::Response& response) {
        response.status = 429;
        response.set_header("Retry-After", "7");
    });
    service.server.Get("/429-date", [](const httplib::Request&, httplib::Response& response) {
        response.status = 429;
        response.set_header("Retry-After", "Sat, 21 Nov 2026 09:00:00 GMT");
    });
    service.server.Get("/204", [](const httplib::Request&, httplib::Response& response) { response.status = 204; });
    refuses(service.url("/absent"), ErrorKind::Unavailable, "status 404, it does not know this object");
    refuses(service.url("/500"), ErrorKind::Unavailable, "status 500");
    refuses(service.url("/429"), ErrorKind::Unavailable, "status 429, ask again in 7 s");
    refuses(service.url("/429-date"), ErrorKind::Unavailable, "status 429, ask again later");
    refuses(service.url("/204"), ErrorKind::Unavailable, "status 204");
}

TEST_CASE("redirects are followed three times, counted, and never to another scheme or out of loopback")
{
    Service service;
    const auto redirect = [&](const std::string& from, const std::string& to) {
        service.server.Get(from,
                           [to](const httplib::Request&, httplib::Response& response) { response.set_redirect(to); });
    };
    service.server.Get("/3", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("there", "text/plain");
    });
    redirect("/2", "/3");
    redirect("/1", service.url("/2"));
    redirect("/0", "/1");
    redirect("/more", "/0");
    redirect("/loop", "/loop");
    redirect("/file", "file:///etc/passwd");
    redirect("/away", "http://192.0.2.1/x");
    redirect("/secret", "http://me:hidden@127.0.0.1/x");
    CHECK(textFrom(service.url("/0")) == "there");
    refuses(service.url("/more"), ErrorKind::Unavailable, "more than 3 redirects");
    refuses(service.url("/loop"), ErrorKind::Unavailable, "more than 3 redirects");
    refuses(service.url("/file"), ErrorKind::Malformed, "want https");
    refuses(service.url("/away"), ErrorKind::Malformed, "want https");
    refuses(service.url("/secret"), ErrorKind::Malformed, "user name or password");
}

TEST_CASE("redirects share one time cap")
{
    Service service;
    service.server.Get("/first",
                       [](const httplib::Request&, httplib::Response& response) { response.set_redirect("/second"); });
    service.server.Get("/second", [&](const httplib::Request&, httplib::Response&) { service.gate.wait(); });
    const auto begin = Steady::now();
    CHECK_FALSE(ask(service.url("/first")));
    CHECK(Steady::now() - begin < 1s);
}

TEST_CASE("a stop from another thread ends a transfer at once")
{
    Service service;
    StopSignal stop;
    service.server.Get("/silent", [&](const httplib::Request&, httplib::Response&) {
        stop.request();
        service.gate.wait();
    });
    HttpsSourceOptions patient;
    const auto begin = Steady::now();
    const auto answer = HttpsSource(patient).get(service.url("/silent"), stop);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::Cancelled);
    CHECK(Steady::now() - begin < 2s);
}

TEST_CASE("a service that is not there, and addresses that may not be asked")
{
    int port = 0;
    {
        const Service gone;
        port = gone.port();
    }
    const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/x";
    refuses(url, ErrorKind::Unavailable, url + ": ");
    refuses("http://192.0.2.1/x", ErrorKind::Malformed, "scheme is http, want https");
    refuses("file:///etc/passwd", ErrorKind::Malformed, "want https");
}

TEST_CASE("over TLS only a certificate that is vouched for counts, and nothing leads from it to http")
{
    const auto key = SigningKey::generate(EcCurve::P256);
    const UtcSeconds now = toSeconds(systemClock()());
    CertificateSpec spec;
    spec.commonName = "House CA";
    spec.notBefore = now - 24h;
    spec.notAfter = now + 24h;
    spec.isCa = true;
    const auto ca = issueCertificate(spec, key->handle(), IssuerKey::fromEc(*key), nullptr);
    REQUIRE_MESSAGE(ca, ca.error().message);
    spec.commonName = "localhost";
    spec.serial = 2;
    spec.isCa = false;
    spec.dnsNames = {"localhost"};
    const auto certificate = issueCertificate(spec, key->handle(), IssuerKey::fromEc(*key), &*ca);
    REQUIRE_MESSAGE(certificate, certificate.error().message);
    const tests::TemporaryFolder folder;
    HttpsSourceOptions trusting = quick();
    trusting.caFile = folder.write("ca.pem", ca->toPem()).string();
    const unsigned char* next = certificate->der().data();
    const std::shared_ptr<X509> opened(d2i_X509(nullptr, &next, static_cast<long>(certificate->der().size())), X509_free);
    tests::LoopbackService<httplib::SSLServer> service(opened.get(), const_cast<evp_pkey_st*>(key->handle()));
    service.server.Get("/good", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("ok", "text/plain");
    });
    service.server.Get("/down", [](const httplib::Request&, httplib::Response& response) {
        response.set_redirect("http://127.0.0.1/x");
    });
    const std::string base = "https://localhost:" + std::to_string(service.port());
    CHECK(textFrom(base + "/good", trusting) == "ok");
    refuses(base + "/good", ErrorKind::Untrusted, "not vouched for");
    refuses("https://127.0.0.1:" + std::to_string(service.port()) + "/good", ErrorKind::Untrusted, "not vouched for",
            trusting);
    refuses(base + "/down", ErrorKind::Malformed, "want the same scheme", trusting);
    HttpsSourceOptions lost = quick();
    lost.caFile = (folder / "absent.pem").string();
    refuses(base + "/good", ErrorKind::Untrusted, "not vouched for", lost);
}
