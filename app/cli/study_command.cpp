// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/identity_session.h"
#include "app/cli/output.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/schema/preview_totals.h"
#include "core/study/study_package.h"
#include "enclave_client/attested_channel.h"
#include "enclave_client/preview_client.h"

namespace quorate::cli {
namespace {

constexpr std::size_t kMaxPackageBytes = 8 * 1024 * 1024;

struct Options {
    IdentityAccess access;
    std::string package;
    std::string service;
    std::string demoVendor;
    bool json = false;
};

/// What the vault's owner presents to the service.
Result<ClientCredentials> credentialsOf(const IdentitySession& session, const Uuid& own)
{
    TRY_ASSIGN(identities, session.vault->identities());
    const auto found = std::find_if(identities.begin(), identities.end(), [&](const auto& identity) { return identity.member == own; });
    if (found == identities.end()) return fail(ErrorKind::Unavailable, "the vault holds no keys of its owner");
    TRY_ASSIGN(certificate, Certificate::fromDer(found->certificateDer));
    TRY_ASSIGN(key, SigningKey::fromPkcs8(found->signingKeyPkcs8.expose()));
    return ClientCredentials{certificate.toPem(), key.toPkcs8Pem()};
}

Result<attestation::TrustAnchors> anchorsOf(const Options& options)
{
    if (options.demoVendor.empty()) return attestation::productionAnchors();
    TRY_ASSIGN(vendor, attestation::DemoVendor::openOrCreate(options.demoVendor, toSeconds(systemClock()())));
    return vendor.anchors();
}

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
    TRY_ASSIGN(consortium, session.membership->known());
    if (!consortium.own) return fail(ErrorKind::PolicyRefused, "this vault's owner is no member of a consortium yet");
    TRY_ASSIGN(text, attestation::readBoundedFile(options.package, kMaxPackageBytes));
    TRY_ASSIGN(read, study::packageFromJson(asText(text)));
    TRY_ASSIGN(package, study::verifyPackage(read, consortium.root.publicKey()));
    TRY_ASSIGN(credentials, credentialsOf(session, *consortium.own));
    TRY_ASSIGN(anchors, anchorsOf(options));
    AttestedChannel channel(options.service, credentials, systemClock(), systemRandom());
    TRY_ASSIGN(answer, channel.attest(attestation::Purpose::Channel, ServiceExpectations::of(package, std::move(anchors))));
    TRY(requireAccepted(answer.result));
    TRY_ASSIGN(offered, PreviewClient(channel, package.protocol.id).list(package.protocol.dictionary));
    print(offered, package.protocol, options.json);
    return {};
}

}  // namespace

void addStudyCommand(CLI::App& app, ExitCode& code)
{
    CLI::App* study = app.add_subcommand("study", "Ask the aggregation service about a study, once it has proved itself");
    study->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* command = study->add_subcommand("preview", "What the sites show of their records before training");
    command->add_option("vault", options->access.vault, "Your vault")->required();
    command->add_option("--passphrase-file", options->access.passphraseFile,
                        "File with the vault's passphrase on its first line (default: standard input, asked for on a terminal)");
    command->add_option("--package", options->package, "The signed study package (JSON)")->required();
    command->add_option("--service", options->service, "host:port of the aggregation service")->required();
    command->add_option("--demo-vendor", options->demoVendor, "Folder of the demo's simulated vendor (training mode only)");
    command->add_flag("--json", options->json, "Print the previews as JSON");
    command->callback([options, &code] {
        const auto done = preview(*options);
        code = done ? ExitCode::Ok : reportError(done.error(), options->json);
    });
}

}  // namespace quorate::cli
