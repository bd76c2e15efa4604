// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/order_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_step.h"
#include "app/cli/output.h"
#include "app/cli/service_session.h"
#include "core/study/round_order.h"
#include "enclave_client/study_client.h"

namespace quorate::cli {
namespace {

using study::OrderAction;

struct Options {
    IdentityAccess access;
    ServiceAccess service;
    OrderAction action = OrderAction::Pause;
    std::string site;
    std::string reason;
    bool json = false;
};

Result<Uuid> siteCalled(const std::string& code, const study::StudyProtocol& protocol)
{
    std::string codes;
    for (const auto& site : protocol.sites) {
        if (site.code == code) return site.id;
        codes += (codes.empty() ? "" : ", ") + site.code;
    }
    return fail(ErrorKind::PolicyRefused, "the study has no site \"" + code + "\"; it has " + codes);
}

/// The orders that the service has, each verified here.
Result<study::RoundOrders> ordersAt(const StudyClient& client, const study::VerifiedPackage& package)
{
    TRY_ASSIGN(record, client.get(package.protocol.id));
    study::RoundOrders out;
    for (const auto& item : record.orders) {
        TRY_ASSIGN(order, study::verifyRoundOrder(item.envelope, package.protocol, package.protocolDigest, package.roster,
                                                  toSeconds(item.receivedAt)));
        TRY(out.add(std::move(order), item.envelope.payloadDigest()));
    }
    return out;
}

Result<study::RoundOrder> orderFor(const Options& options, const study::VerifiedPackage& package, const Uuid& own)
{
    const study::Member* member = package.roster.find(own);
    if (member == nullptr || member->role != study::Role::Coordinator) {
        return fail(ErrorKind::PolicyRefused, "only a coordinator of the study gives orders about its rounds");
    }
    TRY(study::checkOrderReason(options.reason));
    study::RoundOrder out{package.protocol.id, package.protocolDigest, 0, own, options.action, {}, options.reason, toSeconds(systemClock()())};
    if (study::isAboutSite(options.action)) {
        TRY_ASSIGN(site, siteCalled(options.site, package.protocol));
        out.site = site;
    }
    return out;
}

void print(const Options& options, const study::StudyProtocol& protocol, const study::RoundOrder& order, const Digest32& digest)
{
    if (options.json) {
        nlohmann::ordered_json out{{"study", toHex(order.study)}, {"order", study::nameOf(order.action)}, {"number", order.number},
                                   {"digest", toHex(digest)}};
        if (!options.site.empty()) out["site"] = options.site;
        printLine(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return;
    }
    const auto* site = protocol.findSite(order.site);
    const std::string name = site == nullptr ? std::string() : printable(site->name);
    std::string sentence;
    switch (order.action) {
    case OrderAction::Pause: sentence = "The rounds are paused: one that is under way may end, none is opened after it."; break;
    case OrderAction::Resume: sentence = "The rounds go on."; break;
    case OrderAction::Exclude: sentence = name + " is excluded: its update of the open round does not count, and it is asked for no more."; break;
    case OrderAction::Readmit: sentence = name + " takes part again from the next round."; break;
    }
    printLine(sentence + " Order " + std::to_string(order.number) + ".");
}

Result<void> give(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(consortium, session.membership->known());
    TRY_ASSIGN(at, ServiceSession::open(session, options.service));
    const StudyClient client(*at.channel);
    TRY_ASSIGN(order, orderFor(options, at.package, *consortium.own));
    TRY_ASSIGN(known, ordersAt(client, at.package));
    order.number = known.nextNumber();
    // What would change nothing is not signed.
    TRY(known.add(order, {}));
    TRY(openBoundToken(options.access, session));
    TRY_ASSIGN(envelope, session.membership->sign(study::kinds::kRoundOrder, study::encode(order), order.reason, "responsibility", session.onToken));
    const Digest32 digest = envelope.payloadDigest();
    TRY(session.vault->recordDecision({audit::EventKind::RoundsOrdered, order.study, order.site, study::nameOf(order.action), order.reason,
                                       "responsibility", {{"signed", digest}, {"protocol", order.protocolDigest}}}));
    TRY(client.orderRounds(envelope));
    print(options, at.package.protocol, order, digest);
    return {};
}

void addOrder(CLI::App& parent, OrderAction action, const char* what, ExitCode& code)
{
    const auto [command, options] = addStep(parent, study::nameOf(action), what, give, code);
    options->action = action;
    if (study::isAboutSite(action)) command->add_option("--site", options->site, "The site's code in the protocol")->required();
    command->add_option("--reason", options->reason, "Why; every member can read it, and the log keeps it")->required();
    addTokenOfOwner(*command, options->access);
    addServiceOptions(*command, options->service);
}

}  // namespace

void addOrderCommands(CLI::App& study, ExitCode& code)
{
    addOrder(study, OrderAction::Pause, "Open no further round; one that is under way may end", code);
    addOrder(study, OrderAction::Resume, "Let the rounds go on", code);
    addOrder(study, OrderAction::Exclude, "Go on without a site, at once", code);
    addOrder(study, OrderAction::Readmit, "Take an excluded site in again, from the next round on", code);
}

}  // namespace quorate::cli
