// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/attestation/tdx/quote.h"
#include "core/attestation/verify/check_list.h"
#include "core/attestation/verify/pck_extension.h"
#include "core/attestation/verify/tdx_collateral.h"

namespace quorate::attestation {

/// Is this quote genuine, and how up to date is the platform? One object judges one quote; its steps run in the order
/// of the listing and each leaves its checks behind.
class TdxVerifier {
public:
    TdxVerifier(const AppraisalInputs& inputs, const tdx::Quote& quote, AppraisalMemo& memo, CheckList& checks,
                AppraisalResult& result)
        : m_inputs(inputs), m_quote(quote), m_memo(memo), m_checks(checks), m_result(result)
    {
    }
    void run();

private:
    /// Empty when the collateral does not have it.
    [[nodiscard]] std::optional<CollateralFile> collateralFile(const char* name) const;
    void verifyPckChain();
    void verifyPckContent();
    void verifyRevocation();
    void verifyCrl(const char* file, const Certificate& issuer, const Certificate& subject, const CheckKind& signature,
                   const CheckKind& fresh, const CheckKind& revoked);
    [[nodiscard]] Result<void> checkPckCrlIssuer() const;
    void verifyTcbInfo();
    void verifyQeIdentity();
    /// Issuer chain and signature of one collateral object; empty unless both hold.
    template <typename T>
    std::shared_ptr<const SignedObject<T>> verifySigned(const char* file, const char* chainFile,
                                                        SignedObject<T> (*verify)(BytesView, const Certificate&),
                                                        const CheckKind& chain, const CheckKind& signature);
    const Result<Certificate>& tcbSigner(const CollateralFile& pem);
    void verifyQuote();
    void judgeQeIdentity();
    void judgeModule();
    void judgeTcb();

    const AppraisalInputs& m_inputs;
    const tdx::Quote& m_quote;
    AppraisalMemo& m_memo;
    CheckList& m_checks;
    AppraisalResult& m_result;
    std::vector<Certificate> m_chain;  ///< PCK, CA, root; empty until verified.
    std::optional<PckExtension> m_pck;
    std::optional<Result<Certificate>> m_signer;  ///< Of the issuer chain m_signerChain.
    Digest32 m_signerChain;
    std::shared_ptr<const TcbInfo> m_tcbInfo;
    std::shared_ptr<const QeIdentity> m_qeIdentity;
};

}  // namespace quorate::attestation
