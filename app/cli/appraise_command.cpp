// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/appraise_command.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "app/cli/appraise_output.h"
#include "app/cli/bundle_command.h"
#include "app/cli/collateral_options.h"
#include "app/cli/input_reader.h"
#include "app/cli/output.h"
#include "app/cli/study_options.h"
#include "core/attestation/bundle.h"
#include "core/attestation/input_files.h"
#include "core/attestation/tdx/quote.h"

namespace quorate::cli {
namespace {

using namespace attestation;

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
    std::string ear;
    std::string earKey;
    std::string bundle;
    FetchOptions fetch;
    StudyOptions study;
    bool policyNamed = false;
    bool json = false;
};

/// What PATH is: a folder's evidence, a file's, or a bundle.
struct Subject {
    EvidenceCase evidence;
    std::optional<EvidenceBundle> bundle;
};

Result<Subject> readSubject(const std::string& path, InputReader& reader)
{
    Subject out;
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        TRY_ASSIGN(evidence, reader.evidenceCase(path));
        out.evidence = std::move(evidence);
        return out;
    }
    TRY_ASSIGN(bytes, reader.read(path, kMaxBundleBytes));
    if (looksLikeBundle(bytes)) {
        auto bundle = parseBundle(bytes);
        if (!bundle) return failAt(path, bundle.error());
        out.bundle = std::move(*bundle);
        return out;
    }
    if (bytes.size() > tdx::kMaxQuoteBytes) return fail(ErrorKind::Malformed, path + ": file is larger than a quote or report can be");
    out.evidence = evidenceCaseOf(std::move(bytes));
    return out;
}

Result<AppraisalInputs> readInputs(const Options& options, EvidenceCase evidence, InputReader& reader)
{
    AppraisalInputs inputs;
    inputs.at = options.at.empty() ? toSeconds(systemClock()()) : *parseRfc3339(options.at);
    inputs.evidence = std::move(evidence.evidence);
    TRY_ASSIGN(policy, reader.policy(options.policy));
    inputs.policy = std::move(policy);
    // The folder that was named comes before what lay beside the evidence.
    if (!options.collateral.empty()) TRY(addCollateralFrom(options.collateral, inputs.evidence.tee, inputs.collateral));
    inputs.collateral.files.merge(evidence.collateral.files);
    if (!options.reference.empty()) {
        TRY_ASSIGN(values, reader.parsed(options.reference, parseReferenceValuesFile));
        inputs.referenceValues = std::move(values);
    }
    if (!options.transcript.empty()) {
        TRY_ASSIGN(transcript, reader.parsed(options.transcript, parseTranscriptFile));
        inputs.transcript = std::move(transcript);
    }
    if (!options.referenceLog.empty()) {
        TRY_ASSIGN(log, reader.read(options.referenceLog, kMaxEventLogBytes));
        inputs.referenceLog = std::move(log);
    }
    if (!options.nonce.empty()) {
        TRY_ASSIGN(nonce, parseHex(options.nonce));
        inputs.vtpmNonce = std::move(nonce);
    }
    TRY_ASSIGN(anchors, reader.anchors(options.demoAnchors));
    inputs.anchors = std::move(anchors);
    // Whoever names demo anchors on a command line is rehearsing; the profile must still say so.
    inputs.trainingMode = inputs.anchors.demo;
    TRY(takeFromStudy(options.study, reader, inputs));
    return inputs;
}

Result<void> writeFiles(const Options& options, const AppraisalInputs& inputs, const AppraisalResult& result)
{
    if (!options.ear.empty()) TRY(writeEar(result, options.ear, options.earKey));
    if (options.bundle.empty()) return {};
    const std::string bundle = writeBundle(inputs, result);
    if (bundle.size() > kMaxBundleBytes) return fail(ErrorKind::Malformed, "these inputs do not fit a bundle of 8 MiB");
    return writeOutput(options.bundle, bundle);
}

