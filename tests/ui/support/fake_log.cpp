// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/fake_log.h"

#include "core/crypto/digest.h"
#include "tests/ui/support/sample_study.h"

namespace quorate::tests {
namespace {

using audit::EventKind;

constexpr EventKind kDay[] = {EventKind::VaultCreated,      EventKind::RosterStored,       EventKind::PolicyStored,
                              EventKind::VaultOpened,       EventKind::EvidenceAppraised,  EventKind::ParticipationSigned,
                              EventKind::StudyEventReceived, EventKind::StatementFrozen,   EventKind::ShareSealed,
                              EventKind::StudyEventReceived, EventKind::SettingChanged,    EventKind::EnvelopeStored};

Digest32 digestOf(const std::string& text) { return sha256(asBytes(text)); }
Digest32 leafOf(std::uint64_t index) { return audit::leafHash(toBytes("entry " + std::to_string(index))); }

}  // namespace

audit::Entry sampleEntry(std::uint64_t index)
{
    audit::Entry out;
    out.index = index;
    out.kind = kDay[index % std::size(kDay)];
    out.at = sampleNow(SampleStage::AwaitingKey) + std::chrono::minutes(index);
    out.offsetMinutes = -8 * 60;
    const auto me = sampleMember(study::Role::Custodian, "Long Beach");
    const bool isDecision = out.kind == EventKind::ShareSealed || out.kind == EventKind::ParticipationSigned;
    if (index > 2) {
        out.actor = me.id;
        out.actorName = me.name;
        out.actorRole = study::nameOf(me.role);
    }
    if (out.kind == EventKind::SettingChanged) out.subject = "theme";
    if (out.kind == EventKind::ParticipationSigned) out.subject = "approve";
    if (out.kind == EventKind::EvidenceAppraised) out.subject = "accepted";
    if (isDecision) {
        out.reason = "First release after image 1.4.1";
        out.meaning = "approval";
        out.digests = {{"policy", digestOf("policy")}, {"protocol", digestOf("protocol")}, {"statement", digestOf("statement")}};
    } else {
        out.record = audit::RecordReference{"settings", "theme", digestOf("row " + std::to_string(index))};
    }
    return out;
}

FakeLog::FakeLog(std::size_t entries)
{
    m_state = std::make_shared<AuditLogState>();
    for (std::size_t i = 0; i < entries; ++i) append(sampleEntry(i));
    change([](AuditLogState& state) {
        AuditCheckpoint checkpoint{state.head, true, {}};
        const auto at = toSeconds(sampleNow(SampleStage::Running));
        checkpoint.cosigners = {{audit::kServiceCosigner, {}, at},
                                {audit::cosignerName(sampleMember(study::Role::Custodian, "Zurich").id), "Security officer, Zurich", at}};
        state.checkpoints = {checkpoint};
    });
}

void FakeLog::change(const std::function<void(AuditLogState&)>& edit)
{
    auto next = std::make_shared<AuditLogState>(*m_state);
    edit(*next);
    m_state = std::move(next);
}

void FakeLog::append(audit::Entry entry)
{
    m_tree.append(leafOf(m_entries.size()));
    m_entries.push_back(std::move(entry));
    change([&](AuditLogState& state) { state.head = {audit::originOf(Uuid{}), m_tree.size(), m_tree.root()}; });
}

void FakeLog::setDamage(std::vector<vault::Damage> damage)
{
    change([&](AuditLogState& state) {
        state.damage = std::move(damage);
        state.readOnlyBecause = "vault does not agree with its log: " + vault::toText(state.damage.front());
    });
}

void FakeLog::setWitnessProblem(Error problem)
{
    change([&](AuditLogState& state) { state.witnessProblem = std::move(problem); });
}

template <typename T>
PendingCall FakeLog::answer(Result<T> result, Completion<T> done)
{
    if (m_error) result = tl::unexpected<Error>(*m_error);
    m_error.reset();
    auto state = std::make_shared<PendingCall::State>();
    m_executor.post([state, result = std::move(result), done = std::move(done)] {
        if (!state->abandoned) done(result);
    });
    return PendingCall(state);
}

PendingCall FakeLog::readEntries(std::uint64_t begin, std::uint64_t end, Completion<std::vector<audit::Entry>> done)
{
    ++readings;
    const auto at = [this](std::uint64_t index) { return m_entries.begin() + static_cast<std::ptrdiff_t>(index); };
    return answer<std::vector<audit::Entry>>(std::vector<audit::Entry>(at(begin), at(end)), std::move(done));
}

PendingCall FakeLog::verifyLog(std::optional<std::uint64_t> entry, Progress progress, Completion<AuditVerification> done)
{
    checks.push_back(entry);
    progress(1, m_entries.size());
    AuditVerification out;
    out.head = m_state->head;
    out.entries = m_entries.size();
    out.checkpoints = m_state->checkpoints.size();
    out.coveredUntil = m_entries.size();
    out.damage = m_state->damage;
    out.at = sampleNow(SampleStage::Running);
    if (entry) {
        AuditInclusion inclusion{*entry, m_entries.size(), leafOf(*entry), {leafOf(*entry)}, {}};
        for (int level = 0; level < 6; ++level) {
            inclusion.neighbours.push_back(digestOf("neighbour " + std::to_string(level)));
            inclusion.path.push_back(digestOf("node " + std::to_string(level)));
        }
        inclusion.path.back() = m_state->head.root;
        out.inclusion = inclusion;
    }
    return answer<AuditVerification>(out, std::move(done));
}

PendingCall FakeLog::exportLog(AuditExportFormat format, const std::string& file, Completion<void> done)
{
    exports.push_back({format, file});
    return answer<void>({}, std::move(done));
}

}  // namespace quorate::tests
