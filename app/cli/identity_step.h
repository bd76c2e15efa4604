// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "app/cli/identity_session.h"
#include "app/cli/output.h"

namespace quorate::cli {

/// The vault, and where its passphrase is.
void addVaultOptions(CLI::App& command, IdentityAccess& access);
void addPinFile(CLI::App& command, IdentityAccess& access);
/// For steps that sign with the owner's key, which may be on a token.
void addTokenOfOwner(CLI::App& command, IdentityAccess& access);

/// Opens the vault, does the step, and puts what it did under the owner's signature. An error is printed; a judgement on an
/// input is a refusal, everything else kept the command from its work.
ExitCode runStep(const IdentityAccess& access, bool json, const std::function<Result<ExitCode>(IdentitySession&)>& step);

}  // namespace quorate::cli
