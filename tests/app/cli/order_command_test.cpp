// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl study pause|resume|exclude|readmit`: a coordinator's vault, the real service, a running study.
#include "core/vault/vault.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;
using study::EventKind;

namespace {

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

struct Scene {
    Scene() : of({.rounds = 2}), service(startService(of))
    {
        publish(of, service);
        approveAll(of, service);
        std::ofstream(folder / "pass") << asText(passphrase().expose()) << "\n";
        std::ofstream(folder / "study.json") << study::toJson(of.package);
        makeVault("coordinator", of.coordinator());
        makeVault("custodian", of.custodians[0]);
    }
    /// As it is once its owner is a member.
    void makeVault(const std::string& name, const Identity& me) const
    {
        auto vault = vault::Vault::create(folder / name, passphrase(), kCheap, {systemClock(), systemRandom()}).value();
        must(vault.putIdentity({me.member.id, me.tlsKey->toPkcs8(), SecretBytes(), me.certificate.der()}, audit::EventKind::IdentityCreated));
        must(vault.putSetting("consortium.root-certificate", toBase64(of.authority.certificate().der())));
        must(vault.putSetting("consortium.own", toHex(me.member.id)));
        must(vault.putEnvelope({{}, study::kinds::kRoster, of.package.roster, systemClock()()}));
        must(vault.raiseVersion({study::kinds::kRoster, {}, {of.verified().roster.version, of.package.roster.payloadDigest()}}));
    }
    [[nodiscard]] Outcome order(const std::string& action, const std::string& rest, const std::string& person = "coordinator") const
    {
        return quoratectl("study " + action + " " + quoted(folder / person) + " --passphrase-file " + quoted(folder / "pass") + " --package " +
                          quoted(folder / "study.json") + " --service " + service.address + " --demo-vendor " + quoted(testVendorFolder()) + " " +
                          rest + " < /dev/null");
    }
    [[nodiscard]] std::vector<EventKind> orders() const
    {
        std::vector<EventKind> out;
        for (const auto& event : service.events(of.study())) {
            if (event.kind >= EventKind::RoundsPaused) out.push_back(event.kind);
        }
        return out;
    }
    [[nodiscard]] std::vector<audit::Entry> log(const std::string& person) const
    {
        const auto vault = vault::Vault::open(folder / person, passphrase(), {systemClock(), systemRandom()}).value();
        auto all = vault.entries(0, vault.head()->size).value();
        std::erase_if(all, [](const auto& entry) { return entry.kind != audit::EventKind::RoundsOrdered; });
        return all;
    }

    SmallConsortium of;
    TemporaryFolder folder;
    RunningService service;
};

}  // namespace

TEST_CASE("A coordinator pauses, excludes, readmits and resumes, and the vault's log says who, what and why")
{
    const Scene scene;
    const Outcome early = scene.order("pause", "--reason 'not yet'");
    CHECK(early.code == 1);
    CHECK(early.output.find("key is not released") != std::string::npos);
    releaseKey(scene.of, scene.service);
    startRounds(scene.of, scene.service);
    const std::string site = scene.of.protocol().sites[0].code;
    const std::string name = scene.of.protocol().sites[0].name;

    const Outcome paused = scene.order("pause", "--reason 'committee meets' --json");
    REQUIRE_MESSAGE(paused.code == 0, paused.output);
    CHECK(paused.parsed()["order"] == "pause");
    CHECK(paused.parsed()["number"] == 1);
    CHECK_FALSE(paused.parsed().contains("site"));
    const Outcome again = scene.order("pause", "--reason again");
    CHECK(again.code == 1);
    CHECK(again.output.find("paused already") != std::string::npos);
    const Outcome excluded = scene.order("exclude", "--site " + site + " --reason 'records under review'");
    REQUIRE_MESSAGE(excluded.code == 0, excluded.output);
    CHECK(excluded.output.find(name + " is excluded") != std::string::npos);
    CHECK(excluded.output.find("Order 2.") != std::string::npos);
    const Outcome readmitted = scene.order("readmit", "--site " + site + " --reason reviewed --json");
    REQUIRE_MESSAGE(readmitted.code == 0, readmitted.output);
    CHECK(readmitted.parsed()["site"] == site);
    const Outcome resumed = scene.order("resume", "--reason 'committee agreed'");
    REQUIRE_MESSAGE(resumed.code == 0, resumed.output);
    CHECK(scene.orders() == std::vector{EventKind::RoundsPaused, EventKind::SiteExcluded, EventKind::SiteReadmitted, EventKind::RoundsResumed});

    const auto log = scene.log("coordinator");
    // The first one was signed before the service refused it; the second pause was not.
    REQUIRE(log.size() == 5);
    CHECK(log[0].reason == "not yet");
    CHECK(log[2].subject == "exclude");
    CHECK(log[2].reason == "records under review");
    CHECK(log[2].site == siteId(0));
    CHECK(log[2].study == scene.of.study());
    CHECK(log[2].actor == scene.of.coordinator().member.id);
    CHECK(log[2].digests.contains("signed"));
}

TEST_CASE("Who is no coordinator, names no site of the study or gives no reason orders nothing and signs nothing")
{
    const Scene scene;
    releaseKey(scene.of, scene.service);
    startRounds(scene.of, scene.service);
    const Outcome custodian = scene.order("pause", "--reason test", "custodian");
    CHECK(custodian.code == 1);
    CHECK(custodian.output.find("only a coordinator") != std::string::npos);
    const Outcome unknown = scene.order("exclude", "--site nowhere --reason test");
    CHECK(unknown.code == 1);
    CHECK(unknown.output.find("has no site \"nowhere\"; it has " + scene.of.protocol().sites[0].code) != std::string::npos);
    CHECK(scene.order("pause", "--reason ''").code == 3);
    CHECK(scene.order("pause", "").code == 2);
    CHECK(scene.order("exclude", "--reason test").code == 2);
    CHECK(scene.order("readmit", "--site " + scene.of.protocol().sites[0].code + " --reason test").output.find("is not excluded") != std::string::npos);
    CHECK(scene.orders().empty());
    CHECK(scene.log("coordinator").empty());
    CHECK(scene.log("custodian").empty());
}
