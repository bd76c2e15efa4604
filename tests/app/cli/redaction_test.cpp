// SPDX-License-Identifier: GPL-3.0-or-later
// A canary: secrets and patient values with a known shape go into the programs, and nothing that they print, log or export may
// hold one of them, raw, in hexadecimal or in base64.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/schema/synthetic_hospitals.h"
#include "core/study/invitation.h"
#include "tests/app/cli/run_quoratectl.h"
#include "tests/core/vault/vault_samples.h"
#include "tests/support/pkcs12.h"
#include "tests/support/soft_token.h"

using namespace quorate;
using namespace quorate::tests;

namespace {

constexpr const char* kPassphrase = "canary-passphrase-7f3a91";
constexpr const char* kWrongPassphrase = "canary-wrong-passphrase-55c2";
constexpr const char* kPatientValue = "73519.53";

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// What must not be found, with a name that may be told.
class Canaries {
public:
    void plant(const std::string& name, BytesView secret)
    {
        REQUIRE(secret.size() >= 7);
        m_planted.push_back({name, toBytes(secret)});
    }
    /// Whatever is long enough to be a key: shorter stretches occur by chance.
    void plantKey(const std::string& name, BytesView pkcs8)
    {
        plant(name, pkcs8);
        // RFC 5958 with RFC 5915 inside: the scalar follows the first OCTET STRING of 32 bytes.
        for (std::size_t i = 0; i + 34 <= pkcs8.size(); ++i) {
            if (pkcs8[i] == 0x04 && pkcs8[i + 1] == 0x20) {
                plant(name + "'s scalar", pkcs8.subspan(i + 2, 32));
                return;
            }
        }
        FAIL("no scalar in " << name);
    }
    void searchIn(const std::string& where, const std::string& text) const
    {
        const std::string folded = lower(text);
        for (const auto& [name, secret] : m_planted) {
            CAPTURE(where);
            CAPTURE(name);
            CHECK(text.find(asText(secret)) == std::string::npos);
            CHECK(folded.find(toHex(BytesView(secret))) == std::string::npos);
            CHECK_FALSE(holdsBase64(text, secret));
        }
    }

    /// At each of the three places in a group of four digits that a secret can begin at.
    static bool holdsBase64(const std::string& text, const Bytes& secret)
    {
        for (std::size_t skip = 0; skip < 3; ++skip) {
            const BytesView inner = BytesView(secret).subspan(skip, (secret.size() - skip) / 3 * 3);
            if (inner.size() >= 6 && text.find(toBase64(inner)) != std::string::npos) return true;
        }
        return false;
    }

private:
    struct Planted {
        std::string name;
        Bytes secret;
    };
    std::vector<Planted> m_planted;
};

/// Everything that the programs said.
struct Said {
    std::vector<std::pair<std::string, std::string>> texts;
    Outcome run(const std::string& arguments)
    {
        Outcome out = quoratectl(arguments + " < /dev/null");
        texts.emplace_back("quoratectl " + arguments, out.output);
        return out;
    }
};

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

void plantKeysOf(Canaries& canaries, const std::filesystem::path& file)
{
    const auto opened = vault::Vault::open(file, passphrase(kPassphrase), {systemClock(), systemRandom()}).value();
    const auto identities = opened.identities().value();
    for (const auto& identity : identities) {
        canaries.plantKey("key of " + toHex(identity.member), identity.signingKeyPkcs8.expose());
        if (!identity.hpkeKey.empty()) canaries.plant("HPKE key of " + toHex(identity.member), identity.hpkeKey.expose());
    }
}

/// The log as an export carries it: every leaf.
std::string leavesOf(const std::filesystem::path& file)
{
    const auto opened = vault::Vault::open(file, passphrase(kPassphrase), {systemClock(), systemRandom()}).value();
    std::string out;
    const auto entries = opened.entries(0, opened.head()->size).value();
    for (const auto& entry : entries) out += std::string(asText(audit::encode(entry).value()));
    return out;
}

/// A root from a PKCS #12 file, whose key and password are secrets too.
void importARoot(Canaries& canaries, Said& said, const TemporaryFolder& folder)
{
    constexpr const char* kFilePassword = "canary-file-password-2b7e";
    canaries.plant("password of the PKCS #12 file", asBytes(kFilePassword));
    const auto root = ConsortiumAuthority::create("HEART", toSeconds(systemClock()()), systemRandom()).value();
    canaries.plantKey("imported root", root.rootKey().toPkcs8().expose());
    std::ofstream(folder / "root.p12", std::ios::binary) << asText(pkcs12Of(root, kFilePassword));
    std::ofstream(folder / "file-pass") << kFilePassword << "\n";
    REQUIRE(vault::Vault::create(folder / "imported", passphrase(kPassphrase), kCheap, {systemClock(), systemRandom()}));
    const std::string import = "identity import-root " + quoted(folder / "imported") + " " + quoted(folder / "root.p12") + " --passphrase-file " +
                               quoted(folder / "pass") + " --consortium C --name N --organisation O --file-password-file ";
    CHECK(said.run(import + quoted(folder / "pass")).code == 1);
    CHECK(said.run(import + quoted(folder / "file-pass")).code == 0);
    said.texts.emplace_back("log of imported", leavesOf(folder / "imported"));
}

}  // namespace

