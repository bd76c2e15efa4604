// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/attestation/verify/tcb_info.h"

namespace quorate::attestation {

/// Outcome of Intel's TCB evaluation.
struct TdxTcb {
    std::string status;                    ///< After convergence and the relaunch rule.
    std::string launch;                    ///< Converged status at launch, before the relaunch rule.
    std::string current;                   ///< The same of TEE_TCB_SVN2; equal to launch for a 1.0 report.
    std::string platform;
    std::string module;                    ///< Empty where the quote names no module version.
    std::string qe;
    UtcSeconds date;                       ///< Earliest of the matched levels.
    std::vector<std::string> advisories;   ///< Sorted, each once.
};

/// The identity that applies to this TEE_TCB_SVN: by its major version, or TCB info's default when that is zero.
/// Untrusted when TCB info names none for it.
Result<const TdxModule*> moduleFor(const TcbInfo& info, const FixedBytes<16>& teeTcbSvn);

/// Intel's rules for TDX (DCAP QVL, EvaluateTcb and TDRelaunchCheck). PolicyRefused "not supported" when no level
/// matches.
Result<TdxTcb> evaluateTdxTcb(const tdx::Quote& quote, const PckExtension& pck, const TcbInfo& info,
                              const QeIdentity& qe);

/// Platform status together with the statuses of module and QE.
std::string convergeTcbStatus(const std::string& platform, const std::vector<std::string>& others);
/// What a TD that was launched under one TCB and runs under another shall be called.
std::string relaunchStatus(const std::string& launch, const std::string& current);

}  // namespace quorate::attestation
