// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/identity_step.h"

namespace quorate::cli {

void addVaultOptions(CLI::App& command, IdentityAccess& access)
{
    command.add_option("vault", access.vault, "Your vault")->required();
    command.add_option("--passphrase-file", access.passphraseFile,
                       "File with the vault's passphrase on its first line (default: standard input, asked for on a terminal)");
}

void addPinFile(CLI::App& command, IdentityAccess& access)
{
    command.add_option("--pin-file", access.pinFile, "File with the token's PIN on its first line (default: as the passphrase)");
}

void addTokenOfOwner(CLI::App& command, IdentityAccess& access)
{
    command.add_option("--token", access.module, "PKCS #11 module, where it is not where it was");
    addPinFile(command, access);
}

ExitCode runStep(const IdentityAccess& access, bool json, const std::function<Result<ExitCode>(IdentitySession&)>& step)
{
    auto session = IdentitySession::open(access);
    if (!session) return reportError(session.error(), json);
    auto done = step(*session);
    if (done) {
        if (const auto closed = session->close(); !closed) done = tl::unexpected(closed.error());
    }
    return done ? *done : reportJudged(done.error(), json);
}

}  // namespace quorate::cli
