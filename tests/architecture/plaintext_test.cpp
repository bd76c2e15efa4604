// SPDX-License-Identifier: GPL-3.0-or-later
// libsqlcipher and libsqlite3 export the same names. Where libsqlite3 wins, a vault is written in the clear. Each program
// that ships is tried with libsqlite3 loaded before everything else; none may offer the names itself.
#include <doctest/doctest.h>

#if defined(__linux__)
#include <array>
#include <cstdio>
#include <filesystem>

#include "tests/support/shared_vectors.h"
#include "tests/support/temporary_folder.h"

using namespace quorate::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::array kPrograms{"quorate", "quoratectl", "quorate-aggregator", "quorate-site"};
constexpr std::array kLibraries{"/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", "/usr/lib/aarch64-linux-gnu/libsqlite3.so.0",
                                "/usr/lib64/libsqlite3.so.0"};

struct Ran {
    int exitCode = 0;
    std::string output;
};

Ran run(const std::string& command)
{
    Ran out;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> part{};
    std::size_t size = 0;
    while ((size = fread(part.data(), 1, part.size(), pipe)) > 0) out.output.append(part.data(), size);
    out.exitCode = WEXITSTATUS(pclose(pipe));
    return out;
}

void checkIsNotPlain(const fs::path& vault, const std::string& marker)
{
    const std::string content = readText(vault);
    CHECK(content.size() >= 4096);
    CHECK(content.find("SQLite format 3") == std::string::npos);
    CHECK(content.find("CREATE TABLE") == std::string::npos);
    CHECK(content.find(marker) == std::string::npos);
}

/// Programs that are built; says which are not.
std::vector<fs::path> builtPrograms()
{
    std::vector<fs::path> out;
    for (const char* name : kPrograms) {
        const fs::path path = fs::path(environment("QUORATE_BIN", "build/bin")) / name;
        if (fs::exists(path)) {
            out.push_back(path);
        } else {
            MESSAGE("SKIPPED: not built: " << std::string(name));
        }
    }
    return out;
}

std::string preload()
{
    for (const char* library : kLibraries) {
        if (fs::exists(library)) return std::string("LD_PRELOAD=") + library + " ";
    }
    MESSAGE("SKIPPED: no libsqlite3.so.0 on this system");
    CHECK(environment("CI", "false") != "true");
    return {};
}

}  // namespace

TEST_CASE("no program exports a name of SQLite, nor takes one from a shared library")
{
    for (const fs::path& program : builtPrograms()) {
        CAPTURE(program.string());
        const Ran symbols = run("nm -D '" + program.string() + "'");
        REQUIRE(symbols.exitCode == 0);
        CHECK(symbols.output.find(" sqlite3_") == std::string::npos);
        CHECK(symbols.output.find(" sqlcipher_") == std::string::npos);
    }
}

TEST_CASE("with libsqlite3 loaded first, a vault is encrypted all the same")
{
    const std::string loaded = preload();
    const fs::path program = fs::path(environment("QUORATE_BIN", "build/bin")) / "quoratectl";
    if (loaded.empty() || !fs::exists(program)) return;
    CHECK(run(loaded + "'" + program.string() + "' selftest").exitCode == 0);
    const TemporaryFolder folder;
    const std::string vault = (folder / "vault.db").string();
    std::ofstream(folder / "words") << "MARKER-PASSPHRASE\n";
    const std::string words = " --passphrase-file '" + (folder / "words").string() + "'";
    const Ran made = run(loaded + "'" + program.string() + "' vault create '" + vault + "'" + words);
    CAPTURE(made.output);
    REQUIRE(made.exitCode == 0);
    checkIsNotPlain(vault, "vault.created");
    CHECK(run(loaded + "'" + program.string() + "' vault verify '" + vault + "'" + words).exitCode == 0);
}

