// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/appraise_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/check_sentences.h"
#include "app/cli/output.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/input_files.h"

namespace quorate::cli {
namespace {

using namespace attestation;

constexpr std::size_t kMaxInputBytes = 1024 * 1024;
constexpr std::size_t kShownWidth = 72;
const std::map<std::string, PolicyProfile> kProfiles = {{"strict", PolicyProfile::Strict},
                                                        {"standard", PolicyProfile::Standard},
                                                        {"training", PolicyProfile::Training},
                                                        {"chain-only", PolicyProfile::ChainOnly}};

struct Options {
    std::string path;
    std::string collateral;
    std::string policy = "standard";
    std::string reference;
    std::string transcript;
    std::string referenceLog;
    std::string nonce;
    std::string demoAnchors;
    std::string at;
    bool json = false;
};

Result<AppraisalInputs> readInputs(const Options& options)
{
    AppraisalInputs inputs;
    inputs.policy = shippedPolicy(kProfiles.at(options.policy));
    inputs.at = options.at.empty() ? toSeconds(systemClock()()) : *parseRfc3339(options.at);
    TRY_ASSIGN(evidenceCase, readEvidenceCase(options.path));
    inputs.evidence = std::move(evidenceCase.evidence);
    // The folder that was named comes before what lay beside the evidence.
    if (!options.collateral.empty()) TRY(addCollateralFrom(options.collateral, inputs.evidence.tee, inputs.collateral));
    inputs.collateral.files.merge(evidenceCase.collateral.files);
    if (!options.reference.empty()) {
        TRY_ASSIGN(bytes, readBoundedFile(options.reference, kMaxInputBytes));
        auto values = parseReferenceValuesFile(bytes);
        if (!values) return failAt(options.reference, values.error());
        inputs.referenceValues = std::move(*values);
    }
    if (!options.transcript.empty()) {
        TRY_ASSIGN(bytes, readBoundedFile(options.transcript, kMaxInputBytes));
        auto transcript = parseTranscriptFile(bytes);
        if (!transcript) return failAt(options.transcript, transcript.error());
        inputs.transcript = std::move(*transcript);
    }
    if (!options.referenceLog.empty()) {
        TRY_ASSIGN(bytes, readBoundedFile(options.referenceLog, kMaxEventLogBytes));
        inputs.referenceLog = std::move(bytes);
    }
    if (!options.nonce.empty()) {
        TRY_ASSIGN(nonce, parseHex(options.nonce));
        inputs.vtpmNonce = std::move(nonce);
    }
    inputs.anchors = productionAnchors();
    if (!options.demoAnchors.empty()) {
        TRY_ASSIGN(bytes, readBoundedFile(options.demoAnchors, kMaxInputBytes));
        auto anchors = parseDemoAnchorsFile(bytes);
        if (!anchors) return failAt(options.demoAnchors, anchors.error());
        inputs.anchors = std::move(*anchors);
        // Whoever names demo anchors on a command line is rehearsing; the profile must still say so.
        inputs.trainingMode = true;
    }
    return inputs;
}

void printChecks(const AppraisalResult& result)
{
    for (const Check& check : result.checks) {
        printLine(padded(std::string("[") + nameOf(check.outcome) + "]", 18) + padded(check.id, 30) +
                  sentenceFor(check.id));
        const bool matters = check.outcome == CheckOutcome::Fail || check.outcome == CheckOutcome::NotChecked;
        const auto shown = [&](const std::string& text) {
            return matters ? printable(text) : shortened(printable(text), kShownWidth);
        };
        if (!check.found.empty()) printLine(std::string(18, ' ') + "found     " + shown(check.found));
        if (matters && !check.expected.empty()) printLine(std::string(18, ' ') + "expected  " + shown(check.expected));
    }
}

void printResult(const AppraisalResult& result)
{
    printLine("Evidence   " + std::string(nameOf(result.tee)) + (result.product.empty() ? "" : ", " + result.product) +
              ", profile " + nameOf(result.profile) + ", at " + formatRfc3339(result.appraisedAt));
    printLine("TCB        " + (result.tcbStatus.empty() ? std::string("not established") : result.tcbStatus));
    for (const std::string& advisory : result.advisoryIds) printLine("Advisory   " + printable(advisory));
    printLine("");
    printChecks(result);
    printLine("");
    printLine(std::to_string(result.count(CheckOutcome::Pass)) + " passed, " +
              std::to_string(result.count(CheckOutcome::Fail)) + " failed, " +
              std::to_string(result.count(CheckOutcome::NotChecked)) + " not checked, " +
              std::to_string(result.count(CheckOutcome::NotApplicable)) + " not applicable");
    if (!result.refusals.empty()) printLine("\nRefused because:");
    for (const Refusal& refusal : result.refusals) printLine("  " + refusal.check + ": " + printable(refusal.reason));
    printLine("\n" + verdictSentence(result));
}

ExitCode run(const Options& options)
{
    const auto inputs = readInputs(options);
    if (!inputs) return reportError(inputs.error(), options.json);
    const AppraisalResult result = appraise(*inputs);
    if (options.json) {
        printLine(toJson(result));
    } else {
        printResult(result);
    }
    return exitCodeFor(result);
}

}  // namespace

void addAppraiseCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("appraise", "Judge a TDX quote or SEV-SNP report and list every check");
    command->add_option("path", options->path, "Folder of a case, or one quote or report file")->required();
    command->add_option("--collateral", options->collateral,
                        "Folder with certificates, CRLs, TCB info and QE identity");
    command->add_option("--policy", options->policy,
                        "strict, standard, training, or chain-only (judges the hardware and its TCB, not the program)")
        ->check(CLI::IsMember({"strict", "standard", "training", "chain-only"}))
        ->capture_default_str();
    command->add_option("--reference", options->reference, "Reference values (docs/formats/appraisal-inputs.md)");
    command->add_option("--transcript", options->transcript, "What report_data must bind (same document)");
    command->add_option("--reference-log", options->referenceLog,
                        "CCEL file whose events the evidence's log must show; the first that differs is named");
    command->add_option("--nonce", options->nonce, "What a vTPM quote must carry, in hexadecimal")
        ->check([](const std::string& text) { return parseHex(text) ? std::string() : "not hexadecimal: " + text; });
    command->add_option("--demo-anchors", options->demoAnchors,
                        "Trust a rehearsal's roots instead of Intel's and AMD's");
    command->add_option("--at", options->at, "Appraise at this RFC 3339 time instead of now")
        ->check([](const std::string& text) {
            return parseRfc3339(text) ? std::string() : "not an RFC 3339 time: " + text;
        });
    command->add_flag("--json", options->json, "Print the result as JSON");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
