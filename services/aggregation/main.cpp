// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/base/core_dump.h"
#include "core/base/environment.h"
#include "core/base/lifeline.h"
#include "core/base/log.h"
#include "services/aggregation/aggregation_server.h"
#include "services/aggregation/rpc/server_limits.h"

namespace {

using namespace quorate;
using namespace quorate::services;

struct Options {
    std::string listen = "127.0.0.1:0";
    std::string consortiumCa;
    std::string policyDigest;
    std::string provider = "configfs-tsm";
    std::string tsmRoot = "/sys/kernel/config/tsm/report";
    std::string collateral;
    std::string demoVendor;
    std::string simulatedTee = "tdx";
    std::string kernelCommandLine = attestation::SimulatedLaunch{}.kernelCommandLine;
    std::string state;
    std::string joinListen;
    std::string models;
    std::string portFile;
    std::string lifeline;
};

Result<Certificate> readCertificate(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open()) return fail(ErrorKind::Unavailable, path + " cannot be read");
    return Certificate::fromPem(pem);
}

Result<std::unique_ptr<EvidenceProvider>> makeProvider(const Options& options, const Digest32& rootSpki, const Digest32& policy,
                                                       attestation::TrustAnchors& anchors)
{
    anchors = attestation::productionAnchors();
    if (options.provider == "configfs-tsm") {
        ConfigfsTsmOptions tsm;
        tsm.root = options.tsmRoot;
        tsm.collateralFolder = options.collateral;
        return makeConfigfsTsmProvider(std::move(tsm));
    }
    if (options.demoVendor.empty()) return fail(ErrorKind::Malformed, "the simulated provider needs --demo-vendor");
    TRY_ASSIGN(tee, attestation::parseTeeKind(options.simulatedTee));
    TRY_ASSIGN(vendor, attestation::DemoVendor::openOrCreate(options.demoVendor, toSeconds(systemClock()())));
    anchors = vendor.anchors();
    attestation::SimulatedLaunch launch;
    launch.kernelCommandLine = options.kernelCommandLine;
    launch.launchBinding = attestation::launchBinding(rootSpki, policy);
    return makeSimulatedProvider(std::move(vendor), tee, std::move(launch), systemClock());
}

/// Written whole and then renamed: who waits for the file finds a port in it.
Result<void> writePort(const std::string& path, int port)
{
    const std::string partial = path + ".part";
    std::ofstream file(partial);
    file << port << '\n';
    file.close();
    std::error_code error;
    std::filesystem::rename(partial, path, error);
    if (!file || error) return fail(ErrorKind::StorageFailed, path + " cannot be written");
    return {};
}

Result<void> run(const Options& options)
{
    TRY_ASSIGN(ca, readCertificate(options.consortiumCa));
    TRY_ASSIGN(policy, parseHexFixed<32>(options.policyDigest));
    attestation::TrustAnchors anchors;
    TRY_ASSIGN(provider, makeProvider(options, ca.publicKey().spkiSha256(), policy, anchors));
    ServerOptions server{options.listen, ca, policy, std::move(anchors), options.state, options.joinListen};
    server.scripts.folder = options.models;
    TRY_ASSIGN(running, AggregationServer::start(server, std::move(provider), systemClock(), systemRandom()));
    logInfo("listening on port " + std::to_string(running->port()));
    if (running->joinPort() != 0) logInfo("listening to people who were invited on port " + std::to_string(running->joinPort()));
    if (!options.portFile.empty()) TRY(writePort(options.portFile, running->port()));
    running->wait();
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    quorate::forbidCoreDumps();
    limitAllocator();
    // TLS 1.3 only: gRPC 1.51 has no setting for the version, but its list of TLS 1.2 suites can be one that our ECDSA key
    // cannot serve, while TLS 1.3 has suites of its own (docs/decisions/0003-tls13-only.md).
    quorate::setEnvironment("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384");
    Options options;
    CLI::App app("Quorate aggregation service: runs inside a confidential VM", "quorate-aggregator");
    app.add_option("--listen", options.listen, "Address and port; port 0 takes a free one")->capture_default_str();
    app.add_option("--consortium-ca", options.consortiumCa, "PEM certificate of the consortium's root")->required();
    app.add_option("--policy-digest", options.policyDigest, "SHA-256 of the appraisal policy, hexadecimal")->required();
    app.add_option("--evidence", options.provider, "Where evidence comes from")
        ->check(CLI::IsMember({"configfs-tsm", "simulated"}))
        ->capture_default_str();
    app.add_option("--tsm-root", options.tsmRoot, "Root of configfs-tsm")->capture_default_str();
    app.add_option("--collateral", options.collateral, "Folder with collateral to hand out beside evidence");
    app.add_option("--demo-vendor", options.demoVendor, "Folder of the demo's simulated vendor (training mode only)");
    app.add_option("--simulated-tee", options.simulatedTee, "tdx or sev-snp")->capture_default_str();
    app.add_option("--simulated-command-line", options.kernelCommandLine, "Kernel command line that simulated evidence measures");
    app.add_option("--join-listen", options.joinListen, "Address and port for people who were invited and have no certificate yet; none: invitations go as files");
    app.add_option("--state", options.state, "Folder in which rounds outlive this process, sealed; none: they end with it");
    app.add_option("--models", options.models, "Folder with the TorchScript files of studies, each named SHA-256.pt");
    app.add_option("--port-file", options.portFile, "File to write the port to once the service listens");
    app.add_option("--lifeline", options.lifeline, "End when this file is gone, or was not touched for five minutes");
    CLI11_PARSE(app, argc, argv);
    if (!options.lifeline.empty()) quorate::endWithFile(options.lifeline);
    if (const auto done = run(options); !done) {
        std::cerr << "quorate-aggregator: " << done.error().message << '\n';
        return done.error().kind == quorate::ErrorKind::Internal ? 5 : 3;
    }
    return 0;
}
