// SPDX-License-Identifier: GPL-3.0-or-later
#include "collateral_client/url_rules.h"

#include <curl/curl.h>

#include <memory>

namespace quorate {
namespace {

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// Empty when the address has no such part.
std::string partOf(CURLU* url, CURLUPart part)
{
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return {};
    std::string out(text);
    curl_free(text);
    return out;
}

bool isLoopbackAddress(const std::string& host)
{
    // Four numbers, and not a name that merely begins like them.
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

} // namespace

bool ParsedUrl::isLoopback() const
{
    return host == "localhost" || host == "[::1]" || isLoopbackAddress(host);
}

Result<ParsedUrl> checkUrl(const std::string& url, const UrlRules& rules)
{
    const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
    if (!parsed) return fail(ErrorKind::Internal, "no memory for an address");
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
        return fail(ErrorKind::Malformed, url + ": not the address of an https service");
    }
    // Named here without its text: a password must not reach a log.
    if (!partOf(parsed.get(), CURLUPART_USER).empty() || !partOf(parsed.get(), CURLUPART_PASSWORD).empty()) {
        return fail(ErrorKind::Malformed, "address of a service has a user name or password in it, want none");
    }
    ParsedUrl out{partOf(parsed.get(), CURLUPART_SCHEME), partOf(parsed.get(), CURLUPART_HOST)};
    const bool plain = out.scheme == "http" && (rules.allowPlainHttp || out.isLoopback());
    if (out.scheme != "https" && !plain) {
        return fail(ErrorKind::Malformed, url + ": scheme is " + out.scheme + ", want https");
    }
    if (out.host.empty()) return fail(ErrorKind::Malformed, url + ": address names no host");
    return out;
}

Result<void> checkRedirect(const ParsedUrl& from, const std::string& to, const UrlRules& rules)
{
    TRY_ASSIGN(target, checkUrl(to, rules));
    if (target.scheme == from.scheme) return {};
    return fail(ErrorKind::Malformed,
                to + ": redirect from " + from.scheme + " to " + target.scheme + ", want the same scheme");
}

} // namespace quorate
