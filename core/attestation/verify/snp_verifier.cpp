// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/snp_verifier.h"

#include <algorithm>

#include "core/attestation/policy/judge.h"
#include "core/attestation/policy/policy_check_kinds.h"
#include "core/attestation/verify/window.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

using namespace checks;

constexpr std::size_t kTurinChipIdBytes = 8;

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

}  // namespace

void SnpVerifier::run()
{
    readTable();
    verifyVek();
    judgeProduct();
    verifyChain();
    judgeTable();
    verifyReport();
    judgeChip();
    judgeTcb();
}

void SnpVerifier::readTable()
{
    auto table = snp::parseCertificateTable(m_inputs.evidence.auxBlob);
    if (table) {
        m_table = std::move(*table);
    } else {
        m_tableFault = table.error();
    }
}

void SnpVerifier::judgeTable()
{
    if (m_inputs.evidence.auxBlob.empty())
        return m_checks.notApplicable(kSnpCertificateTable, "evidence has no certificate table");
    const Result<void> read = m_tableFault ? Result<void>(tl::unexpected<Error>(*m_tableFault)) : checkTableCopies();
    m_checks.judge(kSnpCertificateTable, read, std::to_string(m_table.size()) + " entries", {});
}

Result<void> SnpVerifier::checkTableCopies() const
{
    if (!m_chain) return {};
    const struct {
        const char* file;
        const char* guid;
        const Certificate& used;
        const Certificate& issuer;
    } roles[] = {{"vek.der", isVlek(m_report) ? snp::kGuidVlek : snp::kGuidVcek, m_chain->vek, m_chain->ask},
                 {"intermediate.der", snp::kGuidAsk, m_chain->ask, m_chain->ark},
                 {"ark.der", snp::kGuidArk, m_chain->ark, m_chain->ark}};
    for (const auto& role : roles) {
        const auto entry = m_table.find(role.guid);
        const bool hasTwo = entry != m_table.end() && m_inputs.collateral.find(role.file) != nullptr;
        if (!hasTwo) continue;
        TRY_ASSIGN(copy, readVekCertificate(entry->second));
        TRY(checkSecondCopy(copy, role.used, role.issuer));
    }
    const auto list = m_table.find(snp::kGuidCrl);
    const Bytes* used = m_inputs.collateral.find("crl.der");
    if (list == m_table.end() || used == nullptr || list->second == *used) return {};
    TRY_ASSIGN(crl, CertificateRevocationList::parse(list->second));
    TRY(crl.verifySignedBy(m_chain->ark));
    if (crl.revokes(m_chain->ask)) return fail(ErrorKind::Untrusted, "the table's CRL revokes the intermediate");
    return {};
}

const Bytes* SnpVerifier::find(const char* file, const char* guid) const
{
    if (const Bytes* bytes = m_inputs.collateral.find(file)) return bytes;
    const auto entry = m_table.find(guid);
    return entry == m_table.end() || entry->second.empty() ? nullptr : &entry->second;
}

std::shared_ptr<const Result<Certificate>> SnpVerifier::readCertificate(BytesView bytes) const
{
    return m_memo.once("amd-certificate", {sha256(bytes)}, [&] { return readVekCertificate(bytes); });
}

void SnpVerifier::verifyVek()
{
    const Bytes* bytes = find("vek.der", isVlek(m_report) ? snp::kGuidVlek : snp::kGuidVcek);
    if (bytes == nullptr) {
        m_checks.missing(kVek, "vek.der");
        m_checks.skip(kVekExtensions, kVek);
        return m_checks.skip(kVekKind, kVek);
    }
    const auto read = readCertificate(*bytes);
    const auto& vek = *read;
    const Result<void> usable = vek && !vek->publicKey().isEc(EcCurve::P384)
                                    ? Result<void>(fail(ErrorKind::Untrusted, "VEK's key is not on P-384"))
                                    : asVoid(vek);
    if (!m_checks.judge(kVek, usable, vek ? vek->subjectCommonName() + ", P-384" : std::string(), {})) {
        m_checks.skip(kVekExtensions, kVek);
        return m_checks.skip(kVekKind, kVek);
    }
    m_vek = *vek;
    const auto extensions = parseVekExtensions(*m_vek);
    if (!m_checks.judge(kVekExtensions, asVoid(extensions),
                        extensions ? extensions->productName + ", " + extensions->tcb.text() : std::string(), {})) {
        return m_checks.skip(kVekKind, kVekExtensions);
    }
    m_extensions = *extensions;
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
    const auto readAsk = readCertificate(*askBytes);
    const auto readArk = readCertificate(*arkBytes);
    const auto& ask = *readAsk;
    const auto& ark = *readArk;
    if (!ask || !ark) {
        m_checks.judge(kSnpChain, ask ? asVoid(ark) : asVoid(ask), {}, {});
        for (const CheckKind* kind : {&kRootPin, &kSnpValidity, &kSnpCrl, &kSnpCrlFresh, &kCollateralAge, &kAskRevoked})
            m_checks.skip(*kind, kSnpChain);
        return;
    }
    m_chain = VekChain{*m_vek, *ask, *ark};
    judgeChain();
    verifyRevocation();
}

