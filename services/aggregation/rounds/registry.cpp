// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/registry.h"

#include "core/crypto/digest.h"

namespace quorate::services {
namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr std::size_t kMaxStudies = 64;

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

Result<Digest32> Registry::publish(const study::StudyPackage& package, const Uuid& publisher, const Digest32& publisherSpki)
{
    TRY_ASSIGN(verified, study::verifyPackage(package, m_context.rosterRoot));
    const auto* member = verified.roster.find(publisher);
    if (member == nullptr || member->role != study::Role::Coordinator || sha256(member->signingKeySpki) != publisherSpki) {
        return fail(ErrorKind::PolicyRefused, "only a coordinator of the roster publishes a study");
    }
    if (verified.policyDigest != m_context.attester.policyDigest()) {
        return fail(ErrorKind::PolicyRefused, "this machine was launched with appraisal policy " +
                                                  toHex(m_context.attester.policyDigest()) + ", the study names " +
                                                  toHex(verified.policyDigest));
    }
    const Uuid id = verified.protocol.id;
    const Digest32 digest = verified.protocolDigest;
    const std::lock_guard lock(m_mutex);
    if (m_studies.contains(id)) return fail(ErrorKind::PolicyRefused, "this study is known here already");
    if (m_studies.size() == kMaxStudies) return fail(ErrorKind::Unavailable, "this service holds 64 studies already");
    auto host = std::make_shared<StudyHost>(std::move(verified), package, m_context);
    study::StudyEvent event;
    event.kind = study::EventKind::StudyPublished;
    event.actor = publisher;
    event.digest = digest;
    TRY(host->log().append(event));
    m_studies.emplace(id, std::move(host));
    return digest;
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
