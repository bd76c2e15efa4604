// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>

#include "core/release/release.h"
#include "enclave_client/member_session.h"
#include "services/aggregation/aggregation_server.h"

namespace quorate::tests {

/// The simulated vendor of all test programs; its keys are made once per build folder.
attestation::DemoVendor testVendor();
const std::filesystem::path& testVendorFolder();

struct ConsortiumOptions {
    std::size_t sites = 3;
    std::uint32_t rounds = 2;
    std::uint32_t roundDeadlineSeconds = 60;
    bool teeRequired = false;
    study::StudyMode mode = study::StudyMode::Training;
    std::uint32_t minimumSites = 2;
    study::PrivacyPlan privacy = {};
    study::AggregationRule rule = study::AggregationRule::FedAvg;
    std::function<void(study::StudyProtocol&)> change = {};  ///< Of the protocol, before it is signed.
    std::function<void(attestation::AppraisalPolicy&)> changePolicy = {};
};

/// Everybody of a small study on one computer, with keys, and the signed package. Three custodians of three
/// organisations, two of them release; a reviewer and a node for each site; one auditor.
class SmallConsortium {
public:
    explicit SmallConsortium(const ConsortiumOptions& options = {});

    ConsortiumAuthority authority;
    attestation::TrustAnchors anchors;
    std::vector<Identity> coordinators;
    std::vector<Identity> reviewers;  ///< In the order of the sites.
    std::vector<Identity> custodians;
    std::vector<Identity> auditors;
    std::vector<Identity> nodes;      ///< In the order of the sites.
    study::StudyPackage package;

    [[nodiscard]] const study::VerifiedPackage& verified() const { return *m_verified; }
    [[nodiscard]] const study::StudyProtocol& protocol() const { return m_verified->protocol; }
    [[nodiscard]] Uuid study() const { return protocol().id; }
    [[nodiscard]] ServiceExpectations expectations() const { return ServiceExpectations::of(verified(), anchors); }
    [[nodiscard]] const Identity& coordinator() const { return coordinators.front(); }

    /// Signs a changed protocol into a package of its own.
    [[nodiscard]] study::StudyPackage signedAnew(const std::function<void(study::StudyProtocol&)>& change) const;
    /// A clock that runs with the computer's and can be put forward.
    [[nodiscard]] Clock clock() const;
    void advance(std::chrono::milliseconds by) { *m_ahead += by.count(); }

    /// A launch that the reference values name.
    [[nodiscard]] attestation::SimulatedLaunch serviceLaunch() const;
    [[nodiscard]] attestation::SimulatedLaunch nodeLaunch() const;

private:
    std::vector<Identity> issue(std::size_t count, study::Role role) const;
    void makePackage(const ConsortiumOptions& options);

    UtcSeconds m_now;
    std::shared_ptr<std::atomic<std::int64_t>> m_ahead;
    study::Roster m_roster;
    std::shared_ptr<const study::VerifiedPackage> m_verified;
};

/// The id of the n-th site.
Uuid siteId(std::size_t site);

/// Honest evidence of a simulated machine.
std::unique_ptr<services::EvidenceProvider> simulated(const attestation::SimulatedLaunch& launch, Clock clock,
                                                      attestation::TeeKind tee = attestation::TeeKind::Tdx);

/// The man in the middle: gets the report_data that was asked for, and gives out what it likes.
class LyingProvider final : public services::EvidenceProvider {
public:
    using Lie = std::function<Result<services::ProvidedEvidence>(services::EvidenceProvider& honest, const Digest64& reportData)>;
    LyingProvider(std::unique_ptr<services::EvidenceProvider> honest, Lie lie) : m_honest(std::move(honest)), m_lie(std::move(lie)) {}
    Result<services::ProvidedEvidence> provide(const Digest64& reportData) override { return m_lie(*m_honest, reportData); }

private:
    std::unique_ptr<services::EvidenceProvider> m_honest;
    Lie m_lie;
};

/// A service on loopback.
struct RunningService {
    std::unique_ptr<services::AggregationServer> server;
    std::string address;

    [[nodiscard]] std::vector<study::StudyEvent> events(const Uuid& study) const;
};
RunningService startService(const SmallConsortium& consortium, std::unique_ptr<services::EvidenceProvider> provider = nullptr,
                            const std::string& address = "127.0.0.1:0", const std::filesystem::path& stateFolder = {},
                            const learning::ScriptFolder& scripts = {});

ClientCredentials credentialsOf(const Identity& identity);
/// A person who has verified the service. The study is published by then unless `studyKnown` is false.
std::unique_ptr<MemberSession> sessionOf(const SmallConsortium& consortium, const Identity& identity, const RunningService& service,
                                         bool studyKnown = true);
/// Steps of a study's life, each as the people take it.
void publish(const SmallConsortium& consortium, const RunningService& service);
void approveAll(const SmallConsortium& consortium, const RunningService& service);
void releaseKey(const SmallConsortium& consortium, const RunningService& service);
void startRounds(const SmallConsortium& consortium, const RunningService& service);

/// A custodian's answer to the statement that the service holds now.
Result<ApprovalReceipt> decideShare(const SmallConsortium& consortium, const Identity& custodian, const RunningService& service,
                                    study::Decision decision);

/// Ends the test case, with the error's message, unless the step succeeded.
template <typename T>
void must(const Result<T>& result)
{
    if (!result) throw std::runtime_error(result.error().message);
}
/// Waits until `condition` holds, at most `limit`; false when it never did.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(10));

}  // namespace quorate::tests
