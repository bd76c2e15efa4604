// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/selftest_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "core/crypto/self_test.h"
#include "core/vault/vault.h"

namespace quorate::cli {
namespace {

void printJson(const std::vector<SelfTestOutcome>& outcomes, bool passed)
{
    nlohmann::ordered_json out{{"passed", passed}, {"tests", nlohmann::ordered_json::array()}};
    for (const SelfTestOutcome& outcome : outcomes) {
        out["tests"].push_back({{"name", outcome.name}, {"source", outcome.source}, {"passed", outcome.passed}});
    }
    printLine(out.dump(2));
}

ExitCode run(bool json)
{
    std::vector<SelfTestOutcome> outcomes = runCryptoSelfTest();
    outcomes.push_back({"Vault", "SQLCipher is linked", vault::Vault::selfTest().has_value()});
    const bool passed =
        std::all_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) { return outcome.passed; });
    if (json) {
        printJson(outcomes, passed);
    } else {
        for (const SelfTestOutcome& outcome : outcomes) {
            printLine(padded(outcome.passed ? "[pass]" : "[FAIL]", 8) + padded(outcome.name, 16) + outcome.source);
        }
        printLine(passed ? "This program computes what it should."
                         : "Do not use this program: its cryptography is wrong.");
    }
    return passed ? ExitCode::Ok : ExitCode::Internal;
}

}  // namespace

void addSelftestCommand(CLI::App& app, ExitCode& code)
{
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("selftest", "Compare this program's cryptography with known answers");
    command->add_flag("--json", *json, "Print the outcomes as JSON");
    command->callback([json, &code] { code = run(*json); });
}

}  // namespace quorate::cli
