// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collateral_command.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/collateral_options.h"
#include "app/cli/output.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/collateral/folder.h"
#include "core/attestation/input_files.h"

namespace quorate::cli {
namespace {

using namespace attestation;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxAnchorsBytes = 1024 * 1024;
constexpr long kSecondsPerHour = 3600;
constexpr long kHoursPerDay = 24;

struct Options {
    CollateralOptions collateral;
    std::string path;
    std::string to;
    std::string demoAnchors;
    bool all = false;
    bool json = false;
};

UtcSeconds now()
{
    return toSeconds(systemClock()());
}

std::string ageText(UtcSeconds since)
{
    const long hours = static_cast<long>((now() - since).count()) / kSecondsPerHour;
    if (hours < 2 * kHoursPerDay) return std::to_string(hours) + " h ago";
    return std::to_string(hours / kHoursPerDay) + " days ago";
}

Result<Supplier> openSupplier(const Options& options)
{
    if (options.demoAnchors.empty()) return Supplier::open(options.collateral, productionAnchors());
    TRY_ASSIGN(bytes, readBoundedFile(options.demoAnchors, kMaxAnchorsBytes));
    auto anchors = parseDemoAnchorsFile(bytes);
    if (!anchors) return failAt(options.demoAnchors, anchors.error());
    return Supplier::open(options.collateral, std::move(*anchors));
}

Json toJson(const SuppliedItem& item)
{
    Json out = {{"kind", nameOf(item.request.kind)}, {"key", item.request.key}, {"origin", nameOf(item.origin)}};
    if (item.origin != SuppliedItem::Origin::Missing) {
        out["issued"] = formatRfc3339(item.issued);
        out["nextUpdate"] = formatRfc3339(item.nextUpdate);
        out["fetchedAt"] = formatRfc3339(item.fetchedAt);
        out["expired"] = item.nextUpdate < now();
    }
    if (item.problem) out["problem"] = {{"kind", nameOf(item.problem->kind)}, {"message", item.problem->message}};
    return out;
}

void printJson(const Json& document)
{
    printLine(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

void printItem(const SuppliedItem& item)
{
    const std::string name = item.request.key.empty() ? std::string(nameOf(item.request.kind)) : item.request.key;
    printLine(padded(std::string("[") + nameOf(item.origin) + "]", 10) + name);
    const std::string indent(10, ' ');
    if (item.origin != SuppliedItem::Origin::Missing) {
        printLine(indent + "issued " + formatRfc3339(item.issued) + ", next update " + formatRfc3339(item.nextUpdate) +
                  ", fetched " + ageText(item.fetchedAt) + (item.nextUpdate < now() ? ", EXPIRED" : ""));
    }
    if (item.problem) printLine(indent + printable(item.problem->message));
}

void printItems(const std::vector<SuppliedItem>& items, const std::vector<Error>& unpublished, bool json)
{
    if (json) {
        Json list = Json::array();
        for (const SuppliedItem& item : items)
            list.push_back(toJson(item));
        Json unpublishedList = Json::array();
        for (const Error& error : unpublished)
            unpublishedList.push_back(error.message);
        return printJson({{"items", list}, {"unpublished", unpublishedList}});
    }
    for (const SuppliedItem& item : items)
        printItem(item);
    for (const Error& error : unpublished)
        printLine("[missing] " + printable(error.message));
}

/// What only the sender of evidence can give stays with it; all else is fetched.
Collateral fromSender(Collateral beside)
{
    std::erase_if(beside.files,
                  [](const auto& file) { return file.first != "pck_chain.pem" && file.first != "vek.der"; });
    return beside;
}

ExitCode fetch(const Options& options)
{
    auto evidence = readEvidenceCase(options.path);
    if (!evidence) return reportError(evidence.error(), options.json);
    auto supplier = openSupplier(options);
    if (!supplier) return reportError(supplier.error(), options.json);
    const Collateral have = fromSender(std::move(evidence->collateral));
    const StopSignal stop;
    const auto supplied = supplier->supply().complete(evidence->evidence, have, now(), stop);
    if (!supplied) {
        const ExitCode code = reportError(supplied.error(), options.json);
        return supplied.error().kind == ErrorKind::Unavailable ? ExitCode::CollateralUnavailable : code;
    }
    if (!options.to.empty()) {
        Collateral all = supplied->collateral;
        all.files.insert(have.files.begin(), have.files.end());
        const auto written = writeCollateralFolder(options.to, all);
        if (!written) return reportError(written.error(), options.json);
    }
    printItems(supplied->items, supplied->unpublished, options.json);
    return supplied->missing() ? ExitCode::CollateralUnavailable : ExitCode::Ok;
}

ExitCode import(const Options& options)
{
    const auto files = readCollateralFolder(options.path);
    if (!files) return reportError(files.error(), options.json);
    auto supplier = openSupplier(options);
    if (!supplier) return reportError(supplier.error(), options.json);
    const auto items = supplier->supply().keep(*files, now());
    printItems(items, {}, options.json);
    const bool allKept = std::none_of(items.begin(), items.end(), [](const SuppliedItem& item) {
        return item.origin == SuppliedItem::Origin::Missing;
    });
    return allKept ? ExitCode::Ok : ExitCode::Refused;
}

ExitCode refresh(const Options& options)
{
    auto supplier = openSupplier(options);
    if (!supplier) return reportError(supplier.error(), options.json);
    const StopSignal stop;
    const auto items = supplier->supply().refresh(now(), options.all, stop);
    if (!items) return reportError(items.error(), options.json);
    printItems(*items, {}, options.json);
    const bool clean =
        std::none_of(items->begin(), items->end(), [](const SuppliedItem& item) { return item.problem.has_value(); });
    return clean ? ExitCode::Ok : ExitCode::CollateralUnavailable;
}

ExitCode list(const Options& options)
{
    auto supplier = openSupplier(options);
    if (!supplier) return reportError(supplier.error(), options.json);
    const CollateralCache& cache = supplier->supply().cache();
    std::vector<SuppliedItem> items;
    for (const CachedItem& cached : cache.items()) {
        SuppliedItem item{
            cached.request, SuppliedItem::Origin::Cache, cached.issued, cached.nextUpdate, cached.fetchedAt, {}};
        const auto content = cache.read(cached);
        if (!content) {
            item.origin = SuppliedItem::Origin::Missing;
            item.problem = content.error();
        }
        items.push_back(std::move(item));
    }
    printItems(items, {}, options.json);
    return ExitCode::Ok;
}

CLI::App* addPart(CLI::App& parent, const char* name, const char* about, const std::shared_ptr<Options>& options,
                  ExitCode (*run)(const Options&), ExitCode& code)
{
    CLI::App* part = parent.add_subcommand(name, about);
    addCollateralOptions(*part, options->collateral);
    part->add_option("--demo-anchors", options->demoAnchors, "Trust a rehearsal's roots instead of Intel's and AMD's");
    part->add_flag("--json", options->json, "Print the result as JSON");
    part->callback([options, run, &code] { code = run(*options); });
    return part;
}

} // namespace

void addCollateralCommand(CLI::App& app, ExitCode& code)
{
    CLI::App* command =
        app.add_subcommand("collateral", "Certificates, CRLs and TCB info of Intel and AMD: fetch, keep, carry");
    command->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    CLI::App* fetchPart = addPart(*command, "fetch", "Fetch what a piece of evidence needs", options, fetch, code);
    fetchPart->add_option("evidence", options->path, "Folder of a case, or one quote or report file")->required();
    fetchPart->add_option("--to", options->to,
                          "Folder to write it to, for `appraise --collateral` or `collateral import`");
    CLI::App* importPart = addPart(*command, "import", "Keep collateral from a folder or file, without any network",
                                   options, import, code);
    importPart->add_option("path", options->path, "Folder or file, named as `fetch --to` names them")->required();
    addPart(*command, "list", "What is kept, of when, and until when", options, list, code);
    addPart(*command, "refresh", "Fetch anew what is about to expire", options, refresh, code)
        ->add_flag("--all", options->all, "Everything, whether it is due or not");
}

} // namespace quorate::cli
