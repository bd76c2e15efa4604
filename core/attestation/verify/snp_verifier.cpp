// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/snp_verifier.h"

#include <algorithm>

#include "core/attestation/policy/judge.h"
#include "core/attestation/policy/policy_check_kinds.h"
#include "core/attestation/verify/window.h"

namespace quorate::attestation {
namespace {

using namespace checks;

constexpr std::size_t kTurinChipIdBytes = 8;

/// DER, or PEM as some hosts and vendors' downloads have it.
Result<Certificate> readCertificate(BytesView bytes)
{
    if (asText(bytes).find("-----BEGIN") != std::string_view::npos) return Certificate::fromPem(asText(bytes));
    return Certificate::fromDer(bytes);
}

Result<void> asVoid(const Result<VekExtensions>& result)
{
    if (result) return {};
    return tl::unexpected<Error>(result.error());
}

Result<void> asVoid(const Result<Certificate>& result)
{
    if (result) return {};
    return tl::unexpected<Error>(result.error());
}

bool isVlek(const snp::Report& report) { return report.signingKey == snp::SigningKeyKind::Vlek; }

/// Names of the three certificates for this product and signer (AMD 57230 section 3).
Result<void> checkNames(const std::string& product, bool vlek, const Certificate& vek, const Certificate& ask,
                        const Certificate& ark)
{
    const std::string wantedVek = vlek ? "SEV-VLEK" : "SEV-VCEK";
    const std::string wantedAsk = (vlek ? "SEV-VLEK-" : "SEV-") + product;
    const std::string wantedArk = "ARK-" + product;
    if (vek.subjectCommonName() != wantedVek || ask.subjectCommonName() != wantedAsk ||
        ark.subjectCommonName() != wantedArk) {
        return fail(ErrorKind::Untrusted, "chain is " + vek.subjectCommonName() + " < " + ask.subjectCommonName() +
                                              " < " + ark.subjectCommonName() + ", want " + wantedVek + " < " +
                                              wantedAsk + " < " + wantedArk);
    }
    if (!ask.isCa() || !ark.isCa()) return fail(ErrorKind::Untrusted, "intermediate or root is not a CA certificate");
    return {};
}

Result<void> checkSignatures(const Certificate& vek, const Certificate& ask, const Certificate& ark)
{
    TRY(ark.verifySignedBy(ark));
    TRY(ask.verifySignedBy(ark));
    return vek.verifySignedBy(ask);
}

}  // namespace

void SnpVerifier::run()
{
    readTable();
    verifyVek();
    judgeProduct();
    verifyChain();
    verifyReport();
    judgeChip();
    judgeTcb();
}

void SnpVerifier::readTable()
{
    auto table = snp::parseCertificateTable(m_inputs.evidence.auxBlob);
    if (m_inputs.evidence.auxBlob.empty()) {
        m_checks.notApplicable(kSnpCertificateTable, "evidence has no certificate table");
    } else if (!table) {
        m_checks.fail(kSnpCertificateTable, ErrorKind::Malformed, table.error().message, {});
    } else {
        m_checks.pass(kSnpCertificateTable, std::to_string(table->size()) + " entries");
        m_table = std::move(*table);
    }
}

const Bytes* SnpVerifier::find(const char* file, const char* guid) const
{
    if (const Bytes* bytes = m_inputs.collateral.find(file)) return bytes;
    const auto entry = m_table.find(guid);
    return entry == m_table.end() || entry->second.empty() ? nullptr : &entry->second;
}

void SnpVerifier::verifyVek()
{
    const Bytes* bytes = find("vek.der", isVlek(m_report) ? snp::kGuidVlek : snp::kGuidVcek);
    if (bytes == nullptr) {
        m_checks.missing(kVek, "vek.der");
        m_checks.skip(kVekExtensions, kVek);
        return m_checks.skip(kVekKind, kVek);
    }
    auto vek = readCertificate(*bytes);
    const Result<void> usable = vek && !vek->publicKey().isEc(EcCurve::P384)
                                    ? Result<void>(fail(ErrorKind::Untrusted, "VEK's key is not on P-384"))
                                    : asVoid(vek);
    if (!m_checks.judge(kVek, usable, vek ? vek->subjectCommonName() + ", P-384" : std::string(), {})) {
        m_checks.skip(kVekExtensions, kVek);
        return m_checks.skip(kVekKind, kVek);
    }
    m_vek = std::move(*vek);
    auto extensions = parseVekExtensions(*m_vek);
    if (!m_checks.judge(kVekExtensions, asVoid(extensions),
                        extensions ? extensions->productName + ", " + extensions->tcb.text() : std::string(), {})) {
        return m_checks.skip(kVekKind, kVekExtensions);
    }
    m_extensions = std::move(*extensions);
    m_result.claims["vekProductName"] = m_extensions->productName;
    if (m_extensions->cspId) m_result.claims["cspId"] = *m_extensions->cspId;
    const bool agrees = m_extensions->cspId.has_value() == isVlek(m_report);
    m_checks.judge(kVekKind, agrees, ErrorKind::Untrusted, m_extensions->cspId ? "VLEK" : "VCEK",
                   isVlek(m_report) ? "VLEK (SIGNING_KEY 1)" : "VCEK (SIGNING_KEY 0)");
}

void SnpVerifier::judgeProduct()
{
    const auto byCpuid = m_report.productByCpuid();
    const auto byVek = m_extensions ? m_extensions->product() : std::nullopt;
    const std::string found = (byCpuid ? snp::nameOf(*byCpuid) : std::string("no product")) + " by CPUID, " +
                              (m_extensions ? m_extensions->productName : std::string("nothing")) + " by VEK";
    // Version 2 has no CPUID, so the certificate alone says the product; from version 3 on both must agree.
    const bool known = m_report.version < 3 ? byVek.has_value() : byCpuid.has_value() && byCpuid == byVek;
    if (m_extensions) {
        m_checks.judge(kSnpProduct, known, ErrorKind::Untrusted, found, "Milan, Genoa or Turin, the same in both");
    } else {
        m_checks.skip(kSnpProduct, kVekExtensions);
    }
    if (known) m_product = byVek;
    if (m_product) m_result.product = snp::nameOf(*m_product);
}

void SnpVerifier::verifyChain()
{
    const Bytes* askBytes = find("intermediate.der", snp::kGuidAsk);
    const Bytes* arkBytes = find("ark.der", snp::kGuidArk);
    const bool complete = askBytes != nullptr && arkBytes != nullptr;
    if (!complete || !m_vek || !m_product) {
        if (!complete) {
            m_checks.missing(kSnpChain, askBytes != nullptr   ? "ark.der"
                                        : arkBytes != nullptr ? "intermediate.der"
                                                              : "intermediate.der, ark.der");
        } else {
            m_checks.skip(kSnpChain, m_vek ? kSnpProduct : kVek);
        }
        for (const CheckKind* kind : {&kRootPin, &kSnpValidity, &kSnpCrl, &kSnpCrlFresh, &kCollateralAge, &kAskRevoked})
            m_checks.skip(*kind, kSnpChain);
        return;
    }
    const auto ask = readCertificate(*askBytes);
    const auto ark = readCertificate(*arkBytes);
    if (!ask || !ark) {
        m_checks.judge(kSnpChain, ask ? asVoid(ark) : asVoid(ask), {}, {});
        for (const CheckKind* kind : {&kRootPin, &kSnpValidity, &kSnpCrl, &kSnpCrlFresh, &kCollateralAge, &kAskRevoked})
            m_checks.skip(*kind, kSnpChain);
        return;
    }
    verifyChainCertificates(*ask, *ark);
    verifyRevocation(*ask, *ark);
}

void SnpVerifier::verifyChainCertificates(const Certificate& ask, const Certificate& ark)
{
    const std::string product = snp::nameOf(*m_product);
    Result<void> chain = checkNames(product, isVlek(m_report), *m_vek, ask, ark);
    if (chain) chain = checkSignatures(*m_vek, ask, ark);
    const std::string names =
        m_vek->subjectCommonName() + " < " + ask.subjectCommonName() + " < " + ark.subjectCommonName();
    m_checks.judge(kSnpChain, chain, names, {});
    const Digest32 pin = ark.publicKey().spkiSha256();
    const auto pins = m_inputs.anchors.amdRootKeys.find(product);
    m_checks.judge(kRootPin, pins != m_inputs.anchors.amdRootKeys.end() && pins->second.contains(pin),
                   ErrorKind::Untrusted, "root key " + toHex(pin), "a pinned ARK-" + product + " key");
    m_checks.judge(kSnpValidity, validAt({*m_vek, ask, ark}, m_inputs.at), names, formatRfc3339(m_inputs.at));
}

void SnpVerifier::verifyRevocation(const Certificate& ask, const Certificate& ark)
{
    const Bytes* bytes = find("crl.der", snp::kGuidCrl);
    if (bytes == nullptr) {
        // AMD's list covers the intermediate only, and hosts do not hand it over; the diagnostic and training profiles
        // go on without it, the others do not.
        const bool needed =
            m_inputs.policy.profile == PolicyProfile::Strict || m_inputs.policy.profile == PolicyProfile::Standard;
        if (needed) {
            m_checks.missing(kSnpCrl, "crl.der");
        } else {
            m_checks.notChecked(kSnpCrl, "no CRL (crl.der) given");
        }
        m_checks.skip(kSnpCrlFresh, kSnpCrl);
        m_checks.skip(kCollateralAge, kSnpCrl);
        return m_checks.skip(kAskRevoked, kSnpCrl);
    }
    const auto crl = CertificateRevocationList::parse(*bytes);
    const Result<void> verified = crl ? crl->verifySignedBy(ark) : Result<void>(tl::unexpected<Error>(crl.error()));
    if (!m_checks.judge(kSnpCrl, verified, "issued by " + ark.subjectCommonName(), ark.subjectCommonName())) {
        m_checks.skip(kSnpCrlFresh, kSnpCrl);
        m_checks.skip(kCollateralAge, kSnpCrl);
        return m_checks.skip(kAskRevoked, kSnpCrl);
    }
    judgeCrlWindow(*crl);
    m_checks.judge(kAskRevoked, !crl->revokes(ask) && !crl->revokes(*m_vek), ErrorKind::Untrusted,
                   (crl->revokes(ask) ? "revoked: serial " : "serial ") + toHex(ask.serial()),
                   "not among the " + std::to_string(crl->entryCount()) + " revoked");
}

void SnpVerifier::judgeCrlWindow(const CertificateRevocationList& crl)
{
    judgeCollateralAge(m_inputs, crl.thisUpdate(), m_checks);
    const UtcSeconds next = crl.nextUpdate().value_or(crl.thisUpdate());
    const bool covers = crl.thisUpdate() <= m_inputs.at && m_inputs.at <= next;
    if (!covers && m_inputs.policy.profile == PolicyProfile::ChainOnly) {
        // A list of another day is still worth reading, but it is not revocation at this time.
        return m_checks.notChecked(kSnpCrlFresh, "CRL is of " + windowText(crl.thisUpdate(), next));
    }
    judgeWindow(m_checks, kSnpCrlFresh, crl.thisUpdate(), next, m_inputs.at);
}

void SnpVerifier::verifyReport()
{
    if (!m_vek) return m_checks.skip(kReportSignature, kVek);
    const BytesView message = BytesView(m_inputs.evidence.blob).first(snp::kSignedBytes);
    m_checks.judge(kReportSignature, m_vek->publicKey().verifyRaw(EcCurve::P384, message, m_report.signature),
                   "signed by the " + m_vek->subjectCommonName() + " key", {});
}

void SnpVerifier::judgeChip()
{
    if (isVlek(m_report)) return m_checks.notApplicable(kChipId, "a VLEK names a provider, not a chip");
    if (!m_extensions || !m_extensions->hwid) return m_checks.skip(kChipId, kVekExtensions);
    const Bytes& hwid = *m_extensions->hwid;
    const bool isTurin = m_product == snp::Product::Turin;
    // A masked (all-zero) CHIP_ID names no chip and so does not match: there is no skipping.
    FixedBytes<64> wanted;
    std::copy(hwid.begin(), hwid.end(), wanted.bytes.begin());
    const bool sized = hwid.size() == wanted.bytes.size() || (isTurin && hwid.size() == kTurinChipIdBytes);
    m_checks.judge(kChipId, sized && m_report.chipId == wanted && !m_report.chipId.isZero(), ErrorKind::Untrusted,
                   toHex(m_report.chipId), toHex(wanted));
}

void SnpVerifier::judgeTcb()
{
    if (!m_product || !m_extensions) {
        m_checks.skip(kTcbCertificate, kSnpProduct);
        m_checks.skip(kTcbOrder, kSnpProduct);
        return m_checks.skip(kSnpTcbStatus, kSnpProduct);
    }
    const snp::TcbParts reported = snp::decodeTcb(*m_product, m_report.reportedTcb);
    const snp::TcbParts committed = snp::decodeTcb(*m_product, m_report.committedTcb);
    const snp::TcbParts current = snp::decodeTcb(*m_product, m_report.currentTcb);
    // All eight bytes, so that a reserved byte cannot carry a meaning we do not know.
    const snp::TcbBytes certified = snp::encodeTcb(*m_product, m_extensions->tcb);
    const bool equal = m_checks.judge(kTcbCertificate, m_report.reportedTcb == certified, ErrorKind::Untrusted,
                                      toHex(m_report.reportedTcb) + " (" + reported.text() + ")",
                                      toHex(certified) + " (" + m_extensions->tcb.text() + ")");
    const bool ordered = m_checks.judge(
        kTcbOrder, reported.isAtMost(committed) && committed.isAtMost(current), ErrorKind::PolicyRefused,
        "reported " + reported.text() + "; committed " + committed.text() + "; current " + current.text(),
        "reported <= committed <= current, each component");
    if (!equal || !ordered) return m_checks.skip(kSnpTcbStatus, equal ? kTcbOrder : kTcbCertificate);
    m_result.tcbStatus = "UpToDate";
    judgeTcbStatus(m_inputs, kSnpTcbStatus, m_result.tcbStatus, m_checks);
}

}  // namespace quorate::attestation
