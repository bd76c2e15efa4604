// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/environment.h"
#include "core/crypto/token.h"
#include "tests/support/shared_vectors.h"

namespace quorate::tests {

/// SoftHSM 2 where Debian puts it; a token without hardware.
inline constexpr const char* kSoftHsmModule = "/usr/lib/softhsm/libsofthsm2.so";
inline constexpr const char* kPin = "2718281";

inline SecretBytes pinOf(std::string_view digits) { return SecretBytes::copyOf(asBytes(digits)); }

/// False, and said aloud, on a machine without SoftHSM; a failure where CI is set.
inline bool softHsmIsHere()
{
    const bool here = std::filesystem::exists(kSoftHsmModule) && std::system("softhsm2-util --version > /dev/null 2>&1") == 0;
    if (!here) {
        REQUIRE_MESSAGE(environment("CI", "false") != "true", "SoftHSM 2 is not installed");
        MESSAGE("SKIPPED: SoftHSM 2 is not installed");
    }
    return here;
}

/// A token of SoftHSM in a folder of its own, with one P-256 key. One at a time: SoftHSM takes its folder from the environment.
class SoftToken {
public:
    explicit SoftToken(const std::string& name) : SoftToken(name, SigningKey::generate(EcCurve::P256).value()) {}
    SoftToken(const std::string& name, SigningKey key)
        : m_folder(std::filesystem::temp_directory_path() / ("quorate-token-" + name)), m_key(std::move(key))
    {
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(tokens());
        std::ofstream(m_folder / "softhsm2.conf") << "directories.tokendir = " << tokens().string() << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        setEnvironment("SOFTHSM2_CONF", (m_folder / "softhsm2.conf").string());
        run("--init-token --free --label coordinator --pin " + std::string(kPin) + " --so-pin 3141592");
        {
            const SecretBytes pem = m_key.toPkcs8Pem();
            std::ofstream(m_folder / "key.pem", std::ios::binary) << asText(pem.expose());
        }
        run("--import '" + (m_folder / "key.pem").string() + "' --token coordinator --label signing --id 01 --pin " + kPin);
    }
    ~SoftToken() { std::filesystem::remove_all(m_folder); }
    SoftToken(const SoftToken&) = delete;
    SoftToken& operator=(const SoftToken&) = delete;

    [[nodiscard]] const PublicKey& publicKey() const { return m_key.publicKey(); }
    [[nodiscard]] std::string serial() const { return Token::list(kSoftHsmModule).value().at(0).serial; }
    [[nodiscard]] Token open() const { return Token::open(kSoftHsmModule, serial(), pinOf(kPin)).value(); }
    /// As if it were pulled out.
    void remove() const { std::filesystem::rename(tokens(), m_folder / "pulled"), std::filesystem::create_directories(tokens()); }
    void putBack() const { std::filesystem::remove_all(tokens()), std::filesystem::rename(m_folder / "pulled", tokens()); }

private:
    [[nodiscard]] std::filesystem::path tokens() const { return m_folder / "tokens"; }
    void run(const std::string& arguments) const
    {
        const std::string command = "softhsm2-util " + arguments + " > '" + (m_folder / "log").string() + "' 2>&1";
        REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
    }

    std::filesystem::path m_folder;
    SigningKey m_key;
};

}  // namespace quorate::tests
