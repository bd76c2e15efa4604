// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/answer.h"

#include "core/attestation/verify/signed_json.h"
#include "core/crypto/certificate.h"

namespace quorate::attestation {
namespace {

Result<Bytes> issuerChain(const VendorAnswer& answer, const std::vector<const char*>& names)
{
    for (const char* name : names) {
        const auto header = answer.headers.find(name);
        if (header == answer.headers.end()) continue;
        auto pem = percentDecoded(header->second, kMaxIssuerChainBytes);
        if (!pem) return failAt(std::string("header ") + name, pem.error());
        TRY_ASSIGN(chain, Certificate::chainFromPem(*pem, 3));
        if (chain.size() != 2) {
            return fail(ErrorKind::Malformed, std::string("header ") + name + " has " + std::to_string(chain.size()) +
                                                  " certificates, want 2");
        }
        return toBytes(*pem);
    }
    return fail(ErrorKind::Malformed, std::string("answer lacks the header ") + names.front());
}

Result<Bytes> readCrl(const Bytes& body)
{
    std::string_view text = asText(body);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    // DER begins with byte 0x30, and its hexadecimal text with "30", byte 0x33.
    Bytes der = body;
    if (text.starts_with("30")) {
        TRY_ASSIGN(decoded, parseHex(text));
        der = std::move(decoded);
    }
    TRY_ASSIGN(crl, CertificateRevocationList::parse(der));
    return crl.der();
}

Result<Collateral> readChain(const Bytes& body)
{
    TRY_ASSIGN(chain, Certificate::chainFromPem(asText(body), 3));
    if (chain.size() != 2) {
        return fail(ErrorKind::Malformed, "chain has " + std::to_string(chain.size()) + " certificates, want 2");
    }
    return Collateral{{{"intermediate.der", chain[0].der()}, {"ark.der", chain[1].der()}}};
}

Result<Collateral> readJson(const VendorAnswer& answer, CollateralKind kind, const char* member,
                            const std::vector<const char*>& headers)
{
    TRY(parseSignedJson(answer.body, member));
    TRY_ASSIGN(chain, issuerChain(answer, headers));
    const auto& files = filesOf(kind);
    return Collateral{{{files[0], answer.body}, {files[1], std::move(chain)}}};
}

} // namespace

Result<std::string> percentDecoded(std::string_view text, std::size_t maxBytes)
{
    if (text.size() > 3 * maxBytes) return fail(ErrorKind::Malformed, "percent-encoded text is too long");
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = parseHexFixed<1>(text.substr(i + 1, 2));
        if (!byte || byte->bytes[0] == 0)
            return fail(ErrorKind::Malformed, "'%' is not followed by the digits of a character");
        out += static_cast<char>(byte->bytes[0]);
        i += 2;
    }
    if (out.size() > maxBytes) {
        return fail(ErrorKind::Malformed, "decoded text is longer than " + std::to_string(maxBytes) + " bytes");
    }
    return out;
}

Result<Collateral> readVendorAnswer(CollateralKind kind, const VendorAnswer& answer)
{
    switch (kind) {
    case CollateralKind::TcbInfo:
        return readJson(answer, kind, "tcbInfo", {"tcb-info-issuer-chain", "sgx-tcb-info-issuer-chain"});
    case CollateralKind::QeIdentity:
        return readJson(answer, kind, "enclaveIdentity",
                        {"sgx-enclave-identity-issuer-chain", "enclave-identity-issuer-chain"});
    case CollateralKind::PckCrl: {
        TRY_ASSIGN(crl, readCrl(answer.body));
        TRY_ASSIGN(chain, issuerChain(answer, {"sgx-pck-crl-issuer-chain", "pck-crl-issuer-chain"}));
        return Collateral{{{"pck_ca_crl.der", std::move(crl)}, {"pck_crl_issuer_chain.pem", std::move(chain)}}};
    }
    case CollateralKind::RootCrl:
    case CollateralKind::SnpCrl: {
        TRY_ASSIGN(crl, readCrl(answer.body));
        return Collateral{{{filesOf(kind).front(), std::move(crl)}}};
    }
    case CollateralKind::SnpChain: return readChain(answer.body);
    case CollateralKind::Vcek: {
        TRY_ASSIGN(vcek, Certificate::fromDer(answer.body));
        return Collateral{{{"vek.der", vcek.der()}}};
    }
    }
    return fail(ErrorKind::Internal, "unknown collateral kind");
}

} // namespace quorate::attestation