TEST_CASE("The search finds a secret wherever in a base64 text it begins")
{
    const Bytes secret = toBytes(SigningKey::generate(EcCurve::P256)->toPkcs8().expose());
    for (std::size_t before = 0; before < 4; ++before) {
        Bytes text(before, 'x');
        text.insert(text.end(), secret.begin(), secret.end());
        CHECK(Canaries::holdsBase64("said " + toBase64(text) + ".", secret));
        text[before + 40] ^= 1;
        CHECK_FALSE(Canaries::holdsBase64("said " + toBase64(text) + ".", secret));
    }
}

TEST_CASE("No vault or identity command says a passphrase, a PIN, a key or an invitation's secret")
{
    const TemporaryFolder folder;
    Canaries canaries;
    Said said;
    canaries.plant("passphrase", asBytes(kPassphrase));
    canaries.plant("wrong passphrase", asBytes(kWrongPassphrase));
    canaries.plant("PIN", asBytes(kPin));
    std::ofstream(folder / "pass") << kPassphrase << "\n";
    std::ofstream(folder / "wrong") << kWrongPassphrase << "\n";
    std::ofstream(folder / "pin") << kPin << "\n";
    std::ofstream(folder / "wrong-pin") << "canary-pin-0000\n";
    canaries.plant("wrong PIN", asBytes("canary-pin-0000"));
    const auto file = [&](const char* name) { return quoted(folder / name); };
    const std::string right = " --passphrase-file " + file("pass");
    const std::string wrong = " --passphrase-file " + file("wrong");
    for (const char* name : {"root", "member"}) REQUIRE(vault::Vault::create(folder / name, passphrase(kPassphrase), kCheap, {systemClock(), systemRandom()}));

    for (const char* command : {"info", "verify", "rotate", "passphrase"}) CHECK(said.run(std::string("vault ") + command + " " + file("root") + wrong).code == 3);
    CHECK(said.run("vault restore " + file("elsewhere") + " " + file("root") + wrong).code == 3);
    CHECK(said.run("vault info " + file("root") + right + " --json").code == 0);
    CHECK(said.run("identity show " + file("root") + wrong + " --json").code == 3);
    CHECK(said.run("identity create-root " + file("root") + right + " --consortium HEART --name 'Ada Root' --organisation Cleveland").code == 0);
    CHECK(said.run("identity invite " + file("root") + right + " --role custodian --organisation Zurich --output " + file("code")).code == 0);
    const std::string code = readText(folder / "code");
    const auto invitation = study::readInvitation(code, UtcSeconds()).value();
    canaries.plant("invitation's secret", invitation.secret.expose());
    canaries.plant("invitation's code", asBytes(code).subspan(40, 40));
    std::ofstream(folder / "changed") << code.substr(0, 60) << "AAAAA" << code.substr(65);
    CHECK(said.run("identity join " + file("member") + right + " " + file("changed") + " --name 'Per Son' --output " + file("request")).code == 3);
    CHECK(said.run("identity join " + file("member") + right + " " + file("code") + " --name 'Per Son' --output " + file("request")).code == 0);
    plantKeysOf(canaries, folder / "member");
    plantKeysOf(canaries, folder / "root");
    const std::string request = readText(folder / "request");
    const std::string fingerprint = study::fingerprintOf(dsse::fromJson(request).value());
    CHECK(said.run("identity confirm " + file("root") + right + " " + file("request") + " --fingerprint '1 2 3' --output " + file("answer")).code == 1);
    CHECK(said.run("identity confirm " + file("root") + right + " " + file("request") + " --fingerprint '" + fingerprint + "' --output " + file("answer")).code == 0);
    CHECK(said.run("identity accept " + file("member") + right + " " + file("answer") + " --json").code == 0);
    // A key in the place of a payload or an envelope: the errors must not quote it.
    {
        const auto opened = vault::Vault::open(folder / "member", passphrase(kPassphrase), {systemClock(), systemRandom()}).value();
        const auto keys = opened.identities().value();
        std::ofstream(folder / "key.der", std::ios::binary) << asText(keys.front().signingKeyPkcs8.expose());
    }
    CHECK(said.run("identity accept " + file("member") + right + " " + file("key.der")).code != 0);
    CHECK(said.run("identity join " + file("member") + right + " " + file("key.der") + " --name X --output " + file("none")).code != 0);
    CHECK(said.run("audit verify " + file("key.der")).code != 0);
    CHECK(said.run("appraise " + file("key.der") + " --policy strict").code != 0);
    importARoot(canaries, said, folder);
    if (softHsmIsHere()) {
        const SoftToken token("redaction");
        const std::string options = std::string(" --token ") + kSoftHsmModule + " --key signing --consortium C --name N --organisation O --pin-file ";
        REQUIRE(vault::Vault::create(folder / "token", passphrase(kPassphrase), kCheap, {systemClock(), systemRandom()}));
        CHECK(said.run("identity create-root " + file("token") + right + options + file("wrong-pin")).code == 1);
        CHECK(said.run("identity create-root " + file("token") + right + options + file("pin")).code == 0);
        said.texts.emplace_back("log of token", leavesOf(folder / "token"));
    }
    for (const char* name : {"request", "answer", "root.slots", "member.slots", "root", "member"}) said.texts.emplace_back(name, readText(folder / name));
    for (const char* name : {"root", "member"}) {
        said.texts.emplace_back(std::string("log of ") + name, leavesOf(folder / name));
        for (const std::string form : {"", " --odm"}) {
            const std::string exported = std::string(name) + (form.empty() ? ".log" : ".xml");
            CHECK(said.run("audit export " + file(name) + " " + file(exported.c_str()) + right + form).code == 0);
            said.texts.emplace_back(exported, readText(folder / exported));
        }
    }
    for (const auto& [where, text] : said.texts) canaries.searchIn(where, text);
}

