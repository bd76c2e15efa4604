// SPDX-License-Identifier: GPL-3.0-or-later
#include <sstream>

#include "core/audit/export.h"

using namespace quorate;

/// Nothing that a file says makes the verifier believe entries that no checkpoint covers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::istringstream in{std::string(asText({data, size}))};
    std::uint64_t seen = 0;
    const audit::ExportReport report = audit::verifyExport(in, {}, [&](const audit::Entry& entry) {
        if (entry.index != seen++) __builtin_trap();
    });
    if (report.tree.size() != seen) __builtin_trap();
    if (report.holds() && report.coveredUntil != seen) __builtin_trap();
    return 0;
}
