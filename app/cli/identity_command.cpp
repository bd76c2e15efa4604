// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/identity_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_step.h"
#include "app/cli/output.h"
#include "app/cli/passphrase.h"
#include "core/attestation/case_folder.h"
#include "core/study/study_package.h"

namespace quorate::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxCodeFileBytes = 8 * 1024;
constexpr std::size_t kMaxPkcs12Bytes = 64 * 1024;
constexpr std::size_t kMaxEnvelopeBytes = std::size_t{2} << 20;
constexpr int kDefaultHours = 72;

struct Options {
    IdentityAccess access;
    std::string input;
    std::string output;
    std::string consortium;
    std::string name;
    std::string organisation;
    std::string role;
    std::string site;
    std::string service;
    int hours = kDefaultHours;
    std::string fingerprint;
    std::string member;
    std::string from;
    std::string reason;
    std::string kind;
    std::string meaning;
    std::string filePassword;
    bool json = false;
};

void print(const ordered_json& value) { printLine(value.dump(2, ' ', false, ordered_json::error_handler_t::replace)); }

Result<dsse::Envelope> readEnvelope(const std::string& path)
{
    TRY_ASSIGN(text, attestation::readBoundedFile(path, kMaxEnvelopeBytes));
    auto envelope = dsse::fromJson(asText(text));
    if (!envelope) return failAt(path, envelope.error());
    return envelope;
}

/// `next`: what is to be done with the file.
void printWritten(const Options& options, const char* next)
{
    if (!options.json) printLine("Written to " + options.output + ". " + next);
}

void printMember(const study::Member& member)
{
    printLine("Name          " + printable(member.name));
    printLine("Organisation  " + printable(member.organisation));
    printLine(std::string("Role          ") + nameOf(member.role));
    printLine("Member        " + toHex(member.id));
}

ordered_json memberJson(const study::Member& member)
{
    return {{"id", toHex(member.id)},
            {"name", member.name},
            {"organisation", member.organisation},
            {"role", nameOf(member.role)},
            {"signingKey", toBase64(member.signingKeySpki)},
            {"site", member.site.isZero() ? ordered_json() : ordered_json(toHex(member.site))},
            {"revokedFrom", member.revokedFrom ? ordered_json(formatRfc3339(*member.revokedFrom)) : ordered_json()},
            {"revocationReason", member.revocationReason}};
}

Result<ExitCode> show(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(consortium, session.membership->known());
    const study::Member* own = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
    const std::string root = toHex(consortium.root.publicKey().spkiSha256());
    if (options.json) {
        ordered_json out{{"consortium", consortium.roster.consortium},
                         {"root", root},
                         {"rosterVersion", consortium.roster.version},
                         {"own", own != nullptr ? ordered_json(toHex(own->id)) : ordered_json()},
                         {"token", consortium.token ? ordered_json(consortium.token->serial) : ordered_json()},
                         {"members", ordered_json::array()}};
        for (const auto& member : consortium.roster.members) out["members"].push_back(memberJson(member));
        print(out);
        return ExitCode::Ok;
    }
    printLine("Consortium    " + printable(consortium.roster.consortium) + ", root key " + root);
    if (own != nullptr) printMember(*own);
    if (consortium.token) printLine("Signing key   on the token with serial number " + printable(consortium.token->serial));
    printLine("Roster        version " + std::to_string(consortium.roster.version));
    for (const auto& member : consortium.roster.members) {
        std::string line = "  " + toHex(member.id) + "  " + padded(nameOf(member.role), 15) + printable(member.name) + ", " +
                           printable(member.organisation);
        if (member.revokedFrom) line += "  REVOKED from " + formatRfc3339(*member.revokedFrom) + ": " + printable(member.revocationReason);
        printLine(line);
    }
    return ExitCode::Ok;
}

study::Member coordinatorOf(const Options& options)
{
    study::Member out;
    out.name = options.name;
    out.organisation = options.organisation;
    return out;
}

Result<ExitCode> createRoot(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(keys, newKeys(options.access));
    TRY(session.membership->createRoot(options.consortium, coordinatorOf(options), keys));
    session.onToken = keys.onToken;
    return show(options, session);
}

Result<ExitCode> importRoot(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(file, attestation::readBoundedFile(options.input, kMaxPkcs12Bytes));
    TRY_ASSIGN(password, readPassphrase(options.filePassword, "Password of the PKCS #12 file"));
    auto root = ConsortiumAuthority::importPkcs12(file, password);
    if (!root) return failAt(options.input, root.error());
    TRY_ASSIGN(keys, newKeys(options.access));
    TRY(session.membership->importRoot(*root, options.consortium, coordinatorOf(options), keys));
    session.onToken = keys.onToken;
    return show(options, session);
}

