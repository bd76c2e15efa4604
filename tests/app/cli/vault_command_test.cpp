// SPDX-License-Identifier: GPL-3.0-or-later
// `quoratectl vault` as a script sees it.
#include <doctest/doctest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#ifndef _WIN32
#include <sys/wait.h>
#endif

#include "tests/core/vault/vault_samples.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::tests;
using nlohmann::json;

namespace {

struct Outcome {
    int code = -1;
    std::string output;
};

/// Runs `quoratectl vault ...` with `input` on its standard input.
Outcome vaultCommand(const std::string& arguments, const std::string& input = {})
{
    const std::string command = "printf '" + input + "' | \"" + environment("QUORATE_BIN", ".") + "/quoratectl\" vault " + arguments + " 2>&1";
    Outcome out;
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char chunk[4096];
    for (std::size_t count = 0; (count = fread(chunk, 1, sizeof chunk, pipe)) > 0;) out.output.append(chunk, count);
    out.code = WEXITSTATUS(pclose(pipe));
    return out;
}

}  // namespace

TEST_CASE("a vault is checked, backed up, restored, rotated and given another passphrase from the command line")
{
    const TemporaryFolder folder;
    {
        vault::Vault made = newVault(folder);
        REQUIRE(made.appendEvent(event(1)));
    }
    const std::string file = (folder / "vault.db").string();
    const std::string backup = (folder / "backup.db").string();
    const std::string restored = (folder / "restored.db").string();
    const std::string words = "correct horse battery staple\\n";
    const Outcome info = vaultCommand("info '" + file + "' --json", words);
    CHECK(info.code == 0);
    const json parsed = json::parse(info.output, nullptr, false);
    REQUIRE(parsed.is_object());
    CHECK(parsed["holds"] == true);
    CHECK(parsed["entries"] == 3);
    CHECK(vaultCommand("verify '" + file + "'", words).code == 0);
    CHECK(vaultCommand("verify '" + file + "'", "wrong\\n").code == 3);
    CHECK(vaultCommand("verify '" + file + "'").code == 3);
    CHECK(vaultCommand("backup '" + file + "' '" + backup + "'", words).code == 0);
    CHECK(vaultCommand("backup '" + file + "' '" + backup + "'", words).code == 3);
    CHECK(vaultCommand("restore '" + restored + "' '" + backup + "'", words).code == 0);
    CHECK(vaultCommand("restore '" + restored + "' '" + backup + "'", words).code == 3);
    CHECK(vaultCommand("rotate '" + restored + "'", words).code == 0);
    CHECK(vaultCommand("migrate '" + restored + "'", words).code == 0);
    std::ofstream(folder / "next") << "another passphrase\n";
    const std::string nextFile = "'" + (folder / "next").string() + "'";
    CHECK(vaultCommand("passphrase '" + restored + "' --new-passphrase-file " + nextFile, words).code == 0);
    CHECK(vaultCommand("verify '" + restored + "'", words).code == 3);
    CHECK(vaultCommand("verify '" + restored + "' --passphrase-file " + nextFile).code == 0);
    CHECK(vaultCommand("passphrase '" + restored + "'", "another passphrase\\nthird\\n").code == 0);
    CHECK(vaultCommand("verify '" + restored + "'", "third\\n").code == 0);
}

TEST_CASE("a vault that does not agree with its log gives exit code 1 and names the row")
{
    const TemporaryFolder folder;
    { REQUIRE(newVault(folder).putSetting("theme", "dark")); }
    REQUIRE(rawDatabase(folder / "vault.db").execute("UPDATE settings SET value = 'light'"));
    const Outcome outcome = vaultCommand("verify '" + (folder / "vault.db").string() + "'", "correct horse battery staple\\n");
    CHECK(outcome.code == 1);
    CHECK(outcome.output.find("settings theme: edited, entry 1") != std::string::npos);
    CHECK(outcome.output.find("dark") == std::string::npos);
}

TEST_CASE("a vault with a damaged page gives exit code 3, and the page, the entry and what to do in one line")
{
    const TemporaryFolder folder;
    { REQUIRE(newVault(folder).putSetting("theme", "dark")); }
    constexpr std::size_t kSettingsPage = 10;
    Bytes content = readBytes(folder / "vault.db");
    content[kSettingsPage * kPageBytes - 700] ^= 0x01;
    writeBytes(folder / "vault.db", content);
    const Outcome outcome = vaultCommand("verify '" + (folder / "vault.db").string() + "'", "correct horse battery staple\\n");
    CHECK(outcome.code == 3);
    CHECK(outcome.output == "quoratectl: vault file is damaged at page 10: settings theme: unreadable, entry 1; "
                            "want a backup from before, restored to another place\n");
}
