// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/vek_chain.h"

#include <algorithm>

namespace quorate::attestation {
namespace {

constexpr int kVendorRsaBits = 4096;
constexpr std::string_view kPemStart = "-----BEGIN";

std::string withoutWhiteSpace(std::string_view text)
{
    std::string out(text);
    std::erase_if(out, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    // Downloads and host tables may end in a NUL.
    if (out.ends_with('\0')) out.pop_back();
    return out;
}

}  // namespace

Result<Certificate> readVekCertificate(BytesView bytes)
{
    const std::string_view text = asText(bytes);
    if (!text.starts_with(kPemStart)) return Certificate::fromDer(bytes);
    TRY_ASSIGN(certificate, Certificate::fromPem(text));
    if (withoutWhiteSpace(text) != withoutWhiteSpace(certificate.toPem())) {
        return fail(ErrorKind::Malformed, "PEM text holds more than one certificate and white space");
    }
    return certificate;
}

std::string VekChain::names() const
{
    return vek.subjectCommonName() + " < " + ask.subjectCommonName() + " < " + ark.subjectCommonName();
}

Result<void> VekChain::verify(snp::Product product, snp::SigningKeyKind kind) const
{
    const bool isVlek = kind == snp::SigningKeyKind::Vlek;
    const std::string line = snp::nameOf(product);
    const std::string wanted = std::string(isVlek ? "SEV-VLEK < SEV-VLEK-" : "SEV-VCEK < SEV-") + line + " < ARK-" + line;
    if (names() != wanted) return fail(ErrorKind::Untrusted, "chain is " + names() + ", want " + wanted);
    for (const Certificate* authority : {&ask, &ark}) {
        const std::string name = authority->subjectCommonName();
        if (!authority->isCa()) return fail(ErrorKind::Untrusted, name + " is not a CA certificate");
        if (authority->publicKey().rsaBits() != kVendorRsaBits)
            return fail(ErrorKind::Untrusted, "key of " + name + " is not RSA-4096");
    }
    TRY(ark.verifySignedBy(ark));
    TRY(ask.verifySignedBy(ark));
    return vek.verifySignedBy(ask);
}

Result<void> checkSecondCopy(const Certificate& copy, const Certificate& used, const Certificate& issuer)
{
    if (copy == used) return {};
    if (copy.publicKey() != used.publicKey()) {
        return fail(ErrorKind::Untrusted, copy.subjectCommonName() + " has another key than the certificate in use");
    }
    return copy.verifySignedBy(issuer);
}

}  // namespace quorate::attestation
