// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/support/small_consortium.h"

#include <cstdlib>
#include <thread>

#include "core/base/environment.h"
#include "core/schema/synthetic_hospitals.h"
#include "core/study/reference_codec.h"

namespace quorate::tests {
namespace {

namespace fs = std::filesystem;
using attestation::DemoVendor;

UtcSeconds systemNow() { return toSeconds(systemClock()()); }

ConsortiumAuthority newAuthority()
{
    // As the service's program does it, and before anything of gRPC has started.
    setEnvironment("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384");
    return ConsortiumAuthority::create("Test consortium", systemNow(), systemRandom()).value();
}

fs::path makeVendorFolder()
{
    const char* bin = std::getenv("QUORATE_BIN");
    const fs::path parent = bin != nullptr ? fs::path(bin).parent_path() / "tests" : fs::temp_directory_path();
    const fs::path folder = parent / "quorate-test-vendor";
    if (fs::exists(folder)) return folder;
    // Renamed when whole: of several test programs that start at once, one wins.
    const fs::path partial = folder.string() + "." + toHex(randomFixed<4>(systemRandom()).value());
    fs::create_directories(partial);
    DemoVendor::openOrCreate(partial, systemNow()).value();
    std::error_code lost;
    fs::rename(partial, folder, lost);
    if (lost) fs::remove_all(partial);
    return folder;
}

attestation::ReferenceValues referencesFor(const std::vector<attestation::SimulatedLaunch>& launches)
{
    attestation::ReferenceValues values;
    values.version = 1;
    values.programVersion = "test";
    for (const auto& launch : launches) {
        values.tdx.mrtd.insert(DemoVendor::mrtdOf(launch));
        values.tdx.rtmr0.insert(DemoVendor::rtmrOf(0, launch));
        values.tdx.rtmr1.insert(DemoVendor::rtmrOf(1, launch));
        values.tdx.rtmr2.insert(DemoVendor::rtmrOf(2, launch));
        values.tdx.rtmr3.insert(DemoVendor::rtmrOf(3, launch));
        values.sevSnp.measurement.insert(DemoVendor::measurementOf(launch));
    }
    values.tdx.mrseam.insert(DemoVendor::mrseam());
    return values;
}

study::StudyProtocol draft(const ConsortiumOptions& options, UtcSeconds now)
{
    study::StudyProtocol out;
    out.id = randomFixed<16>(systemRandom()).value();
    out.code = "TEST";
    out.title = "Test study";
    out.mode = options.mode;
    out.dictionary = schema::heartDiseaseDictionary();
    out.model.inputs = static_cast<std::uint32_t>(out.dictionary.inputNames().size());
    const auto hospitals = schema::syntheticHospitals();
    for (std::size_t i = 0; i < options.sites; ++i) {
        const std::string number = std::to_string(1000 + i);
        const bool isNamed = i < hospitals.size();
        out.sites.push_back({siteId(i), isNamed ? hospitals[i].code : "site-" + number, isNamed ? hospitals[i].name : "Site " + number, options.teeRequired,
                             {"TEST", now + std::chrono::hours(24 * 30)}});
    }
    out.plan.rounds = options.rounds;
    out.plan.roundDeadlineSeconds = options.roundDeadlineSeconds;
    out.plan.localSteps = 5;
    out.plan.minimumSites = options.minimumSites;
    out.plan.privacy = options.privacy;
    out.plan.aggregation.rule = options.rule;
    out.createdAt = now;
    if (options.change) options.change(out);
    return out;
}

}  // namespace

Uuid siteId(std::size_t site)
{
    Uuid out;
    out.bytes[14] = static_cast<std::uint8_t>((site + 1) >> 8);
    out.bytes[15] = static_cast<std::uint8_t>(site + 1);
    return out;
}

const fs::path& testVendorFolder()
{
    static const fs::path folder = makeVendorFolder();
    return folder;
}

DemoVendor testVendor() { return DemoVendor::openOrCreate(testVendorFolder(), systemNow()).value(); }

SmallConsortium::SmallConsortium(const ConsortiumOptions& options)
    : authority(newAuthority()), anchors(testVendor().anchors()), m_now(systemNow()),
      m_ahead(std::make_shared<std::atomic<std::int64_t>>(0))
{
    coordinators = issue(2, study::Role::Coordinator);
    reviewers = issue(options.sites, study::Role::SiteReviewer);
    custodians = issue(3, study::Role::Custodian);
    auditors = issue(1, study::Role::Auditor);
    nodes = issue(options.sites, study::Role::SiteNode);
    m_roster.consortium = "Test consortium";
    for (const auto* group : {&coordinators, &reviewers, &custodians, &auditors, &nodes}) {
        for (const auto& identity : *group) m_roster.members.push_back(identity.member);
    }
    makePackage(options);
}

std::vector<Identity> SmallConsortium::issue(std::size_t count, study::Role role) const
{
    std::vector<Identity> out;
    for (std::size_t i = 0; i < count; ++i) {
        study::Member member;
        member.id = randomFixed<16>(systemRandom()).value();
        member.name = study::nameOf(role);
        member.organisation = "Hospital " + std::to_string(i);
        member.role = role;
        if (role == study::Role::SiteReviewer || role == study::Role::SiteNode) member.site = siteId(i);
        out.push_back(authority.issueIdentity(std::move(member), role == study::Role::Custodian, m_now, systemRandom()).value());
    }
    return out;
}

void SmallConsortium::makePackage(const ConsortiumOptions& options)
{
    const bool training = options.mode == study::StudyMode::Training;
    auto policy = attestation::shippedPolicy(training ? attestation::PolicyProfile::Training : attestation::PolicyProfile::Standard);
    if (options.changePolicy) options.changePolicy(policy);
    package.roster = dsse::sign(study::kinds::kRoster, study::encode(m_roster), authority.rootKey()).value();
    package.policy = dsse::sign(study::kinds::kPolicy, study::encode(policy).value(), authority.rootKey()).value();
    attestation::SimulatedLaunch node;
    node.program = "quorate-site 0.1.0";
    package.referenceValues = dsse::sign(study::kinds::kReferenceValues, study::encode(referencesFor({{}, node})), *coordinator().signer).value();
    study::StudyProtocol protocol = draft(options, m_now);
    std::vector<study::Member> holders;
    for (const auto& identity : custodians) holders.push_back(identity.member);
    protocol.quorum = release::splitStudyKey(protocol.id, protocol.keyEpoch, holders, 2, 2, systemRandom()).value();
    protocol.rosterDigest = package.roster.payloadDigest();
    protocol.policyDigest = package.policy.payloadDigest();
    protocol.referenceValuesDigest = package.referenceValues.payloadDigest();
    package.protocol = dsse::sign(study::kinds::kProtocol, study::encode(protocol), *coordinator().signer).value();
    m_verified = std::make_shared<const study::VerifiedPackage>(
        study::verifyPackage(package, authority.certificate().publicKey()).value());
}

study::StudyPackage SmallConsortium::signedAnew(const std::function<void(study::StudyProtocol&)>& change) const
{
    study::StudyProtocol changed = protocol();
    change(changed);
    study::StudyPackage out = package;
    out.protocol = dsse::sign(study::kinds::kProtocol, study::encode(changed), *coordinator().signer).value();
    return out;
}

Clock SmallConsortium::clock() const
{
    return [ahead = m_ahead] { return systemClock()() + std::chrono::milliseconds(ahead->load()); };
}

attestation::SimulatedLaunch SmallConsortium::serviceLaunch() const
{
    attestation::SimulatedLaunch launch;
    launch.launchBinding = attestation::launchBinding(verified().rootSpki, verified().policyDigest);
    return launch;
}

attestation::SimulatedLaunch SmallConsortium::nodeLaunch() const
{
    auto launch = serviceLaunch();
    launch.program = "quorate-site 0.1.0";
    return launch;
}

std::unique_ptr<services::EvidenceProvider> simulated(const attestation::SimulatedLaunch& launch, Clock clock, attestation::TeeKind tee)
{
    return services::makeSimulatedProvider(testVendor(), tee, launch, std::move(clock));
}

std::vector<study::StudyEvent> RunningService::events(const Uuid& study) const
{
    return server->registry().find(study).value()->log().after(0, 0);
}

RunningService startService(const SmallConsortium& consortium, std::unique_ptr<services::EvidenceProvider> provider,
                            const std::string& address, const std::filesystem::path& stateFolder, const learning::ScriptFolder& scripts)
{
    if (provider == nullptr) provider = simulated(consortium.serviceLaunch(), consortium.clock());
    services::ServerOptions options{address, consortium.authority.certificate(), consortium.verified().policyDigest, consortium.anchors,
                                    stateFolder};
    options.scripts = scripts;
    RunningService out;
    out.server = services::AggregationServer::start(options, std::move(provider), consortium.clock(), systemRandom()).value();
    out.address = "127.0.0.1:" + std::to_string(out.server->port());
    return out;
}

ClientCredentials credentialsOf(const Identity& identity)
{
    return {identity.certificate.toPem(), identity.tlsKey->toPkcs8Pem()};
}

std::unique_ptr<MemberSession> sessionOf(const SmallConsortium& consortium, const Identity& identity, const RunningService& service,
                                         bool studyKnown)
{
    auto session = std::make_unique<MemberSession>(identity, service.address, consortium.verified(), consortium.anchors,
                                                   consortium.clock(), systemRandom());
    must(requireAccepted(session->connect(studyKnown).value().result));
    return session;
}

void publish(const SmallConsortium& consortium, const RunningService& service)
{
    must(sessionOf(consortium, consortium.coordinator(), service, false)->publish(consortium.package));
}

void approveAll(const SmallConsortium& consortium, const RunningService& service)
{
    for (const auto& reviewer : consortium.reviewers) {
        must(sessionOf(consortium, reviewer, service)->decideParticipation(study::Decision::Approve, {}, "test"));
    }
}

void releaseKey(const SmallConsortium& consortium, const RunningService& service)
{
    must(sessionOf(consortium, consortium.coordinator(), service)->freezeStatement());
    for (std::size_t i = 0; i < consortium.protocol().quorum.threshold; ++i) {
        must(decideShare(consortium, consortium.custodians[i], service, study::Decision::Approve));
    }
}

Result<ApprovalReceipt> decideShare(const SmallConsortium& consortium, const Identity& custodian, const RunningService& service,
                                    study::Decision decision)
{
    const auto session = sessionOf(consortium, custodian, service);
    TRY_ASSIGN(record, session->client().get(consortium.study()));
    const Digest32 shown = record.statement ? record.statement->envelope.payloadDigest() : Digest32{};
    return session->decideShare(shown, decision, "test");
}

void startRounds(const SmallConsortium& consortium, const RunningService& service)
{
    must(sessionOf(consortium, consortium.coordinator(), service)->startRounds());
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace quorate::tests
