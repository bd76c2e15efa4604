// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_step.h"
#include "app/cli/order_command.h"
#include "app/cli/output.h"
#include "app/cli/product_acceptance_command.h"
#include "app/cli/service_session.h"
#include "core/schema/preview_totals.h"
#include "enclave_client/preview_client.h"

namespace quorate::cli {
namespace {

struct Options {
    IdentityAccess access;
    ServiceAccess service;
    bool json = false;
};

void print(const std::vector<OfferedPreview>& offered, const study::StudyProtocol& protocol, bool json)
{
    const auto nameOf = [&](const Uuid& site) {
        const auto* spec = protocol.findSite(site);
        return spec == nullptr ? toHex(site) : spec->name;
    };
    if (json) {
        auto out = nlohmann::ordered_json::array();
        for (const auto& item : offered) {
            out.push_back({{"site", nameOf(item.site)},
                           {"receivedAt", formatRfc3339(toSeconds(item.receivedAt))},
                           {"preview", nlohmann::ordered_json::parse(schema::toJson(item.preview, protocol.dictionary))}});
        }
        printLine(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return;
    }
    std::vector<schema::SitePreview> previews;
    for (const auto& item : offered) {
        printLine("== " + printable(nameOf(item.site)) + ", " + formatRfc3339(toSeconds(item.receivedAt)));
        printLine(schema::toText(item.preview, protocol.dictionary));
        previews.push_back(item.preview);
    }
    printLine("== " + std::to_string(previews.size()) + " of " + std::to_string(protocol.sites.size()) + " sites together");
    printLine(schema::toText(schema::totalsOf(previews, protocol.dictionary), protocol.dictionary));
}

Result<void> preview(const Options& options)
{
    TRY_ASSIGN(session, IdentitySession::open(options.access));
    TRY_ASSIGN(at, ServiceSession::open(session, options.service));
    const auto& protocol = at.package.protocol;
    TRY_ASSIGN(offered, PreviewClient(*at.channel, protocol.id).list(protocol.dictionary));
    print(offered, protocol, options.json);
    return {};
}

}  // namespace

void addStudyCommand(CLI::App& app, ExitCode& code)
{
    CLI::App* study = app.add_subcommand("study", "Ask the aggregation service about a study, or order its rounds, once it has proved itself");
    study->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* command = study->add_subcommand("preview", "What the sites show of their records before training");
    addVaultOptions(*command, options->access);
    addServiceOptions(*command, options->service);
    command->add_flag("--json", options->json, "Print the previews as JSON");
    command->callback([options, &code] {
        const auto done = preview(*options);
        code = done ? ExitCode::Ok : reportError(done.error(), options->json);
    });
    addOrderCommands(*study, code);
    addProductAcceptanceCommand(*study, code);
}

}  // namespace quorate::cli