void SnpVerifier::judgeChain()
{
    const std::string product = snp::nameOf(*m_product);
    const std::string signer = (isVlek(m_report) ? "VLEK of " : "VCEK of ") + product;
    const auto verified = m_memo.once(
        "vek-chain",
        {m_chain->vek.sha256Fingerprint(), m_chain->ask.sha256Fingerprint(), m_chain->ark.sha256Fingerprint(),
         sha256(asBytes(signer))},
        [&] { return m_chain->verify(*m_product, m_report.signingKey); });
    m_checks.judge(kSnpChain, *verified, m_chain->names(), {});
    const Digest32 pin = m_chain->ark.publicKey().spkiSha256();
    const auto pins = m_inputs.anchors.amdRootKeys.find(product);
    m_checks.judge(kRootPin, pins != m_inputs.anchors.amdRootKeys.end() && pins->second.contains(pin),
                   ErrorKind::Untrusted, "root key " + toHex(pin), "a pinned ARK-" + product + " key");
    m_checks.judge(kSnpValidity, validAt({m_chain->vek, m_chain->ask, m_chain->ark}, m_inputs.at), m_chain->names(),
                   formatRfc3339(m_inputs.at));
}

void SnpVerifier::verifyRevocation()
{
    const Certificate& ask = m_chain->ask;
    const Certificate& ark = m_chain->ark;
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
    const auto read = m_memo.once("amd-crl", {m_memo.sha256Of(*bytes), ark.sha256Fingerprint()}, [&]() -> Result<CertificateRevocationList> {
        TRY_ASSIGN(list, CertificateRevocationList::parse(*bytes));
        TRY(list.verifySignedBy(ark));
        return list;
    });
    const auto& crl = *read;
    const Result<void> verified = crl ? Result<void>() : Result<void>(tl::unexpected<Error>(crl.error()));
    if (!m_checks.judge(kSnpCrl, verified, "issued by " + ark.subjectCommonName(), ark.subjectCommonName())) {
        m_checks.skip(kSnpCrlFresh, kSnpCrl);
        m_checks.skip(kCollateralAge, kSnpCrl);
        return m_checks.skip(kAskRevoked, kSnpCrl);
    }
    judgeCrlWindow(*crl);
    // The list is the root's and so covers what the root issued: the intermediate and itself. A VEK's serial number is
    // always zero, and AMD revokes none: a new TCB takes its place.
    const Certificate& named = crl->revokes(ark) ? ark : ask;
    m_checks.judge(kAskRevoked, !crl->revokes(named), ErrorKind::Untrusted,
                   named.subjectCommonName() + (crl->revokes(named) ? " is revoked, serial " : ", serial ") +
                       toHex(named.serial()),
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
    const bool ordered = judgeTcbOrder(reported, committed, current);
    if (!equal || !ordered) return m_checks.skip(kSnpTcbStatus, equal ? kTcbOrder : kTcbCertificate);
    m_result.tcbStatus = "UpToDate";
    judgeTcbStatus(m_inputs, kSnpTcbStatus, m_result.tcbStatus, m_checks);
}

bool SnpVerifier::judgeTcbOrder(const snp::TcbParts& reported, const snp::TcbParts& committed,
                                const snp::TcbParts& current)
{
    for (const auto& [name, tcb] : {std::pair{"COMMITTED_TCB", m_report.committedTcb},
                                    std::pair{"CURRENT_TCB", m_report.currentTcb},
                                    std::pair{"LAUNCH_TCB", m_report.launchTcb}}) {
        if (!snp::hasReservedTcbBits(*m_product, tcb)) continue;
        m_checks.fail(kTcbOrder, ErrorKind::Untrusted, std::string(name) + " is " + toHex(tcb), "its reserved bytes zero");
        return false;
    }
    return m_checks.judge(
        kTcbOrder, reported.isAtMost(committed) && committed.isAtMost(current), ErrorKind::PolicyRefused,
        "reported " + reported.text() + "; committed " + committed.text() + "; current " + current.text(),
        "reported <= committed <= current, each component");
}

}  // namespace quorate::attestation
