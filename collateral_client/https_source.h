// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "collateral_client/url_rules.h"
#include "core/ports/collateral_source.h"

namespace quorate {

struct HttpsSourceOptions {
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds totalTimeout{30'000}; ///< Of one object, its redirects included.
    std::size_t maxBodyBytes = 2 * 1024 * 1024;
    std::size_t maxHeaderBytes = 128 * 1024;
    int maxRedirects = 3;
    UrlRules urlRules;
    std::string
        caFile; ///< PEM file of the CA of a PCCS inside the house, in place of the system's; empty: the system's.
};

/// CollateralSource over libcurl. TLS 1.2 or later with the certificate checked; a proxy by the usual environment
/// variables, never for loopback; no cookies, no credentials, no compression, no other protocol. Stateless: any thread.
class HttpsSource final : public CollateralSource {
public:
    explicit HttpsSource(HttpsSourceOptions options = {});
    Result<VendorAnswer> get(const std::string& url, const StopSignal& stop) override;

private:
    HttpsSourceOptions m_options;
};

} // namespace quorate
