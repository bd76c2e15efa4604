// SPDX-License-Identifier: GPL-3.0-or-later
#include "collateral_client/url_rules.h"

#include <doctest/doctest.h>

using namespace quorate;

TEST_CASE("https goes anywhere, http to loopback only unless it is allowed")
{
    const UrlRules strict;
    const UrlRules inHouse{true};
    CHECK(checkUrl("https://api.trustedservices.intel.com/tdx", strict));
    CHECK(checkUrl("http://127.0.0.1:8081/x", strict));
    CHECK(checkUrl("http://[::1]:8081/x", strict));
    CHECK(checkUrl("http://localhost/x", strict));
    for (const char* url : {"http://pccs.example/x", "http://127.0.0.1.example/x", "http://127.example",
                            "http://10.0.0.1/x", "http://localhost.example/"}) {
        CHECK_MESSAGE(checkUrl(url, strict).error().kind == ErrorKind::Malformed, url);
        CHECK_MESSAGE(checkUrl(url, inHouse), url);
    }
}

TEST_CASE("other schemes, credentials and what is no address are refused under every rule")
{
    for (const UrlRules& rules : {UrlRules{}, UrlRules{true}}) {
        for (const char* url :
             {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "ldap://h/", "", "x", "/x", "https://",
              "https://user@h/x", "https://user:secret@h/x", "https://:secret@h/x", "https://h:99999/"}) {
            const auto checked = checkUrl(url, rules);
            CHECK_MESSAGE(!checked, url);
            if (!checked) CHECK(checked.error().message.find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("a redirect keeps the scheme, and http does not leave loopback by one")
{
    const UrlRules strict;
    const ParsedUrl https = *checkUrl("https://a/x", strict);
    const ParsedUrl loopback = *checkUrl("http://127.0.0.1/x", strict);
    CHECK(checkRedirect(https, "https://b/y", strict));
    CHECK_FALSE(checkRedirect(https, "http://127.0.0.1/y", strict));
    CHECK_FALSE(checkRedirect(https, "http://a/y", UrlRules{true}));
    CHECK_FALSE(checkRedirect(https, "file:///y", strict));
    CHECK_FALSE(checkRedirect(https, "https://user:secret@b/y", strict));
    CHECK(checkRedirect(loopback, "http://127.0.0.1:1/y", strict));
    CHECK_FALSE(checkRedirect(loopback, "http://b/y", strict));
    CHECK_FALSE(checkRedirect(loopback, "https://b/y", strict));
}
