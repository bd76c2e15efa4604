// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl identity` as people use it: vaults on several computers, files and a fingerprint between them.
#include <doctest/doctest.h>

#include "core/study/invitation.h"
#include "core/study/study_package.h"
#include "core/vault/membership.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/pkcs12.h"
#include "tests/support/soft_token.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

/// Vaults of several people in one folder, all under the same passphrase.
struct People {
    People() { std::ofstream(folder / "pass") << asText(passphrase().expose()) << "\n"; }

    void vaultOf(const std::string& person) const
    {
        REQUIRE(vault::Vault::create(folder / person, passphrase(), kCheap, {systemClock(), systemRandom()}));
    }
    [[nodiscard]] Outcome identity(const std::string& step, const std::string& person, const std::string& rest = {}) const
    {
        return quoratectl("identity " + step + " " + quoted(folder / person) + " --passphrase-file " + quoted(folder / "pass") + " " + rest +
                          " < /dev/null");
    }
    [[nodiscard]] Outcome audit(const std::string& step, const std::string& person, const std::string& rest) const
    {
        return quoratectl("audit " + step + " " + quoted(folder / person) + " " + rest + " --passphrase-file " + quoted(folder / "pass") +
                          " < /dev/null");
    }
    [[nodiscard]] std::string file(const std::string& name) const { return quoted(folder / name); }
    [[nodiscard]] vault::Vault open(const std::string& person) const
    {
        return vault::Vault::open(folder / person, passphrase(), {systemClock(), systemRandom()}).value();
    }
    [[nodiscard]] std::uint64_t entriesOf(const std::string& person) const { return open(person).head()->size; }
    [[nodiscard]] int count(const std::string& person, audit::EventKind kind) const
    {
        const auto opened = open(person);
        CHECK(opened.damage().empty());
        int out = 0;
        const auto entries = opened.entries(0, opened.head()->size).value();
        for (const auto& entry : entries) out += entry.kind == kind ? 1 : 0;
        return out;
    }
    [[nodiscard]] std::string fingerprintOf(const std::string& request) const
    {
        return study::fingerprintOf(dsse::fromJson(readText(folder / request)).value());
    }

    void found(const std::string& options = {}) const
    {
        vaultOf("coordinator");
        const Outcome made = identity("create-root", "coordinator", "--consortium HEART --name 'Ada Root' --organisation Cleveland " + options);
        REQUIRE_MESSAGE(made.code == 0, made.output);
    }
    void invite(const std::string& code, const std::string& rest = "--role custodian --organisation Zurich") const
    {
        const Outcome made = identity("invite", "coordinator", rest + " --output " + file(code));
        REQUIRE_MESSAGE(made.code == 0, made.output);
    }
    [[nodiscard]] Outcome join(const std::string& person, const std::string& code) const
    {
        return identity("join", person, file(code) + " --name 'Per Son' --output " + file(person + ".request"));
    }
    [[nodiscard]] Outcome confirm(const std::string& person, const std::string& fingerprint) const
    {
        return identity("confirm", "coordinator", file(person + ".request") + " --fingerprint '" + fingerprint + "' --output " + file(person + ".answer"));
    }
    /// The whole way in.
    void admit(const std::string& person) const
    {
        vaultOf(person);
        invite(person + ".code");
        REQUIRE(join(person, person + ".code").code == 0);
        const Outcome confirmed = confirm(person, fingerprintOf(person + ".request"));
        REQUIRE_MESSAGE(confirmed.code == 0, confirmed.output);
        const Outcome accepted = identity("accept", person, file(person + ".answer"));
        REQUIRE_MESSAGE(accepted.code == 0, accepted.output);
    }

    TemporaryFolder folder;
};

}  // namespace

