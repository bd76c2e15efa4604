// SPDX-License-Identifier: GPL-3.0-or-later
// The program as a script sees it: exit codes, and JSON on standard output.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/attestation/appraisal.h"
#include "core/attestation/input_files.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;
using nlohmann::json;
using tests::Outcome;
using tests::quoratectl;
namespace fs = std::filesystem;

namespace {

const UtcSeconds kNow = *parseRfc3339("2026-11-21T09:00:00Z");

/// A folder that goes away with the test.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("quorate-cli-" + toHex(*randomFixed<8>(systemRandom())));
    Folder() { fs::create_directories(path); }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const std::string& name, BytesView bytes) const
    {
        std::ofstream(path / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
    }
    [[nodiscard]] std::string arg(const std::string& name = {}) const
    {
        return std::string("\"") + (path / name).string() + "\"";
    }
};

/// Everything that an appraisal of a rehearsal needs, as files.
void writeRehearsal(const Folder& folder)
{
    const auto vendor = DemoVendor::openOrCreate(folder.path / "vendor", kNow);
    REQUIRE(vendor);
    Transcript transcript;
    transcript.nonce.bytes.fill(5);
    SimulatedLaunch launch;
    launch.launchBinding = launchBinding(transcript.rosterRootSpki, transcript.policyDigest);
    ReferenceValues values;
    values.tdx = {{DemoVendor::mrtdOf(launch)}, {DemoVendor::rtmrOf(0, launch)}, {DemoVendor::rtmrOf(1, launch)},
                  {DemoVendor::rtmrOf(2, launch)}, {DemoVendor::rtmrOf(3, launch)}, {DemoVendor::mrseam()}};
    folder.write("quote.bin", vendor->issue(TeeKind::Tdx, launch, transcript.reportData())->blob);
    const Collateral collateral = *vendor->collateral(TeeKind::Tdx, kNow);
    for (const auto& [name, bytes] : collateral.files) folder.write(name, bytes);
    folder.write("reference.json", asBytes(writeReferenceValuesFile(values)));
    folder.write("transcript.json", asBytes(writeTranscriptFile(transcript)));
    transcript.nonce.bytes.fill(6);
    folder.write("other-transcript.json", asBytes(writeTranscriptFile(transcript)));
    folder.write("anchors.json", asBytes(writeDemoAnchorsFile(vendor->anchors())));
}

/// One for all tests: the vendor's RSA keys take seconds.
const Folder& rehearsal()
{
    static const Folder folder;
    static const bool written = (writeRehearsal(folder), true);
    CHECK(written);
    return folder;
}

}  // namespace

TEST_CASE("a mistake on the command line is usage, help is not")
{
    CHECK(quoratectl("").code == 2);
    CHECK(quoratectl("frobnicate").code == 2);
    CHECK(quoratectl("appraise").code == 2);
    CHECK(quoratectl("appraise x --policy lax").code == 2);
    CHECK(quoratectl("appraise x --at yesterday").code == 2);
    CHECK(quoratectl("--help").code == 0);
    CHECK(quoratectl("appraise --help").code == 0);
}

TEST_CASE("the self-test passes")
{
    const Outcome outcome = quoratectl("selftest --json");
    CHECK(outcome.code == 0);
    CHECK(outcome.parsed()["passed"] == true);
    CHECK(quoratectl("selftest").code == 0);
}

TEST_CASE("what cannot be read is told from what is refused")
{
    const Folder folder;
    CHECK(quoratectl("appraise " + folder.arg("nothing-here")).code == 3);
    CHECK(quoratectl("appraise " + folder.arg()).code == 3);
    CHECK(quoratectl("appraise --json " + folder.arg()).parsed()["error"]["kind"] == nameOf(ErrorKind::Unavailable));
    folder.write("report.bin", Bytes(100));
    CHECK(quoratectl("appraise " + folder.arg()).code == 1);
    CHECK(quoratectl("inspect " + folder.arg()).code == 3);
    folder.write("huge.bin", Bytes(1024 * 1024));
    CHECK(quoratectl("appraise " + folder.arg("huge.bin")).code == 3);
    folder.write("bad.json", asBytes("{}"));
    CHECK(quoratectl("appraise " + folder.arg("report.bin") + " --reference " + folder.arg("bad.json")).code == 3);
    CHECK(quoratectl("appraise " + folder.arg("report.bin") + " --collateral " + folder.arg("absent")).code == 3);
}

