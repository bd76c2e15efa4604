// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/azure/inspect_vtpm.h"
#include "tests/support/azure_machine.h"

using namespace quorate;
using namespace quorate::attestation;
using tests::AzureMachine;

namespace {

VtpmEvidence machineOf(TeeKind tee)
{
    AzureMachine machine;
    machine.tee = tee;
    machine.reportType = tee == TeeKind::Tdx ? 4 : 2;
    machine.keys = "[]";
    machine.extraData = Bytes(48, 0x22);
    return {machine.hclReport(Bytes(tee == TeeKind::Tdx ? 5000 : 1184, 0)), machine.attest(), Bytes(256, 3), machine.pcrs};
}

const EvidenceField& fieldOf(const azure::VtpmPart& part, const std::string& name)
{
    for (const EvidenceField& field : part.fields) {
        if (field.name == name) return field;
    }
    FAIL("no field " << name);
    return part.fields.front();
}

}  // namespace

TEST_CASE("every byte of each file belongs to one field, at its offset")
{
    for (const TeeKind tee : {TeeKind::Tdx, TeeKind::SevSnp}) {
        const VtpmEvidence evidence = machineOf(tee);
        const auto parts = azure::inspectVtpm(evidence);
        REQUIRE_MESSAGE(parts, parts.error().message);
        const std::vector<Bytes> files{evidence.hclReport, evidence.attest, evidence.signature, evidence.pcrs};
        REQUIRE(parts->size() == files.size());
        for (std::size_t i = 0; i < files.size(); ++i) {
            std::string shown;
            for (const EvidenceField& field : (*parts)[i].fields) {
                CHECK(shown.size() == 2 * field.offset);
                shown += field.hex;
            }
            CHECK(shown == toHex(files[i]));
        }
    }
}

TEST_CASE("the fields that carry the proof have their offset and meaning")
{
    const auto parts = azure::inspectVtpm(machineOf(TeeKind::SevSnp));
    REQUIRE(parts);
    CHECK(fieldOf((*parts)[0], "SNP_REPORT").offset == 0x20);
    CHECK(fieldOf((*parts)[0], "REPORT_TYPE").offset == 0x4c8);
    CHECK(fieldOf((*parts)[0], "REPORT_TYPE").meaning == "SEV-SNP");
    CHECK(fieldOf((*parts)[0], "DATA_HASH_TYPE").meaning == "SHA-256");
    CHECK(fieldOf((*parts)[0], "VARIABLE_DATA").offset == 0x4d4);
    CHECK(fieldOf((*parts)[1], "EXTRA_DATA").offset == 14);
    CHECK(fieldOf((*parts)[1], "EXTRA_DATA").hex == toHex(Bytes(48, 0x22)));
    CHECK(fieldOf((*parts)[1], "CLOCK").meaning == "1000 ms");
    CHECK(fieldOf((*parts)[1], "PCR_BANK").meaning == "SHA-256");
    CHECK(fieldOf((*parts)[3], "PCR23").offset == 23 * 32);
}

TEST_CASE("parts that are absent are left out, and what cannot be parsed is an error")
{
    CHECK(azure::inspectVtpm({})->empty());
    VtpmEvidence evidence = machineOf(TeeKind::Tdx);
    evidence.pcrs.resize(40);
    CHECK(azure::inspectVtpm(evidence)->back().fields.back().name == "TRAILING");
    evidence.attest.pop_back();
    CHECK(azure::inspectVtpm(evidence).error().kind == ErrorKind::Malformed);
    evidence.attest.clear();
    evidence.hclReport[0] = 0;
    CHECK(azure::inspectVtpm(evidence).error().kind == ErrorKind::Malformed);
}
