// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/request.h"

#include <algorithm>
#include <map>

#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/attestation/verify/tdx_collateral.h"
#include "core/attestation/verify/vek_extensions.h"

namespace quorate::attestation {
namespace {

constexpr std::size_t kTurinHwidBytes = 8;
const std::string kTdxPath = "/tdx/certification/v4";
const std::string kSgxPath = "/sgx/certification/v4";

struct KindFacts {
    const char* name;
    std::vector<std::string> files;
};

const std::map<CollateralKind, KindFacts>& kinds()
{
    static const std::map<CollateralKind, KindFacts> all = {
        {CollateralKind::TcbInfo, {"tcb-info", {"tcb_info.json", "tcb_info_issuer_chain.pem"}}},
        {CollateralKind::QeIdentity, {"qe-identity", {"qe_identity.json", "qe_identity_issuer_chain.pem"}}},
        {CollateralKind::PckCrl, {"pck-crl", {"pck_ca_crl.der", "pck_crl_issuer_chain.pem"}}},
        {CollateralKind::RootCrl, {"root-crl", {"root_ca_crl.der"}}},
        {CollateralKind::SnpChain, {"snp-chain", {"intermediate.der", "ark.der"}}},
        {CollateralKind::Vcek, {"vcek", {"vek.der"}}},
        {CollateralKind::SnpCrl, {"snp-crl", {"crl.der"}}}};
    return all;
}

std::string upperHex(BytesView bytes)
{
    std::string out = toHex(bytes);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    return out;
}

/// What a query that asks for an edition has behind the object's own key.
std::string editionSuffix(const TcbEdition& edition, bool first)
{
    const std::string separator = first ? "?" : "&";
    if (edition.evaluationNumber) {
        return separator + "tcbEvaluationDataNumber=" + std::to_string(*edition.evaluationNumber);
    }
    switch (edition.update) {
    case TcbEdition::Update::Unspecified: return {};
    case TcbEdition::Update::Standard: return separator + "update=standard";
    case TcbEdition::Update::Early: return separator + "update=early";
    }
    return {};
}

std::string snpPath(snp::Product product, snp::SigningKeyKind signer)
{
    return std::string(signer == snp::SigningKeyKind::Vlek ? "/vlek/v1/" : "/vcek/v1/") + snp::nameOf(product);
}

bool hasAll(const Collateral& have, const std::vector<std::string>& files)
{
    return std::all_of(files.begin(), files.end(), [&](const std::string& name) { return have.find(name) != nullptr; });
}

/// The PCK certificate; empty when neither the quote nor a file has it.
Result<std::optional<Certificate>> pckOf(const tdx::Quote& quote, const Collateral& have)
{
    const Bytes* pem = have.find("pck_chain.pem");
    if (quote.certType == tdx::kCertTypePckChain) pem = &quote.certData;
    if (pem == nullptr) return std::optional<Certificate>();
    AppraisalMemo memo;
    TRY_ASSIGN(chain, verifyPckChain(asText(*pem), memo));
    return std::optional<Certificate>(std::move(chain.front()));
}

Result<void> addPlatformRequests(const Certificate& pck, const Collateral& have, const TcbEdition& edition,
                                 std::vector<CollateralRequest>& out)
{
    TRY_ASSIGN(extension, parsePckExtension(pck));
    TRY_ASSIGN(ca, pckCaOf(pck.issuerCommonName()));
    if (!hasAll(have, filesOf(CollateralKind::TcbInfo))) {
        out.push_back({CollateralKind::TcbInfo, tcbInfoKey(extension.fmspc) + editionSuffix(edition, false)});
    }
    // Appraisal finds the list's issuer in the PCK chain itself; the separate chain is a courtesy of the services.
    if (have.find("pck_ca_crl.der") == nullptr) out.push_back({CollateralKind::PckCrl, pckCrlKey(ca)});
    return {};
}

Result<MissingCollateral> missingForTdx(const Evidence& evidence, const Collateral& have, const TcbEdition& edition)
{
    TRY_ASSIGN(quote, tdx::parseQuote(evidence.blob));
    TRY_ASSIGN(pck, pckOf(quote, have));
    MissingCollateral out;
    if (pck) {
        TRY(addPlatformRequests(*pck, have, edition, out.requests));
    } else {
        out.unpublished.push_back(
            {ErrorKind::Unavailable, "quote carries no PCK certificate chain, want pck_chain.pem from its sender"});
    }
    if (!hasAll(have, filesOf(CollateralKind::QeIdentity))) {
        out.requests.push_back({CollateralKind::QeIdentity, qeIdentityKey() + editionSuffix(edition, true)});
    }
    if (!hasAll(have, filesOf(CollateralKind::RootCrl)))
        out.requests.push_back({CollateralKind::RootCrl, rootCrlKey()});
    std::sort(out.requests.begin(), out.requests.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
    return out;
}

/// The report's endorsements that are there already, as files or in the certificate table.
struct SnpHave {
    const Collateral& files;
    const snp::CertificateTable& table;
    [[nodiscard]] const Bytes* find(const char* file, const char* guid) const
    {
        if (const Bytes* bytes = files.find(file)) return bytes;
        const auto entry = table.find(guid);
        return entry == table.end() || entry->second.empty() ? nullptr : &entry->second;
    }
};

Result<snp::Product> productOf(const snp::Report& report, const Bytes* vek, const std::optional<snp::Product>& wish)
{
    if (const auto byCpuid = report.productByCpuid()) return *byCpuid;
    if (vek != nullptr) {
        const bool isPem = asText(*vek).find("-----BEGIN") != std::string_view::npos;
        TRY_ASSIGN(certificate, isPem ? Certificate::fromPem(asText(*vek)) : Certificate::fromDer(*vek));
        TRY_ASSIGN(extensions, parseVekExtensions(certificate));
        if (const auto byVek = extensions.product()) return *byVek;
    }
    if (report.version < 3 && wish) return *wish;
    return fail(ErrorKind::Unavailable, "report version " + std::to_string(report.version) +
                                            " names no product that AMD publishes a chain for");
}

Result<CollateralRequest> vcekFor(const snp::Report& report, snp::Product product)
{
    if (report.signingKey == snp::SigningKeyKind::Vlek) {
        return fail(ErrorKind::Unavailable,
                    "a VLEK is published by nobody, want vek.der from the sender of the report");
    }
    if (report.chipId.isZero()) {
        return fail(ErrorKind::Unavailable, "report hides its CHIP_ID, want vek.der from the sender of the report");
    }
    const std::size_t bytes = product == snp::Product::Turin ? kTurinHwidBytes : report.chipId.bytes.size();
    // The reported TCB, not the current: it is the one that the chip derives its signing key from.
    return CollateralRequest{CollateralKind::Vcek, vcekKey(product, report.chipId.view().first(bytes),
                                                           snp::decodeTcb(product, report.reportedTcb))};
}

Result<MissingCollateral> missingForSnp(const Evidence& evidence, const Collateral& have,
                                        const std::optional<snp::Product>& wish)
{
    TRY_ASSIGN(report, snp::parseReport(evidence.blob));
    TRY_ASSIGN(table, snp::parseCertificateTable(evidence.auxBlob));
    const SnpHave found{have, table};
    const bool isVlek = report.signingKey == snp::SigningKeyKind::Vlek;
    const Bytes* vek = found.find("vek.der", isVlek ? snp::kGuidVlek : snp::kGuidVcek);
    const bool hasChain =
        found.find("intermediate.der", snp::kGuidAsk) != nullptr && found.find("ark.der", snp::kGuidArk) != nullptr;
    const bool hasCrl = found.find("crl.der", snp::kGuidCrl) != nullptr;
    MissingCollateral out;
    if (hasChain && hasCrl && vek != nullptr) return out;
    TRY_ASSIGN(product, productOf(report, vek, wish));
    if (!hasChain) out.requests.push_back({CollateralKind::SnpChain, snpChainKey(product, report.signingKey)});
    if (vek == nullptr) {
        if (auto request = vcekFor(report, product)) {
            out.requests.push_back(std::move(*request));
        } else {
            out.unpublished.push_back(request.error());
        }
    }
    if (!hasCrl) out.requests.push_back({CollateralKind::SnpCrl, snpCrlKey(product, report.signingKey)});
    return out;
}

} // namespace

const char* nameOf(CollateralKind kind)
{
    return kinds().at(kind).name;
}

Result<CollateralKind> parseCollateralKind(std::string_view name)
{
    for (const CollateralKind kind : kCollateralKinds) {
        if (name == nameOf(kind)) return kind;
    }
    return fail(ErrorKind::Malformed, "collateral kind is not one of those we know");
}

const std::vector<std::string>& filesOf(CollateralKind kind)
{
    return kinds().at(kind).files;
}

std::string urlFor(const CollateralRequest& request, const CollateralEndpoints& endpoints)
{
    if (request.kind == CollateralKind::RootCrl && !endpoints.rootCrl.empty()) return endpoints.rootCrl;
    return (request.kind < CollateralKind::SnpChain ? endpoints.pcs : endpoints.kds) + request.key;
}

Result<MissingCollateral> missingCollateral(const Evidence& evidence, const Collateral& have,
                                            const CollateralWishes& wishes)
{
    return evidence.tee == TeeKind::Tdx ? missingForTdx(evidence, have, wishes.edition)
                                        : missingForSnp(evidence, have, wishes.product);
}

std::string tcbInfoKey(const FixedBytes<6>& fmspc)
{
    return kTdxPath + "/tcb?fmspc=" + upperHex(fmspc.view());
}
std::string qeIdentityKey()
{
    return kTdxPath + "/qe/identity";
}
std::string pckCrlKey(const std::string& ca)
{
    return kSgxPath + "/pckcrl?ca=" + ca + "&encoding=der";
}
std::string rootCrlKey()
{
    return kSgxPath + "/rootcacrl";
}

std::string snpChainKey(snp::Product product, snp::SigningKeyKind signer)
{
    return snpPath(product, signer) + "/cert_chain";
}

std::string snpCrlKey(snp::Product product, snp::SigningKeyKind signer)
{
    return snpPath(product, signer) + "/crl";
}

std::string vcekKey(snp::Product product, BytesView hwid, const snp::TcbParts& tcb)
{
    const std::string fmc = product == snp::Product::Turin ? "fmcSPL=" + std::to_string(tcb.fmc) + "&" : "";
    return snpPath(product, snp::SigningKeyKind::Vcek) + "/" + toHex(hwid) + "?" + fmc +
           "blSPL=" + std::to_string(tcb.bootLoader) + "&teeSPL=" + std::to_string(tcb.tee) +
           "&snpSPL=" + std::to_string(tcb.snp) + "&ucodeSPL=" + std::to_string(tcb.microcode);
}

Result<std::string> pckCaOf(const std::string& commonName)
{
    if (commonName.find("PCK Platform CA") != std::string::npos) return std::string("platform");
    if (commonName.find("PCK Processor CA") != std::string::npos) return std::string("processor");
    return fail(ErrorKind::Untrusted,
                "PCK certificate's issuer is " + commonName + ", want the PCK Platform or Processor CA");
}

} // namespace quorate::attestation
