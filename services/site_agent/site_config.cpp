// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_config.h"

#include "core/attestation/case_folder.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "learning/open_model.h"
#include "services/site_agent/site_policy.h"
#include "services/site_agent/site_records.h"

namespace quorate::services {
namespace {

constexpr std::size_t kMaxPackageBytes = 8 * 1024 * 1024;
constexpr std::size_t kMaxKeyBytes = 16 * 1024;
/// Of one call of a TorchScript model, at most: its rounds end earlier, by their deadlines.
constexpr std::uint32_t kWorkerSeconds = 3600;

Result<Bytes> read(const std::filesystem::path& path, std::size_t maxBytes)
{
    auto content = attestation::readBoundedFile(path, maxBytes);
    if (!content) return failAt(path.string(), content.error());
    return content;
}

Result<study::Member> nodeOf(const Certificate& certificate, const study::Roster& roster)
{
    auto id = parseHexFixed<16>(certificate.subjectCommonName());
    const study::Member* member = id ? roster.find(*id) : nullptr;
    if (member == nullptr || sha256(member->signingKeySpki) != certificate.publicKey().spkiSha256()) {
        return fail(ErrorKind::PolicyRefused, "certificate.der is of nobody on the study's roster");
    }
    if (member->role != study::Role::SiteNode) {
        return fail(ErrorKind::PolicyRefused, std::string("certificate.der is of a ") + study::nameOf(member->role) + ", want a site-node");
    }
    return *member;
}

}  // namespace

Result<study::VerifiedPackage> loadPackage(const std::filesystem::path& packageFile, const std::filesystem::path& consortiumCa)
{
    TRY_ASSIGN(caPem, read(consortiumCa, kMaxKeyBytes));
    TRY_ASSIGN(ca, Certificate::fromPem(asText(caPem)));
    TRY_ASSIGN(json, read(packageFile, kMaxPackageBytes));
    TRY_ASSIGN(package, study::packageFromJson(asText(json)));
    return study::verifyPackage(package, ca.publicKey());
}

Result<SiteConfig> loadSiteIdentity(const SiteFiles& files)
{
    TRY_ASSIGN(package, loadPackage(files.package, files.consortiumCa));
    TRY_ASSIGN(certificateDer, read(files.identity / "certificate.der", kMaxKeyBytes));
    TRY_ASSIGN(certificate, Certificate::fromDer(certificateDer));
    TRY_ASSIGN(keyDer, read(files.identity / "signing.key", kMaxKeyBytes));
    const SecretBytes keyBytes(std::move(keyDer));
    TRY_ASSIGN(key, SigningKey::fromPkcs8(keyBytes.expose()));
    if (key.publicKey() != certificate.publicKey()) {
        return fail(ErrorKind::Untrusted, "signing.key is not the key of certificate.der");
    }
    TRY_ASSIGN(node, nodeOf(certificate, package.roster));
    const auto* site = package.protocol.findSite(node.site);
    if (site == nullptr) return fail(ErrorKind::PolicyRefused, "this node's site is not part of the study");
    return SiteConfig{package, node, *site, certificate, ClientCredentials{certificate.toPem(), key.toPkcs8Pem()}, {}, {}, files, nullptr};
}

Result<SiteConfig> loadSiteConfig(const SiteFiles& files)
{
    TRY_ASSIGN(config, loadSiteIdentity(files));
    const auto& protocol = config.package.protocol;
    learning::ScriptFolder scripts{files.models, {files.scriptWorker, {1024, kWorkerSeconds}, std::chrono::seconds(kWorkerSeconds)}};
    if (!files.policy.empty()) {
        TRY_ASSIGN(policy, readSitePolicy(files.policy));
        for (const auto& file : {files.records, files.split}) TRY(requireInDataFolders(policy, file));
        TRY(requireModelAllowed(policy, protocol));
        if (policy.resources.memoryMiB != 0) scripts.worker.limits.memoryMiB = policy.resources.memoryMiB;
    }
    if (!files.harmonisation.empty()) {
        TRY_ASSIGN(rules, schema::Harmonisation::readFile(files.harmonisation, protocol.dictionary));
        logInfo("records are read by the harmonisation rules " + toHex(rules.digest()));
        config.harmonisation = std::move(rules);
    }
    TRY_ASSIGN(dataset, readSiteRecords(protocol, files.records, files.split, config.harmonisation));
    config.dataset = std::move(dataset);
    TRY_ASSIGN(model, learning::openModel(protocol.model, scripts));
    config.model = std::move(model);
    return config;
}

}  // namespace quorate::services
