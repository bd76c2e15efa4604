// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/verify/check_list.h"

/// Every check there is. The ids are stable: sentences, dossiers and scripts refer to them.
namespace quorate::attestation::checks {

inline constexpr char kQvl[] = "Intel DCAP QVL";
inline constexpr char kQuoteLayout[] = "Intel TDX DCAP quoting library API, appendix A";
inline constexpr char kPckSpec[] = "Intel SGX PCK certificate and CRL specification";
inline constexpr char kPcs[] = "Intel PCS API v4";
inline constexpr char kTdxModule[] = "Intel TDX module specification";
inline constexpr char kPfp[] = "TCG PC Client Platform Firmware Profile, section 10";
inline constexpr char kHcl[] = "Azure HCL report";
inline constexpr char kTpm2[] = "TPM 2.0 Library, part 2, TPMS_ATTEST";
inline constexpr char kSnpAbi[] = "AMD 56860, ATTESTATION_REPORT";
inline constexpr char kKds[] = "AMD 57230, VCEK certificate and KDS";
inline constexpr char kTrust2[] = "Quorate trust protocol, section 2";
inline constexpr char kTrust4[] = "Quorate trust protocol, section 4";

using enum Question;

inline constexpr CheckKind kDemoRoot{"trust.demo-root", Genuine, kTrust4};
inline constexpr CheckKind kRootPin{"trust.root-pin", Genuine, kTrust4};
inline constexpr CheckKind kTee{"policy.tee", Locked, kTrust4};
inline constexpr CheckKind kProduct{"policy.product", Locked, kTrust4};
inline constexpr CheckKind kReportData{"report-data", KeyInsideAndFresh, kTrust2};

inline constexpr CheckKind kTdxFormat{"tdx.format", Genuine, kQuoteLayout};
inline constexpr CheckKind kTdxTrailing{"tdx.trailing-bytes", Genuine, kQuoteLayout};
inline constexpr CheckKind kPckChain{"tdx.pck-chain.signatures", Genuine, kPckSpec};
inline constexpr CheckKind kPckValidity{"tdx.pck-chain.validity", Genuine, "RFC 5280 section 6.1.3"};
inline constexpr CheckKind kPckExtension{"tdx.pck-extension", Genuine, kPckSpec};
inline constexpr CheckKind kRootCrl{"tdx.root-crl.signature", Genuine, kPckSpec};
inline constexpr CheckKind kRootCrlFresh{"tdx.root-crl.fresh", UpToDate, kPckSpec};
inline constexpr CheckKind kPckCaRevoked{"tdx.pck-ca.not-revoked", Genuine, kPckSpec};
inline constexpr CheckKind kPckCrl{"tdx.pck-crl.signature", Genuine, kPckSpec};
inline constexpr CheckKind kPckCrlFresh{"tdx.pck-crl.fresh", UpToDate, kPckSpec};
inline constexpr CheckKind kPckRevoked{"tdx.pck.not-revoked", Genuine, kPckSpec};
inline constexpr CheckKind kTcbInfoChain{"tdx.tcb-info.chain", Genuine, kPcs};
inline constexpr CheckKind kTcbInfoSignature{"tdx.tcb-info.signature", Genuine, kPcs};
inline constexpr CheckKind kTcbInfoContent{"tdx.tcb-info.content", Genuine, kPcs};
inline constexpr CheckKind kTcbInfoFresh{"tdx.tcb-info.fresh", UpToDate, kPcs};
inline constexpr CheckKind kTcbInfoPlatform{"tdx.tcb-info.platform", Genuine, kQvl};
inline constexpr CheckKind kQeIdentityChain{"tdx.qe-identity.chain", Genuine, kPcs};
inline constexpr CheckKind kQeIdentitySignature{"tdx.qe-identity.signature", Genuine, kPcs};
inline constexpr CheckKind kQeIdentityContent{"tdx.qe-identity.content", Genuine, kPcs};
inline constexpr CheckKind kQeIdentityFresh{"tdx.qe-identity.fresh", UpToDate, kPcs};
inline constexpr CheckKind kEvaluationNumber{"tdx.evaluation-number", UpToDate, kTrust4};
inline constexpr CheckKind kQeReportSignature{"tdx.qe-report.signature", Genuine, kQvl};
inline constexpr CheckKind kQeReportBinding{"tdx.qe-report.binding", Genuine, kQvl};
inline constexpr CheckKind kQeReportIdentity{"tdx.qe-report.identity", Genuine, kQvl};
inline constexpr CheckKind kQuoteSignature{"tdx.quote.signature", Genuine, kQvl};
inline constexpr CheckKind kTdxModuleIdentity{"tdx.module.identity", Genuine, kQvl};
inline constexpr CheckKind kTdxTcbLevel{"tdx.tcb.level", UpToDate, "Intel DCAP QVL, TCB evaluation"};
inline constexpr CheckKind kTdxTcbStatus{"tdx.tcb.status", UpToDate, kTrust4};
inline constexpr CheckKind kTdxDebug{"tdx.debug", Locked, kTdxModule};
inline constexpr CheckKind kTdxMigratable{"tdx.migratable", Locked, kTdxModule};
inline constexpr CheckKind kTdxAttributes{"tdx.attributes", Locked, kTdxModule};
inline constexpr CheckKind kTdxXfam{"tdx.xfam", Locked, kTdxModule};
inline constexpr CheckKind kTdxServiceTd{"tdx.service-td", Locked, kTdxModule};
inline constexpr CheckKind kMrSeam{"tdx.mrseam", ApprovedProgram, kTrust4};
inline constexpr CheckKind kMrTd{"tdx.mrtd", ApprovedProgram, kTrust4};
inline constexpr CheckKind kRtmr[4] = {{"tdx.rtmr0", ApprovedProgram, kTrust4},
                                       {"tdx.rtmr1", ApprovedProgram, kTrust4},
                                       {"tdx.rtmr2", ApprovedProgram, kTrust4},
                                       {"tdx.rtmr3", ApprovedProgram, kTrust4}};
inline constexpr CheckKind kEventLog{"tdx.event-log", ApprovedProgram, kTrust4};
inline constexpr CheckKind kEventLogData{"tdx.event-log.data", ApprovedProgram, kPfp};
inline constexpr CheckKind kEventLogReference{"tdx.event-log.reference", ApprovedProgram, kTrust4};
inline constexpr CheckKind kMrConfigId{"tdx.mrconfigid", ApprovedProgram, kTrust2};

inline constexpr CheckKind kSnpFormat{"snp.format", Genuine, kSnpAbi};
inline constexpr CheckKind kSnpCertificateTable{"snp.certificate-table", Genuine,
                                                "GHCB specification, SNP extended guest request"};
inline constexpr CheckKind kVek{"snp.vek", Genuine, kKds};
inline constexpr CheckKind kVekExtensions{"snp.vek.extensions", Genuine, kKds};
inline constexpr CheckKind kVekKind{"snp.vek.kind", Genuine, kKds};
inline constexpr CheckKind kSnpProduct{"snp.product", Genuine, kSnpAbi};
inline constexpr CheckKind kSnpChain{"snp.chain.signatures", Genuine, kKds};
inline constexpr CheckKind kSnpValidity{"snp.chain.validity", Genuine, "RFC 5280 section 6.1.3"};
inline constexpr CheckKind kSnpCrl{"snp.crl.signature", Genuine, kKds};
inline constexpr CheckKind kSnpCrlFresh{"snp.crl.fresh", UpToDate, kKds};
inline constexpr CheckKind kAskRevoked{"snp.intermediate.not-revoked", Genuine, kKds};
inline constexpr CheckKind kReportSignature{"snp.report.signature", Genuine, kSnpAbi};
inline constexpr CheckKind kTcbCertificate{"snp.tcb.certificate", UpToDate, kKds};
inline constexpr CheckKind kTcbOrder{"snp.tcb.order", UpToDate, kSnpAbi};
inline constexpr CheckKind kSnpTcbStatus{"snp.tcb.status", UpToDate, kTrust4};
inline constexpr CheckKind kChipId{"snp.chip-id", Genuine, kKds};
inline constexpr CheckKind kSignerPolicy{"snp.signer", Locked, kTrust4};
inline constexpr CheckKind kSnpDebug{"snp.debug", Locked, kSnpAbi};
inline constexpr CheckKind kSnpMigrateMa{"snp.migrate-ma", Locked, kSnpAbi};
inline constexpr CheckKind kVmpl{"snp.vmpl", Locked, kTrust4};
inline constexpr CheckKind kMeasurement{"snp.measurement", ApprovedProgram, kTrust4};
inline constexpr CheckKind kHostData{"snp.host-data", ApprovedProgram, kTrust2};

inline constexpr CheckKind kVtpmFormat{"vtpm.format", Genuine, kHcl};
inline constexpr CheckKind kVtpmHardware{"vtpm.hardware-report", Genuine, kHcl};
inline constexpr CheckKind kVtpmRuntimeData{"vtpm.runtime-data", Genuine, kHcl};
inline constexpr CheckKind kVtpmKey{"vtpm.attestation-key", Genuine, kHcl};
inline constexpr CheckKind kVtpmSignature{"vtpm.quote.signature", Genuine, kTpm2};
inline constexpr CheckKind kVtpmNonce{"vtpm.nonce", KeyInsideAndFresh, kTrust2};
inline constexpr CheckKind kVtpmPcrs{"vtpm.pcrs", Genuine, kTpm2};
inline constexpr CheckKind kVtpmReference{"vtpm.pcrs.reference", ApprovedProgram, kTrust4};

}  // namespace quorate::attestation::checks
