// SPDX-License-Identifier: GPL-3.0-or-later
// quoratectl: the decisions of the desktop without a window.
#include <CLI/CLI.hpp>

#include "app/cli/appraise_command.h"
#include "app/cli/audit_command.h"
#include "app/cli/collateral_command.h"
#include "app/cli/exit_codes.h"
#ifdef QUORATE_WITH_DEMO
#include "app/cli/demo_command.h"
#include "app/cli/invitation_command.h"
#include "app/cli/study_command.h"
#endif
#include "app/cli/identity_command.h"
#include "app/cli/inspect_command.h"
#include "app/cli/policy_command.h"
#include "app/cli/privacy_command.h"
#include "app/cli/selftest_command.h"
#include "app/cli/vault_command.h"
#include "core/base/core_dump.h"

using quorate::cli::ExitCode;

namespace {

int run(int argc, char** argv)
{
    CLI::App app("Quorate on the command line: appraise evidence, look inside it, verify audit logs, look after a vault and its identity, test this program.",
                 "quoratectl");
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::help);
    app.footer("Exit codes: 0 accepted or ok, 1 refused, 2 usage, 3 input unreadable, 4 collateral missing or stale, 5 "
               "internal.");
    ExitCode code = ExitCode::Internal;
    quorate::cli::addAppraiseCommand(app, code);
    quorate::cli::addAuditCommand(app, code);
    quorate::cli::addCollateralCommand(app, code);
    quorate::cli::addIdentityCommand(app, code);
    quorate::cli::addInspectCommand(app, code);
    quorate::cli::addPolicyCommand(app, code);
    quorate::cli::addPrivacyCommand(app, code);
    quorate::cli::addSelftestCommand(app, code);
    quorate::cli::addVaultCommand(app, code);
#ifdef QUORATE_WITH_DEMO
    quorate::cli::addDemoCommand(app, code);
    quorate::cli::addInvitationCommands(*app.get_subcommand("identity"), code);
    quorate::cli::addStudyCommand(app, code);
#endif
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Asking for help is no mistake; everything else that the parser refuses is.
        return app.exit(error) == 0 ? static_cast<int>(ExitCode::Ok) : static_cast<int>(ExitCode::Usage);
    }
    return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv)
{
    quorate::forbidCoreDumps();
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quoratectl: %s\n", error.what());
        return static_cast<int>(ExitCode::Internal);
    }
}
