// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/fake_desk.h"

namespace quorate::tests {

/// Keeps the list alive, so that a page may outlive the desk in a test.
class FakeDesk::Handle final : public Subscription {
public:
    Handle(std::shared_ptr<Listeners> listeners, Listeners::iterator place)
        : m_listeners(std::move(listeners)), m_place(place)
    {
    }
    ~Handle() override { m_listeners->erase(m_place); }

private:
    std::shared_ptr<Listeners> m_listeners;
    Listeners::iterator m_place;
};

std::unique_ptr<StudyDesk::Subscription> FakeDesk::subscribe(Listener listener)
{
    m_listeners->push_back(std::move(listener));
    return std::make_unique<Handle>(m_listeners, std::prev(m_listeners->end()));
}

void FakeDesk::notify()
{
    const std::vector<Listener> listeners(m_listeners->begin(), m_listeners->end());
    for (const Listener& listener : listeners) listener();
}

void FakeDesk::setStatus(DeskStatus status)
{
    m_status = std::move(status);
    notify();
}

void FakeDesk::setStudy(StudySnapshot snapshot)
{
    auto shared = std::make_shared<const StudySnapshot>(std::move(snapshot));
    for (auto& known : m_studies) {
        if (known->protocol().id != shared->protocol().id) continue;
        known = std::move(shared);
        notify();
        return;
    }
    m_studies.push_back(std::move(shared));
    notify();
}

void FakeDesk::setLog(AuditDesk* log)
{
    m_log = log;
    notify();
}

void FakeDesk::clearStudies()
{
    m_studies.clear();
    notify();
}

void FakeDesk::actAs(const Uuid& member)
{
    actedAs.push_back(member);
    for (const study::Member& candidate : m_status.playable) {
        if (candidate.id == member) m_status.me = candidate;
    }
    notify();
}

PendingCall FakeDesk::answer(Completion<void> done)
{
    auto state = std::make_shared<PendingCall::State>();
    Result<void> result;
    if (!m_answers.empty()) {
        result = tl::unexpected<Error>(m_answers.front());
        m_answers.pop_front();
    }
    m_executor.post([this, state, done = std::move(done), result] {
        if (state->abandoned) return;
        if (result && m_onSuccess) m_onSuccess();
        done(result);
    });
    return PendingCall(state);
}

PendingCall FakeDesk::checkNodes(const Uuid& study, Completion<void> done)
{
    nodeChecks.push_back(study);
    return answer(std::move(done));
}

PendingCall FakeDesk::decideParticipation(ParticipationRequest request, Completion<void> done)
{
    participations.push_back({request.study, request.decision, request.conditions, request.reason,
                              std::string(asText(request.passphrase.expose()))});
    return answer(std::move(done));
}

PendingCall FakeDesk::freezeStatement(StatementRequest request, Completion<void> done)
{
    frozenStatements.push_back({request.study, request.reason, std::string(asText(request.passphrase.expose()))});
    return answer(std::move(done));
}

PendingCall FakeDesk::decideShare(ShareRequest request, Completion<void> done)
{
    shares.push_back({request.study, request.decision, request.reason, std::string(asText(request.passphrase.expose()))});
    return answer(std::move(done));
}

PendingCall FakeDesk::stop(StopRequest request, Completion<void> done)
{
    stops.push_back({request.study, request.kind, request.reason, std::string(asText(request.passphrase.expose())), request.freeze});
    return answer(std::move(done));
}

PendingCall FakeDesk::startRounds(const Uuid& study, Completion<void> done)
{
    startedStudies.push_back(study);
    return answer(std::move(done));
}

PendingCall FakeDesk::orderRounds(OrderRequest request, Completion<void> done)
{
    orders.push_back({request.study, request.action, request.site, request.reason, std::string(asText(request.passphrase.expose())),
                      request.number});
    return answer(std::move(done));
}

Result<NodeAppraisal> FakeDesk::appraiseFiles(const std::string&) const
{
    return m_fileAnswer;
}

}  // namespace quorate::tests
