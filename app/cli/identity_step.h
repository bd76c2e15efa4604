// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <type_traits>

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

/// A command for a member with a vault. `Options` has `access` and `json`, and lives as long as the command.
template <typename Options>
struct StepCommand {
    CLI::App* command;
    std::shared_ptr<Options> options;
};

/// `run`: Result<void> or Result<ExitCode> of (const Options&, IdentitySession&).
template <typename Options, typename T>
StepCommand<Options> addStep(CLI::App& parent, const char* name, const char* what, Result<T> (*run)(const Options&, IdentitySession&), ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = parent.add_subcommand(name, what);
    addVaultOptions(*command, options->access);
    command->add_flag("--json", options->json, "Print the outcome as JSON");
    command->callback([options, run, &code] {
        code = runStep(options->access, options->json, [&](IdentitySession& session) -> Result<ExitCode> {
            if constexpr (std::is_void_v<T>) {
                TRY(run(*options, session));
                return ExitCode::Ok;
            } else {
                return run(*options, session);
            }
        });
    });
    return {command, std::move(options)};
}

}  // namespace quorate::cli
