// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inspect_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/input_reader.h"
#include "app/cli/output.h"
#include "core/attestation/azure/inspect_vtpm.h"

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

using eventlog::ReplayedEvent;

std::string registerOf(const ReplayedEvent& event) { return event.rtmr ? "rtmr" + std::to_string(*event.rtmr) : "none"; }

/// All that a piece of evidence says, before anybody judges it.
struct Inspection {
    TeeKind tee = TeeKind::Tdx;
    std::vector<EvidenceField> fields;
    std::vector<azure::VtpmPart> vtpm;
    std::vector<ReplayedEvent> events;
};

nlohmann::ordered_json toJson(const std::vector<EvidenceField>& fields)
{
    auto out = nlohmann::ordered_json::array();
    for (const EvidenceField& field : fields) {
        out.push_back({{"offset", field.offset},
                       {"sizeBytes", field.sizeBytes},
                       {"name", field.name},
                       {"hex", field.hex},
                       {"meaning", field.meaning}});
    }
    return out;
}

void printJson(const Inspection& inspection)
{
    nlohmann::ordered_json out{{"tee", nameOf(inspection.tee)}, {"fields", toJson(inspection.fields)}};
    for (const azure::VtpmPart& part : inspection.vtpm) {
        out["vtpm"].push_back({{"file", part.file}, {"fields", toJson(part.fields)}});
    }
    for (const ReplayedEvent& event : inspection.events) {
        out["eventLog"].push_back({{"event", event.number},
                                   {"register", registerOf(event)},
                                   {"type", event.type},
                                   {"digest", toHex(event.digest)},
                                   {"what", event.what},
                                   {"confirmed", eventlog::nameOf(event.confirmation)}});
    }
    printLine(out.dump(2));
}

void printFields(const std::vector<EvidenceField>& fields)
{
    for (const EvidenceField& field : fields) {
        printLine(padded(offsetText(field.offset), 8) + padded(std::to_string(field.sizeBytes), 7) +
                  padded(field.name, 22) + padded(shortened(field.hex, kHexWidth), kHexWidth + 2) + field.meaning);
    }
}

void printTable(const Inspection& inspection)
{
    printLine(std::string("Evidence ") + nameOf(inspection.tee) + ": fields only, nothing is judged");
    printFields(inspection.fields);
    for (const azure::VtpmPart& part : inspection.vtpm) {
        printLine("\nBeside it, " + part.file);
        printFields(part.fields);
    }
    const std::vector<ReplayedEvent>& events = inspection.events;
    if (!events.empty()) printLine("\nEvent log: what stands in it; \"none\" marks text that no digest confirms");
    for (const ReplayedEvent& event : events) {
        printLine(padded(std::to_string(event.number), 5) + padded(registerOf(event), 6) + padded(event.type, 34) +
                  padded(shortened(toHex(event.digest), 19), 20) + padded(eventlog::nameOf(event.confirmation), 15) + event.what);
    }
}

/// The log's events; none when the evidence has no log.
Result<std::vector<ReplayedEvent>> eventsOf(const Evidence& evidence)
{
    if (evidence.eventLog.empty()) return std::vector<ReplayedEvent>{};
    TRY_ASSIGN(log, eventlog::parseEventLog(evidence.eventLog));
    return eventlog::replay(log).events;
}

Result<Inspection> inspectCase(const std::string& path)
{
    InputReader reader;
    TRY_ASSIGN(found, reader.evidenceCase(path));
    TRY_ASSIGN(fields, inspect(found.evidence));
    TRY_ASSIGN(vtpm, azure::inspectVtpm(found.evidence.vtpm));
    TRY_ASSIGN(events, eventsOf(found.evidence));
    return Inspection{found.evidence.tee, std::move(fields), std::move(vtpm), std::move(events)};
}

ExitCode run(const Options& options)
{
    const auto inspection = inspectCase(options.path);
    if (!inspection) return reportError(inspection.error(), options.json);
    if (options.json) {
        printJson(*inspection);
    } else {
        printTable(*inspection);
    }
    return ExitCode::Ok;
}

}  // namespace

void addInspectCommand(CLI::App& app, ExitCode& code)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("inspect", "Name every byte of the evidence, without judging it");
    command->add_option("path", options->path, "Folder of a case, or one quote or report file (- is standard input)")->required();
    command->add_flag("--json", options->json, "Print the fields as JSON");
    command->callback([options, &code] { code = run(*options); });
}

}  // namespace quorate::cli
