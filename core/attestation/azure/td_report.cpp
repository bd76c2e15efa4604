// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/azure/td_report.h"

#include <algorithm>

namespace quorate::attestation::azure {
namespace {

constexpr std::size_t kReportDataOffset = 0x80;
constexpr std::size_t kTdInfoOffset = 0x200;

struct Field {
    const char* name;
    std::size_t offset;
    BytesView quoted;
};

}  // namespace

Result<void> matchesQuote(BytesView tdReport, const tdx::TdReport& quoted)
{
    if (tdReport.size() != kTdReportBytes) {
        return fail(ErrorKind::Malformed, "TDREPORT is " + std::to_string(tdReport.size()) + " bytes, want 1024");
    }
    const Field fields[] = {{"REPORTDATA", kReportDataOffset, quoted.reportData.view()},
                            {"TDATTRIBUTES", kTdInfoOffset, quoted.tdAttributes.view()},
                            {"XFAM", kTdInfoOffset + 8, quoted.xfam.view()},
                            {"MRTD", kTdInfoOffset + 16, quoted.mrTd.view()},
                            {"MRCONFIGID", kTdInfoOffset + 64, quoted.mrConfigId.view()},
                            {"MROWNER", kTdInfoOffset + 112, quoted.mrOwner.view()},
                            {"MROWNERCONFIG", kTdInfoOffset + 160, quoted.mrOwnerConfig.view()},
                            {"RTMR0", kTdInfoOffset + 208, quoted.rtmr[0].view()},
                            {"RTMR1", kTdInfoOffset + 256, quoted.rtmr[1].view()},
                            {"RTMR2", kTdInfoOffset + 304, quoted.rtmr[2].view()},
                            {"RTMR3", kTdInfoOffset + 352, quoted.rtmr[3].view()}};
    for (const Field& field : fields) {
        const BytesView found = tdReport.subspan(field.offset, field.quoted.size());
        if (!std::equal(found.begin(), found.end(), field.quoted.begin())) {
            return fail(ErrorKind::Untrusted, std::string("TDREPORT's ") + field.name + " is " + toHex(found) +
                                                  ", want the quote's " + toHex(field.quoted));
        }
    }
    return {};
}

}  // namespace quorate::attestation::azure
