// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/object.h"

#include <algorithm>

#include "core/attestation/verify/tcb_info.h"
#include "core/attestation/verify/tdx_collateral.h"
#include "core/attestation/verify/vek_extensions.h"

namespace quorate::attestation {
namespace {

constexpr std::chrono::hours kLastDay{24};
constexpr std::chrono::hours kAskedLately{1};

Result<BytesView> fileIn(const Collateral& set, const std::string& name)
{
    const Bytes* bytes = set.find(name);
    if (bytes == nullptr) return fail(ErrorKind::Unavailable, name + " is missing");
    return BytesView(*bytes);
}

/// DER, or PEM as some vendors' downloads have it.
Result<Certificate> certificateIn(const Collateral& set, const std::string& name)
{
    TRY_ASSIGN(bytes, fileIn(set, name));
    const bool isPem = asText(bytes).find("-----BEGIN") != std::string_view::npos;
    auto certificate = isPem ? Certificate::fromPem(asText(bytes)) : Certificate::fromDer(bytes);
    if (!certificate) return failAt(name, certificate.error());
    return certificate;
}

Result<std::vector<Certificate>> issuerChainIn(const Collateral& set, const std::string& name,
                                               const TrustAnchors& anchors)
{
    TRY_ASSIGN(pem, fileIn(set, name));
    auto chain = Certificate::chainFromPem(asText(pem), 3);
    if (!chain) return failAt(name, chain.error());
    const Certificate& root = chain->back();
    if (!anchors.intelSgxRoots.contains(root.publicKey().spkiSha256())) {
        return fail(ErrorKind::Untrusted, name + " ends in root key " + toHex(root.publicKey().spkiSha256()) +
                                              ", want a pinned Intel SGX root key");
    }
    for (std::size_t i = 0; i < chain->size(); ++i) {
        TRY((*chain)[i].verifySignedBy((*chain)[std::min(i + 1, chain->size() - 1)]));
    }
    if (chain->size() < 2)
        return fail(ErrorKind::Malformed, name + " has one certificate, want an issuer and its root");
    return chain;
}

/// The root that vouches for Intel's root CRL stands at the end of each of Intel's chains; one that is good will do.
Result<Certificate> intelRootIn(const Collateral& set, const TrustAnchors& anchors)
{
    Error problem{ErrorKind::Unavailable, "no chain of Intel's is there to check the root CRL with"};
    for (const char* name :
         {"tcb_info_issuer_chain.pem", "qe_identity_issuer_chain.pem", "pck_crl_issuer_chain.pem", "pck_chain.pem"}) {
        if (set.find(name) == nullptr) continue;
        auto chain = issuerChainIn(set, name, anchors);
        if (chain) return std::move(chain->back());
        problem = chain.error();
    }
    return tl::unexpected<Error>(std::move(problem));
}

Result<StrictJson> signedJsonIn(const Collateral& set, CollateralKind kind, const char* member,
                                 const TrustAnchors& anchors)
{
    const auto& names = filesOf(kind);
    TRY_ASSIGN(json, fileIn(set, names[0]));
    TRY_ASSIGN(chain, issuerChainIn(set, names[1], anchors));
    if (chain.size() != 2 || chain.front().subjectCommonName().find("SGX TCB Signing") == std::string::npos) {
        return fail(ErrorKind::Untrusted, names[1] + " is not a TCB signing certificate and its root");
    }
    return verifySignedJson(json, member, chain.front());
}

Result<void> readTcbInfo(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    TRY_ASSIGN(document, signedJsonIn(set, out.kind, "tcbInfo", anchors));
    TRY_ASSIGN(info, parseTcbInfo(document));
    out.key = tcbInfoKey(info.fmspc);
    out.issued = info.issueDate;
    out.nextUpdate = info.nextUpdate;
    out.evaluationNumber = info.evaluationNumber;
    return {};
}

Result<void> readQeIdentity(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    TRY_ASSIGN(document, signedJsonIn(set, out.kind, "enclaveIdentity", anchors));
    TRY_ASSIGN(identity, parseQeIdentity(document));
    out.key = qeIdentityKey();
    out.issued = identity.issueDate;
    out.nextUpdate = identity.nextUpdate;
    out.evaluationNumber = identity.evaluationNumber;
    return {};
}

void setWindow(const CertificateRevocationList& crl, CollateralObject& out)
{
    out.issued = crl.thisUpdate();
    out.nextUpdate = crl.nextUpdate().value_or(crl.thisUpdate());
}

Result<void> readIntelCrl(const Collateral& set, const Certificate& issuer, CollateralObject& out)
{
    TRY_ASSIGN(bytes, fileIn(set, filesOf(out.kind).front()));
    TRY_ASSIGN(crl, verifyIntelCrl(bytes, issuer));
    setWindow(crl, out);
    return {};
}

Result<void> readPckCrl(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    TRY_ASSIGN(chain, issuerChainIn(set, "pck_crl_issuer_chain.pem", anchors));
    TRY_ASSIGN(ca, pckCaOf(chain.front().subjectCommonName()));
    out.key = pckCrlKey(ca);
    return readIntelCrl(set, chain.front(), out);
}

/// AMD's chain above a VCEK or a VLEK.
struct SnpChain {
    Certificate intermediate;
    Certificate root;
    snp::Product product = snp::Product::Milan;
    snp::SigningKeyKind signer = snp::SigningKeyKind::Vcek;
};

Result<SnpChain> snpChainIn(const Collateral& set, const TrustAnchors& anchors)
{
    SnpChain out;
    TRY_ASSIGN(intermediate, certificateIn(set, "intermediate.der"));
    TRY_ASSIGN(root, certificateIn(set, "ark.der"));
    const Digest32 pin = root.publicKey().spkiSha256();
    for (const snp::Product product : {snp::Product::Milan, snp::Product::Genoa, snp::Product::Turin}) {
        const std::string name = snp::nameOf(product);
        const auto pins = anchors.amdRootKeys.find(name);
        if (pins == anchors.amdRootKeys.end() || !pins->second.contains(pin)) continue;
        const bool isAsvk = intermediate.subjectCommonName() == "SEV-VLEK-" + name;
        if (!isAsvk && intermediate.subjectCommonName() != "SEV-" + name) {
            return fail(ErrorKind::Untrusted, "intermediate is " + intermediate.subjectCommonName() + ", want SEV-" +
                                                  name + " or SEV-VLEK-" + name);
        }
        TRY(root.verifySignedBy(root));
        TRY(intermediate.verifySignedBy(root));
        out.product = product;
        out.signer = isAsvk ? snp::SigningKeyKind::Vlek : snp::SigningKeyKind::Vcek;
        out.intermediate = std::move(intermediate);
        out.root = std::move(root);
        return out;
    }
    return fail(ErrorKind::Untrusted, "ark.der has root key " + toHex(pin) + ", want a pinned ARK key");
}

void setWindow(const std::vector<const Certificate*>& certificates, CollateralObject& out)
{
    out.issued = certificates.front()->notBefore();
    out.nextUpdate = certificates.front()->notAfter();
    for (const Certificate* certificate : certificates) {
        out.issued = std::max(out.issued, certificate->notBefore());
        out.nextUpdate = std::min(out.nextUpdate, certificate->notAfter());
    }
}

Result<void> readVcek(const Collateral& set, const SnpChain& chain, CollateralObject& out)
{
    TRY_ASSIGN(vcek, certificateIn(set, "vek.der"));
    TRY(vcek.verifySignedBy(chain.intermediate));
    TRY_ASSIGN(extensions, parseVekExtensions(vcek));
    if (!extensions.hwid || chain.signer == snp::SigningKeyKind::Vlek) {
        return fail(ErrorKind::Malformed, "vek.der is a VLEK, which stays with the evidence it came with");
    }
    if (extensions.product() != chain.product) {
        return fail(ErrorKind::Untrusted,
                    "vek.der is for " + extensions.productName + ", its chain for " + snp::nameOf(chain.product));
    }
    out.key = vcekKey(chain.product, *extensions.hwid, extensions.tcb);
    setWindow({&vcek}, out);
    return {};
}

Result<void> readSnp(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    TRY_ASSIGN(chain, snpChainIn(set, anchors));
    if (out.kind == CollateralKind::Vcek) return readVcek(set, chain, out);
    if (out.kind == CollateralKind::SnpCrl) {
        out.key = snpCrlKey(chain.product, chain.signer);
        TRY_ASSIGN(bytes, fileIn(set, "crl.der"));
        TRY_ASSIGN(crl, CertificateRevocationList::parse(bytes));
        TRY(crl.verifySignedBy(chain.root));
        setWindow(crl, out);
        return {};
    }
    out.key = snpChainKey(chain.product, chain.signer);
    setWindow({&chain.intermediate, &chain.root}, out);
    return {};
}

Result<void> readRootCrl(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    TRY_ASSIGN(root, intelRootIn(set, anchors));
    out.key = rootCrlKey();
    return readIntelCrl(set, root, out);
}

Result<void> readInto(const Collateral& set, const TrustAnchors& anchors, CollateralObject& out)
{
    switch (out.kind) {
    case CollateralKind::TcbInfo: return readTcbInfo(set, anchors, out);
    case CollateralKind::QeIdentity: return readQeIdentity(set, anchors, out);
    case CollateralKind::PckCrl: return readPckCrl(set, anchors, out);
    case CollateralKind::RootCrl: return readRootCrl(set, anchors, out);
    case CollateralKind::SnpChain:
    case CollateralKind::Vcek:
    case CollateralKind::SnpCrl: return readSnp(set, anchors, out);
    }
    return fail(ErrorKind::Internal, "unknown collateral kind");
}

} // namespace

Result<CollateralObject> readCollateralObject(CollateralKind kind, const Collateral& set, const TrustAnchors& anchors)
{
    CollateralObject out;
    out.kind = kind;
    for (const std::string& name : filesOf(kind)) {
        TRY_ASSIGN(bytes, fileIn(set, name));
        out.files.files.emplace(name, toBytes(bytes));
    }
    TRY(readInto(set, anchors, out));
    return out;
}

bool isOlder(const CollateralObject& candidate, const CollateralObject& present)
{
    return std::pair(candidate.evaluationNumber.value_or(0), candidate.issued) <
           std::pair(present.evaluationNumber.value_or(0), present.issued);
}

bool needsRefresh(CollateralKind kind, UtcSeconds issued, UtcSeconds nextUpdate, UtcSeconds fetchedAt, UtcSeconds now)
{
    if (now >= nextUpdate) return true;
    // A clock that was set back must not keep a list for good: a fetch that lies ahead of us counts for nothing.
    if (fetchedAt <= now && now - fetchedAt < kAskedLately) return false;
    const auto left = nextUpdate - now;
    const bool isReissued = kind != CollateralKind::SnpChain && kind != CollateralKind::Vcek;
    return left < kLastDay || (isReissued && left < (nextUpdate - issued) / 4);
}

} // namespace quorate::attestation
