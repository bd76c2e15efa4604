// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/invitation_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_step.h"
#include "app/cli/output.h"
#include "app/cli/service_session.h"
#include "core/attestation/case_folder.h"
#include "core/crypto/digest.h"
#include "enclave_client/join_client.h"
#include "enclave_client/study_client.h"

namespace quorate::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxCodeFileBytes = 8 * 1024;
constexpr std::size_t kMaxEnvelopeBytes = std::size_t{2} << 20;

struct Options {
    IdentityAccess access;
    ServiceAccess service;
    std::string input;
    std::string folder;
    std::string address;
    bool json = false;
};

void print(const ordered_json& value) { printLine(value.dump(2, ' ', false, ordered_json::error_handler_t::replace)); }

void say(const Options& options, const std::string& line)
{
    if (!options.json) printLine(line);
}

Result<void> offer(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(code, attestation::readBoundedFile(options.input, kMaxCodeFileBytes));
    TRY_ASSIGN(invitation, study::readInvitation(asText(code), toSeconds(systemClock()())));
    TRY_ASSIGN(at, ServiceSession::open(session, options.service));
    TRY(StudyClient(*at.channel).offerInvitation(invitation));
    say(options, "The service takes one request by this invitation until " + formatRfc3339(invitation.expires) + ".");
    return {};
}

Result<void> requests(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(at, ServiceSession::open(session, options.service));
    TRY_ASSIGN(waiting, StudyClient(*at.channel).joinRequests());
    auto listed = ordered_json::array();
    for (const auto& request : waiting) {
        // What this vault has not invited, or what does not hold, is not its owner's to confirm.
        const auto member = session.membership->whoAsks(request);
        if (!member) continue;
        const std::string name = toHex(member->id) + ".request.json";
        OutputFile file;
        TRY(file.claim((std::filesystem::path(options.folder) / name).string()));
        TRY(file.write(dsse::toJson(request)));
        listed.push_back({{"id", toHex(member->id)}, {"name", member->name}, {"organisation", member->organisation},
                          {"role", study::nameOf(member->role)}, {"file", name}});
        say(options, printable(member->name) + ", " + printable(member->organisation) + ", " + study::nameOf(member->role) + ": " + name);
    }
    if (options.json) print(listed);
    say(options, std::to_string(listed.size()) + " waiting. Have each read their fingerprint to you, then `identity confirm`.");
    return {};
}

Result<void> answer(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(text, attestation::readBoundedFile(options.input, kMaxEnvelopeBytes));
    auto envelope = dsse::fromJson(asText(text));
    if (!envelope) return failAt(options.input, envelope.error());
    TRY_ASSIGN(invitation, study::invitationAnsweredBy(*envelope));
    TRY_ASSIGN(consortium, session.membership->known());
    TRY_ASSIGN(at, ServiceSession::open(session, options.service));
    const StudyClient client(*at.channel);
    // The roster first: who has the answer can call at once.
    TRY(client.updateRoster(consortium.rosterEnvelope));
    TRY(client.answerJoin(invitation, *envelope));
    say(options, "The service has the new roster and holds the answer for the new member.");
    return {};
}

Result<void> ask(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(open, session.membership->asked());
    const std::string& address = options.address.empty() ? open.invitation.service : options.address;
    if (address.empty()) return fail(ErrorKind::Unavailable, "the invitation names no service; give its address with --service, or send the request as a file");
    TRY_ASSIGN(answered, askToJoin(address, open.invitation, open.request));
    if (!answered) {
        say(options, "Fingerprint   " + study::fingerprintOf(open.request));
        return fail(ErrorKind::Unavailable, "the request is at the service and not answered yet; read the fingerprint to who invited you, and ask again");
    }
    TRY_ASSIGN(member, session.membership->accept(*answered));
    if (options.json) print({{"member", toHex(member.id)}, {"role", study::nameOf(member.role)}});
    say(options, "You are a member: " + printable(member.name) + ", " + printable(member.organisation) + ", " + study::nameOf(member.role) + ".");
    return {};
}

using Subcommand = StepCommand<Options>;

}  // namespace

void addInvitationCommands(CLI::App& identity, ExitCode& code)
{
    const auto offered = addStep(identity, "offer", "Let the service take the request of whom you invited", offer, code);
    offered.command->add_option("invitation", offered.options->input, "File with the code")->required();
    addServiceOptions(*offered.command, offered.options->service);

    const auto listed = addStep(identity, "requests", "Fetch the requests that wait at the service", requests, code);
    listed.command->add_option("--output", listed.options->folder, "Folder for the requests")->required()->check(CLI::ExistingDirectory);
    addServiceOptions(*listed.command, listed.options->service);

    const auto answered = addStep(identity, "answer", "Give the service the answer and the roster, for the new member to fetch", answer, code);
    answered.command->add_option("answer", answered.options->input, "What `identity confirm` wrote")->required();
    addServiceOptions(*answered.command, answered.options->service);

    const auto asking = addStep(identity, "ask", "Leave your request at the service; once it is answered, take certificate and roster", ask, code);
    asking.command->add_option("--service", asking.options->address, "host:port for people who were invited (default: as the invitation says)");
}

}  // namespace quorate::cli
