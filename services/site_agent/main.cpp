// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <iostream>

#include "collateral_client/https_source.h"
#include "core/base/core_dump.h"
#include "core/base/lifeline.h"
#include "core/schema/conformance.h"
#include "core/schema/preview.h"
#include "services/site_agent/doctor/doctor.h"
#include "services/site_agent/rehearsal_comparison.h"
#include "services/site_agent/resource_limits.h"
#include "services/site_agent/seen_versions.h"
#include "services/site_agent/site_agent.h"

namespace {

using namespace quorate;
using namespace quorate::services;

struct Options {
    SiteFiles files;
    std::string evidence = "none";
    std::string tsmRoot = "/sys/kernel/config/tsm/report";
    std::string collateral;
    std::string demoVendor;
    std::string simulatedTee = "sev-snp";
    std::string lifeline;
    std::filesystem::path seenVersions;
    std::string proxy;
    std::string collateralCache;
    std::string pcs;
    std::string kds;
    std::uint32_t leastRoundMs = 0;
    bool json = false;
    std::vector<std::string> pooled;  ///< code, records, split; repeated
};

Result<std::optional<attestation::DemoVendor>> openVendor(const Options& options)
{
    if (options.demoVendor.empty()) return std::optional<attestation::DemoVendor>();
    TRY_ASSIGN(opened, attestation::DemoVendor::openOrCreate(options.demoVendor, toSeconds(systemClock()())));
    return std::optional(std::move(opened));
}

/// The roots that the service's evidence must lead to.
attestation::TrustAnchors anchorsOf(const std::optional<attestation::DemoVendor>& vendor)
{
    return vendor ? vendor->anchors() : attestation::productionAnchors();
}

/// Evidence of this node; null without a TEE.
Result<std::unique_ptr<EvidenceProvider>> makeProvider(const Options& options, const SiteConfig& config,
                                                       std::optional<attestation::DemoVendor> vendor)
{
    if (options.evidence == "none") return nullptr;
    if (options.evidence == "configfs-tsm") {
        ConfigfsTsmOptions tsm;
        tsm.root = options.tsmRoot;
        tsm.collateralFolder = options.collateral;
        return makeConfigfsTsmProvider(std::move(tsm));
    }
    if (!vendor) return fail(ErrorKind::Malformed, "simulated evidence needs --demo-vendor");
    TRY_ASSIGN(tee, attestation::parseTeeKind(options.simulatedTee));
    attestation::SimulatedLaunch launch;
    launch.program = "quorate-site 0.1.0";
    launch.launchBinding = attestation::launchBinding(config.package.rootSpki, config.package.policyDigest);
    return makeSimulatedProvider(std::move(*vendor), tee, std::move(launch), systemClock());
}

/// Outbound only, and only where a cache was named.
std::unique_ptr<CollateralKeeper> keepCollateral(const Options& options, const attestation::TrustAnchors& anchors)
{
    CollateralKeeper::Options keep;
    keep.cache = options.collateralCache;
    keep.anchors = anchors;
    if (!options.pcs.empty()) keep.endpoints.pcs = options.pcs;
    if (!options.pcs.empty()) keep.endpoints.rootCrl.clear();
    if (!options.kds.empty()) keep.endpoints.kds = options.kds;
    return std::make_unique<CollateralKeeper>(std::move(keep), std::make_unique<HttpsSource>(), systemClock());
}

Result<void> run(const Options& options)
{
    if (!options.files.policy.empty()) {
        TRY_ASSIGN(policy, readSitePolicy(options.files.policy));
        TRY(applyResourceLimits(policy.resources));
    }
    TRY(adoptProxySettings(options.proxy));
    TRY_ASSIGN(config, loadSiteConfig(options.files));
    TRY(raiseSeenVersions(options.seenVersions.empty() ? options.files.identity / "seen-versions" : options.seenVersions, config.package));
    TRY_ASSIGN(vendor, openVendor(options));
    auto anchors = anchorsOf(vendor);
    const auto vendorAnchors = anchors;
    TRY_ASSIGN(provider, makeProvider(options, config, std::move(vendor)));
    SiteAgent agent(config, options.files.service, std::move(anchors), std::move(provider), systemClock(), systemRandom());
    agent.setLeastRoundTime(std::chrono::milliseconds(options.leastRoundMs));
    std::unique_ptr<CollateralKeeper> collateral;
    if (!options.collateralCache.empty()) {
        collateral = keepCollateral(options, vendorAnchors);
        agent.setCollateral(*collateral);
    }
    return agent.run();
}

Result<void> runDoctor(const Options& options)
{
    TRY(adoptProxySettings(options.proxy));
    TRY_ASSIGN(vendor, openVendor(options));
    const auto report = examine({options.files, anchorsOf(vendor)}, systemClock(), systemRandom());
    std::cout << (options.json ? toJson(report) + "\n" : toText(report));
    const auto* failure = report.firstFailure();
    return failure == nullptr ? Result<void>() : failAt(failure->name, Error{failure->kind, failure->detail});
}

/// The package, and the site's rules for its dictionary.
struct LocalStudy {
    study::VerifiedPackage package;
    schema::Harmonisation rules;
};
Result<LocalStudy> loadLocalStudy(const Options& options)
{
    TRY_ASSIGN(package, loadPackage(options.files.package, options.files.consortiumCa));
    schema::Harmonisation rules;
    if (!options.files.harmonisation.empty()) {
        TRY_ASSIGN(read, schema::Harmonisation::readFile(options.files.harmonisation, package.protocol.dictionary));
        rules = std::move(read);
    }
    return LocalStudy{std::move(package), std::move(rules)};
}

Result<void> runCheck(const Options& options)
{
    TRY_ASSIGN(study, loadLocalStudy(options));
    TRY_ASSIGN(report, schema::checkConformance(study.package.protocol.dictionary, study.rules, options.files.records));
    std::cout << (options.json ? schema::toJson(report) + "\n" : schema::toText(report));
    if (!report.conforms()) return fail(ErrorKind::PolicyRefused, "the study's reader would refuse this file");
    return {};
}

Result<void> runPreview(const Options& options)
{
    TRY_ASSIGN(study, loadLocalStudy(options));
    SitePolicy policy;
    if (!options.files.policy.empty()) {
        TRY_ASSIGN(read, readSitePolicy(options.files.policy));
        policy = std::move(read);
        TRY(requireInDataFolders(policy, options.files.records));
    }
    const auto& dictionary = study.package.protocol.dictionary;
    TRY_ASSIGN(preview, schema::previewOf(dictionary, study.rules, options.files.records, policy.smallestCell));
    std::cout << (options.json ? schema::toJson(preview, dictionary) + "\n" : schema::toText(preview, dictionary));
    return {};
}

Result<std::vector<PooledSite>> pooledSites(const Options& options)
{
    if (options.pooled.size() % 3 != 0) return fail(ErrorKind::Malformed, "--site takes a code, a CSV and its split file");
    std::vector<PooledSite> sites;
    for (std::size_t i = 0; i < options.pooled.size(); i += 3) {
        sites.push_back({options.pooled[i], options.pooled[i + 1], options.pooled[i + 2]});
    }
    return sites;
}

Result<void> runPooled(const Options& options)
{
    TRY_ASSIGN(package, loadPackage(options.files.package, options.files.consortiumCa));
    TRY_ASSIGN(sites, pooledSites(options));
    TRY_ASSIGN(evaluations, pooledComparison(package, sites, options.files.models));
    std::cout << toJson(evaluations) << '\n';
    return {};
}

Result<void> runCompare(const Options& options)
{
    TRY_ASSIGN(package, loadPackage(options.files.package, options.files.consortiumCa));
    TRY_ASSIGN(sites, pooledSites(options));
    TRY_ASSIGN(comparison, compareRehearsal(package, sites, options.files.models));
    std::cout << toJson(comparison) << '\n';
    return {};
}

int exitCode(const Result<void>& result)
{
    if (result) return 0;
    switch (result.error().kind) {
    case ErrorKind::Untrusted:
    case ErrorKind::PolicyRefused: return 1;
    case ErrorKind::Malformed:
    case ErrorKind::StorageFailed: return 3;
    case ErrorKind::Unavailable: return 4;
    default: return 5;
    }
}

}  // namespace

