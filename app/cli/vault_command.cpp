// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/vault_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/cli/passphrase.h"
#include "core/vault/vault.h"

namespace quorate::cli {
namespace {

using vault::Vault;

/// Half a second: long for a guesser, short for its owner.
constexpr double kUnlockMs = 500;

struct Options {
    std::string file;
    std::string other;  ///< The backup's file.
    std::string passphraseFile;
    std::string newPassphraseFile;
    bool json = false;
};

Vault::Sources sources() { return {systemClock(), systemRandom()}; }

Result<Vault> openVault(const Options& options)
{
    TRY_ASSIGN(passphrase, readPassphrase(options.passphraseFile, "Passphrase of the vault"));
    return Vault::open(options.file, passphrase, sources());
}

/// What a vault says about itself. Refused when it does not agree with its log.
Result<ExitCode> report(const Vault& opened, const Options& options)
{
    TRY_ASSIGN(head, opened.head());
    TRY_ASSIGN(studies, opened.studies());
    TRY_ASSIGN(checkpoint, opened.newestCheckpoint());
    if (options.json) {
        nlohmann::ordered_json out{{"holds", opened.damage().empty()},
                                   {"sqlcipherFormat", opened.fileFormat()},
                                   {"log", head.origin},
                                   {"entries", head.size},
                                   {"root", toBase64(head.root.view())},
                                   {"studies", studies.size()},
                                   {"checkpointAt", checkpoint ? nlohmann::ordered_json(checkpoint->head.size) : nlohmann::ordered_json()},
                                   {"readOnlyBecause", opened.readOnlyBecause()},
                                   {"damage", nlohmann::ordered_json::array()}};
        for (const auto& item : opened.damage()) out["damage"].push_back(vault::toText(item));
        printLine(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    } else {
        printLine("Format      SQLCipher " + std::to_string(opened.fileFormat()));
        printLine("Log         " + head.origin + ", " + std::to_string(head.size) + " entries");
        printLine("Root        " + toBase64(head.root.view()));
        printLine("Checkpoint  " + (checkpoint ? "at " + std::to_string(checkpoint->head.size) + " entries" : std::string("none")));
        printLine("Studies     " + std::to_string(studies.size()));
        for (const auto& item : opened.damage()) printLine("DAMAGE      " + printable(vault::toText(item)));
        printLine(opened.damage().empty() ? "Every row agrees with the log."
                                          : "The vault does not agree with its log. It opens for reading only; restore a backup.");
    }
    return opened.damage().empty() ? ExitCode::Ok : ExitCode::Refused;
}

Result<ExitCode> create(const Options& options)
{
    TRY_ASSIGN(passphrase, readPassphrase(options.passphraseFile, "Passphrase of the new vault"));
    TRY_ASSIGN(cost, vault::calibrate(kUnlockMs, vault::measurePassphraseMs));
    TRY_ASSIGN(made, Vault::create(options.file, passphrase, cost, sources()));
    return report(made, options);
}

Result<ExitCode> inspect(const Options& options)
{
    TRY_ASSIGN(opened, openVault(options));
    return report(opened, options);
}

Result<ExitCode> backUp(const Options& options)
{
    TRY_ASSIGN(opened, openVault(options));
    TRY(opened.backUp(options.other));
    return report(opened, options);
}

Result<ExitCode> restore(const Options& options)
{
    TRY_ASSIGN(passphrase, readPassphrase(options.passphraseFile, "Passphrase of the backup"));
    TRY_ASSIGN(restored, Vault::restore(options.other, options.file, passphrase, sources()));
    return report(restored, options);
}

Result<ExitCode> changePassphrase(const Options& options)
{
    TRY_ASSIGN(current, readPassphrase(options.passphraseFile, "Passphrase of the vault"));
    TRY_ASSIGN(opened, Vault::open(options.file, current, sources()));
    TRY_ASSIGN(next, readPassphrase(options.newPassphraseFile, "New passphrase"));
    TRY_ASSIGN(cost, vault::calibrate(kUnlockMs, vault::measurePassphraseMs));
    TRY(opened.changePassphrase(current, next, cost));
    return report(opened, options);
}

Result<ExitCode> rotate(const Options& options)
{
    TRY_ASSIGN(passphrase, readPassphrase(options.passphraseFile, "Passphrase of the vault"));
    TRY_ASSIGN(opened, Vault::open(options.file, passphrase, sources()));
    TRY(opened.rotateKey(passphrase));
    return report(opened, options);
}

using Run = Result<ExitCode> (*)(const Options&);

void addSubcommand(CLI::App& parent, const char* name, const char* what, Run run, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = parent.add_subcommand(name, what);
    command->add_option("file", options->file, "The vault")->required();
    command->add_option("--passphrase-file", options->passphraseFile,
                        "File with the passphrase on its first line (default: standard input, asked for on a terminal)");
    command->add_flag("--json", options->json, "Print the outcome as JSON");
    if (run == backUp || run == restore) command->add_option("backup", options->other, "The backup's file")->required();
    if (run == changePassphrase) {
        command->add_option("--new-passphrase-file", options->newPassphraseFile, "File with the new passphrase on its first line");
    }
    command->callback([options, run, &code] {
        const auto done = run(*options);
        code = done ? *done : reportError(done.error(), options->json);
    });
}

}  // namespace

void addVaultCommand(CLI::App& app, ExitCode& code)
{
    CLI::App* vault = app.add_subcommand("vault", "Look after a vault: check, back up, restore, change its keys");
    vault->require_subcommand(1);
    addSubcommand(*vault, "create", "Make an empty vault", create, code);
    addSubcommand(*vault, "info", "Say what a vault holds", inspect, code);
    addSubcommand(*vault, "verify", "Check every row against the audit log", inspect, code);
    addSubcommand(*vault, "backup", "Copy a vault, encrypted, and compare the copy", backUp, code);
    addSubcommand(*vault, "restore", "Make the vault from a backup; never over a file that is there", restore, code);
    addSubcommand(*vault, "passphrase", "Change the passphrase", changePassphrase, code);
    addSubcommand(*vault, "rotate", "Encrypt everything under a new key", rotate, code);
    addSubcommand(*vault, "migrate", "Bring a vault to this build's file format, under a new key", rotate, code);
}

}  // namespace quorate::cli
