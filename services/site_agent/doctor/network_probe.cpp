// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/doctor/network_probe.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "core/crypto/openssl_handles.h"

namespace quorate::services {
namespace {

constexpr int kNapMs = 20;
constexpr int kAnyFamily = 0;
constexpr int kAnySocket = 0;

using openssl::BioPtr;
using TlsContext = std::unique_ptr<SSL_CTX, openssl::Deleter<SSL_CTX_free>>;
using Addresses = std::unique_ptr<BIO_ADDRINFO, openssl::Deleter<BIO_ADDRINFO_free>>;

/// What OpenSSL says last; forgets it.
std::string opensslReason(const char* otherwise)
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? otherwise : reason;
}

tl::unexpected<Error> unavailable(std::string message) { return fail(ErrorKind::Unavailable, std::move(message)); }

bool isAddress(const std::string& host)
{
    return std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; }) ||
           host.find(':') != std::string::npos;
}

Result<void> present(SSL_CTX* context, const ClientCredentials& credentials)
{
    const auto reader = [](BytesView pem) { return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); };
    const auto certificatePem = reader(asBytes(credentials.certificatePem));
    const auto keyPem = reader(credentials.privateKeyPem.expose());
    // OpenSSL's own object: a handle of Certificate does not have its key decoded.
    const openssl::X509Ptr certificate(PEM_read_bio_X509(certificatePem.get(), nullptr, nullptr, nullptr));
    const openssl::PkeyPtr key(PEM_read_bio_PrivateKey(keyPem.get(), nullptr, nullptr, nullptr));
    if (!certificate || !key || SSL_CTX_use_certificate(context, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        return fail(ErrorKind::Malformed, "certificate and key of this node do not make a TLS identity");
    }
    return {};
}

}  // namespace

struct Probe::Handles {
    TlsContext context;
    BioPtr chain;
};

Result<std::vector<std::string>> resolve(const Endpoint& endpoint)
{
    BIO_ADDRINFO* found = nullptr;
    ERR_clear_error();
    if (BIO_lookup(endpoint.host.c_str(), endpoint.port.c_str(), BIO_LOOKUP_CLIENT, kAnyFamily, kAnySocket, &found) != 1) {
        return unavailable("the name " + endpoint.host + " has no address");
    }
    const Addresses all(found);
    std::vector<std::string> out;
    for (const BIO_ADDRINFO* one = all.get(); one != nullptr; one = BIO_ADDRINFO_next(one)) {
        char* text = BIO_ADDR_hostname_string(BIO_ADDRINFO_address(one), 1);
        if (text != nullptr && std::find(out.begin(), out.end(), text) == out.end()) out.emplace_back(text);
        OPENSSL_free(text);
    }
    return out;
}

Result<Probe> Probe::connect(const Endpoint& to, int seconds)
{
    ERR_clear_error();
    auto handles = std::make_shared<Handles>();
    handles->chain.reset(BIO_new_connect(to.text().c_str()));
    if (!handles->chain) return fail(ErrorKind::Internal, "no connection object could be made");
    if (BIO_do_connect_retry(handles->chain.get(), seconds, kNapMs) != 1) {
        return unavailable("no TCP connection to " + to.text() + ": " + opensslReason("refused, or no answer in time"));
    }
    return Probe(std::move(handles));
}

Result<void> Probe::openTunnel(const Endpoint& to, const Proxy& proxy, int seconds)
{
    const BioPtr words(BIO_new(BIO_s_mem()));
    const char* user = proxy.user.empty() ? nullptr : proxy.user.c_str();
    const char* password = proxy.user.empty() ? nullptr : proxy.password.c_str();
    const int opened = OSSL_HTTP_proxy_connect(m_handles->chain.get(), to.host.c_str(), to.port.c_str(), user, password, seconds,
                                               words.get(), "proxy");
    if (opened == 1) return {};
    char* text = nullptr;
    const long length = BIO_get_mem_data(words.get(), &text);
    std::string said(text, length > 0 ? static_cast<std::size_t>(std::min(length, 200L)) : 0);
    std::replace_if(said.begin(), said.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, ' ');
    while (said.ends_with(' ')) said.pop_back();
    ERR_clear_error();
    return unavailable("the proxy " + proxy.at.text() + " opens no tunnel to " + to.text() + (said.empty() ? "" : " (" + said + ")"));
}

Result<TlsFacts> Probe::handshake(const Endpoint& with, const ClientCredentials& credentials, int seconds)
{
    ERR_clear_error();
    m_handles->context.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* context = m_handles->context.get();
    if (context == nullptr) return fail(ErrorKind::Internal, "no TLS context could be made");
    // Lower than we would ever use: a device that speaks TLS 1.2 in the service's place is to be seen.
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context, kHttp2, sizeof kHttp2);
    TRY(present(context, credentials));
    BIO* tls = BIO_new_ssl(context, 1);
    if (tls == nullptr) return fail(ErrorKind::Internal, "no TLS connection object could be made");
    m_handles->chain.reset(BIO_push(tls, m_handles->chain.release()));
    SSL* ssl = nullptr;
    BIO_get_ssl(tls, &ssl);
    if (!isAddress(with.host)) SSL_set_tlsext_host_name(ssl, with.host.c_str());
    if (BIO_do_connect_retry(m_handles->chain.get(), seconds, kNapMs) != 1) {
        return unavailable("no TLS with " + with.text() + ": " + opensslReason("the connection was closed, or no answer in time"));
    }
    unsigned char* der = nullptr;
    const openssl::X509Ptr peer(SSL_get1_peer_certificate(ssl));
    const int length = peer ? i2d_X509(peer.get(), &der) : 0;
    const Bytes leafDer(der, der + std::max(length, 0));
    OPENSSL_free(der);
    TRY_ASSIGN(leaf, Certificate::fromDer(leafDer));
    const unsigned char* alpn = nullptr;
    unsigned alpnBytes = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &alpnBytes);
    return TlsFacts{SSL_get_version(ssl), std::string(alpn, alpn + alpnBytes), leaf};
}

}  // namespace quorate::services
