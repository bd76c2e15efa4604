// SPDX-License-Identifier: GPL-3.0-or-later
// The seeds of the SEV-SNP fuzz targets: each must still get through its parser, else the fuzzers start from nothing.
// QUORATE_WRITE_SEEDS=tests/fuzz/corpus writes them anew, from a fake AMD.
#include <doctest/doctest.h>

#include "core/attestation/verify/vek_chain.h"
#include "tests/support/amd_world.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::attestation;
using World = tests::AmdWorld;
namespace fs = std::filesystem;

namespace {

template <typename Parses>
void checkSeeds(const char* corpus, Parses parses)
{
    const fs::path folder = fs::path(tests::environment("QUORATE_SOURCE", ".")) / "tests/fuzz/corpus" / corpus;
    std::size_t seeds = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        ++seeds;
        CHECK_MESSAGE(parses(tests::readBytes(entry.path())), entry.path().string());
    }
    CHECK(seeds >= 2);
}

void writeSeeds(const fs::path& folder)
{
    const auto write = [&](const char* corpus, const char* name, const Bytes& bytes) {
        fs::create_directories(folder / corpus);
        tests::writeBytes(folder / corpus / name, bytes);
    };
    World genoa;
    const AppraisalInputs chip = genoa.inputs(PolicyProfile::ChainOnly);
    const AppraisalInputs turin = World(World::Product::Turin, true).inputs(PolicyProfile::ChainOnly);
    write("snp_report", "version3_genoa", chip.evidence.blob);
    write("snp_report", "version5_turin_vlek", turin.evidence.blob);
    genoa.pem = true;
    write("vek_extensions", "vcek.der", chip.collateral.files.at("vek.der"));
    write("vek_extensions", "vcek.pem", genoa.inputs(PolicyProfile::ChainOnly).collateral.files.at("vek.der"));
    write("vek_extensions", "vlek.der", turin.collateral.files.at("vek.der"));
    // What the blobs hold is no business of the table's parser, so short ones serve.
    write("snp_certificate_table", "three_entries",
          snp::encodeCertificateTable({{snp::kGuidVcek, Bytes(7, 1)}, {snp::kGuidAsk, Bytes(5, 2)}, {snp::kGuidArk, Bytes(3, 3)}}));
    Bytes padded = snp::encodeCertificateTable({{snp::kGuidVlek, Bytes(9, 4)}});
    padded.resize(256);
    write("snp_certificate_table", "one_entry_and_slack", padded);
    write("snp_certificate_table", "empty", Bytes(24));
}

}  // namespace

TEST_CASE("the seeds of the SEV-SNP fuzzers get through their parsers")
{
    const std::string target = tests::environment("QUORATE_WRITE_SEEDS", "");
    if (!target.empty()) writeSeeds(target);
    checkSeeds("snp_report", [](const Bytes& seed) { return snp::parseReport(seed).has_value(); });
    checkSeeds("snp_certificate_table", [](const Bytes& seed) { return snp::parseCertificateTable(seed).has_value(); });
    checkSeeds("vek_extensions", [](const Bytes& seed) {
        const auto vek = readVekCertificate(seed);
        return vek && parseVekExtensions(*vek);
    });
}
