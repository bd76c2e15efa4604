// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inspect_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/input_reader.h"
#include "app/cli/output.h"
#include "core/attestation/appraisal.h"

namespace quorate::cli {
namespace {

using namespace attestation;

constexpr std::size_t kHexWidth = 48;

struct Options {
    std::string path;
    bool json = false;
};

std::string offsetText(std::size_t offset)
{
    char text[16];
    std::snprintf(text, sizeof text, "0x%04zx", offset);
    return text;
}

void printJson(TeeKind tee, const std::vector<EvidenceField>& fields)
{
    nlohmann::ordered_json out{{"tee", nameOf(tee)}, {"fields", nlohmann::ordered_json::array()}};
    for (const EvidenceField& field : fields) {
        out["fields"].push_back({{"offset", field.offset},
                                 {"sizeBytes", field.sizeBytes},
                                 {"name", field.name},
                                 {"hex", field.hex},
                                 {"meaning", field.meaning}});
    }
    printLine(out.dump(2));
}

void printTable(TeeKind tee, const std::vector<EvidenceField>& fields)
{
    printLine(std::string("Evidence ") + nameOf(tee) + ": fields only, nothing is judged");
    for (const EvidenceField& field : fields) {
        printLine(padded(offsetText(field.offset), 8) + padded(std::to_string(field.sizeBytes), 7) +
                  padded(field.name, 22) + padded(shortened(field.hex, kHexWidth), kHexWidth + 2) + field.meaning);
    }
}

ExitCode run(const Options& options)
{
    InputReader reader;
    const auto evidenceCase = reader.evidenceCase(options.path);
    if (!evidenceCase) return reportError(evidenceCase.error(), options.json);
    const auto fields = inspect(evidenceCase->evidence);
    if (!fields) return reportError(fields.error(), options.json);
    if (options.json) {
        printJson(evidenceCase->evidence.tee, *fields);
    } else {
        printTable(evidenceCase->evidence.tee, *fields);
    }
    return ExitCode::Ok;
}

}  // namespace

void addInspectCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("inspect", "Name every byte of a quote or report, without judging it");
    command->add_option("path", options->path, "Folder of a case, or one quote or report file (- is standard input)")->required();
    command->add_flag("--json", options->json, "Print the fields as JSON");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