TEST_CASE("A consortium is founded, two members join by files and a fingerprint, and one is revoked")
{
    const People people;
    people.found();
    people.admit("first");
    people.admit("second");
    auto shown = people.identity("show", "coordinator", "--json").parsed();
    CHECK(shown["consortium"] == "HEART");
    CHECK(shown["rosterVersion"] == 3);
    REQUIRE(shown["members"].size() == 3);
    CHECK(shown["members"][0]["role"] == "coordinator");
    CHECK(shown["members"][1]["organisation"] == "Zurich");
    // What another tool verifies this member's signatures by.
    CHECK(PublicKey::fromSpki(parseBase64(shown["members"][1]["signingKey"].get<std::string>()).value()));
    CHECK(people.identity("show", "first", "--json").parsed()["root"] == shown["root"]);
    const std::string first = people.identity("show", "first", "--json").parsed()["own"];
    CHECK(people.count("coordinator", audit::EventKind::InvitationMade) == 2);
    CHECK(people.count("coordinator", audit::EventKind::InvitationConfirmed) == 2);
    CHECK(people.count("coordinator", audit::EventKind::CertificateIssued) == 3);
    CHECK(people.count("first", audit::EventKind::IdentityCreated) == 1);
    CHECK(people.count("first", audit::EventKind::InvitationAccepted) == 1);

    const std::string revoke = first + " --from 2026-01-01T00:00:00Z --reason 'has left' --output ";
    CHECK(people.identity("revoke", "second", revoke + people.file("not.roster")).code == 3);
    const Outcome revoked = people.identity("revoke", "coordinator", revoke + people.file("next.roster"));
    CHECK_MESSAGE(revoked.code == 0, revoked.output);
    CHECK(revoked.output.find("REVOKED from 2026-01-01T00:00:00Z: has left") != std::string::npos);
    CHECK(people.identity("revoke", "coordinator", revoke + people.file("again.roster")).code == 1);
    CHECK_FALSE(std::filesystem::exists(people.folder / "again.roster"));

    std::ofstream(people.folder / "payload") << "payload";
    const std::string sign = people.file("payload") + " --kind participation --meaning approval --output ";
    CHECK(people.identity("sign", "first", sign + people.file("before.sig")).code == 0);
    CHECK(people.identity("update", "first", people.file("next.roster")).code == 0);
    CHECK(people.identity("sign", "first", sign + people.file("after.sig")).code == 1);
    CHECK_FALSE(std::filesystem::exists(people.folder / "after.sig"));
    CHECK(people.identity("sign", "second", sign + people.file("second.sig")).code == 0);
    // The roster of before the revocation does not come back.
    const auto opened = people.open("second");
    std::ofstream(people.folder / "old.roster") << dsse::toJson(opened.envelopes({}, study::kinds::kRoster)->front().envelope);
    CHECK(people.identity("update", "first", people.file("old.roster")).code == 1);
}

TEST_CASE("What was done in a vault is signed when the step ends, and exported as a file that verifies alone")
{
    const People people;
    people.found();
    people.admit("first");
    std::ofstream(people.folder / "payload") << "payload";
    const std::string sign = people.file("payload") + " --kind participation --reason agreed --output ";
    CHECK(people.identity("sign", "first", sign + people.file("without.sig")).code == 2);
    REQUIRE(people.identity("sign", "first", sign + people.file("with.sig") + " --meaning review").code == 0);
    {
        // Who restores a copy from before this is contradicted by the file beside the vault.
        const auto opened = people.open("first");
        const auto newest = opened.newestCheckpoint().value();
        REQUIRE(newest);
        CHECK(newest->head.size + 1 == opened.head()->size);
        CHECK(std::filesystem::exists(vault::Vault::witnessPathFor(people.folder / "first")));
    }
    const std::string root = people.identity("show", "coordinator", "--json").parsed()["root"];
    for (const std::string person : {"first", "coordinator"}) {
        const std::string written = people.file(person + ".log");
        const Outcome made = people.audit("export", person, written);
        REQUIRE_MESSAGE(made.code == 0, made.output);
        CHECK(people.audit("export", person, written).code == 3);
        const Outcome verified = quoratectl("audit verify " + written + " --root-key " + root + " --json");
        CHECK_MESSAGE(verified.code == 0, verified.output);
        CHECK(verified.parsed()["coveredUntil"] == verified.parsed()["entries"]);
    }
    // Who founds or joins is named from the first entry that is theirs.
    CHECK(quoratectl("audit show " + people.file("coordinator.log") + " --kind certificate.issued").output.find("Ada Root") != std::string::npos);
    CHECK(quoratectl("audit show " + people.file("first.log") + " --kind invitation.accepted").output.find("Per Son") != std::string::npos);
    const Outcome shown = quoratectl("audit show " + people.file("first.log") + " --kind envelope.stored");
    CHECK(shown.output.find("Per Son") != std::string::npos);
    CHECK(shown.output.find("signed as review  agreed") != std::string::npos);
    CHECK(people.audit("export", "first", people.file("first.xml") + " --odm").code == 0);
    CHECK(readText(people.folder / "first.xml").find("<AuditRecord ") != std::string::npos);

    people.vaultOf("nobody");
    const Outcome nobodys = people.audit("export", "nobody", people.file("nobody.log"));
    CHECK(nobodys.code == 3);
    CHECK(nobodys.output.find("belongs to no consortium yet") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(people.folder / "nobody.log"));
}

