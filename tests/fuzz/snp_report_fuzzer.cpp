// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/appraisal.h"
#include "core/attestation/snp/report.h"

using namespace quorate;
using namespace quorate::attestation;

/// What parses is shown whole, byte for byte, by inspect, and a TCB without reserved bytes survives its decoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto report = snp::parseReport({data, size});
    Evidence evidence;
    evidence.tee = TeeKind::SevSnp;
    evidence.blob = Bytes(data, data + size);
    const auto fields = inspect(evidence);
    if (report.has_value() != fields.has_value()) __builtin_trap();
    if (!report) return 0;
    std::string shown;
    for (const EvidenceField& field : *fields) shown += field.hex;
    if (shown != toHex(BytesView(data, size))) __builtin_trap();
    for (const snp::Product product : {snp::Product::Milan, snp::Product::Turin}) {
        const snp::TcbParts parts = snp::decodeTcb(product, report->reportedTcb);
        if (snp::decodeTcb(product, snp::encodeTcb(product, parts)) != parts) __builtin_trap();
    }
    return 0;
}
