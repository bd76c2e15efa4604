// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl study accept-product` as custodians use it: one file that goes from vault to vault, and then to the service.
#include "core/study/product_acceptance.h"
#include "core/vault/membership.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;
using attestation::TeeKind;

namespace {

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

/// A service on SEV-SNP machines, which the study's policy leaves to the quorum, and vaults of its people.
struct Scene {
    Scene()
    {
        service = startService(of, simulated(of.serviceLaunch(), of.clock(), TeeKind::SevSnp));
        std::ofstream(folder / "pass") << asText(passphrase().expose()) << "\n";
        std::ofstream(folder / "study.json") << study::toJson(of.package);
        makeVault("coordinator", of.coordinator());
        for (std::size_t i = 0; i < 3; ++i) makeVault("custodian" + std::to_string(i), of.custodians[i]);
    }
    /// As the way into the consortium leaves it.
    void makeVault(const std::string& name, const Identity& who) const
    {
        auto vault = vault::Vault::create(folder / name, passphrase(), kCheap, {systemClock(), systemRandom()}).value();
        SecretBytes hpkeKey = who.hpke ? SecretBytes::copyOf(who.hpke->exposeRaw()) : SecretBytes();
        must(vault.putIdentity({who.member.id, who.tlsKey->toPkcs8(), std::move(hpkeKey), who.certificate.der()}, audit::EventKind::IdentityCreated));
        must(vault.putSetting("consortium.root-certificate", toBase64(of.authority.certificate().der())));
        must(vault.putSetting("consortium.own", toHex(who.member.id)));
        must(vault.putEnvelope({{}, study::kinds::kRoster, of.package.roster, systemClock()()}));
        must(vault.raiseVersion({study::kinds::kRoster, {}, {of.verified().roster.version, of.package.roster.payloadDigest()}}));
    }
    /// The coordinator has published, with an acceptance in hand.
    void publishWith(const std::string& acceptance) const
    {
        MemberSession session(of.coordinator(), service.address, of.verified(), of.anchors, of.clock(), systemRandom());
        session.useAcceptances(of.verified().roster, {dsse::fromJson(readText(folder / acceptance)).value()});
        must(requireAccepted(session.connect(false).value().result));
        must(session.publish(of.package));
    }
    [[nodiscard]] Outcome run(const std::string& step, const std::string& person, const std::string& rest) const
    {
        return quoratectl("study accept-product " + step + " " + file(person) + " --passphrase-file " + file("pass") + " --package " +
                          file("study.json") + " " + rest + " < /dev/null");
    }
    [[nodiscard]] Outcome begin(const std::string& person, const std::string& output, const std::string& product = "Genoa") const
    {
        const auto until = formatRfc3339(toSeconds(systemClock()()) + std::chrono::hours(24 * 30));
        return run("begin", person, "--product " + product + " --until " + until + " --reason 'no other machines yet' --output " + file(output));
    }
    [[nodiscard]] Outcome sign(const std::string& person, const std::string& input, const std::string& output) const
    {
        return run("sign", person, file(input) + " --output " + file(output));
    }
    [[nodiscard]] Outcome send(const std::string& person, const std::string& input) const
    {
        return run("send", person, file(input) + " --service " + service.address + " --demo-vendor " + quoted(testVendorFolder()));
    }
    [[nodiscard]] std::string file(const std::string& name) const { return quoted(folder / name); }

    SmallConsortium of{{.changePolicy = [](attestation::AppraisalPolicy& policy) { policy.productsUnderAcceptance = {"Genoa"}; }}};
    TemporaryFolder folder;
    RunningService service;
};

}  // namespace

