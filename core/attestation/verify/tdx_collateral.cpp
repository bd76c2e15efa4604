// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/tdx_collateral.h"

#include <algorithm>

#include "core/attestation/verify/signed_json.h"
#include "core/attestation/verify/window.h"

namespace quorate::attestation {
namespace {

constexpr char kSubjectKeyId[] = "2.5.29.14";
constexpr char kKeyUsage[] = "2.5.29.15";
constexpr char kBasicConstraints[] = "2.5.29.19";
constexpr char kCrlNumber[] = "2.5.29.20";
constexpr char kAuthorityKeyId[] = "2.5.29.35";

bool isNamed(const Certificate& certificate, const char* part)
{
    return certificate.subjectCommonName().find(part) != std::string::npos;
}

bool isRoot(const Certificate& certificate)
{
    return isNamed(certificate, "SGX Root CA") && certificate.isCa() && certificate.issuerEquals(certificate);
}

bool isPckCa(const Certificate& certificate)
{
    return certificate.isCa() &&
           (isNamed(certificate, "SGX PCK Platform CA") || isNamed(certificate, "SGX PCK Processor CA"));
}

bool isPck(const Certificate& certificate)
{
    return isNamed(certificate, "SGX PCK Certificate") && !certificate.isCa();
}

Result<void> checkExtensions(const std::vector<Certificate>& chain)
{
    for (const Certificate& certificate : chain) {
        for (const char* oid : {kSubjectKeyId, kKeyUsage, kBasicConstraints, kAuthorityKeyId}) {
            TRY_ASSIGN(value, certificate.extension(oid));
            if (value) continue;
            return fail(ErrorKind::Malformed,
                        "\"" + certificate.subjectCommonName() + "\" lacks the extension " + oid);
        }
    }
    return {};
}

/// `certificate` is `known`, or another one for the same name and key under the same issuer.
Result<void> checkSameHolder(const Certificate& certificate, const Certificate& known, const Certificate& issuer,
                             AppraisalMemo& memo)
{
    if (certificate == known) return {};
    if (certificate.subject() != known.subject() || !(certificate.publicKey() == known.publicKey())) {
        return fail(ErrorKind::Untrusted, "CRL issuer chain holds \"" + certificate.subject() + "\", want \"" +
                                              known.subject() + "\" and its key");
    }
    return verifyIssued(certificate, issuer, memo);
}

template <typename T>
SignedObject<T> verifyObject(BytesView json, const char* member, const Certificate& signer, Result<T> (*parse)(const StrictJson&))
{
    const auto document = verifySignedJson(json, member, signer);
    if (!document) return {.signature = tl::unexpected<Error>(document.error())};
    return {.signature = {}, .content = parse(*document)};
}

}  // namespace

Result<std::vector<Certificate>> verifyPckChain(std::string_view pem, AppraisalMemo& memo)
{
    TRY_ASSIGN(found, readChain(pem, memo));
    if (found.size() != 3) {
        return fail(ErrorKind::Malformed, "PCK chain has " + std::to_string(found.size()) + " certificates, want 3");
    }
    const auto pck = std::find_if(found.begin(), found.end(), isPck);
    const auto ca = std::find_if(found.begin(), found.end(), isPckCa);
    const auto root = std::find_if(found.begin(), found.end(), isRoot);
    if (pck == found.end() || ca == found.end() || root == found.end()) {
        return fail(ErrorKind::Untrusted, "PCK chain is not an SGX PCK Certificate, its Platform or Processor CA and "
                                          "the SGX Root CA");
    }
    std::vector<Certificate> chain{*pck, *ca, *root};
    TRY(checkExtensions(chain));
    TRY(verifyIssued(chain[0], chain[1], memo));
    TRY(verifyIssued(chain[1], chain[2], memo));
    TRY(verifyIssued(chain[2], chain[2], memo));
    return chain;
}

Result<CertificateRevocationList> verifyIntelCrl(BytesView bytes, const Certificate& issuer)
{
    TRY_ASSIGN(crl, CertificateRevocationList::parse(bytes));
    if (!crl.hasExtension(kCrlNumber) || !crl.hasExtension(kAuthorityKeyId)) {
        return fail(ErrorKind::Malformed, "CRL lacks its number or its authority key identifier");
    }
    if (crl.hasCriticalExtension()) {
        return fail(ErrorKind::Malformed, "CRL has a critical extension, want a complete list of its issuer");
    }
    TRY(crl.verifySignedBy(issuer));
    return crl;
}

std::shared_ptr<const Result<CertificateRevocationList>> verifyIntelCrl(const CollateralFile& file, const Certificate& issuer,
                                                                       AppraisalMemo& memo)
{
    return memo.once("intel-crl", {file.digest, issuer.sha256Fingerprint()}, [&] { return verifyIntelCrl(file.bytes, issuer); });
}

namespace {

Result<void> verifyCrlIssuerChain(BytesView pem, const Certificate& ca, const Certificate& root, AppraisalMemo& memo)
{
    TRY_ASSIGN(chain, readChain(asText(pem), memo));
    if (chain.size() != 2) {
        return fail(ErrorKind::Malformed,
                    "CRL issuer chain has " + std::to_string(chain.size()) + " certificates, want 2");
    }
    TRY(checkSameHolder(chain[0], ca, root, memo));
    return checkSameHolder(chain[1], root, root, memo);
}

/// A TCB signing certificate and its root, by shape and signature; whose root it is, and when, is judged by the caller.
Result<std::vector<Certificate>> readTcbSigner(BytesView pem, AppraisalMemo& memo)
{
    TRY_ASSIGN(chain, readChain(asText(pem), memo));
    if (chain.size() != 2 || !isNamed(chain[0], "SGX TCB Signing") || chain[0].isCa() || !isRoot(chain[1])) {
        return fail(ErrorKind::Untrusted, "issuer chain is not an SGX TCB Signing certificate and its root");
    }
    TRY(checkExtensions(chain));
    TRY(verifyIssued(chain[0], chain[1], memo));
    TRY(verifyIssued(chain[1], chain[1], memo));
    return chain;
}

}  // namespace

Result<void> checkCrlIssuerChain(const CollateralFile& pem, const Certificate& ca, const Certificate& root, AppraisalMemo& memo)
{
    return *memo.once("crl-issuer-chain", {pem.digest, ca.sha256Fingerprint(), root.sha256Fingerprint()},
                      [&] { return verifyCrlIssuerChain(pem.bytes, ca, root, memo); });
}

Result<Certificate> verifyTcbSigner(const CollateralFile& pem, const std::set<Digest32>& rootPins,
                                    const CollateralFile* rootCrl, UtcSeconds at, AppraisalMemo& memo)
{
    const auto read = memo.once("tcb-signer", {pem.digest}, [&] { return readTcbSigner(pem.bytes, memo); });
    TRY(*read);
    const std::vector<Certificate>& chain = **read;
    const Digest32 pin = chain[1].publicKey().spkiSha256();
    if (!rootPins.contains(pin)) {
        return fail(ErrorKind::Untrusted,
                    "issuer chain's root key is " + toHex(pin) + ", want a pinned Intel SGX root key");
    }
    TRY(validAt(chain, at));
    if (rootCrl != nullptr) {
        const auto crl = verifyIntelCrl(*rootCrl, chain[1], memo);
        TRY(*crl);
        if ((*crl)->revokes(chain[0])) return fail(ErrorKind::Untrusted, "TCB signing certificate is revoked");
    }
    return chain[0];
}

Result<StrictJson> verifySignedJson(BytesView json, const std::string& member, const Certificate& signer)
{
    TRY_ASSIGN(document, parseSignedJson(json, member));
    TRY(document.verify(signer.publicKey()));
    return std::move(document.content);
}

SignedObject<TcbInfo> verifyTcbInfo(BytesView json, const Certificate& signer)
{
    return verifyObject(json, "tcbInfo", signer, parseTcbInfo);
}

SignedObject<QeIdentity> verifyQeIdentity(BytesView json, const Certificate& signer)
{
    return verifyObject(json, "enclaveIdentity", signer, parseQeIdentity);
}

}  // namespace quorate::attestation
