// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/signed_json.h"
#include "core/attestation/verify/tdx_tcb.h"

using namespace quorate;
using namespace quorate::attestation;

/// The answer, which must be JSON as a whole, and the object in it. What parses has levels in strictly falling order and can be evaluated.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = asText({data, size});
    const auto answer = parseSignedJson({data, size}, "tcbInfo");
    if (answer && text.find(answer->inner) == std::string_view::npos) __builtin_trap();
    const auto whole = StrictJson::parse(text, kMaxJsonBytes);
    if (answer && !whole) __builtin_trap();
    if (!whole) return 0;
    const auto info = parseTcbInfo(answer ? answer->content : *whole);
    if (!info) return 0;
    for (std::size_t i = 1; i < info->levels.size(); ++i) {
        const TcbLevel& higher = info->levels[i - 1];
        const TcbLevel& lower = info->levels[i];
        if (higher.sgx < lower.sgx) __builtin_trap();
        if (higher.sgx == lower.sgx && higher.pceSvn == lower.pceSvn && higher.tdx <= lower.tdx) __builtin_trap();
    }
    PckExtension pck;
    pck.componentSvn.fill(0xff);
    pck.pceSvn = 0xffff;
    tdx::Quote quote;
    quote.report.teeTcbSvn.bytes.fill(0xff);
    quote.report.teeTcbSvn.bytes[1] = info->modules.empty() ? 0 : 1;
    QeIdentity qe;
    qe.levels = {{0, {"UpToDate", info->issueDate, {}}}};
    const auto tcb = evaluateTdxTcb(quote, pck, *info, qe);
    if (tcb && tcb->status.empty()) __builtin_trap();
    return 0;
}