TEST_CASE("Two custodians sign, a coordinator sends it, and from then on the service is trusted by who never had the file")
{
    const Scene scene;
    const Outcome begun = scene.begin("custodian0", "one.json");
    REQUIRE_MESSAGE(begun.code == 0, begun.output);
    CHECK(begun.output.find("1 custodians signed, want 2") != std::string::npos);
    const Outcome early = scene.send("coordinator", "one.json");
    CHECK(early.code == 1);
    CHECK(early.output.find("1 custodians signed, want 2") != std::string::npos);
    CHECK(scene.sign("custodian0", "one.json", "twice.json").code == 1);
    CHECK_FALSE(std::filesystem::exists(scene.folder / "twice.json"));

    const Outcome joined = scene.sign("custodian1", "one.json", "two.json");
    REQUIRE_MESSAGE(joined.code == 0, joined.output);
    CHECK(joined.output.find("The study's quorum has signed.") != std::string::npos);
    const Outcome shown = scene.run("show", "coordinator", scene.file("two.json") + " --json");
    REQUIRE_MESSAGE(shown.code == 0, shown.output);
    CHECK(shown.parsed()["complete"] == true);
    CHECK(shown.parsed()["signers"].size() == 2);
    CHECK(shown.parsed()["reason"] == "no other machines yet");

    scene.publishWith("two.json");
    const auto reviewer = std::make_unique<MemberSession>(scene.of.reviewers[0], scene.service.address, scene.of.verified(), scene.of.anchors,
                                                          scene.of.clock(), systemRandom());
    CHECK(reviewer->connect().value().result.verdict == attestation::Verdict::Refused);
    const Outcome sent = scene.send("coordinator", "two.json");
    REQUIRE_MESSAGE(sent.code == 0, sent.output);
    CHECK(reviewer->connect().value().result.verdict == attestation::Verdict::TrainingOnly);
    const Outcome again = scene.send("custodian2", "two.json");
    CHECK(again.code == 1);
    CHECK(again.output.find("given already") != std::string::npos);

    // The custodian's own log says what was signed.
    const auto vault = vault::Vault::open(scene.folder / "custodian1", passphrase(), {systemClock(), systemRandom()}).value();
    const auto entries = vault.entries(0, vault.head()->size).value();
    const auto digest = dsse::fromJson(readText(scene.folder / "two.json")).value().payloadDigest();
    const auto signing = std::ranges::find_if(entries, [](const auto& entry) { return entry.subject == study::kinds::kProductAcceptance; });
    REQUIRE(signing != entries.end());
    CHECK(signing->digests.at("payload") == digest);
    CHECK(signing->reason == "no other machines yet");
}

TEST_CASE("Who may not sign, a product that waits for nobody, an end out of reach and a changed file are refused, and nothing is written")
{
    const Scene scene;
    const Outcome coordinator = scene.begin("coordinator", "a.json");
    CHECK(coordinator.code == 1);
    CHECK(coordinator.output.find("holds no share") != std::string::npos);
    const Outcome turin = scene.begin("custodian0", "a.json", "Turin");
    CHECK(turin.code == 1);
    CHECK(turin.output.find("asks for no acceptance of Turin") != std::string::npos);
    const std::string common = "--product Genoa --reason why --output " + scene.file("a.json") + " --until ";
    CHECK(scene.run("begin", "custodian0", common + "2020-01-01T00:00:00Z").code == 1);
    CHECK(scene.run("begin", "custodian0", common + "2099-01-01T00:00:00Z").code == 1);
    CHECK(scene.run("begin", "custodian0", common + "tomorrow").code == 2);
    CHECK_FALSE(std::filesystem::exists(scene.folder / "a.json"));

    REQUIRE(scene.begin("custodian0", "one.json").code == 0);
    auto changed = dsse::fromJson(readText(scene.folder / "one.json")).value();
    changed.payload.back() ^= 1;
    std::ofstream(scene.folder / "changed.json") << dsse::toJson(changed);
    CHECK(scene.sign("custodian1", "changed.json", "b.json").code == 1);
    CHECK(scene.run("show", "custodian1", scene.file("changed.json")).code == 1);
    CHECK_FALSE(std::filesystem::exists(scene.folder / "b.json"));
    CHECK(scene.run("show", "custodian1", scene.file("study.json")).code == 3);
}
