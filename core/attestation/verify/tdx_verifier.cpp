// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/tdx_verifier.h"

#include <algorithm>

#include "core/attestation/policy/judge.h"
#include "core/attestation/policy/policy_check_kinds.h"
#include "core/attestation/verify/tdx_collateral.h"
#include "core/attestation/verify/tdx_quote_signatures.h"
#include "core/attestation/verify/tdx_tcb.h"
#include "core/attestation/verify/window.h"

namespace quorate::attestation {
namespace {

using namespace checks;

/// What certification data of types 1 to 4 say of the platform must agree with the chain that came beside the quote. The
/// raw CPUSVN and PCESVN of types 1 to 3 are not compared: Intel maps a platform's raw TCB to a certificate's.
Result<void> checkCertData(const tdx::Quote& quote, const Certificate& leaf, const PckExtension& pck)
{
    if (quote.certType == tdx::kCertTypePckChain) return {};
    const BytesView data = quote.certData;
    if (quote.certType == tdx::kCertTypePckLeaf) {
        TRY_ASSIGN(own, Certificate::fromPem(asText(data)));
        if (own == leaf) return {};
        return fail(ErrorKind::Untrusted, "PCK certificate in the quote is not the chain's");
    }
    if (!std::ranges::equal(data.last(pck.pceId.kSize), pck.pceId.bytes)) {
        return fail(ErrorKind::Untrusted, "PCEID in the quote is not the PCK certificate's");
    }
    if (quote.certType == tdx::kCertTypePlainPpid && !std::ranges::equal(data.first(pck.ppid.kSize), pck.ppid.bytes)) {
        return fail(ErrorKind::Untrusted, "PPID in the quote is not the PCK certificate's");
    }
    return {};
}

/// Whether a result is good, apart from its value.
template <typename T>
Result<void> outcomeOf(const Result<T>& result)
{
    return result ? Result<void>() : Result<void>(tl::unexpected<Error>(result.error()));
}

std::string namesOf(const std::vector<Certificate>& chain)
{
    std::string out;
    for (const Certificate& certificate : chain) out += (out.empty() ? "" : " < ") + certificate.subjectCommonName();
    return out;
}

template <std::size_t N>
bool equalUnderMask(const FixedBytes<N>& value, const FixedBytes<N>& mask, const FixedBytes<N>& wanted)
{
    for (std::size_t i = 0; i < N; ++i) {
        if ((value.bytes[i] & mask.bytes[i]) != wanted.bytes[i]) return false;
    }
    return true;
}

}  // namespace

void TdxVerifier::run()
{
    verifyPckChain();
    verifyRevocation();
    verifyTcbInfo();
    verifyQeIdentity();
    if (m_tcbInfo && m_qeIdentity) {
        const std::uint32_t lower = std::min(m_tcbInfo->evaluationNumber, m_qeIdentity->evaluationNumber);
        m_checks.judge(kEvaluationNumber,
                       m_tcbInfo->evaluationNumber == m_qeIdentity->evaluationNumber &&
                           lower >= m_inputs.policy.minTcbEvaluationDataNumber,
                       ErrorKind::PolicyRefused,
                       "TCB info " + std::to_string(m_tcbInfo->evaluationNumber) + ", QE identity " +
                           std::to_string(m_qeIdentity->evaluationNumber),
                       "equal, at least " + std::to_string(m_inputs.policy.minTcbEvaluationDataNumber));
        judgeCollateralAge(m_inputs, std::min(m_tcbInfo->issueDate, m_qeIdentity->issueDate), m_checks);
    } else {
        m_checks.skip(kEvaluationNumber, m_tcbInfo ? kQeIdentityContent : kTcbInfoContent);
        m_checks.skip(kCollateralAge, m_tcbInfo ? kQeIdentityContent : kTcbInfoContent);
    }
    verifyQuote();
    judgeQeIdentity();
    judgeModule();
    judgeTcb();
}

std::optional<CollateralFile> TdxVerifier::collateralFile(const char* name) const
{
    const Bytes* bytes = m_inputs.collateral.find(name);
    if (bytes == nullptr) return std::nullopt;
    return CollateralFile{*bytes, m_result.inputDigests.at(name)};
}

void TdxVerifier::verifyPckChain()
{
    const bool carried = m_quote.certType == tdx::kCertTypePckChain;
    const auto file = carried ? CollateralFile{m_quote.certData, m_memo.sha256Of(m_quote.certData)} : collateralFile("pck_chain.pem");
    if (!file) {
        m_checks.missing(kPckChain, "pck_chain.pem");
        for (const CheckKind* kind : {&kRootPin, &kPckValidity, &kPckExtension}) m_checks.skip(*kind, kPckChain);
        return;
    }
    const auto verified = m_memo.once("pck-chain", {file->digest},
                                      [&] { return attestation::verifyPckChain(asText(file->bytes), m_memo); });
    const auto& chain = *verified;
    if (!m_checks.judge(kPckChain, outcomeOf(chain), chain ? namesOf(*chain) : std::string(),
                        "PCK certificate < PCK CA < root")) {
        for (const CheckKind* kind : {&kRootPin, &kPckValidity, &kPckExtension}) m_checks.skip(*kind, kPckChain);
        return;
    }
    m_chain = *chain;
    const Digest32 pin = m_chain[2].publicKey().spkiSha256();
    m_checks.judge(kRootPin, m_inputs.anchors.intelSgxRoots.contains(pin), ErrorKind::Untrusted,
                   "root key " + toHex(pin), "a pinned Intel SGX root key");
    m_checks.judge(kPckValidity, validAt(m_chain, m_inputs.at), namesOf(m_chain), formatRfc3339(m_inputs.at));
    verifyPckContent();
}

void TdxVerifier::verifyPckContent()
{
    const auto read = m_memo.once("pck-extension", {m_chain[0].sha256Fingerprint()}, [&] { return parsePckExtension(m_chain[0]); });
    const auto& extension = *read;
    const Result<void> parsed =
        extension ? checkCertData(m_quote, m_chain[0], *extension) : outcomeOf(extension);
    if (!m_checks.judge(kPckExtension, parsed, "FMSPC " + (extension ? toHex(extension->fmspc) : std::string()), {}))
        return;
    m_pck = *extension;
    m_result.claims["fmspc"] = toHex(m_pck->fmspc);
    m_result.claims["pceid"] = toHex(m_pck->pceId);
    m_result.claims["pceSvn"] = std::to_string(m_pck->pceSvn);
    m_result.claims["pckCpuSvn"] = toHex(m_pck->cpuSvn);
    m_result.claims["ppid"] = toHex(m_pck->ppid);
    if (m_pck->platformInstanceId) m_result.claims["piid"] = toHex(*m_pck->platformInstanceId);
}

void TdxVerifier::verifyRevocation()
{
    if (m_chain.empty()) {
        for (const CheckKind* kind :
             {&kRootCrl, &kRootCrlFresh, &kPckCaRevoked, &kPckCrl, &kPckCrlFresh, &kPckRevoked}) {
            m_checks.skip(*kind, kPckChain);
        }
        return;
    }
    verifyCrl("root_ca_crl.der", m_chain[2], m_chain[1], kRootCrl, kRootCrlFresh, kPckCaRevoked);
    verifyCrl("pck_ca_crl.der", m_chain[1], m_chain[0], kPckCrl, kPckCrlFresh, kPckRevoked);
}

Result<void> TdxVerifier::checkPckCrlIssuer() const
{
    const auto issuerChain = collateralFile("pck_crl_issuer_chain.pem");
    if (!issuerChain) return {};
    return checkCrlIssuerChain(*issuerChain, m_chain[1], m_chain[2], m_memo);
}

void TdxVerifier::verifyCrl(const char* file, const Certificate& issuer, const Certificate& subject,
                            const CheckKind& signature, const CheckKind& fresh, const CheckKind& revoked)
{
    const auto list = collateralFile(file);
    if (!list) {
        m_checks.missing(signature, file);
        m_checks.skip(fresh, signature);
        return m_checks.skip(revoked, signature);
    }
    const auto read = verifyIntelCrl(*list, issuer, m_memo);
    const auto& crl = *read;
    Result<void> verified = outcomeOf(crl);
    if (verified && issuer == m_chain[1]) verified = checkPckCrlIssuer();
    if (!m_checks.judge(signature, verified, "issued by " + issuer.subjectCommonName(),
                        issuer.subjectCommonName())) {
        m_checks.skip(fresh, signature);
        return m_checks.skip(revoked, signature);
    }
    judgeWindow(m_checks, fresh, crl->thisUpdate(), crl->nextUpdate().value_or(crl->thisUpdate()), m_inputs.at);
    m_checks.judge(revoked, !crl->revokes(subject), ErrorKind::Untrusted,
                   (crl->revokes(subject) ? "revoked: serial " : "not listed: serial ") + toHex(subject.serial()),
                   "not among the " + std::to_string(crl->entryCount()) + " revoked");
}

const Result<Certificate>& TdxVerifier::tcbSigner(const CollateralFile& pem)
{
    // Intel serves both objects with the same chain, which need not be verified twice.
    if (!m_signer || m_signerChain != pem.digest) {
        const auto rootCrl = collateralFile("root_ca_crl.der");
        m_signer = verifyTcbSigner(pem, m_inputs.anchors.intelSgxRoots, rootCrl ? &*rootCrl : nullptr, m_inputs.at, m_memo);
        m_signerChain = pem.digest;
    }
    return *m_signer;
}

template <typename T>
std::shared_ptr<const SignedObject<T>> TdxVerifier::verifySigned(const char* file, const char* chainFile,
                                                                 SignedObject<T> (*verify)(BytesView, const Certificate&),
                                                                 const CheckKind& chain, const CheckKind& signature)
{
    const auto pem = collateralFile(chainFile);
    const auto json = collateralFile(file);
    Result<Certificate> signer = fail(ErrorKind::Unavailable, chainFile);
    if (!pem) {
        m_checks.missing(chain, chainFile);
    } else {
        signer = tcbSigner(*pem);
        m_checks.judge(chain, outcomeOf(signer), signer ? signer->subjectCommonName() : std::string(),
                       "SGX TCB Signing < pinned root");
    }
    if (!json) {
        m_checks.missing(signature, file);
        return nullptr;
    }
    if (!signer) {
        m_checks.skip(signature, chain);
        return nullptr;
    }
    auto object = m_memo.once(file, {json->digest, signer->sha256Fingerprint()}, [&] { return verify(json->bytes, *signer); });
    const bool isSigned = m_checks.judge(signature, object->signature, "signed by " + signer->subjectCommonName(), {});
    return isSigned ? object : nullptr;
}

void TdxVerifier::verifyTcbInfo()
{
    const auto object = verifySigned("tcb_info.json", "tcb_info_issuer_chain.pem", attestation::verifyTcbInfo,
                                     kTcbInfoChain, kTcbInfoSignature);
    if (!object) {
        for (const CheckKind* kind : {&kTcbInfoContent, &kTcbInfoFresh, &kTcbInfoPlatform})
            m_checks.skip(*kind, kTcbInfoSignature);
        return;
    }
    const auto& info = object->content;
    if (!m_checks.judge(kTcbInfoContent, outcomeOf(info), "TDX, version 3", {})) {
        for (const CheckKind* kind : {&kTcbInfoFresh, &kTcbInfoPlatform}) m_checks.skip(*kind, kTcbInfoContent);
        return;
    }
    judgeWindow(m_checks, kTcbInfoFresh, info->issueDate, info->nextUpdate, m_inputs.at);
    if (m_pck) {
        m_checks.judge(kTcbInfoPlatform, info->fmspc == m_pck->fmspc && info->pceId == m_pck->pceId,
                       ErrorKind::Untrusted,
                       "TCB info for FMSPC " + toHex(info->fmspc) + " PCEID " + toHex(info->pceId),
                       "FMSPC " + toHex(m_pck->fmspc) + " PCEID " + toHex(m_pck->pceId));
    } else {
        m_checks.skip(kTcbInfoPlatform, kPckExtension);
    }
    m_tcbInfo = {object, &*info};
}

void TdxVerifier::verifyQeIdentity()
{
    const auto object = verifySigned("qe_identity.json", "qe_identity_issuer_chain.pem", attestation::verifyQeIdentity,
                                     kQeIdentityChain, kQeIdentitySignature);
    if (!object) {
        for (const CheckKind* kind : {&kQeIdentityContent, &kQeIdentityFresh})
            m_checks.skip(*kind, kQeIdentitySignature);
        return;
    }
    const auto& identity = object->content;
    if (!m_checks.judge(kQeIdentityContent, outcomeOf(identity), "TD_QE, version 2", {})) {
        m_checks.skip(kQeIdentityFresh, kQeIdentityContent);
        return;
    }
    judgeWindow(m_checks, kQeIdentityFresh, identity->issueDate, identity->nextUpdate, m_inputs.at);
    m_qeIdentity = {object, &*identity};
}

void TdxVerifier::verifyQuote()
{
    if (m_chain.empty()) {
        m_checks.skip(kQeReportSignature, kPckChain);
    } else {
        m_checks.judge(kQeReportSignature, verifyQeReport(m_quote, m_chain[0]), "signed by the PCK key", {});
    }
    const Digest64 wanted = wantedQeReportData(m_quote);
    m_checks.judge(kQeReportBinding, m_quote.qeReport.reportData == wanted, ErrorKind::Untrusted,
                   toHex(m_quote.qeReport.reportData), toHex(wanted));
    m_checks.judge(kQuoteSignature, verifyQuoteSignature(m_quote, m_inputs.evidence.blob),
                   "signed by the attestation key", {});
}

void TdxVerifier::judgeQeIdentity()
{
    if (!m_qeIdentity) return m_checks.skip(kQeReportIdentity, kQeIdentityContent);
    const tdx::QeReport& report = m_quote.qeReport;
    const QeIdentity& wanted = *m_qeIdentity;
    const bool matches = report.mrSigner == wanted.mrSigner && report.isvProdId == wanted.isvProdId &&
                         equalUnderMask(report.miscSelect, wanted.miscSelectMask, wanted.miscSelect) &&
                         equalUnderMask(report.attributes, wanted.attributesMask, wanted.attributes);
    m_checks.judge(kQeReportIdentity, matches, ErrorKind::Untrusted,
                   "MRSIGNER " + toHex(report.mrSigner) + " ISVPRODID " + std::to_string(report.isvProdId) +
                       " ATTRIBUTES " + toHex(report.attributes),
                   "MRSIGNER " + toHex(wanted.mrSigner) + " ISVPRODID " + std::to_string(wanted.isvProdId) +
                       " ATTRIBUTES " + toHex(wanted.attributes) + " under mask " + toHex(wanted.attributesMask));
}

void TdxVerifier::judgeModule()
{
    if (!m_tcbInfo) return m_checks.skip(kTdxModuleIdentity, kTcbInfoContent);
    const auto module = moduleFor(*m_tcbInfo, m_quote.report.teeTcbSvn);
    if (!module) return m_checks.fail(kTdxModuleIdentity, module.error().kind, module.error().message, {});
    const tdx::TdReport& report = m_quote.report;
    const bool matches = report.mrSignerSeam == (*module)->mrSigner && report.seamAttributes == (*module)->attributes &&
                         report.seamAttributes.isZero();
    m_checks.judge(kTdxModuleIdentity, matches, ErrorKind::Untrusted,
                   "MRSIGNERSEAM " + toHex(report.mrSignerSeam) + " SEAMATTRIBUTES " + toHex(report.seamAttributes),
                   "MRSIGNERSEAM " + toHex((*module)->mrSigner) + " SEAMATTRIBUTES " + toHex((*module)->attributes) +
                       ", all zero");
}

void TdxVerifier::judgeTcb()
{
    if (!m_pck || !m_tcbInfo || !m_qeIdentity) {
        const CheckKind& because = !m_pck ? kPckExtension : !m_tcbInfo ? kTcbInfoContent : kQeIdentityContent;
        m_checks.skip(kTdxTcbLevel, because);
        return m_checks.skip(kTdxTcbStatus, because);
    }
    const auto tcb = evaluateTdxTcb(m_quote, *m_pck, *m_tcbInfo, *m_qeIdentity);
    if (!tcb) {
        m_checks.fail(kTdxTcbLevel, tcb.error().kind, tcb.error().message, {});
        return m_checks.skip(kTdxTcbStatus, kTdxTcbLevel);
    }
    m_checks.pass(kTdxTcbLevel, "platform " + tcb->platform + (tcb->module.empty() ? "" : ", module " + tcb->module) +
                                    ", QE " + tcb->qe + ", of " + formatRfc3339(tcb->date));
    m_result.tcbStatus = tcb->status;
    m_result.advisoryIds = tcb->advisories;
    m_result.claims["tcbDate"] = formatRfc3339(tcb->date);
    m_result.claims["platformTcbStatus"] = tcb->platform;
    if (!tcb->module.empty()) m_result.claims["moduleTcbStatus"] = tcb->module;
    m_result.claims["qeTcbStatus"] = tcb->qe;
    if (m_quote.report.teeTcbSvn2) {
        m_result.claims["launchTcbStatus"] = tcb->launch;
        m_result.claims["currentTcbStatus"] = tcb->current;
    }
    m_result.claims["tcbEvaluationDataNumber"] = std::to_string(m_tcbInfo->evaluationNumber);
    judgeTcbStatus(m_inputs, kTdxTcbStatus, tcb->status, m_checks);
}

}  // namespace quorate::attestation
