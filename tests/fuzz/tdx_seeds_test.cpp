// SPDX-License-Identifier: GPL-3.0-or-later
// The seeds of the TDX fuzz targets: each must still get through its parser, else the fuzzers start from nothing.
// QUORATE_WRITE_SEEDS=tests/fuzz/corpus writes them anew, from the demo's Intel.
#include <doctest/doctest.h>

#include <functional>

#include "core/attestation/verify/tcb_info.h"
#include "tests/support/intel_world.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::attestation;
using tests::IntelWorld;
namespace fs = std::filesystem;

namespace {

using Parses = std::function<bool(const Bytes&)>;

void checkSeeds(const char* corpus, const Parses& parses)
{
    const fs::path folder = fs::path(tests::environment("QUORATE_SOURCE", ".")) / "tests/fuzz/corpus" / corpus;
    std::size_t seeds = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        ++seeds;
        CHECK_MESSAGE(parses(tests::readBytes(entry.path())), entry.path().string());
    }
    CHECK(seeds >= 2);
}

Bytes quoteWithoutChain(std::uint16_t bodyType, std::size_t bodyBytes)
{
    IntelWorld world;
    if (bodyType != 0) world.becomeVersion5(bodyType, bodyBytes);
    world.certType = tdx::kCertTypePlainPpid;
    world.certData = Bytes(16 + tdx::kPlatformTailBytes);
    return world.quote();
}

void writeSeeds(const fs::path& folder)
{
    const auto write = [&](const char* corpus, const char* name, const Bytes& bytes) {
        fs::create_directories(folder / corpus);
        tests::writeBytes(folder / corpus / name, bytes);
    };
    IntelWorld world;
    write("tdx_quote", "version4_chain", world.quote());
    write("tdx_quote", "version4_plain_ppid", quoteWithoutChain(0, 0));
    write("tdx_quote", "version5_report15", quoteWithoutChain(tdx::kBodyTypeReport15, tdx::kReport15Bytes));
    write("tdx_quote", "version5_report15ex", quoteWithoutChain(tdx::kBodyTypeReport15Ex, tdx::kReport15ExBytes));
    write("tcb_info", "answer.json", world.signedObject("tcbInfo", world.tcbInfo));
    write("tcb_info", "inner.json", toBytes(world.tcbInfo));
    write("qe_identity", "answer.json", world.signedObject("enclaveIdentity", world.qeIdentity));
    write("qe_identity", "inner.json", toBytes(world.qeIdentity));
    write("pck_extension", "platform_ca", encodePckExtension(world.platform));
    world.platform.platformInstanceId.reset();
    world.platform.dynamicPlatform = world.platform.cachedKeys = world.platform.smtEnabled = std::nullopt;
    world.platform.componentSvn.fill(255);
    write("pck_extension", "processor_ca", encodePckExtension(world.platform));
}

/// The signed object of an answer, or the whole text where it is no answer.
Result<StrictJson> documentOf(const Bytes& text, const std::string& member)
{
    auto answer = parseSignedJson(text, member);
    return answer ? Result<StrictJson>(std::move(answer->content)) : StrictJson::parse(asText(text), kMaxJsonBytes);
}

}  // namespace

TEST_CASE("every seed of the TDX targets gets through its parser")
{
    const std::string folder = tests::environment("QUORATE_WRITE_SEEDS", "");
    if (!folder.empty()) writeSeeds(folder);
    checkSeeds("tdx_quote", [](const Bytes& b) { return tdx::parseQuote(b).has_value(); });
    checkSeeds("pck_extension", [](const Bytes& b) { return parsePckExtensionValue(b).has_value(); });
    checkSeeds("tcb_info", [](const Bytes& b) {
        const auto document = documentOf(b, "tcbInfo");
        return document && parseTcbInfo(*document);
    });
    checkSeeds("qe_identity", [](const Bytes& b) {
        const auto document = documentOf(b, "enclaveIdentity");
        return document && parseQeIdentity(*document);
    });
}
