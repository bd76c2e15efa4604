// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "app/cli/identity_session.h"
#include "enclave_client/attested_channel.h"

namespace CLI {
class App;
}

namespace quorate::cli {

/// Which service, and what it has to prove.
struct ServiceAccess {
    std::string package;
    std::string service;
    std::string demoVendor;
};

/// The signed study package in this file, when it leads to the root that the vault's owner knows.
Result<study::VerifiedPackage> readPackage(const vault::KnownConsortium& consortium, const std::string& path);

void addServiceOptions(CLI::App& command, ServiceAccess& access);

/// The vault's owner at a service that has proved itself.
struct ServiceSession {
    study::VerifiedPackage package;
    std::unique_ptr<AttestedChannel> channel;

    /// Untrusted or PolicyRefused when the package does not lead to the vault's root or the service's evidence is refused.
    /// `acceptances`: of products, which this computer has and the service perhaps not yet.
    static Result<ServiceSession> open(const IdentitySession& identity, const ServiceAccess& access, std::vector<dsse::Envelope> acceptances = {});
};

}  // namespace quorate::cli