int main(int argc, char** argv)
{
    forbidCoreDumps();
    Options options;
    CLI::App app("Quorate site agent: runs beside a hospital's data, dials out only", "quorate-site");
    app.require_subcommand(1);
    auto* train = app.add_subcommand("run", "Take part in a study until it is done");
    auto* doctor = app.add_subcommand("doctor", "Try the way to the service step by step, and print what a firewall must let through");
    auto* check = app.add_subcommand("check", "Hold a file of records against the study's data dictionary; nothing is sent");
    auto* preview = app.add_subcommand("preview", "Print what this site would show of its records before training; nothing is sent");
    auto* pooled = app.add_subcommand("pooled", "Train on all sites' records together; training mode only");
    auto* compare = app.add_subcommand("compare", "Replay a rehearsal: what each site gained, and what its last update did; training mode only");
    for (auto* command : {train, doctor, check, preview, pooled, compare}) {
        command->add_option("--consortium-ca", options.files.consortiumCa, "PEM certificate of the consortium's root")->required();
        command->add_option("--package,--study", options.files.package, "The signed study package (JSON)")->required();
    }
    for (auto* command : {train, doctor}) {
        command->add_option("--service", options.files.service, "host:port of the aggregation service")->required();
        command->add_option("--identity", options.files.identity, "Folder with signing.key and certificate.der")->required();
        command->add_option("--proxy", options.proxy, "http://host:port of a proxy with CONNECT; else HTTPS_PROXY and NO_PROXY count");
        command->add_option("--demo-vendor", options.demoVendor, "Folder of the demo's simulated vendor (training mode only)");
    }
    for (auto* command : {train, doctor, preview}) {
        command->add_option("--policy", options.files.policy, "What this hospital allows (TOML); not needed for a rehearsal");
    }
    for (auto* command : {doctor, check, preview}) command->add_flag("--json", options.json, "For programs");
    for (auto* command : {train, pooled, compare}) {
        command->add_option("--models", options.files.models, "Folder with the TorchScript file of the study's model, named SHA-256.pt");
    }
    for (auto* command : {train, check, preview}) {
        command->add_option("--records,--data", options.files.records, "The hospital's records: CSV, or for run a tensor bundle (.safetensors)")->required();
        command->add_option("--harmonisation", options.files.harmonisation, "How the hospital's file becomes the study's (TOML)");
    }
    train->add_option("--split", options.files.split, "Which record trains and which tests (CSV)")->required();
    train->add_option("--report", options.files.report, "Where to write both models' figures on this site's test records when the study is over (JSON); never sent");
    train->add_option("--evidence", options.evidence, "This node's TEE")
        ->check(CLI::IsMember({"none", "configfs-tsm", "simulated"}))
        ->capture_default_str();
    train->add_option("--tsm-root", options.tsmRoot, "Root of configfs-tsm")->capture_default_str();
    train->add_option("--collateral", options.collateral, "Folder with collateral to hand out beside evidence");
    train->add_option("--collateral-cache", options.collateralCache,
                      "Fetch the service's collateral from Intel and AMD in the background and keep it in this folder; none: nothing is fetched");
    train->add_option("--pcs", options.pcs, "Address of a PCCS, instead of Intel's service");
    train->add_option("--kds", options.kds, "Address of a mirror of AMD's key distribution service");
    train->add_option("--simulated-tee", options.simulatedTee, "tdx or sev-snp")->capture_default_str();
    train->add_option("--seen-versions", options.seenVersions, "Where the newest versions of signed objects are remembered; else seen-versions beside the identity");
    train->add_option("--least-round-ms", options.leastRoundMs, "Send no update earlier than this after its task; for rehearsals that are watched");
    train->add_option("--lifeline", options.lifeline, "End when this file is gone, or was not touched for five minutes");
    for (auto* command : {pooled, compare}) {
        command->add_option("--site", options.pooled, "CODE RECORDS SPLIT, repeated")->expected(3, 3000)->required();
    }
    CLI11_PARSE(app, argc, argv);
    if (!options.lifeline.empty()) quorate::endWithFile(options.lifeline);
    const auto done = pooled->parsed()    ? runPooled(options)
                      : compare->parsed() ? runCompare(options)
                      : doctor->parsed()  ? runDoctor(options)
                      : check->parsed()   ? runCheck(options)
                      : preview->parsed() ? runPreview(options)
                                          : run(options);
    if (!done) std::cerr << "quorate-site: " << done.error().message << '\n';
    return exitCode(done);
}
