// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/product_acceptance_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_step.h"
#include "app/cli/output.h"
#include "app/cli/service_session.h"
#include "core/attestation/case_folder.h"
#include "core/study/product_acceptance.h"
#include "enclave_client/study_client.h"

namespace quorate::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxEnvelopeBytes = 256 * 1024;

struct Options {
    IdentityAccess access;
    ServiceAccess service;  ///< begin, sign and show use its package only.
    std::string input;
    std::string output;
    std::string product;
    std::string reason;
    std::string until;
    bool json = false;
};

/// An open vault and the study that the acceptance is about.
struct Desk {
    IdentitySession& session;
    vault::KnownConsortium consortium;
    study::VerifiedPackage package;

    static Result<Desk> open(IdentitySession& session, const Options& options)
    {
        TRY_ASSIGN(consortium, session.membership->known());
        TRY_ASSIGN(package, readPackage(consortium, options.service.package));
        return Desk{session, std::move(consortium), std::move(package)};
    }
    [[nodiscard]] static UtcSeconds now() { return toSeconds(systemClock()()); }
    [[nodiscard]] const study::StudyProtocol& protocol() const { return package.protocol; }
    [[nodiscard]] Result<study::Member> own() const
    {
        const study::Member* member = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
        if (member == nullptr) return fail(ErrorKind::PolicyRefused, "the roster does not name this vault's owner");
        return *member;
    }
    [[nodiscard]] Result<study::VerifiedAcceptance> read(const dsse::Envelope& envelope) const
    {
        return study::readProductAcceptance(envelope, consortium.roster, protocol(), now());
    }
    /// The owner's signature over these very bytes.
    [[nodiscard]] Result<dsse::Envelope> sign(const Options& options, BytesView payload, const attestation::ProductAcceptance& acceptance) const
    {
        TRY_ASSIGN(member, own());
        TRY(study::requireAsked(package.policy, acceptance.product));
        TRY(study::requireSignable(acceptance, member, protocol(), now()));
        TRY(openBoundToken(options.access, session));
        return session.membership->sign(study::kinds::kProductAcceptance, payload, acceptance.reason, "approval", session.onToken);
    }
};

Result<dsse::Envelope> readEnvelope(const std::string& path)
{
    TRY_ASSIGN(text, attestation::readBoundedFile(path, kMaxEnvelopeBytes));
    auto envelope = dsse::fromJson(asText(text));
    if (!envelope) return failAt(path, envelope.error());
    return envelope;
}

ordered_json toJson(const study::VerifiedAcceptance& acceptance, const Result<study::VerifiedAcceptance>& complete)
{
    auto signers = ordered_json::array();
    for (const auto& member : acceptance.signers) signers.push_back({{"id", toHex(member.id)}, {"name", member.name}, {"organisation", member.organisation}});
    return {{"acceptance", toHex(acceptance.digest)},
            {"study", toHex(acceptance.value.study)},
            {"product", acceptance.value.product},
            {"until", formatRfc3339(acceptance.value.notAfter)},
            {"reason", acceptance.value.reason},
            {"policyDigest", toHex(acceptance.value.policyDigest)},
            {"signers", std::move(signers)},
            {"complete", complete.has_value()},
            {"missing", complete ? ordered_json() : ordered_json(complete.error().message)}};
}

/// What it says, who has signed, and whether that is enough.
Result<void> print(const Options& options, const Desk& desk, const dsse::Envelope& envelope)
{
    TRY_ASSIGN(acceptance, desk.read(envelope));
    const auto complete = study::verifyProductAcceptance(envelope, desk.consortium.roster, desk.protocol(), Desk::now());
    if (options.json) {
        printLine(toJson(acceptance, complete).dump(2, ' ', false, ordered_json::error_handler_t::replace));
        return {};
    }
    printLine("Study       " + printable(desk.protocol().code) + ", " + printable(desk.protocol().title));
    printLine("Product     " + printable(acceptance.value.product));
    printLine("Until       " + formatRfc3339(acceptance.value.notAfter));
    printLine("Reason      " + printable(acceptance.value.reason));
    for (const auto& member : acceptance.signers) printLine("Signed by   " + printable(member.name) + ", " + printable(member.organisation));
    printLine("Acceptance  " + toHex(acceptance.digest));
    printLine(complete ? "The study's quorum has signed." : "Not enough yet: " + printable(complete.error().message) + ".");
    return {};
}