Result<ExitCode> invite(const Options& options, IdentitySession& session)
{
    OutputFile file;
    if (!options.output.empty()) TRY(file.claim(options.output));
    study::Member invited;
    TRY_ASSIGN(role, study::parseRole(options.role));
    invited.role = role;
    invited.organisation = options.organisation;
    if (!options.site.empty()) invited.site = *parseHexFixed<16>(options.site);
    const UtcSeconds expires = toSeconds(systemClock()()) + std::chrono::hours(options.hours);
    TRY_ASSIGN(code, session.membership->invite(invited, options.service, expires));
    if (options.output.empty()) {
        printLine(code);
        return ExitCode::Ok;
    }
    TRY(file.write(code + "\n"));
    printWritten(options, "Give it to the one person it is for; it works once.");
    return ExitCode::Ok;
}

void printFingerprint(const Options& options, const study::Member& member, const dsse::Envelope& request)
{
    if (options.json) {
        print({{"member", memberJson(member)}, {"fingerprint", study::fingerprintOf(request)}});
        return;
    }
    printMember(member);
    printLine("Fingerprint   " + study::fingerprintOf(request));
}

Result<ExitCode> join(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(code, attestation::readBoundedFile(options.input, kMaxCodeFileBytes));
    OutputFile file;
    TRY(file.claim(options.output));
    TRY_ASSIGN(keys, newKeys(options.access));
    TRY_ASSIGN(request, session.membership->join(asText(code), options.name, keys));
    TRY(file.write(dsse::toJson(request)));
    TRY_ASSIGN(invitation, study::readInvitation(asText(code), UtcSeconds()));
    TRY_ASSIGN(asked, study::readJoinRequest(request, invitation));
    printFingerprint(options, asked, request);
    printWritten(options, "Send it to who invited you, and read the fingerprint to them by telephone or in person.");
    return ExitCode::Ok;
}

Result<ExitCode> confirm(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(request, readEnvelope(options.input));
    TRY_ASSIGN(member, session.membership->whoAsks(request));
    printFingerprint(options, member, request);
    std::string compared = options.fingerprint;
    if (compared.empty() && isTerminal()) {
        std::cerr << "Type the fingerprint that the new member read to you: ";
        std::getline(std::cin, compared);
    }
    if (compared.empty()) {
        std::cerr << "quoratectl: nothing is confirmed; give what the new member read to you with --fingerprint\n";
        return ExitCode::Usage;
    }
    OutputFile file;
    TRY(file.claim(options.output));
    TRY_ASSIGN(answer, session.membership->confirm(request, normalFingerprint(compared)));
    TRY(file.write(dsse::toJson(answer)));
    printWritten(options, "Send it to the new member.");
    return ExitCode::Ok;
}

Result<ExitCode> accept(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(answer, readEnvelope(options.input));
    TRY(session.membership->accept(answer));
    return show(options, session);
}

Result<ExitCode> revoke(const Options& options, IdentitySession& session)
{
    OutputFile file;
    TRY(file.claim(options.output));
    TRY_ASSIGN(roster, session.membership->revoke(*parseHexFixed<16>(options.member), *parseRfc3339(options.from), options.reason));
    TRY(file.write(dsse::toJson(roster)));
    printWritten(options, "Send it to the service and to every member: it counts where it has arrived.");
    return show(options, session);
}

Result<ExitCode> update(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(roster, readEnvelope(options.input));
    TRY(session.membership->takeRoster(roster));
    return show(options, session);
}

Result<ExitCode> sign(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(payload, attestation::readBoundedFile(options.input, kMaxEnvelopeBytes / 2));
    OutputFile file;
    TRY(file.claim(options.output));
    TRY(openBoundToken(options.access, session));
    TRY_ASSIGN(envelope, session.membership->sign(options.kind, payload, options.reason, options.meaning, session.onToken));
    TRY(file.write(dsse::toJson(envelope)));
    if (options.json) print({{"payload", toHex(envelope.payloadDigest())}});
    printWritten(options, "The signature is in the vault's log.");
    return ExitCode::Ok;
}

using Subcommand = StepCommand<Options>;

void addTokenOptions(const Subcommand& to)
{
    IdentityAccess& access = to.options->access;
    CLI::Option* module = to.command->add_option("--token", access.module, "PKCS #11 module: the signing key stays on its token");
    CLI::Option* key = to.command->add_option("--key", access.keyLabel, "Label of the token's key")->needs(module);
    module->needs(key);
    to.command->add_option("--token-serial", access.tokenSerial, "Serial number of the token, where there are several")->needs(module);
    addPinFile(*to.command, access);
}

void addInput(const Subcommand& to, const char* name, const char* what) { to.command->add_option(name, to.options->input, what)->required(); }
void addOutput(const Subcommand& to, const char* what) { to.command->add_option("--output", to.options->output, what)->required(); }

template <std::size_t N>
std::string checkHex(const std::string& text)
{
    return parseHexFixed<N>(text) ? std::string() : "want " + std::to_string(2 * N) + " hexadecimal digits";
}

