// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "services/aggregation/rounds/registry.h"

namespace quorate::services {

struct ServerOptions {
    std::string address = "127.0.0.1:0";   ///< Port 0: any free one.
    Certificate consortiumCa;              ///< Clients' certificates and the roster lead to its key.
    Digest32 policyDigest;                 ///< The appraisal policy this machine was launched with.
    attestation::TrustAnchors anchors;     ///< Of site nodes' evidence.
    std::filesystem::path stateFolder;     ///< Where rounds survive the process. Empty: in a folder that ends with it.
    std::string joinAddress{};             ///< For people who were invited and have no certificate yet. Empty: none.
    learning::ScriptFolder scripts = {};   ///< Models of studies that bring a TorchScript file.
};

/// The aggregation service: TLS 1.3 with its own key, mutual certificates, the quorate.v1 services, gRPC health and
/// reflection. Runs until it is destroyed.
class AggregationServer {
public:
    static Result<std::unique_ptr<AggregationServer>> start(const ServerOptions& options, std::unique_ptr<EvidenceProvider> provider,
                                                            Clock clock, RandomSource random);
    ~AggregationServer();

    [[nodiscard]] int port() const;
    [[nodiscard]] int joinPort() const;  ///< 0 without a joinAddress.
    [[nodiscard]] Registry& registry();
    void wait();

private:
    struct State;
    explicit AggregationServer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace quorate::services