Result<void> writeAndPrint(const Options& options, const Desk& desk, OutputFile& file, const dsse::Envelope& envelope)
{
    // Nobody is handed what would not count.
    TRY(desk.read(envelope));
    TRY(file.write(dsse::toJson(envelope)));
    return print(options, desk, envelope);
}

Result<void> begin(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(desk, Desk::open(session, options));
    const attestation::ProductAcceptance acceptance{desk.protocol().id, options.product, options.reason, *parseRfc3339(options.until),
                                                    desk.package.policyDigest};
    OutputFile file;
    TRY(file.claim(options.output));
    TRY_ASSIGN(envelope, desk.sign(options, study::encode(acceptance), acceptance));
    return writeAndPrint(options, desk, file, envelope);
}

Result<void> sign(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(desk, Desk::open(session, options));
    TRY_ASSIGN(envelope, readEnvelope(options.input));
    TRY_ASSIGN(sofar, desk.read(envelope));
    TRY_ASSIGN(member, desk.own());
    for (const auto& signer : sofar.signers) {
        if (signer.id == member.id) return fail(ErrorKind::PolicyRefused, "this vault's owner has signed it already");
    }
    OutputFile file;
    TRY(file.claim(options.output));
    TRY_ASSIGN(own, desk.sign(options, envelope.payload, sofar.value));
    envelope.signatures.push_back(own.signatures.front());
    return writeAndPrint(options, desk, file, envelope);
}

Result<void> show(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(desk, Desk::open(session, options));
    TRY_ASSIGN(envelope, readEnvelope(options.input));
    return print(options, desk, envelope);
}

Result<void> send(const Options& options, IdentitySession& session)
{
    TRY_ASSIGN(desk, Desk::open(session, options));
    TRY_ASSIGN(envelope, readEnvelope(options.input));
    TRY(study::verifyProductAcceptance(envelope, desk.consortium.roster, desk.protocol(), Desk::now()));
    // The service may itself run on this product.
    TRY_ASSIGN(at, ServiceSession::open(session, options.service, {envelope}));
    TRY(StudyClient(*at.channel).acceptProduct(desk.protocol().id, envelope));
    return print(options, desk, envelope);
}

using Subcommand = StepCommand<Options>;

void addPackage(const Subcommand& to)
{
    to.command->add_option("--package", to.options->service.package, "The signed study package (JSON)")->required();
}

void addInput(const Subcommand& to) { to.command->add_option("acceptance", to.options->input, "The acceptance (DSSE, JSON)")->required(); }

void addSigning(const Subcommand& to)
{
    to.command->add_option("--output", to.options->output, "File for the signed acceptance")->required();
    addTokenOfOwner(*to.command, to.options->access);
}

}  // namespace

void addProductAcceptanceCommand(CLI::App& study, ExitCode& code)
{
    CLI::App* accept = study.add_subcommand("accept-product", "Let a product line count that the study's policy leaves to the quorum");
    accept->require_subcommand(1);

    const auto begun = addStep(*accept, "begin", "Write an acceptance and sign it as the first custodian", begin, code);
    addPackage(begun);
    begun.command->add_option("--product", begun.options->product, "The product line, as Milan")->required();
    begun.command->add_option("--until", begun.options->until, "The last second at which it counts, as 2027-03-31T00:00:00Z")
        ->required()
        ->check([](const std::string& text) { return parseRfc3339(text) ? std::string() : std::string("want a time as 2027-03-31T00:00:00Z"); });
    begun.command->add_option("--reason", begun.options->reason, "Why the risk is taken; everybody who signs signs it")->required();
    addSigning(begun);

    const auto joined = addStep(*accept, "sign", "Add your signature to what another custodian has begun", sign, code);
    addInput(joined);
    addPackage(joined);
    addSigning(joined);

    const auto shown = addStep(*accept, "show", "Say what an acceptance allows, who signed, and whether that is enough", show, code);
    addInput(shown);
    addPackage(shown);

    const auto sent = addStep(*accept, "send", "Bring a complete acceptance to the service, once it has proved itself", send, code);
    addInput(sent);
    addServiceOptions(*sent.command, sent.options->service);
}

}  // namespace quorate::cli
