// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl collateral` and `appraise --fetch` against a service on loopback, as a script sees them.
#include <nlohmann/json.hpp>
#ifndef _WIN32
#include <sys/wait.h>
#endif

#include "core/attestation/collateral/folder.h"
#include "core/attestation/input_files.h"
#include "tests/support/loopback_service.h"
#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;
using nlohmann::json;

namespace {

struct Outcome {
    int code = -1;
    std::string output;
    [[nodiscard]] json parsed() const { return json::parse(output, nullptr, false); }
};

Outcome quoratectl(const std::string& arguments)
{
    const std::string command = "\"" + tests::environment("QUORATE_BIN", ".") + "/quoratectl\" " + arguments + " 2>&1";
    Outcome out;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char chunk[4096];
    for (std::size_t count = 0; (count = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        out.output.append(chunk, count);
    out.code = WEXITSTATUS(pclose(pipe));
    return out;
}

/// A rehearsal's quote without collateral, and a service that has all of it, valid now: fetching asks the system's clock.
struct Rehearsal {
    tests::TemporaryFolder folder;
    tests::LoopbackService<httplib::Server> service;
    UtcSeconds now = toSeconds(systemClock()());  ///< Of every appraisal, so that two of them can be compared.
    Collateral collateral = *tests::demoVendor().collateral(TeeKind::Tdx, now);
    std::map<std::string, VendorAnswer> answers;
    std::atomic<int> asked{0};

    Rehearsal()
    {
        const Evidence evidence = *tests::demoVendor().issue(TeeKind::Tdx, {}, {});
        std::filesystem::create_directory(folder / "case");
        tests::writeBytes(folder / "case" / "quote.bin", evidence.blob);
        tests::writeBytes(folder / "anchors.json", asBytes(writeDemoAnchorsFile(tests::demoVendor().anchors())));
        answers = tests::vendorAnswers(evidence, collateral);
        service.server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
            ++asked;
            const auto found = answers.find(request.target);
            response.status = found == answers.end() ? 404 : 200;
            if (response.status != 200) return;
            for (const auto& [name, value] : found->second.headers)
                response.set_header(name.c_str(), value);
            response.set_content(std::string(asText(found->second.body)), "application/octet-stream");
        });
    }
    [[nodiscard]] std::string path(const std::string& name) const
    {
        return "\"" + (folder.path() / name).string() + "\"";
    }
    [[nodiscard]] std::string common() const
    {
        return " --demo-anchors " + path("anchors.json") + " --pcs " + service.url() + "/ --cache " + path("cache");
    }
    [[nodiscard]] Outcome appraise(const std::string& more) const
    {
        return quoratectl("appraise --json --policy training --at " + formatRfc3339(now) + " " + path("case") + common() + " " + more);
    }
};

bool saysMissing(const Outcome& outcome)
{
    return outcome.output.find("collateral missing") != std::string::npos;
}

} // namespace

TEST_CASE("fetch, list, export, import elsewhere and appraise, with and without a network")
{
    Rehearsal rehearsal;
    const Outcome fetched = quoratectl("collateral fetch --json " + rehearsal.path("case") + " --to " +
                                       rehearsal.path("out") + rehearsal.common());
    INFO(fetched.output);
    REQUIRE(fetched.code == 0);
    REQUIRE(fetched.parsed()["items"].size() == 4);
    for (const json& item : fetched.parsed()["items"])
        CHECK(item["origin"] == "network");
    CHECK(readCollateralFolder(rehearsal.folder / "out")->files.size() == 7);
    CHECK(quoratectl("collateral list" + rehearsal.common()).output.find("fetched 0 h ago") != std::string::npos);
    for (const json& item : quoratectl("collateral list --json" + rehearsal.common()).parsed()["items"])
        CHECK(item["expired"] == false);
    CHECK(rehearsal.asked == 4);
    // On a computer without network: another cache, filled from the folder.
    const std::string offline =
        " --offline --demo-anchors " + rehearsal.path("anchors.json") + " --cache " + rehearsal.path("far");
    const Outcome empty = quoratectl("appraise --policy training " + rehearsal.path("case") + " --fetch" + offline);
    CHECK(empty.code == 4);
    CHECK(empty.output.find("collateral is missing: /tdx/certification/v4/tcb?fmspc=") != std::string::npos);
    CHECK(quoratectl("collateral import " + rehearsal.path("out") + offline).code == 0);
    const Outcome judged =
        quoratectl("appraise --json --policy training " + rehearsal.path("case") + " --fetch" + offline);
    CHECK(judged.parsed()["verdict"] == "refused");
    CHECK_FALSE(saysMissing(judged));
    CHECK(rehearsal.asked == 4);
}