TEST_CASE("A consortium is founded under a root that was made elsewhere, and not without that root's password")
{
    const People people;
    people.vaultOf("coordinator");
    const auto root = ConsortiumAuthority::create("HEART", toSeconds(systemClock()()), systemRandom()).value();
    std::ofstream(people.folder / "root.p12", std::ios::binary) << asText(pkcs12Of(root, "of the file"));
    std::ofstream(people.folder / "wrong") << "another\n";
    std::ofstream(people.folder / "right") << "of the file\n";
    const std::string found = people.file("root.p12") + " --consortium HEART --name 'Ada Root' --organisation Cleveland --file-password-file ";
    const Outcome refused = people.identity("import-root", "coordinator", found + people.file("wrong"));
    CHECK(refused.code == 1);
    CHECK(people.count("coordinator", audit::EventKind::IdentityImported) == 0);
    const Outcome made = people.identity("import-root", "coordinator", found + people.file("right"));
    REQUIRE_MESSAGE(made.code == 0, made.output);
    CHECK(made.output.find(toHex(root.rootKey().publicKey().spkiSha256())) != std::string::npos);
    CHECK(people.count("coordinator", audit::EventKind::IdentityImported) == 1);
    people.admit("first");
    CHECK(people.identity("import-root", "first", found + people.file("right")).code == 1);
}

TEST_CASE("An invitation is refused when it is changed, over, or used; a request when another fingerprint was compared")
{
    const People people;
    people.found();
    people.vaultOf("new");
    people.invite("code");
    std::string code = readText(people.folder / "code");
    // Not the check group alone: a signature protects the rest.
    code[20] = code[20] == 'A' ? 'B' : 'A';
    std::ofstream(people.folder / "changed") << code;
    CHECK(people.join("new", "changed").code == 3);
    CHECK_FALSE(std::filesystem::exists(people.folder / "new.request"));

    REQUIRE(people.join("new", "code").code == 0);
    const auto before = people.entriesOf("coordinator");
    const std::string request = people.file("new.request") + " --output " + people.file("new.answer");
    const Outcome asked = people.identity("confirm", "coordinator", request);
    CHECK(asked.code == 2);
    CHECK(asked.output.find(people.fingerprintOf("new.request")) != std::string::npos);
    CHECK(people.confirm("new", "00000 00000 00000 00000").code == 1);
    CHECK_FALSE(std::filesystem::exists(people.folder / "new.answer"));
    // Nothing but that the vault was opened: twice by the command, once to look.
    CHECK(people.entriesOf("coordinator") - before == 3);

    std::string typed = people.fingerprintOf("new.request");
    std::erase(typed, ' ');
    REQUIRE(people.confirm("new", typed).code == 0);
    REQUIRE(people.identity("accept", "new", people.file("new.answer")).code == 0);
    CHECK(people.identity("accept", "new", people.file("new.answer")).code == 1);
    CHECK(people.join("new", "code").code == 3);

    people.vaultOf("another");
    REQUIRE(people.join("another", "code").code == 0);
    const Outcome twice = people.confirm("another", people.fingerprintOf("another.request"));
    CHECK(twice.code == 1);
    CHECK(twice.output.find("has been used") != std::string::npos);
    CHECK(people.identity("accept", "another", people.file("new.answer")).code == 1);
}