/// A bundle brings its own inputs: naming others beside it is a mistake, not a second opinion.
bool namesInputs(const Options& options)
{
    return options.policyNamed || !options.collateral.empty() || !options.reference.empty() || !options.transcript.empty() ||
           !options.study.package.empty() || !options.referenceLog.empty() || !options.nonce.empty() || !options.at.empty() ||
           !options.bundle.empty() || !options.ear.empty();
}

ExitCode runBundle(const Options& options, const EvidenceBundle& bundle, InputReader& reader)
{
    if (namesInputs(options)) {
        const std::string message = "a bundle brings its own inputs; only --demo-anchors and --json go with it";
        reportError({ErrorKind::Malformed, message}, options.json);
        return ExitCode::Usage;
    }
    const auto anchors = reader.anchors(options.demoAnchors);
    if (!anchors) return reportError(anchors.error(), options.json);
    return reappraiseBundle(bundle, *anchors, options.json);
}

ExitCode run(const Options& options)
{
    InputReader reader;
    auto subject = readSubject(options.path, reader);
    if (!subject) return reportError(subject.error(), options.json);
    if (subject->bundle) return runBundle(options, *subject->bundle, reader);
    auto inputs = readInputs(options, std::move(subject->evidence), reader);
    if (!inputs) return reportError(inputs.error(), options.json);
    const ExitCode completed = completeCollateral(options.fetch, *inputs, options.json);
    if (completed != ExitCode::Ok) return completed;
    const AppraisalResult result = appraise(*inputs);
    if (const auto written = writeFiles(options, *inputs, result); !written) return reportError(written.error(), options.json);
    if (options.json) {
        printLine(toJson(result));
    } else {
        printResult(result);
    }
    return exitCodeFor(result);
}

void addOptions(CLI::App& command, Options& options)
{
    command.add_option("path", options.path, "Folder of a case, one quote or report file, or an evidence bundle (- is standard input)")
        ->required();
    command.add_option("--collateral", options.collateral, "Folder with certificates, CRLs, TCB info and QE identity");
    command
        .add_option("--policy", options.policy,
                    "A policy file, or strict, standard, training, or chain-only (judges the hardware and its TCB, not the program)")
        ->check(checkPolicyArgument)
        ->capture_default_str();
    command.add_option("--reference", options.reference, "Reference values (docs/formats/appraisal-inputs.md)");
    addStudyOptions(command, options.study);
    command.add_option("--transcript", options.transcript, "What report_data must bind (same document)");
    command.add_option("--reference-log", options.referenceLog,
                       "CCEL file whose events the evidence's log must show; the first that differs is named");
    command.add_option("--nonce", options.nonce, "What a vTPM quote must carry, in hexadecimal")->check([](const std::string& text) {
        return parseHex(text) ? std::string() : "not hexadecimal: " + text;
    });
    command.add_option("--demo-anchors", options.demoAnchors, "Trust a rehearsal's roots instead of Intel's and AMD's");
    command.add_option("--at", options.at, "Appraise at this RFC 3339 time instead of now")->check([](const std::string& text) {
        return parseRfc3339(text) ? std::string() : "not an RFC 3339 time: " + text;
    });
    CLI::Option* ear = command.add_option("--ear", options.ear, "Write the result as EAR claims (docs/formats/ear.md)");
    command.add_option("--ear-key", options.earKey, "Sign the EAR as a JWT with this P-256 key (PKCS #8 DER)")->needs(ear);
    command.add_option("--bundle", options.bundle, "Write inputs and result as one file that can be appraised again");
    addFetchOptions(command, options.fetch);
    command.add_flag("--json", options.json, "Print the result as JSON");
}

}  // namespace

void addAppraiseCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("appraise", "Judge a TDX quote or SEV-SNP report and list every check");
    addOptions(*command, *options);
    command->callback([options, command, &code] {
        options->policyNamed = command->count("--policy") > 0;
        code = run(*options);
    });
}

}  // namespace quorate::cli