TEST_CASE("a rehearsal is accepted with its anchors, transcript and reference values, and refused without any of them")
{
    const Folder& folder = rehearsal();
    const std::string anchors = " --demo-anchors " + folder.arg("anchors.json");
    const std::string reference = " --reference " + folder.arg("reference.json");
    const std::string transcript = " --transcript " + folder.arg("transcript.json");
    const std::string common = "appraise " + folder.arg() + " --json --at 2026-11-21T10:00:00Z";
    const Outcome accepted = quoratectl(common + " --policy training" + anchors + reference + transcript);
    INFO(accepted.output);
    CHECK(accepted.code == 0);
    CHECK(accepted.parsed()["verdict"] == "accepted");
    CHECK(accepted.parsed()["mode"] == "training");
    CHECK(accepted.parsed()["refusals"].empty());
    CHECK(quoratectl(common + " --policy training" + reference + transcript).code == 1);
    CHECK(quoratectl(common + " --policy training" + anchors + transcript).code == 1);
    CHECK(quoratectl(common + " --policy training" + anchors + reference).code == 1);
    CHECK(quoratectl(common + anchors + reference + transcript).code == 1);
    const Outcome old = quoratectl(common + " --policy training" + anchors + reference + " --transcript " +
                                   folder.arg("other-transcript.json"));
    CHECK(old.code == 1);
    CHECK(old.parsed()["refusals"][0]["check"] == "report-data");
    CHECK(quoratectl("appraise " + folder.arg() + " --at 2027-11-21T10:00:00Z --policy training" + anchors + reference +
                     transcript)
              .code == 4);
    const std::string text = quoratectl("appraise " + folder.arg() + " --at 2026-11-21T10:00:00Z --policy training" +
                                        anchors + reference + transcript)
                                 .output;
    CHECK(text.find("ACCEPTED for a rehearsal") != std::string::npos);
    const json fields = quoratectl("inspect --json " + folder.arg("quote.bin")).parsed()["fields"];
    CHECK(fields.size() > 40);
}

TEST_CASE("a bundle is appraised to the same bytes by another process, and an altered one is refused")
{
    const Folder& folder = rehearsal();
    const std::string anchors = " --demo-anchors " + folder.arg("anchors.json");
    CHECK(quoratectl("appraise " + folder.arg() + " --at 2026-11-21T10:00:00Z --policy training" + anchors + " --reference " +
                     folder.arg("reference.json") + " --transcript " + folder.arg("transcript.json") + " --bundle " +
                     folder.arg("bundle.json") + " --ear " + folder.arg("ear.json"))
              .code == 0);
    const Outcome again = quoratectl("appraise " + folder.arg("bundle.json") + anchors + " --json");
    CHECK(again.code == 0);
    CHECK(again.parsed()["bundle"]["reproduced"] == true);
    CHECK(quoratectl("appraise - " + anchors + " < " + folder.arg("bundle.json")).code == 0);
    const Outcome otherRoots = quoratectl("appraise --json " + folder.arg("bundle.json"));
    CHECK(otherRoots.code == 1);
    CHECK(otherRoots.parsed()["bundle"]["sameAnchors"] == false);
    for (const std::string beside : {"--policy training", "--nonce 00", "--reference-log x", "--at 2026-11-21T10:00:00Z"}) {
        CHECK_MESSAGE(quoratectl("appraise " + folder.arg("bundle.json") + " " + beside).code == 2, beside);
    }
    std::string text = tests::readText(folder.path / "bundle.json");
    text.replace(text.find("\"at\": \"2026"), 11, "\"at\": \"2025");
    folder.write("altered.json", asBytes(text));
    const Outcome altered = quoratectl("appraise " + folder.arg("altered.json") + anchors);
    CHECK(altered.code == 1);
    CHECK(altered.output.find("NOT the bundle's recorded result: line") != std::string::npos);
    const json ear = json::parse(tests::readText(folder.path / "ear.json"), nullptr, false);
    CHECK(ear["submods"]["tdx"]["ear_status"] == "none");
}

TEST_CASE("a policy file is judged by, checked in words and read strictly")
{
    const Folder folder;
    folder.write("policy.json", asBytes(R"({"format":"quorate-appraisal-policy/1","version":2,"profile":"standard","maxVmpl":1})"));
    folder.write("bad.json", asBytes(R"({"format":"quorate-appraisal-policy/1","version":2,"profile":"standard","maxVMPL":1})"));
    folder.write("report.bin", Bytes(100));
    const Outcome words = quoratectl("policy check " + folder.arg("policy.json"));
    CHECK(words.code == 0);
    CHECK(words.output.find("VMPL 1 or more privileged") != std::string::npos);
    CHECK(quoratectl("policy check - < " + folder.arg("policy.json")).code == 0);
    CHECK(quoratectl("policy check " + folder.arg("bad.json")).code == 3);
    CHECK(quoratectl("policy check " + folder.arg("absent.json")).code == 3);
    CHECK(quoratectl("policy").code == 2);
    CHECK(quoratectl("policy check strict --json").parsed()["profile"] == "strict");
    CHECK(quoratectl("appraise " + folder.arg("report.bin") + " --policy " + folder.arg("policy.json")).code == 1);
    CHECK(quoratectl("appraise " + folder.arg("report.bin") + " --policy " + folder.arg("bad.json")).code == 3);
    CHECK(quoratectl("appraise - --policy - < " + folder.arg("policy.json")).code == 3);
}

TEST_CASE("every check that an appraisal makes has a sentence")
{
    const Folder& folder = rehearsal();
    const std::string text = quoratectl("appraise " + folder.arg() + " --at 2026-11-21T10:00:00Z").output;
    const json checks = quoratectl("appraise " + folder.arg() + " --at 2026-11-21T10:00:00Z --json").parsed()["checks"];
    CHECK(checks.size() > 40);
    for (const json& check : checks) {
        const std::string id = check["id"].get<std::string>();
        const std::size_t first = text.find(" " + id + " ");
        REQUIRE_MESSAGE(first != std::string::npos, id);
        const std::string line = text.substr(first, text.find('\n', first) - first);
        CHECK_MESSAGE(line.find(id, id.size()) == std::string::npos, id);
    }
}
