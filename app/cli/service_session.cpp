// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/attestation/case_folder.h"
#include "core/attestation/simulated/demo_vendor.h"
#include "core/study/study_package.h"

namespace quorate::cli {
namespace {

constexpr std::size_t kMaxPackageBytes = 8 * 1024 * 1024;

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

Result<attestation::TrustAnchors> anchorsOf(const std::string& demoVendor)
{
    if (demoVendor.empty()) return attestation::productionAnchors();
    TRY_ASSIGN(vendor, attestation::DemoVendor::openOrCreate(demoVendor, toSeconds(systemClock()())));
    return vendor.anchors();
}

}  // namespace

Result<study::VerifiedPackage> readPackage(const vault::KnownConsortium& consortium, const std::string& path)
{
    TRY_ASSIGN(text, attestation::readBoundedFile(path, kMaxPackageBytes));
    auto read = study::packageFromJson(asText(text));
    if (!read) return failAt(path, read.error());
    auto package = study::verifyPackage(*read, consortium.root.publicKey());
    if (!package) return failAt(path, package.error());
    return package;
}

void addServiceOptions(CLI::App& command, ServiceAccess& access)
{
    command.add_option("--package", access.package, "The signed study package (JSON)")->required();
    command.add_option("--service", access.service, "host:port of the aggregation service")->required();
    command.add_option("--demo-vendor", access.demoVendor, "Folder of the demo's simulated vendor (training mode only)");
}

Result<ServiceSession> ServiceSession::open(const IdentitySession& identity, const ServiceAccess& access, std::vector<dsse::Envelope> acceptances)
{
    TRY_ASSIGN(consortium, identity.membership->known());
    if (!consortium.own) return fail(ErrorKind::PolicyRefused, "this vault's owner is no member of a consortium yet");
    TRY_ASSIGN(package, readPackage(consortium, access.package));
    TRY_ASSIGN(credentials, credentialsOf(identity, *consortium.own));
    TRY_ASSIGN(anchors, anchorsOf(access.demoVendor));
    auto channel = std::make_unique<AttestedChannel>(access.service, credentials, systemClock(), systemRandom());
    auto expectations = ServiceExpectations::of(package, std::move(anchors));
    expectations.roster = consortium.roster;
    expectations.acceptances = std::move(acceptances);
    TRY_ASSIGN(answer, channel->attest(attestation::Purpose::Channel, expectations));
    TRY(requireAccepted(answer.result));
    return ServiceSession{std::move(package), std::move(channel)};
}

}  // namespace quorate::cli
