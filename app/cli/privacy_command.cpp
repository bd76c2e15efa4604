// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/privacy_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "core/privacy/outlook.h"

namespace quorate::cli {
namespace {

using privacy::PrivacyOutlook;
using study::PrivacyKind;

/// Stands where no budget was given: no plan spends so much.
constexpr double kNoBudget = 1e9;

struct Options {
    std::uint64_t sites = 0;
    std::uint64_t values = 0;
    std::vector<double> epsilons{1, 2, 4, 8, 10};
    bool recordLevel = false;
    bool json = false;
    study::TrainingPlan plan;
};

/// The noise that an epsilon needs.
struct NoiseRow {
    double epsilon;
    double noise;
};

std::string number(double value, const char* format = "%.4g")
{
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

Result<std::vector<NoiseRow>> noiseRows(const Options& options)
{
    privacy::SampledGaussian all = privacy::costOfRound(options.plan);
    all.steps *= options.plan.rounds;
    std::vector<NoiseRow> rows;
    for (const double epsilon : options.epsilons) {
        TRY_ASSIGN(noise, privacy::noiseForEpsilon(all.samplingRate, all.steps, options.plan.privacy.delta, epsilon));
        rows.push_back({epsilon, noise});
    }
    return rows;
}

/// Of the mean of the sites' changes, whose length clipping bounds.
double ratioOf(const Options& options, double noise)
{
    return privacy::noiseToSignal(noise, options.plan.privacy.samplingRate, options.sites, options.values);
}

bool hasRatio(const Options& options) { return options.values > 0 && !options.recordLevel; }

void printJson(const Options& options, const std::vector<NoiseRow>& rows, const std::optional<PrivacyOutlook>& outlook)
{
    nlohmann::ordered_json out{{"level", options.recordLevel ? "record" : "site"},
                               {"sites", options.sites},
                               {"rounds", options.plan.rounds},
                               {"samplingRate", options.plan.privacy.samplingRate},
                               {"delta", options.plan.privacy.delta}};
    for (const NoiseRow& row : rows) {
        nlohmann::ordered_json item{{"epsilon", row.epsilon}, {"noiseMultiplier", row.noise}};
        if (hasRatio(options)) item["noiseToSignal"] = ratioOf(options, row.noise);
        out["noiseFor"].push_back(std::move(item));
    }
    if (outlook) {
        out["planned"] = {{"noiseMultiplier", options.plan.privacy.noiseMultiplier},
                          {"epsilonRenyi", outlook->planned.renyi},
                          {"epsilonTight", outlook->planned.tight},
                          {"epsilonKnowingWhoTookPart", outlook->epsilonKnowingWhoTookPart}};
        if (options.plan.privacy.epsilon < kNoBudget) out["planned"]["roundsWithinBudget"] = outlook->roundsWithinBudget;
    }
    printLine(out.dump(2));
}

void printTable(const Options& options, const std::vector<NoiseRow>& rows)
{
    const std::string unit = options.recordLevel ? "record" : "site";
    printLine("Protected: one " + unit + ". " + std::to_string(options.sites) + " sites, " + std::to_string(options.plan.rounds) +
              " rounds, chance of a " + unit + " " + number(options.plan.privacy.samplingRate) + " each " +
              (options.recordLevel ? "step" : "round") + ", delta " + number(options.plan.privacy.delta));
    printLine(std::string("  epsilon   noise multiplier") + (hasRatio(options) ? "   noise / longest mean change" : ""));
    for (const NoiseRow& row : rows) {
        const std::string ratio = hasRatio(options) ? padded("", 5) + number(ratioOf(options, row.noise)) : "";
        printLine("  " + padded(number(row.epsilon), 10) + padded(number(row.noise, "%.2f"), 16) + ratio);
    }
}

void printOutlook(const Options& options, const PrivacyOutlook& outlook)
{
    printLine("Planned with noise multiplier " + number(options.plan.privacy.noiseMultiplier) + ": epsilon " +
              number(outlook.planned.renyi, "%.4f") + " as the ledger counts (Renyi), at most " +
              number(outlook.planned.tight, "%.4f") + " by the tight accountant.");
    if (options.plan.privacy.epsilon < kNoBudget) {
        printLine("The budget of " + number(options.plan.privacy.epsilon) + " lasts for " + std::to_string(outlook.roundsWithinBudget) +
                  " of " + std::to_string(options.plan.rounds) + " rounds.");
    }
    if (outlook.epsilonKnowingWhoTookPart > outlook.planned.renyi) {
        printLine("Whoever sees which sites took part, as the study's members do in its receipts, gets no help from sampling: for them it is " +
                  number(outlook.epsilonKnowingWhoTookPart, "%.4f") + ".");
    }
}

/// What to make of the figures; the same words each time, because they hold for each plan.
void printMeaning(const Options& options)
{
    printLine("Epsilon bounds what the models say about one " + std::string(options.recordLevel ? "record" : "site") +
              " more or less: no conclusion from them becomes more than e^epsilon times as likely, but for a chance of delta. It says "
              "nothing about what is true of many.");
    if (options.recordLevel) {
        printLine("A patient with several records is protected less, and that a hospital takes part is not hidden at all.");
    } else {
        printLine("With fewer than some hundred sites most models are spoilt at epsilon 4 or below when every site takes part; if the noise is "
                  "longer than the mean, expect so. Consider noise at the sites for each record (--record-level).");
    }
}

ExitCode run(Options& options)
{
    options.plan.privacy.kind = options.recordLevel ? PrivacyKind::RecordLevel : PrivacyKind::SiteLevel;
    const auto rows = noiseRows(options);
    if (!rows) return reportError(rows.error(), options.json);
    std::optional<PrivacyOutlook> outlook;
    if (options.plan.privacy.noiseMultiplier != 0) {
        auto found = privacy::outlookOf(options.plan);
        if (!found) return reportError(found.error(), options.json);
        outlook = *found;
    }
    if (options.json) {
        printJson(options, *rows, outlook);
        return ExitCode::Ok;
    }
    printTable(options, *rows);
    if (outlook) printOutlook(options, *outlook);
    printMeaning(options);
    return ExitCode::Ok;
}

}  // namespace

void addPrivacyCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    auto& plan = options->plan;
    plan.privacy.epsilon = kNoBudget;
    CLI::App* privacy = app.add_subcommand("privacy", "Plan differential privacy");
    privacy->require_subcommand(1);
    CLI::App* command = privacy->add_subcommand("plan", "Say what a plan's noise promises, and which noise an epsilon needs");
    command->add_option("--sites", options->sites, "Sites of the study")->required()->check(CLI::Range(1, 1'000'000));
    command->add_option("--rounds", plan.rounds, "Rounds of training")->required()->check(CLI::Range(1, 10'000));
    command->add_option("--delta", plan.privacy.delta, "Chance for which nothing is promised; well below one over the number of sites or records")
        ->required();
    command->add_option("--rate", plan.privacy.samplingRate, "Chance of a site in a round, or of a record in a step")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--noise", plan.privacy.noiseMultiplier, "Noise multiplier to judge: standard deviation over clipping norm");
    command->add_option("--budget", plan.privacy.epsilon, "Epsilon after which the run stops")->check(CLI::Range(0.0, 1e6));
    command->add_option("--epsilon", options->epsilons, "Epsilons to find the noise for")->delimiter(',')->expected(1, 20);
    command->add_option("--values", options->values, "Values of the model: weighs the noise against the sites' changes");
    command->add_flag("--record-level", options->recordLevel, "Noise at the sites, for each record");
    command->add_option("--local-steps", plan.localSteps, "Record level: steps of a site in a round")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print as JSON");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
