// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"

namespace quorate::services {

/// A TCP endpoint as people write it: "host:port" or "[::1]:port".
struct Endpoint {
    std::string host;
    std::string port;
    [[nodiscard]] std::string text() const;
    bool operator==(const Endpoint&) const = default;
};
/// Malformed unless host and a port of 1 to 65535 are there.
Result<Endpoint> parseEndpoint(const std::string& address);

/// An HTTP proxy that opens tunnels (CONNECT).
struct Proxy {
    Endpoint at;
    std::string user;      ///< Percent-decoded; empty: none.
    std::string password;
    bool operator==(const Proxy&) const = default;
};
/// "http://[user[:password]@]host:port"; the scheme may be left away. Malformed otherwise, without the text in the message:
/// it may hold a password.
Result<Proxy> parseProxy(const std::string& url);

/// Makes gRPC dial as the hospital's proxy settings say: `option`, or grpc_proxy, https_proxy, http_proxy of the environment
/// in small letters or capitals, but not for hosts of no_proxy. gRPC itself knows small letters with a scheme only.
/// Before any thread starts. Malformed when the setting that counts is no proxy.
Result<void> adoptProxySettings(const std::string& option);
/// The proxy through which gRPC will then dial this host; empty: directly.
Result<std::optional<Proxy>> proxyFor(const std::string& host);

}  // namespace quorate::services
