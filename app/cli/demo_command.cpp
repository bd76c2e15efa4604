// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/demo_command.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <iostream>

#include "app/cli/output.h"
#include "app/demo/demo_files.h"
#include "app/demo/headless_demo.h"

namespace quorate::cli {
namespace {

struct Options {
    demo::DemoOptions demo;
    std::string folder;
    std::string report;
    bool json = false;
    bool quiet = false;
};

std::filesystem::path vendorFolder()
{
    return (QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/quorate/demo-vendor")).toStdString();
}

Result<demo::DemoReport> play(const Options& options, const std::filesystem::path& folder, const QString& programs)
{
    const demo::Progress progress = [&options](const std::string& line) {
        if (!options.quiet) std::cerr << "demo: " << line << '\n';
    };
    progress("making the consortium, its keys and the signed protocol");
    TRY_ASSIGN(world, demo::DemoWorld::create(folder, vendorFolder(), options.demo, toSeconds(systemClock()()), systemRandom()));
    demo::DemoProcesses processes(world, programs);
    return demo::playWholeStudy(world, processes, progress);
}

ExitCode run(const Options& options)
{
    int argc = 1;
    char name[] = "quoratectl";
    char* argv[] = {name, nullptr};
    const QCoreApplication application(argc, argv);
    const QTemporaryDir temporary;
    const std::filesystem::path folder = options.folder.empty() ? temporary.path().toStdString() + "/demo" : options.folder;
    const auto report = play(options, folder, QCoreApplication::applicationDirPath());
    if (!report) return reportError(report.error(), options.json);
    if (!options.report.empty()) {
        if (const auto written = demo::writeFile(options.report, asBytes(demo::toText(*report))); !written) {
            return reportError(written.error(), options.json);
        }
    }
    printLine(options.json ? demo::toJson(*report) : demo::toText(*report));
    return ExitCode::Ok;
}

}  // namespace

void addDemoCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    auto* demo = app.add_subcommand("demo", "Rehearse on this computer; simulated hardware, mode: training");
    demo->require_subcommand(1);
    auto* command = demo->add_subcommand("run", "Play a whole study and print its result");
    command->add_option("--data", options->demo.data, "Folder with CODE.csv and CODE.split.csv of each hospital")->check(CLI::ExistingDirectory);
    command->add_option("--plan", options->demo.plan, "Training plan")->capture_default_str();
    command->add_option("--seed", options->demo.seed, "Initial weights and batch order follow from it")->capture_default_str();
    command->add_option("--deadline", options->demo.roundDeadlineSeconds, "Seconds until a round ends without the late")->capture_default_str();
    command->add_option("--folder", options->folder, "Where the demo's files are made and stay; else a temporary folder");
    command->add_option("--report", options->report, "File to write the tables to as well");
    command->add_flag("--json", options->json, "Print JSON");
    command->add_flag("--quiet", options->quiet, "No progress on standard error");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
