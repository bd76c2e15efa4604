// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/proxy_settings.h"

#include <charconv>
#include <cstdlib>

#include "core/base/bytes.h"
#include "core/base/environment.h"

namespace quorate::services {
namespace {

constexpr char kProxyVariable[] = "grpc_proxy";
constexpr char kNoProxyVariable[] = "no_grpc_proxy";

/// The first of these variables that is set and not empty.
std::string firstOf(std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return {};
}

Result<std::string> percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        TRY_ASSIGN(byte, parseHex(text.substr(i + 1, 2)));
        if (byte.size() != 1) return fail(ErrorKind::Malformed, "want two digits behind a percent sign");
        out += static_cast<char>(byte.front());
        i += 2;
    }
    return out;
}

}  // namespace

std::string Endpoint::text() const
{
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
}

Result<Endpoint> parseEndpoint(const std::string& address)
{
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) return fail(ErrorKind::Malformed, "want host:port");
    Endpoint out{address.substr(0, colon), address.substr(colon + 1)};
    if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
        out.host = out.host.substr(1, out.host.size() - 2);
    } else if (out.host.find_first_of(":[]/@ ") != std::string::npos) {
        return fail(ErrorKind::Malformed, "want host:port, an IPv6 address in brackets");
    }
    unsigned port = 0;
    const auto* end = out.port.data() + out.port.size();
    const auto parsed = std::from_chars(out.port.data(), end, port);
    if (out.host.empty() || parsed.ec != std::errc() || parsed.ptr != end || port == 0 || port > 65535) {
        return fail(ErrorKind::Malformed, "want host:port with a port of 1 to 65535");
    }
    return out;
}

Result<Proxy> parseProxy(const std::string& url)
{
    constexpr std::string_view kScheme = "http://";
    std::string_view rest = url;
    if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
    if (rest.find("://") != std::string_view::npos) return fail(ErrorKind::Malformed, "the proxy's address is not of http://");
    if (rest.ends_with('/')) rest.remove_suffix(1);
    Proxy out;
    const auto at = rest.rfind('@');
    if (at != std::string_view::npos) {
        const auto colon = std::min(rest.find(':'), at);
        auto user = percentDecoded(rest.substr(0, colon));
        auto password = percentDecoded(colon < at ? rest.substr(colon + 1, at - colon - 1) : std::string_view());
        if (!user || !password) return fail(ErrorKind::Malformed, "the proxy's user or password is not percent-encoded as it should be");
        out.user = *user;
        out.password = *password;
        rest.remove_prefix(at + 1);
    }
    auto endpoint = parseEndpoint(std::string(rest));
    if (!endpoint) return failAt("the proxy's address", endpoint.error());
    out.at = *endpoint;
    return out;
}

Result<void> adoptProxySettings(const std::string& option)
{
    std::string url = option.empty() ? firstOf({"grpc_proxy", "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"}) : option;
    if (url.empty()) return {};
    TRY(parseProxy(url));
    if (url.find("://") == std::string::npos) url = "http://" + url;
    setEnvironment(kProxyVariable, url);
    const std::string exceptions = firstOf({"no_grpc_proxy", "no_proxy", "NO_PROXY"});
    if (!exceptions.empty()) setEnvironment(kNoProxyVariable, exceptions);
    return {};
}

Result<std::optional<Proxy>> proxyFor(const std::string& host)
{
    const std::string url = firstOf({kProxyVariable});
    if (url.empty()) return std::optional<Proxy>();
    const std::string exceptions = firstOf({kNoProxyVariable});
    for (std::size_t begin = 0; begin < exceptions.size();) {
        const auto end = std::min(exceptions.find(',', begin), exceptions.size());
        // As gRPC reads the list: an entry is the end of a host's name.
        if (end > begin && host.ends_with(exceptions.substr(begin, end - begin))) return std::optional<Proxy>();
        begin = end + 1;
    }
    TRY_ASSIGN(proxy, parseProxy(url));
    return std::optional(proxy);
}

}  // namespace quorate::services
