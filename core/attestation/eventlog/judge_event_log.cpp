// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/judge_event_log.h"

#include <algorithm>

#include "core/attestation/verify/check_kinds.h"

namespace quorate::attestation {
namespace {

using namespace checks;
using eventlog::Confirmation;
using eventlog::Replay;
using eventlog::ReplayedEvent;

void judgeAbsent(const AppraisalInputs& inputs, CheckList& checks)
{
    const bool diagnostic = inputs.policy.profile == PolicyProfile::ChainOnly;
    if (!inputs.evidence.vtpm.isEmpty()) {
        checks.notApplicable(kEventLog, "the boot is measured into the vTPM's PCRs");
    } else if (inputs.policy.tdx.requireEventLog && !diagnostic) {
        checks.fail(kEventLog, ErrorKind::PolicyRefused, "evidence has no event log", "one, because the policy relies on it");
    } else {
        checks.notApplicable(kEventLog, "evidence has no event log, and the policy does not rely on one");
    }
    checks.notApplicable(kEventLogData, "evidence has no event log");
}

void judgeRegisters(const Replay& replay, const tdx::TdReport& report, CheckList& checks)
{
    std::string wrong;
    std::string wanted;
    for (std::size_t i = 0; i < eventlog::kRegisters; ++i) {
        const bool judged = i < 3 || replay.extensions[i] > 0;
        if (!judged || replay.registers[i] == report.rtmr[i]) continue;
        const std::string name = (wrong.empty() ? "RTMR" : "; RTMR") + std::to_string(i) + " ";
        wrong += name + toHex(replay.registers[i]) + " by " + std::to_string(replay.extensions[i]) + " events";
        wanted += name + toHex(report.rtmr[i]);
    }
    checks.judge(kEventLog, wrong.empty(), ErrorKind::Untrusted,
                 wrong.empty() ? std::to_string(replay.events.size()) + " events lead to the quote's registers"
                               : "log leads to " + wrong,
                 wanted);
}

/// The digest is what was measured. Where the specification makes it the digest of the event's own data, other data is a
/// false description, and people read descriptions.
void judgeData(const Replay& replay, CheckList& checks)
{
    const auto is = [](Confirmation kind) { return [kind](const ReplayedEvent& event) { return event.confirmation == kind; }; };
    const auto& events = replay.events;
    const auto contradicted = std::find_if(events.begin(), events.end(), is(Confirmation::Contradicted));
    if (contradicted != events.end()) {
        return checks.fail(kEventLogData, ErrorKind::Untrusted,
                           "event " + std::to_string(contradicted->number) + " (" + contradicted->type + ") says " + contradicted->what +
                               ", which is not what was measured",
                           "data with SHA-384 " + toHex(contradicted->digest));
    }
    const auto hints = std::count_if(events.begin(), events.end(), is(Confirmation::None));
    checks.pass(kEventLogData, std::to_string(events.size() - static_cast<std::size_t>(hints)) + " of " +
                                   std::to_string(events.size()) + " events describe what was measured; the others are hints");
}

void judgeReference(const AppraisalInputs& inputs, const Replay& log, CheckList& checks)
{
    const auto parsed = eventlog::parseEventLog(*inputs.referenceLog);
    if (!parsed) return checks.fail(kEventLogReference, ErrorKind::Malformed, "reference log: " + parsed.error().message, {});
    const auto divergence = eventlog::compareWithReference(log, eventlog::replay(*parsed));
    checks.judge(kEventLogReference, !divergence, ErrorKind::PolicyRefused,
                 divergence ? eventlog::toText(*divergence) : std::to_string(log.events.size()) + " events",
                 "the reference log's digests in its order");
}

}  // namespace

void judgeEventLog(const AppraisalInputs& inputs, const tdx::Quote& quote, CheckList& checks, AppraisalResult& result)
{
    if (inputs.evidence.eventLog.empty()) {
        judgeAbsent(inputs, checks);
        if (inputs.referenceLog) {
            checks.fail(kEventLogReference, ErrorKind::PolicyRefused, "evidence has no event log", "the reference log's events");
        }
        return;
    }
    const auto parsed = eventlog::parseEventLog(inputs.evidence.eventLog);
    if (!parsed) {
        checks.fail(kEventLog, ErrorKind::Malformed, parsed.error().message, {});
        checks.skip(kEventLogData, kEventLog);
        if (inputs.referenceLog) checks.skip(kEventLogReference, kEventLog);
        return;
    }
    result.eventLog = eventlog::replay(*parsed);
    judgeRegisters(*result.eventLog, quote.report, checks);
    judgeData(*result.eventLog, checks);
    if (inputs.referenceLog) judgeReference(inputs, *result.eventLog, checks);
}

}  // namespace quorate::attestation
