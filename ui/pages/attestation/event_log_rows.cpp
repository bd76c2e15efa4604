// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/event_log_rows.h"

#include <algorithm>
#include <string_view>

#include <QCoreApplication>

#include "ui/text/formats.h"
#include "ui/text/verdict_text.h"

namespace quorate::ui {
namespace {

using attestation::Check;
using attestation::CheckOutcome;
using attestation::eventlog::Confirmation;
using attestation::eventlog::ReplayedEvent;

QString tr(const char* text) { return QCoreApplication::translate("EventLog", text); }

const Check* checkOf(const attestation::AppraisalResult& result, std::string_view id)
{
    const auto found = std::ranges::find(result.checks, id, &Check::id);
    return found == result.checks.end() ? nullptr : &*found;
}

QString registerName(const std::optional<std::size_t>& rtmr)
{
    return rtmr ? QStringLiteral("RTMR%1").arg(*rtmr) : tr("not measured");
}

struct Confirmed {
    QString words;
    VerdictKind kind;
};
Confirmed confirmed(Confirmation confirmation, bool training)
{
    const VerdictKind pass = kindOf(CheckOutcome::Pass, training);
    switch (confirmation) {
    case Confirmation::None: return {tr("Hint only: the log does not hold what was measured"), VerdictKind::Unknown};
    case Confirmation::WholeData: return {tr("Confirmed by data"), pass};
    case Confirmation::VariableValue: return {tr("Value confirmed by data; the name is a hint"), pass};
    case Confirmation::Text: return {tr("Text confirmed by data; the word before it is a hint"), pass};
    case Confirmation::Contradicted: return {tr("Contradicted: the data are not what was measured"), VerdictKind::Refused};
    }
    return {};
}

/// The event in which the log leaves its reference: the check's words hold its register and its digest in full.
bool isDivergence(const ReplayedEvent& event, const Check* reference)
{
    if (!reference || reference->outcome != CheckOutcome::Fail || !event.rtmr) return false;
    return reference->found.find("RTMR" + std::to_string(*event.rtmr) + " ") != std::string::npos &&
           reference->found.find(toHex(event.digest)) != std::string::npos;
}

EvidenceTable::Row noLogRow(const attestation::AppraisalResult& result)
{
    const Check* check = checkOf(result, "tdx.event-log");
    if (result.tee != attestation::TeeKind::Tdx || !check) {
        return {{{}, {}, tr("This kind of evidence has no event log."), {}, {}, tr("Does not apply")}, VerdictKind::Unknown};
    }
    return {{{}, {}, toQString(check->found), {}, {}, check->outcome == CheckOutcome::Fail ? tr("Missing") : tr("Does not apply")},
            kindOf(check->outcome, isTraining(result))};
}

}  // namespace

EvidenceTable eventLogTable(const NodeAppraisal& node)
{
    EvidenceTable table{{tr("Register"), tr("Event"), tr("What was measured"), tr("Type"), tr("SHA-384"), tr("Outcome")}, {}, {4}};
    const auto& log = node.result.eventLog;
    if (!log) {
        table.rows.push_back(noLogRow(node.result));
        return table;
    }
    const Check* reference = checkOf(node.result, "tdx.event-log.reference");
    std::vector<const ReplayedEvent*> events;
    for (const ReplayedEvent& event : log->events) events.push_back(&event);
    // By register, in the order of the log; what no register holds comes last.
    std::ranges::stable_sort(events, {}, [](const ReplayedEvent* event) {
        return event->rtmr.value_or(attestation::eventlog::kRegisters);
    });
    bool marked = false;
    for (const ReplayedEvent* event : events) {
        Confirmed outcome = confirmed(event->confirmation, isTraining(node.result));
        if (!marked && isDivergence(*event, reference)) {
            outcome = {tr("First difference from the reference log"), VerdictKind::Refused};
            marked = true;
        }
        table.rows.push_back({{registerName(event->rtmr), QString::number(event->number), toQString(event->what), toQString(event->type),
                               toQString(toHex(event->digest)), outcome.words},
                              outcome.kind});
    }
    if (!marked && reference && reference->outcome == CheckOutcome::Fail) {
        table.rows.push_back({{{}, {}, toQString(reference->found), {}, {}, tr("Ends before the reference log")}, VerdictKind::Refused});
    }
    return table;
}

}  // namespace quorate::ui
