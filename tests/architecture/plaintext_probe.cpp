// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: plaintext_test runs it. It is linked with libsqlite3 before everything else, makes a vault at argv[1] and
// writes argv[2] into it; 1 and a message where that is refused.
#include <cstdio>

#include "core/vault/vault.h"

using namespace quorate;

namespace {

Result<void> make(const char* file, const char* marker)
{
    constexpr vault::PassphraseCost kCheap{64, 1, 1};
    TRY_ASSIGN(made, vault::Vault::create(file, SecretBytes::copyOf(asBytes("passphrase")), kCheap, {systemClock(), systemRandom()}));
    return made.putSetting("marker", marker);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) return 2;
    const auto made = make(argv[1], argv[2]);
    if (!made) std::printf("%s\n", made.error().message.c_str());
    return made ? 0 : 1;
}
