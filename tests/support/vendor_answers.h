// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "core/attestation/collateral/supply.h"
#include "core/attestation/simulated/demo_vendor.h"

/// Collateral in the form in which the vendors' services answer, and a source that needs no network.
namespace quorate::tests {

inline const UtcSeconds kVendorNow = *parseRfc3339("2026-11-21T09:00:00Z");

/// One for the whole program: its RSA keys take seconds.
inline const attestation::DemoVendor& demoVendor()
{
    static const attestation::DemoVendor vendor = [] {
        const auto folder =
            std::filesystem::temp_directory_path() / ("quorate-vendor-" + toHex(*randomFixed<8>(systemRandom())));
        auto made = attestation::DemoVendor::openOrCreate(folder, kVendorNow);
        std::filesystem::remove_all(folder);
        REQUIRE_MESSAGE(made, made.error().message);
        return std::move(*made);
    }();
    return vendor;
}

inline std::string percentEncoded(BytesView bytes)
{
    const std::string plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    std::string out;
    for (const std::uint8_t c : bytes) {
        out += plain.find(static_cast<char>(c)) != std::string::npos ? std::string(1, static_cast<char>(c))
                                                                     : "%" + toHex(BytesView(&c, 1));
    }
    return out;
}

/// The answer to one request, taken from files under the names of Collateral.
inline VendorAnswer vendorAnswer(attestation::CollateralKind kind, const attestation::Collateral& files)
{
    using Kind = attestation::CollateralKind;
    const auto& names = attestation::filesOf(kind);
    VendorAnswer out{files.files.at(names[0]), {}};
    const auto chainIn = [&](const char* header) { out.headers[header] = percentEncoded(files.files.at(names[1])); };
    if (kind == Kind::TcbInfo) chainIn("tcb-info-issuer-chain");
    if (kind == Kind::QeIdentity) chainIn("sgx-enclave-identity-issuer-chain");
    if (kind == Kind::PckCrl) chainIn("sgx-pck-crl-issuer-chain");
    if (kind == Kind::SnpChain) {
        std::string pem;
        for (const std::string& name : names) {
            for (const char c : Certificate::fromDer(files.files.at(name))->toPem()) {
                pem += c == '\n' ? std::string("\r\n") : std::string(1, c); // as the Turin service has it
            }
        }
        out.body = toBytes(pem);
    }
    return out;
}

/// Every answer that completes this evidence, by path and query.
inline std::map<std::string, VendorAnswer> vendorAnswers(const attestation::Evidence& evidence,
                                                         const attestation::Collateral& files)
{
    std::map<std::string, VendorAnswer> out;
    const auto missing = attestation::missingCollateral(evidence, {});
    REQUIRE_MESSAGE(missing, missing.error().message);
    for (const auto& request : missing->requests) {
        if (files.find(attestation::filesOf(request.kind).front()) == nullptr) continue;
        out.emplace(request.key, vendorAnswer(request.kind, files));
    }
    return out;
}

/// Answers from a map behind `https://pcs` and `https://kds`; remembers what it was asked.
class FakeSource final : public CollateralSource {
public:
    std::map<std::string, VendorAnswer> answers;
    std::vector<std::string> asked;
    std::function<void()> onAsked = [] {};

    Result<VendorAnswer> get(const std::string& url, const StopSignal& stop) override
    {
        asked.push_back(url);
        onAsked();
        if (stop.isRequested()) return fail(ErrorKind::Cancelled, "stopped");
        const std::string path = url.substr(std::string("https://pcs").size());
        const auto found = answers.find(path);
        if (found == answers.end()) return fail(ErrorKind::Unavailable, url + ": the service answered with status 404");
        return found->second;
    }
};

inline attestation::CollateralEndpoints fakeEndpoints()
{
    return {"https://pcs", "", "https://kds"};
}

} // namespace quorate::tests
