// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl identity` through the service: nothing but the code and a fingerprint goes from person to person.
#include "core/vault/membership.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

struct Scene {
    Scene()
    {
        services::ServerOptions options{"127.0.0.1:0", of.authority.certificate(), of.verified().policyDigest, of.anchors, {}, "127.0.0.1:0"};
        service.server = services::AggregationServer::start(options, simulated(of.serviceLaunch(), of.clock()), of.clock(), systemRandom()).value();
        service.address = "127.0.0.1:" + std::to_string(service.server->port());
        publish(of, service);
        std::ofstream(folder / "pass") << asText(passphrase().expose()) << "\n";
        std::ofstream(folder / "study.json") << study::toJson(of.package);
        makeRootsVault();
        REQUIRE(vault::Vault::create(folder / "new", passphrase(), kCheap, {systemClock(), systemRandom()}));
    }
    /// As `identity create-root` leaves it, for the root of this consortium.
    void makeRootsVault() const
    {
        auto vault = vault::Vault::create(folder / "root", passphrase(), kCheap, {systemClock(), systemRandom()}).value();
        const auto& me = of.coordinator();
        const auto& ca = of.authority.certificate();
        must(vault.putIdentity({{}, of.authority.rootKey().toPkcs8(), SecretBytes(), ca.der()}, audit::EventKind::IdentityCreated));
        must(vault.putIdentity({me.member.id, me.tlsKey->toPkcs8(), SecretBytes(), me.certificate.der()}, audit::EventKind::IdentityCreated));
        must(vault.putSetting("consortium.root-certificate", toBase64(ca.der())));
        must(vault.putSetting("consortium.own", toHex(me.member.id)));
        must(vault.putEnvelope({{}, study::kinds::kRoster, of.package.roster, systemClock()()}));
        must(vault.raiseVersion({study::kinds::kRoster, {}, {of.verified().roster.version, of.package.roster.payloadDigest()}}));
    }
    [[nodiscard]] Outcome identity(const std::string& step, const std::string& person, const std::string& rest = {}) const
    {
        return quoratectl("identity " + step + " " + file(person) + " --passphrase-file " + file("pass") + " " + rest + " < /dev/null");
    }
    [[nodiscard]] Outcome online(const std::string& step, const std::string& rest) const
    {
        return identity(step, "root", rest + " --package " + file("study.json") + " --service " + service.address + " --demo-vendor " +
                                          quoted(testVendorFolder()));
    }
    [[nodiscard]] std::string file(const std::string& name) const { return quoted(folder / name); }
    [[nodiscard]] std::string joinAddress() const { return "127.0.0.1:" + std::to_string(service.server->joinPort()); }

    SmallConsortium of;
    TemporaryFolder folder;
    RunningService service;
};

}  // namespace

TEST_CASE("A person joins through the service: invite, offer, join, ask, requests, confirm, answer, ask")
{
    const Scene scene;
    const Outcome invited = scene.identity("invite", "root", "--role custodian --organisation Zurich --service " + scene.joinAddress() +
                                                                 " --output " + scene.file("code"));
    REQUIRE_MESSAGE(invited.code == 0, invited.output);
    const Outcome joined = scene.identity("join", "new", scene.file("code") + " --name 'Per Son' --output " + scene.file("new.request"));
    REQUIRE_MESSAGE(joined.code == 0, joined.output);
    const Outcome early = scene.identity("ask", "new");
    CHECK(early.code == 1);
    CHECK(early.output.find("has to offer it to the service") != std::string::npos);

    const Outcome offered = scene.online("offer", scene.file("code"));
    REQUIRE_MESSAGE(offered.code == 0, offered.output);
    const Outcome asked = scene.identity("ask", "new");
    CHECK(asked.code == 3);
    CHECK(asked.output.find("not answered yet") != std::string::npos);

    std::filesystem::create_directory(scene.folder / "requests");
    const Outcome listed = scene.online("requests", "--json --output " + scene.file("requests"));
    REQUIRE_MESSAGE(listed.code == 0, listed.output);
    REQUIRE(listed.parsed().size() == 1);
    CHECK(listed.parsed()[0]["name"] == "Per Son");
    const std::string request = listed.parsed()[0]["file"];
    const auto envelope = dsse::fromJson(readText(scene.folder / "requests" / request)).value();
    const Outcome confirmed = scene.identity("confirm", "root", quoted(scene.folder / "requests" / request) + " --fingerprint '" +
                                                                    study::fingerprintOf(envelope) + "' --output " + scene.file("answer"));
    REQUIRE_MESSAGE(confirmed.code == 0, confirmed.output);
    const Outcome answered = scene.online("answer", scene.file("answer"));
    REQUIRE_MESSAGE(answered.code == 0, answered.output);

    const Outcome in = scene.identity("ask", "new");
    CHECK_MESSAGE(in.code == 0, in.output);
    CHECK(in.output.find("You are a member: Per Son, Zurich, custodian.") != std::string::npos);
    CHECK(scene.identity("show", "new", "--json").parsed()["rosterVersion"] == 2);
    CHECK(scene.service.server->registry().context().rosters->version() == 2);
    CHECK(scene.identity("ask", "new").code == 1);
    std::filesystem::create_directory(scene.folder / "later");
    CHECK(scene.online("requests", "--json --output " + scene.file("later")).parsed().empty());
}

TEST_CASE("Who has nothing to ask, no address to ask at, or nobody there, is told so")
{
    const Scene scene;
    CHECK(scene.identity("ask", "new").output.find("this vault has asked no consortium to join") != std::string::npos);
    REQUIRE(scene.identity("invite", "root", "--role auditor --organisation Zurich --output " + scene.file("code")).code == 0);
    REQUIRE(scene.identity("join", "new", scene.file("code") + " --name 'Per Son' --output " + scene.file("new.request")).code == 0);
    const Outcome nowhere = scene.identity("ask", "new");
    CHECK(nowhere.code == 3);
    CHECK(nowhere.output.find("the invitation names no service") != std::string::npos);
    CHECK(scene.identity("ask", "new", "--service 127.0.0.1:1").code == 3);
    // On the members' address nobody without a certificate gets past TLS.
    CHECK(scene.identity("ask", "new", "--service " + scene.service.address).code == 3);
}
