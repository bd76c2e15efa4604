// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/audit_export.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/identity_step.h"
#include "app/cli/output.h"
#include "core/vault/log_export.h"

namespace quorate::cli {
namespace {

struct Options {
    IdentityAccess access;
    std::string file;
    bool odm = false;
    bool json = false;
};

Result<ExitCode> exportLog(const Options& options)
{
    TRY(vault::requireNothing(options.file));
    TRY_ASSIGN(session, IdentitySession::open(options.access));
    TRY_ASSIGN(consortium, session.membership->known());
    const bool takesChanges = session.vault->readOnlyBecause().empty();
    // Entries that no signature covers are refused by whoever reads the export.
    if (takesChanges) TRY(openBoundToken(options.access, session));
    TRY_ASSIGN(parties, vault::exportParties(*session.vault, consortium.root.publicKey(), Uuid()));
    TRY(vault::exportLog(*session.vault, options.odm ? AuditExportFormat::Odm : AuditExportFormat::Export, options.file, parties,
                         [&] { return session.close(); }, toSeconds(systemClock()())));
    if (takesChanges) return ExitCode::Ok;
    printLine("The vault does not agree with its log: the export is what is there. `quoratectl vault verify` says what is wrong.");
    return ExitCode::Refused;
}

}  // namespace

void addAuditExport(CLI::App& audit, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = audit.add_subcommand("export", "Write a vault's log to a file, signed by its owner, with all that a check needs");
    addVaultOptions(*command, options->access);
    command->add_option("file", options->file, "The export; never over a file that is there")->required();
    command->add_flag("--odm", options->odm, "Audit records in the shape of CDISC ODM 1.3, which prove nothing");
    addTokenOfOwner(*command, options->access);
    command->add_flag("--json", options->json, "Print an error as JSON");
    command->callback([options, &code] {
        const auto done = exportLog(*options);
        code = done ? *done : reportError(done.error(), options->json);
    });
}

}  // namespace quorate::cli