TEST_CASE("what is kept and has expired is listed as expired")
{
    const auto old = tests::sharedVector("tdx/p01-v4-td10-uptodate-b0c06f");
    if (!old) return;
    const tests::TemporaryFolder folder;
    const std::string cache = " --cache \"" + (folder.path() / "cache").string() + "\"";
    REQUIRE(quoratectl("collateral import \"" + old->string() + "\"" + cache).code == 0);
    const Outcome listed = quoratectl("collateral list --json" + cache);
    REQUIRE(listed.parsed()["items"].size() == 4);
    for (const json& item : listed.parsed()["items"])
        CHECK(item["expired"] == true);
    CHECK(quoratectl("collateral list" + cache).output.find(", EXPIRED") != std::string::npos);
}

TEST_CASE("appraise takes what is missing when it is asked to, and ends with 4 when it cannot")
{
    Rehearsal rehearsal;
    CHECK(saysMissing(rehearsal.appraise("")));
    CHECK(rehearsal.asked == 0);
    const Outcome fetched = rehearsal.appraise("--fetch");
    INFO(fetched.output);
    CHECK_FALSE(saysMissing(fetched));
    CHECK(fetched.code == 1); // no reference values: refused, but not for want of collateral
    CHECK(rehearsal.asked == 4);
    CHECK(rehearsal.appraise("--fetch").output == rehearsal.appraise("--fetch --offline").output);
    CHECK(rehearsal.asked == 4);
    rehearsal.answers.erase("/sgx/certification/v4/rootcacrl");
    std::filesystem::remove_all(rehearsal.folder / "cache");
    const Outcome cannot = rehearsal.appraise("--fetch");
    CHECK(cannot.code == 4);
    CHECK(cannot.parsed()["error"]["message"].get<std::string>().find(
              "rootcacrl: the service answered with status 404") != std::string::npos);
    // Evidence that is none is refused as such, not asked about.
    tests::writeBytes(rehearsal.folder / "case" / "quote.bin", asBytes("no quote"));
    CHECK(rehearsal.appraise("--fetch").code == 1);
}

TEST_CASE("refresh renews, and says when it could not")
{
    Rehearsal rehearsal;
    REQUIRE(quoratectl("collateral fetch " + rehearsal.path("case") + rehearsal.common()).code == 0);
    CHECK(quoratectl("collateral refresh" + rehearsal.common()).code == 0);
    CHECK(rehearsal.asked == 4);
    CHECK(quoratectl("collateral refresh --all" + rehearsal.common()).code == 0);
    CHECK(rehearsal.asked == 8);
    rehearsal.answers.clear();
    const Outcome failed = quoratectl("collateral refresh --all --json" + rehearsal.common());
    CHECK(failed.code == 4);
    CHECK(failed.parsed()["items"][0]["origin"] == "cache");
    CHECK(failed.parsed()["items"][0]["problem"]["kind"] == nameOf(ErrorKind::Unavailable));
}

TEST_CASE("what is not genuine is not imported, and wrong use is usage")
{
    Rehearsal rehearsal;
    Collateral bad = rehearsal.collateral;
    bad.files.at("qe_identity.json")[60] ^= 1;
    REQUIRE(writeCollateralFolder(rehearsal.folder / "bad", bad));
    CHECK(quoratectl("collateral import " + rehearsal.path("bad") + rehearsal.common()).code == 1);
    CHECK(quoratectl("collateral import " + rehearsal.path("absent") + rehearsal.common()).code == 3);
    CHECK(quoratectl("collateral").code == 2);
    CHECK(quoratectl("collateral fetch").code == 2);
    CHECK(quoratectl("collateral fetch x --tcb-update never").code == 2);
    const Outcome plain = quoratectl("collateral fetch " + rehearsal.path("case") + " --pcs http://192.0.2.1 --cache " +
                                     rehearsal.path("cache") + " --demo-anchors " + rehearsal.path("anchors.json"));
    CHECK(plain.code == 4);
    CHECK(plain.output.find("scheme is http, want https") != std::string::npos);
}
