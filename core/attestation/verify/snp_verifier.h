// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/verify/check_list.h"
#include "core/attestation/verify/memo.h"
#include "core/attestation/verify/vek_chain.h"
#include "core/attestation/verify/vek_extensions.h"

namespace quorate::attestation {

/// Is this report genuine, and does the platform's TCB hold together? One object judges one report.
class SnpVerifier {
public:
    SnpVerifier(const AppraisalInputs& inputs, const snp::Report& report, AppraisalMemo& memo,
                CheckList& checks, AppraisalResult& result)
        : m_inputs(inputs), m_report(report), m_memo(memo), m_checks(checks), m_result(result)
    {
    }
    void run();
    /// Known after run() unless it could not be told.
    [[nodiscard]] std::optional<snp::Product> product() const { return m_product; }

private:
    void readTable();
    void judgeTable();
    /// What the table carries beside the collateral must agree with it, though the collateral is what counts.
    [[nodiscard]] Result<void> checkTableCopies() const;
    /// The collateral file, else the evidence's certificate table.
    [[nodiscard]] const Bytes* find(const char* file, const char* guid) const;
    /// Decoded once.
    [[nodiscard]] std::shared_ptr<const Result<Certificate>> readCertificate(BytesView bytes) const;
    void verifyVek();
    void judgeProduct();
    void verifyChain();
    void judgeChain();
    void verifyRevocation();
    void judgeCrlWindow(const CertificateRevocationList& crl);
    void verifyReport();
    void judgeChip();
    void judgeTcb();
    bool judgeTcbOrder(const snp::TcbParts& reported, const snp::TcbParts& committed, const snp::TcbParts& current);

    const AppraisalInputs& m_inputs;
    const snp::Report& m_report;
    AppraisalMemo& m_memo;
    CheckList& m_checks;
    AppraisalResult& m_result;
    snp::CertificateTable m_table;
    std::optional<Error> m_tableFault;
    std::optional<Certificate> m_vek;
    std::optional<VekChain> m_chain;  ///< Once all three could be read.
    std::optional<VekExtensions> m_extensions;
    std::optional<snp::Product> m_product;
};

}  // namespace quorate::attestation
