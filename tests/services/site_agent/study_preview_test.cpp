// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/vault.h"
#include "enclave_client/preview_client.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/services/support/hospital_files.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

/// A vault whose owner is this member of the consortium.
void writeVault(const SmallConsortium& of, const Identity& identity, const std::filesystem::path& file)
{
    constexpr Uuid kNoStudy{};
    auto vault = vault::Vault::create(file, SecretBytes::copyOf(asBytes("words of mine")), {64, 1, 1}, {systemClock(), systemRandom()}).value();
    const auto& roster = of.package.roster;
    must(vault.putSetting("consortium.root-certificate", toBase64(of.authority.certificate().der())));
    must(vault.putSetting("consortium.own", toHex(identity.member.id)));
    must(vault.putIdentity({identity.member.id, identity.tlsKey->toPkcs8(), {}, identity.certificate.der()}));
    must(vault.putEnvelope({kNoStudy, study::kinds::kRoster, roster, systemClock()()}));
    must(vault.raiseVersion({study::kinds::kRoster, kNoStudy, {of.verified().roster.version, roster.payloadDigest()}}));
}

}  // namespace

TEST_CASE("quoratectl study preview shows what the sites offered, with small counts kept back, to members alone")
{
    SmallConsortium of({.sites = 2});
    const auto service = startService(of);
    publish(of, service);
    const auto& dictionary = of.protocol().dictionary;
    for (std::size_t i = 0; i < 2; ++i) {
        const Hospital hospital(of, i);
        AttestedChannel node(service.address, credentialsOf(of.nodes[i]), of.clock(), systemRandom());
        must(requireAccepted(node.attest(attestation::Purpose::Channel, of.expectations()).value().result));
        const auto preview = schema::previewOf(dictionary, {}, hospital.files.records, 5).value();
        must(PreviewClient(node, of.study()).offer(schema::toJson(preview, dictionary)));
    }
    const TemporaryFolder folder;
    writeVault(of, of.reviewers[0], folder / "vault.db");
    const auto words = folder.write("words", "words of mine\n");
    const auto package = folder.write("study.json", study::toJson(of.package));
    const std::string arguments = "study preview " + (folder / "vault.db").string() + " --passphrase-file " + words.string() + " --package " +
                                  package.string() + " --demo-vendor " + testVendorFolder().string() + " --service ";
    const auto text = quoratectl(arguments + service.address);
    CAPTURE(text.output);
    CHECK(text.code == 0);
    CHECK(text.output.find("== 2 of 2 sites together") != std::string::npos);
    CHECK(text.output.find("< 5") != std::string::npos);
    CHECK(text.output.find("at least") != std::string::npos);
    const auto json = quoratectl(arguments + service.address + " --json");
    CHECK(json.code == 0);
    CHECK(json.output.find("\"quorate-preview/1\"") != std::string::npos);
    CHECK(quoratectl(arguments + "127.0.0.1:1").code == 3);

    // The package of another consortium than the vault's.
    const SmallConsortium stranger;
    writeBytes(package, asBytes(study::toJson(stranger.package)));
    const auto refused = quoratectl(arguments + service.address);
    CHECK(refused.code == 3);
    CHECK(refused.output.find("== ") == std::string::npos);
}
