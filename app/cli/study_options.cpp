// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_options.h"

#include <CLI/CLI.hpp>

#include "core/crypto/certificate.h"
#include "core/study/product_acceptance.h"
#include "core/study/study_package.h"

namespace quorate::cli {
namespace {

constexpr std::size_t kMaxPackageBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxCertificateBytes = 64 * 1024;

Result<study::VerifiedPackage> readPackage(const StudyOptions& options, InputReader& reader)
{
    TRY_ASSIGN(pem, reader.read(options.root, kMaxCertificateBytes));
    auto root = Certificate::fromPem(asText(pem));
    if (!root) return failAt(options.root, root.error());
    TRY_ASSIGN(json, reader.read(options.package, kMaxPackageBytes));
    auto package = study::packageFromJson(asText(json));
    if (!package) return failAt(options.package, package.error());
    auto verified = study::verifyPackage(*package, root->publicKey());
    if (!verified) return failAt(options.package, verified.error());
    return verified;
}

}  // namespace

void addStudyOptions(CLI::App& command, StudyOptions& options)
{
    CLI::Option* package =
        command.add_option("--study-package", options.package, "Appraise as this study does: its policy and reference values");
    CLI::Option* root = command.add_option("--root", options.root, "The consortium's root certificate (PEM), which the package leads to");
    package->needs(root)->excludes("--policy")->excludes("--reference");
    root->needs(package);
    command.add_option("--acceptance", options.acceptance, "The study's quorum accepts a product line (DSSE, JSON)")->needs(package);
}

Result<void> takeFromStudy(const StudyOptions& options, InputReader& reader, attestation::AppraisalInputs& inputs)
{
    if (options.package.empty()) return {};
    TRY_ASSIGN(package, readPackage(options, reader));
    inputs.policy = package.policy;
    inputs.referenceValues = package.referenceValues;
    inputs.trainingMode = package.protocol.mode == study::StudyMode::Training;
    if (options.acceptance.empty()) return {};
    TRY_ASSIGN(envelope, reader.parsed(options.acceptance, [](BytesView bytes) { return dsse::fromJson(asText(bytes)); }));
    auto acceptance = study::verifyProductAcceptance(envelope, package.roster, package.protocol, inputs.at);
    if (!acceptance) return failAt(options.acceptance, acceptance.error());
    inputs.productAcceptance = std::move(acceptance->value);
    return {};
}

}  // namespace quorate::cli
