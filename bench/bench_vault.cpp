// SPDX-License-Identifier: GPL-3.0-or-later
// The vault and its audit log: appending against plain SQLite, opening, and verifying against SHA-256 of the same bytes.
#include <cstdio>
#include <string_view>

#include "bench/vault_bench.h"

using namespace quorate;
using namespace quorate::bench;

namespace {

void printJson(const AppendOutcome& append, const VerifyOutcome& verify)
{
    std::printf("{\"appendUs\":%.1f,\"plainUs\":%.1f,\"appendOfPlain\":%.2f,\"appendSha256Us\":%.2f,\"open100kSeconds\":%.3f,"
                "\"open100kWallSeconds\":%.3f,\"verifySeconds\":%.3f,\"sha256Seconds\":%.3f,\"verifyOfSha256\":%.2f,"
                "\"verifyOfSha256Each\":%.2f,\"exportVerifySeconds\":%.2f,\"verifiedMegabytes\":%.1f,\"peakGrowthKiB\":%ld}\n",
                append.appendUs, append.plainUs, append.appendUs / append.plainUs, append.sha256Us, append.open100kSeconds,
                append.open100kWallSeconds, verify.verifySeconds, verify.sha256Seconds, verify.verifySeconds / verify.sha256Seconds,
                verify.verifySeconds / verify.sha256EachSeconds, verify.exportSeconds, verify.megabytes,
                verify.peakManyKiB - verify.peakFewKiB);
}

void printText(const AppendOutcome& append, const VerifyOutcome& verify)
{
    std::printf("append 10,000 audited events, each durable\n"
                "  in the vault                  %8.1f us each\n"
                "  the same rows, plain SQLite   %8.1f us each  (%.2f of it)\n"
                "  SHA-256 of an event           %8.2f us\n"
                "open a vault of 100,000 events  %8.3f s of processor time beyond the passphrase, %.3f s by the clock\n",
                append.appendUs, append.plainUs, append.appendUs / append.plainUs, append.sha256Us, append.open100kSeconds,
                append.open100kWallSeconds);
    std::printf("verify 1,000,000 entries, %.1f MB; processor time, median of 3\n"
                "  SHA-256 of all bytes at once  %8.1f ms\n"
                "  SHA-256 of each entry         %8.1f ms\n"
                "  verify the stored log         %8.1f ms  %.2f of all at once, %.2f of each\n"
                "  verify its export             %8.1f ms  (text, every entry decoded, 100 signatures; one run)\n"
                "  peak memory                   %8ld KiB after 10,000 entries, %ld KiB after 1,000,000\n",
                verify.megabytes, verify.sha256Seconds * 1e3, verify.sha256EachSeconds * 1e3, verify.verifySeconds * 1e3,
                verify.verifySeconds / verify.sha256Seconds, verify.verifySeconds / verify.sha256EachSeconds,
                verify.exportSeconds * 1e3, verify.peakFewKiB, verify.peakManyKiB);
}

Result<void> run(bool json)
{
    TRY_ASSIGN(verify, measureVerify());
    TRY_ASSIGN(append, measureAppend());
    (json ? printJson : printText)(append, verify);
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    const bool json = argc == 2 && std::string_view(argv[1]) == "--json";
    if (argc != (json ? 2 : 1)) {
        std::fputs("usage: bench_vault [--json]\n", stderr);
        return 2;
    }
    const auto done = run(json);
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 5;
}
