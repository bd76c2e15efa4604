// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/policy_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/cli/input_reader.h"
#include "app/cli/output.h"
#include "app/cli/policy_words.h"
#include "core/attestation/policy/policy_file.h"

namespace quorate::cli {
namespace {

struct Options {
    std::string path;
    bool json = false;
};

ExitCode run(const Options& options)
{
    const auto policy = InputReader().policy(options.path);
    if (!policy) return reportError(policy.error(), options.json);
    if (options.json) {
        std::fputs(attestation::writePolicyFile(*policy).c_str(), stdout);
        return ExitCode::Ok;
    }
    printLine(std::string("Policy ") + nameOf(policy->profile) + ", version " + std::to_string(policy->version));
    for (const std::string& sentence : wordsOf(*policy)) printLine("- " + printable(sentence));
    return ExitCode::Ok;
}

}  // namespace

void addPolicyCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* policy = app.add_subcommand("policy", "Work with appraisal policies");
    policy->require_subcommand(1);
    CLI::App* command = policy->add_subcommand("check", "Read a policy strictly and say in words what it asks");
    command->add_option("file", options->path, "Policy file (docs/formats/appraisal-policy.md), - for standard input, or a profile's name")
        ->required();
    command->add_flag("--json", options->json, "Print every term as a policy file");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