TEST_CASE("An invitation that has ended is refused by both sides")
{
    const People people;
    people.found();
    people.vaultOf("late");
    // As the vault of somebody who invited last week holds it.
    const auto past = [] { return UtcMillis(systemClock()() - std::chrono::hours(100)); };
    {
        auto opened = vault::Vault::open(people.folder / "coordinator", passphrase(), {past, systemRandom()}).value();
        auto membership = vault::Membership::of(opened, {past, systemRandom()}, 0).value();
        study::Member invited;
        invited.role = study::Role::Auditor;
        invited.organisation = "Zurich";
        const std::string code = membership.invite(invited, {}, toSeconds(past()) + std::chrono::hours(72)).value();
        std::ofstream(people.folder / "code") << code;
        auto late = vault::Vault::open(people.folder / "late", passphrase(), {past, systemRandom()}).value();
        const auto request = vault::Membership::of(late, {past, systemRandom()}, 0)->join(code, "La Te", {}).value();
        std::ofstream(people.folder / "late.request") << dsse::toJson(request);
    }
    const Outcome confirmed = people.confirm("late", people.fingerprintOf("late.request"));
    CHECK(confirmed.code == 1);
    CHECK(confirmed.output.find("has expired") != std::string::npos);
    people.vaultOf("later");
    CHECK(people.join("later", "code").code == 1);
}

TEST_CASE("With the key on a token: signed while it is in, refused with what to do once it is out, and nothing logged as done")
{
    if (!softHsmIsHere()) return;
    const SoftToken token("identity-command");
    const People people;
    std::ofstream(people.folder / "pin") << kPin << "\n";
    const std::string pin = "--pin-file " + people.file("pin");
    people.found(std::string("--token ") + kSoftHsmModule + " --key signing " + pin);
    CHECK(people.identity("show", "coordinator", "--json").parsed()["token"] == token.serial());
    CHECK(people.count("coordinator", audit::EventKind::IdentityTokenBound) == 1);

    std::ofstream(people.folder / "payload") << "payload";
    const std::string sign = people.file("payload") + " --kind participation --meaning approval --reason agreed " + pin + " --output ";
    const Outcome done = people.identity("sign", "coordinator", sign + people.file("one.sig"));
    REQUIRE_MESSAGE(done.code == 0, done.output);
    const auto envelope = dsse::fromJson(readText(people.folder / "one.sig")).value();
    CHECK(dsse::verify(envelope, "participation", token.publicKey()));
    CHECK(people.count("coordinator", audit::EventKind::EnvelopeStored) == 1);

    const Outcome exported = people.audit("export", "coordinator", people.file("log") + " " + pin);
    CHECK_MESSAGE(exported.code == 0, exported.output);
    CHECK(quoratectl("audit verify " + people.file("log")).code == 0);

    token.remove();
    CHECK(people.audit("export", "coordinator", people.file("gone.log") + " " + pin).code == 3);
    CHECK_FALSE(std::filesystem::exists(people.folder / "gone.log"));
    const Outcome gone = people.identity("sign", "coordinator", sign + people.file("two.sig"));
    CHECK(gone.code == 3);
    CHECK(gone.output.find("put it in") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(people.folder / "two.sig"));
    CHECK(people.count("coordinator", audit::EventKind::EnvelopeStored) == 1);

    token.putBack();
    std::ofstream(people.folder / "pin") << "0000000\n";
    CHECK(people.identity("sign", "coordinator", sign + people.file("three.sig")).code == 1);
    CHECK(people.count("coordinator", audit::EventKind::EnvelopeStored) == 1);
}
