// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/registry.h"

#include "core/base/log.h"
#include "core/crypto/digest.h"

namespace quorate::services {
namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr std::size_t kMaxStudies = 64;

Result<void> requireCoordinator(const study::Roster& roster, const CallerKey& caller, const char* what)
{
    const study::Member* member = caller.memberOf(roster);
    if (member != nullptr && member->role == study::Role::Coordinator) return {};
    return fail(ErrorKind::PolicyRefused, std::string("only a coordinator of the roster ") + what);
}

}  // namespace

Registry::Registry(HostContext context) : m_context(std::move(context)), m_ticker([this] { run(); }) {}

Registry::~Registry()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    m_ticker.join();
}

void Registry::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, kTick, [this] { return m_closing; })) {
        const auto studies = m_studies;
        lock.unlock();
        for (const auto& [id, study] : studies) study->rounds().tick();
        lock.lock();
    }
}

const study::Member* CallerKey::memberOf(const study::Roster& roster) const
{
    const study::Member* member = roster.find(id);
    return member != nullptr && sha256(member->tlsSpki()) == spki ? member : nullptr;
}

/// With the mutex held: no study is published while the roster changes.
Result<void> Registry::acceptRoster(const dsse::Envelope& roster)
{
    TRY_ASSIGN(succession, m_context.rosters->accept(roster, m_context.rosterRoot));
    if (succession == study::Succession::Same) return {};
    for (const auto& [id, study] : m_studies) TRY(study->voidApprovals());
    return {};
}

Result<std::uint32_t> Registry::updateRoster(const dsse::Envelope& envelope, const CallerKey& bearer)
{
    TRY(dsse::verify(envelope, study::kinds::kRoster, m_context.rosterRoot));
    TRY_ASSIGN(roster, study::decodeRoster(envelope.payload));
    TRY(requireCoordinator(roster, bearer, "brings a roster"));
    const std::lock_guard lock(m_mutex);
    TRY(acceptRoster(envelope));
    return m_context.rosters->version();
}

/// With the mutex held.
Result<std::shared_ptr<StudyHost>> Registry::makeHost(study::VerifiedPackage verified, const study::StudyPackage& package,
                                                      const Uuid& publisher, std::unique_ptr<const learning::ModelStart> model)
{
    if (verified.policyDigest != m_context.attester.policyDigest()) {
        return fail(ErrorKind::PolicyRefused, "this machine was launched with appraisal policy " +
                                                  toHex(m_context.attester.policyDigest()) + ", the study names " +
                                                  toHex(verified.policyDigest));
    }
    if (m_studies.contains(verified.protocol.id)) return fail(ErrorKind::PolicyRefused, "this study is known here already");
    if (m_studies.size() == kMaxStudies) return fail(ErrorKind::Unavailable, "this service holds 64 studies already");
    return std::make_shared<StudyHost>(std::move(verified), package, publisher, std::move(model), m_context);
}

Result<Digest32> Registry::publish(const study::StudyPackage& package, const CallerKey& publisher)
{
    TRY_ASSIGN(verified, study::verifyPackage(package, m_context.rosterRoot));
    TRY(requireCoordinator(verified.roster, publisher, "publishes a study"));
    TRY_ASSIGN(model, learning::openStart(verified.protocol.model, m_context.scripts));
    const std::lock_guard lock(m_mutex);
    TRY_ASSIGN(host, makeHost(std::move(verified), package, publisher.id, std::move(model)));
    TRY(acceptRoster(package.roster));
    TRY(host->open());
    const Digest32 digest = host->package().protocolDigest;
    m_studies.emplace(host->package().protocol.id, std::move(host));
    return digest;
}

Result<void> Registry::reopen(const std::filesystem::path& folder)
{
    TRY_ASSIGN(objects, readObjects(folder));
    TRY_ASSIGN(verified, study::verifyPackage(objects.package, m_context.rosterRoot));
    TRY_ASSIGN(model, learning::openStart(verified.protocol.model, m_context.scripts));
    const std::lock_guard lock(m_mutex);
    // Of a study that was admitted before, the roster may be older by now.
    if (verified.roster.version >= m_context.rosters->version()) TRY(acceptRoster(objects.package.roster));
    TRY_ASSIGN(host, makeHost(std::move(verified), objects.package, objects.publisher, std::move(model)));
    TRY(host->reopen(objects));
    m_studies.emplace(host->package().protocol.id, std::move(host));
    return {};
}

Result<void> Registry::reopen()
{
    std::error_code error;
    std::filesystem::create_directories(m_context.stateFolder, error);
    if (error) return fail(ErrorKind::StorageFailed, m_context.stateFolder.string() + " cannot be made");
    TRY(m_context.rosters->keepIn(m_context.stateFolder / "roster", m_context.rosterRoot));
    for (const auto& entry : std::filesystem::directory_iterator(m_context.stateFolder, error)) {
        if (!parseHexFixed<16>(entry.path().filename().string())) continue;
        if (const auto done = reopen(entry.path()); !done) logError(entry.path().string(), done.error());
    }
    return {};
}

Result<std::shared_ptr<StudyHost>> Registry::find(const Uuid& study) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_studies.find(study);
    if (found == m_studies.end()) return fail(ErrorKind::Unavailable, "this study is not known to the service");
    return found->second;
}

std::vector<Uuid> Registry::list() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Uuid> out;
    for (const auto& [id, study] : m_studies) out.push_back(id);
    return out;
}

void Registry::close()
{
    const std::lock_guard lock(m_mutex);
    for (const auto& [id, study] : m_studies) study->rounds().close();
}

}  // namespace quorate::services