TEST_CASE("No patient value and no key of the demo reaches an output, a report or a log of its programs")
{
    const std::filesystem::path programs = environment("QUORATE_BIN", ".");
    if (!std::filesystem::exists(programs / "quorate-site") || !std::filesystem::exists(programs / "quorate-aggregator")) {
        MESSAGE("SKIPPED: this build has no services");
        return;
    }
    const TemporaryFolder folder;
    const auto data = folder / "data";
    std::filesystem::create_directories(data);
    REQUIRE(schema::writeSyntheticHospitals(data, 7));
    const std::string code = schema::syntheticHospitals().front().code;
    std::string csv = readText(data / (code + ".csv"));
    // The last cell of the second record becomes one that no dictionary allows.
    const std::size_t end = csv.find('\n', csv.find('\n', csv.find('\n') + 1) + 1);
    const std::size_t cell = csv.rfind(',', end) + 1;
    csv.replace(cell, end - cell, kPatientValue);
    std::ofstream(data / (code + ".csv"), std::ios::binary) << csv;

    Canaries canaries;
    Said said;
    canaries.plant("patient value", asBytes(kPatientValue));
    const Outcome played = said.run("demo run --data " + quoted(data) + " --folder " + quoted(folder / "demo") + " --report " + quoted(folder / "report"));
    CHECK(played.code != 0);
    CHECK(played.output.find(code + ".csv, row 3") != std::string::npos);
    int logs = 0;
    int keys = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "demo")) {
        const auto& path = entry.path();
        if (path.extension() == ".log") {
            said.texts.emplace_back(path.filename().string(), readText(path));
            ++logs;
        } else if (path.filename() == "signing.key") {
            canaries.plantKey(path.parent_path().filename().string(), asBytes(readText(path)));
            ++keys;
        }
    }
    CHECK(logs >= 2);
    CHECK(keys >= 4);
    for (const auto& [where, text] : said.texts) canaries.searchIn(where, text);
}