void addFounderOptions(const Subcommand& to)
{
    to.command->add_option("--consortium", to.options->consortium, "Name of the consortium")->required();
    to.command->add_option("--name", to.options->name, "Your name, as printed under your signatures")->required();
    to.command->add_option("--organisation", to.options->organisation, "Your organisation")->required();
    addTokenOptions(to);
}

void addFounding(CLI::App& identity, ExitCode& code)
{
    addFounderOptions(addStep(identity, "create-root", "Found a consortium: its root, its CA and the first coordinator", createRoot, code));

    const auto imported = addStep(identity, "import-root", "Found a consortium under a root that was made elsewhere", importRoot, code);
    addInput(imported, "pkcs12", "PKCS #12 file with the root's key and its self-signed CA certificate");
    imported.command->add_option("--file-password-file", imported.options->filePassword,
                                 "File with the PKCS #12 file's password on its first line (default: as the passphrase)");
    addFounderOptions(imported);

    const auto invited = addStep(identity, "invite", "Make an invitation for one person", invite, code);
    invited.command->add_option("--role", invited.options->role, "coordinator, site-reviewer, custodian, auditor or site-node")
        ->required()
        ->check(CLI::IsMember({"coordinator", "site-reviewer", "custodian", "auditor", "site-node"}));
    invited.command->add_option("--organisation", invited.options->organisation, "Organisation of the new member")->required();
    invited.command->add_option("--site", invited.options->site, "The site's id: of site reviewers and site nodes")->check(checkHex<16>);
    invited.command->add_option("--service", invited.options->service, "Address of the aggregation service");
    invited.command->add_option("--hours", invited.options->hours, "How long the invitation counts (default: 72)")->check(CLI::Range(1, 24 * 90));
    invited.command->add_option("--output", invited.options->output, "File for the code (default: printed)");
}

void addJoining(CLI::App& identity, ExitCode& code)
{
    const auto joined = addStep(identity, "join", "Answer an invitation: make keys in this vault and ask to be confirmed", join, code);
    addInput(joined, "invitation", "File with the code");
    joined.command->add_option("--name", joined.options->name, "Your name, as printed under your signatures")->required();
    addOutput(joined, "File for the request");
    addTokenOptions(joined);

    const auto confirmed = addStep(identity, "confirm", "Make who asks a member, once both sides have compared the fingerprint", confirm, code);
    addInput(confirmed, "request", "The new member's request");
    confirmed.command->add_option("--fingerprint", confirmed.options->fingerprint, "What the new member read to you (default: asked for on a terminal)");
    addOutput(confirmed, "File for the answer");

    addInput(addStep(identity, "accept", "Take the answer: certificate and roster", accept, code), "answer", "The answer to your request");
}

void addKeeping(CLI::App& identity, ExitCode& code)
{
    const auto revoked = addStep(identity, "revoke", "Make the next roster, in which a member is revoked", revoke, code);
    revoked.command->add_option("member", revoked.options->member, "The member's id")->required()->check(checkHex<16>);
    revoked.command->add_option("--from", revoked.options->from, "From when on, as 2026-11-21T09:00:00Z")
        ->required()
        ->check([](const std::string& text) { return parseRfc3339(text) ? std::string() : std::string("want a time as 2026-11-21T09:00:00Z"); });
    revoked.command->add_option("--reason", revoked.options->reason, "Why; the roster and the log keep it")->required();
    addOutput(revoked, "File for the roster");

    addInput(addStep(identity, "update", "Take a newer roster", update, code), "roster", "The roster");
    addStep(identity, "show", "Say who this vault's owner is, and who else is a member", show, code);

    const auto signing = addStep(identity, "sign", "Sign a file's bytes as an object of a kind", sign, code);
    addInput(signing, "file", "The payload");
    signing.command->add_option("--kind", signing.options->kind, "What the payload is")
        ->required()
        ->check(CLI::IsMember({study::kinds::kProtocol, study::kinds::kParticipation, study::kinds::kReferenceValues, study::kinds::kReleaseStatement,
                               study::kinds::kReleaseApproval, study::kinds::kRevocation, study::kinds::kRoundOrder, study::kinds::kModelStatement}));
    signing.command->add_option("--meaning", signing.options->meaning, "What the signature means; the log keeps it with your printed name and the time")
        ->required()
        ->check(CLI::IsMember({"approval", "authorship", "refusal", "responsibility", "review"}));
    signing.command->add_option("--reason", signing.options->reason, "Why; the log keeps it");
    addTokenOfOwner(*signing.command, signing.options->access);
    addOutput(signing, "File for the envelope");
}

}  // namespace

void addIdentityCommand(CLI::App& app, ExitCode& code)
{
    CLI::App* identity = app.add_subcommand("identity", "Found a consortium, join one, keep its roster, sign");
    identity->require_subcommand(1);
    addFounding(*identity, code);
    addJoining(*identity, code);
    addKeeping(*identity, code);
}

}  // namespace quorate::cli
