// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/crypto/certificate.h"
#include "enclave_client/attested_channel.h"
#include "services/site_agent/proxy_settings.h"

namespace quorate::services {

/// The addresses that a name has now. Unavailable when it has none.
Result<std::vector<std::string>> resolve(const Endpoint& endpoint);

/// What a TLS handshake showed.
struct TlsFacts {
    std::string version;   ///< "TLSv1.3"
    std::string alpn;      ///< "h2"; empty when none was agreed on.
    Certificate leaf;      ///< Not verified: evidence decides about its key.
};

/// One outbound connection, built up step by step so that it is known which step fails. All errors are Unavailable. Blocks,
/// each step for at most the seconds that it is given.
class Probe {
public:
    static Result<Probe> connect(const Endpoint& to, int seconds);
    /// HTTP CONNECT through a proxy that is connected to.
    Result<void> openTunnel(const Endpoint& to, const Proxy& proxy, int seconds);
    /// As gRPC does it: client certificate, "h2" offered, any server certificate.
    Result<TlsFacts> handshake(const Endpoint& with, const ClientCredentials& credentials, int seconds);

private:
    struct Handles;
    explicit Probe(std::shared_ptr<Handles> handles) : m_handles(std::move(handles)) {}
    std::shared_ptr<Handles> m_handles;
};

}  // namespace quorate::services
