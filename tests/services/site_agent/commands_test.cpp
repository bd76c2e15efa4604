// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/preview.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/services/support/hospital_files.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

struct Scene {
    Scene() : hospital(consortium) {}

    [[nodiscard]] Outcome run(const std::string& command, const std::string& more) const
    {
        return runProgram("quorate-site", command + " --consortium-ca " + hospital.files.consortiumCa.string() + " --study " +
                                              hospital.files.package.string() + " " + more);
    }
    [[nodiscard]] std::string data() const { return "--data " + hospital.files.records.string() + " "; }

    SmallConsortium consortium;
    Hospital hospital;
};

const Scene& scene()
{
    static const Scene instance;
    return instance;
}

}  // namespace

TEST_CASE("quorate-site check ends with 0 for a file that fits, 1 for one that does not, 3 for none")
{
    const auto fits = scene().run("check", scene().data());
    CAPTURE(fits.output);
    CHECK(fits.code == 0);
    CHECK(fits.output.find("conforms to the study's dictionary") != std::string::npos);
    const TemporaryFolder folder;
    const auto renamed = folder.write("records.csv", "record_id,Alter\nr1,63\n");
    const auto wrong = scene().run("check", "--json --data " + renamed.string());
    CHECK(wrong.code == 1);
    CHECK(wrong.output.find("\"unknownColumns\"") != std::string::npos);
    CHECK(wrong.output.find("Alter") == std::string::npos);
    CHECK(scene().run("check", "--data " + (folder / "nowhere.csv").string()).code == 4);
    const auto rules = folder.write("rules.toml", "format = 'quorate-harmonisation/1'\n[[variable]]\nname = 'height'\n");
    const auto badRule = scene().run("check", scene().data() + "--harmonisation " + rules.string());
    CHECK(badRule.code == 3);
    CHECK(badRule.output.find("rules.toml, line 3, name: is not a variable") != std::string::npos);
}

TEST_CASE("quorate-site preview prints the very text that a site would give out, under its own policy")
{
    const auto& dictionary = scene().consortium.protocol().dictionary;
    const auto printed = scene().run("preview", scene().data() + "--json");
    CHECK(printed.code == 0);
    CHECK(printed.output == schema::toJson(schema::previewOf(dictionary, {}, scene().hospital.files.records, 5).value(), dictionary) + "\n");
    const TemporaryFolder folder;
    const std::string folders = "[allow]\ndataFolders = ['" + scene().hospital.folder.path().string() + "']\n";
    const auto policy = folder.write("site.toml", "format = 'quorate-site-policy/1'\n" + folders + "[privacy]\nsmallestCell = 12\n");
    CHECK(scene().run("preview", scene().data() + "--policy " + policy.string()).output.find("< 12") != std::string::npos);
    const auto elsewhere = folder.write("other.toml", "format = 'quorate-site-policy/1'\n[allow]\ndataFolders = ['/srv/none']\n");
    CHECK(scene().run("preview", scene().data() + "--policy " + elsewhere.string()).code == 1);
}

TEST_CASE("quorate-site doctor ends with 0 where all works, and with the kind of the first failure where not")
{
    const auto& of = scene().consortium;
    const auto service = startService(of);
    publish(of, service);
    const std::string identity = "--identity " + scene().hospital.files.identity.string();
    const std::string vendor = " --demo-vendor " + testVendorFolder().string() + " --service ";
    const auto works = scene().run("doctor", identity + vendor + service.address);
    CAPTURE(works.output);
    CHECK(works.code == 0);
    CHECK(works.output.find("ok    membership") != std::string::npos);
    CHECK(works.output.find("For the firewall team") != std::string::npos);
    CHECK(scene().run("doctor", identity + vendor + "127.0.0.1:1").code == 4);
    CHECK(scene().run("doctor", identity + vendor + service.address + " --proxy http://127.0.0.1:1").output.find("FAIL  tcp") != std::string::npos);
    // Without the demo's vendor the evidence leads to no root that counts.
    CHECK(scene().run("doctor", identity + " --service " + service.address).code == 1);
}
