// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/hcl_report.h"
#include "core/attestation/azure/tpm_quote.h"

using namespace quorate;
using namespace quorate::attestation;

/// The input as an HCL report, as its runtime data, and as a vTPM quote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    if (const auto report = azure::parseHclReport(input)) {
        if (report->hardwareReport.size() > size || report->runtimeData.size() > size) __builtin_trap();
        (void)report->boundReportData();
        (void)azure::attestationKeyIn(report->runtimeData);
    }
    (void)azure::attestationKeyIn(input);
    (void)azure::embeddedReport(input);
    if (const auto quote = azure::parseTpmQuote(input)) {
        if (quote->selectsAllSha256Pcrs() && quote->selections.size() != 1) __builtin_trap();
        (void)quote->selectionText();
    }
    return 0;
}