TEST_CASE("with libsqlite3 loaded first, the desktop's demo keeps an encrypted vault")
{
    const std::string loaded = preload();
    const fs::path programs = environment("QUORATE_BIN", "build/bin");
    if (loaded.empty() || !fs::exists(programs / "quorate") || !fs::exists(programs / "quorate-aggregator")) {
        MESSAGE("SKIPPED: the demo needs libsqlite3, the desktop and the services");
        return;
    }
    const TemporaryFolder folder;
    const fs::path vault = folder / "demo" / "vault.quorate";
    // Making the demo vendor's keys takes its time; once the vault is there the whole group ends, the demo's services as well.
    const std::string script = "env QT_QPA_PLATFORM=offscreen HOME=\"$1/home\" " + loaded + "\"$2\" --demo --folder \"$1/demo\" & " +
                               "while ! [ -s \"$1/demo/vault.quorate.witness\" ]; do sleep 0.2; done; kill -TERM 0";
    const Ran ran = run("timeout 240 sh -c '" + script + "' sh '" + folder.path().string() + "' '" + (programs / "quorate").string() + "'");
    CAPTURE(ran.output);
    REQUIRE(fs::exists(vault));
    for (const char* marker : {"vault.created", "DEMO-4"}) checkIsNotPlain(vault, marker);
    const std::string words = " --passphrase-file '" + (folder / "words").string() + "'";
    std::ofstream(folder / "words") << "demo\n";
    const Ran verified = run("'" + (programs / "quoratectl").string() + "' vault verify '" + vault.string() + "'" + words);
    CAPTURE(verified.output);
    CHECK(verified.exitCode == 0);
}

TEST_CASE("the services hold no SQLite at all: they open no vault")
{
    const fs::path programs = environment("QUORATE_BIN", "build/bin");
    for (const char* name : {"quorate-aggregator", "quorate-site"}) {
        if (!fs::exists(programs / name)) {
            MESSAGE("SKIPPED: not built: " << std::string(name));
            continue;
        }
        CAPTURE(std::string(name));
        const std::string content = readText(programs / name);
        CHECK(content.find("SQLite format 3") == std::string::npos);
        CHECK(run("readelf -d '" + (programs / name).string() + "'").output.find("sql") == std::string::npos);
    }
    // Otherwise the search proves nothing.
    const fs::path other = programs / "quoratectl";
    if (fs::exists(other)) CHECK(readText(other).find("SQLite format 3") != std::string::npos);
}

TEST_CASE("with libsqlite3 loaded first, every program still starts")
{
    const std::string loaded = preload();
    if (loaded.empty()) return;
    for (const fs::path& program : builtPrograms()) {
        CAPTURE(program.string());
        const Ran ran = run("QT_QPA_PLATFORM=offscreen " + loaded + "'" + program.string() + "' --help");
        CAPTURE(ran.output);
        CHECK(ran.exitCode == 0);
        CHECK_FALSE(ran.output.empty());
    }
}

TEST_CASE("a program that was linked with libsqlite3 first encrypts, or makes no vault")
{
    const fs::path probe = fs::path(environment("QUORATE_BIN", "build/bin")) / "plaintext_probe";
    if (!fs::exists(probe)) {
        MESSAGE("SKIPPED: no program linked with libsqlite3 first: its library is not on this system");
        CHECK(environment("CI", "false") != "true");
        return;
    }
    // Otherwise the rest would prove nothing.
    REQUIRE(run("readelf -d '" + probe.string() + "'").output.find("libsqlite3.so") != std::string::npos);
    const std::string preloaded = preload();
    for (const std::string& environmentOf : {std::string(), preloaded}) {
        const TemporaryFolder folder;
        const fs::path vault = folder / "vault.db";
        const Ran made = run(environmentOf + "'" + probe.string() + "' '" + vault.string() + "' MARKER-OF-A-SETTING");
        CAPTURE(made.output);
        if (made.exitCode == 0) {
            checkIsNotPlain(vault, "MARKER-OF-A-SETTING");
        } else {
            CHECK(made.output.find("is not SQLCipher") != std::string::npos);
            CHECK_FALSE(fs::exists(vault));
        }
    }
}
#endif
