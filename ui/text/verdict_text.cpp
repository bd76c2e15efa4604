// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/verdict_text.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QStringList>

#include "ui/text/check_text.h"
#include "ui/text/formats.h"

namespace quorate::ui {

namespace {

using attestation::AppraisalResult;
using attestation::Check;
using attestation::CheckOutcome;
using attestation::Question;
using attestation::Verdict;

QString tr(const char* text, int n = -1) { return QCoreApplication::translate("Verdict", text, nullptr, n); }

const Check* firstWith(const AppraisalResult& result, Question question, CheckOutcome outcome)
{
    const auto found = std::ranges::find_if(result.checks, [&](const Check& check) {
        return check.question == question && check.outcome == outcome;
    });
    return found == result.checks.end() ? nullptr : &*found;
}

int countOf(const AppraisalResult& result, Question question, CheckOutcome outcome)
{
    return static_cast<int>(std::ranges::count_if(result.checks, [&](const Check& check) {
        return check.question == question && check.outcome == outcome;
    }));
}

QString askOf(Question question)
{
    switch (question) {
    case Question::Genuine: return tr("Is the hardware genuine?");
    case Question::UpToDate: return tr("Is it up to date?");
    case Question::ApprovedProgram: return tr("Is it the approved program?");
    case Question::Locked: return tr("Is it locked?");
    case Question::KeyInsideAndFresh: return tr("Is the key inside, and the answer fresh?");
    }
    return {};
}

QString passedSentence(const AppraisalResult& result, Question question, int passes)
{
    switch (question) {
    case Question::Genuine:
        if (result.demoAnchors) return tr("Signed by the demo root. A real study would refuse it.");
        return result.tee == attestation::TeeKind::Tdx ? tr("Chain to the pinned Intel SGX Root CA holds.")
                                                       : tr("Chain to the pinned AMD root holds.");
    case Question::UpToDate:
        return result.tcbStatus.empty() ? tr("The firmware meets the policy.")
                                        : tr("TCB status %1.").arg(toQString(result.tcbStatus));
    case Question::ApprovedProgram: return tr("%n measurement(s) equal the reference values.", passes);
    case Question::Locked: return tr("Debugging and migration are off.");
    case Question::KeyInsideAndFresh: return tr("All 64 bytes of report_data match the challenge and the key.");
    }
    return {};
}

QString refusedSentence(const AppraisalResult& result)
{
    if (result.refusals.empty()) return tr("Refused");
    const std::string& id = result.refusals.front().check;
    const auto found = std::ranges::find_if(result.checks, [&](const Check& check) { return check.id == id; });
    if (result.refusedAs == ErrorKind::Malformed) return tr("Refused: this is no readable evidence");
    if (result.refusedAs == ErrorKind::Unavailable) return tr("Refused: what is needed to judge it is missing");
    if (found == result.checks.end()) return tr("Refused: %1").arg(textFor(id).name);
    switch (found->question) {
    case Question::Genuine: return tr("Refused: genuine hardware is not shown");
    case Question::UpToDate: return tr("Refused: the machine is not up to date");
    case Question::ApprovedProgram: return tr("Refused: this is not the approved program");
    case Question::Locked: return tr("Refused: the machine is not locked");
    case Question::KeyInsideAndFresh: return tr("Refused: the key or the challenge is another");
    }
    return {};
}

void answerFailed(QuestionText& out, const AppraisalResult& result, const Check& check)
{
    const CheckText text = textFor(check.id);
    const int failed = countOf(result, out.question, CheckOutcome::Fail);
    out.kind = VerdictKind::Refused;
    out.answer = tr("No");
    out.sentence = failed > 1 ? tr("%1, and %n more check(s), failed.", failed - 1).arg(text.name) : tr("%1: failed.").arg(text.name);
    out.why = text.why;
    out.todo = text.todo;
}

void answerPassed(QuestionText& out, const AppraisalResult& result, int passes)
{
    const bool training = isTraining(result);
    out.kind = training ? VerdictKind::Training : VerdictKind::Accepted;
    const bool demoRoot = out.question == Question::Genuine && training;
    out.answer = demoRoot ? tr("Training only") : tr("Yes");
    out.sentence = passedSentence(result, out.question, passes);
}

void answerInPart(QuestionText& out, const AppraisalResult& result, int passes, const Check& open)
{
    const CheckText text = textFor(open.id);
    const int missing = countOf(result, out.question, CheckOutcome::NotChecked);
    out.kind = passes > 0 ? VerdictKind::Caution : VerdictKind::Unknown;
    out.answer = passes > 0 ? tr("Caution") : tr("Not checked");
    out.sentence = missing > 1 ? tr("Not checked: %1, and %n more.", missing - 1).arg(text.name) : tr("Not checked: %1.").arg(text.name);
    out.why = tr("What is not checked counts for nothing here, and is never counted as passed.");
    out.todo = tr("Supply what is missing (collateral, reference values or a challenge) and check again.");
}

QuestionText answer(const AppraisalResult& result, Question question)
{
    QuestionText out;
    out.question = question;
    out.ask = askOf(question);
    const int passes = countOf(result, question, CheckOutcome::Pass);
    if (const Check* failed = firstWith(result, question, CheckOutcome::Fail)) answerFailed(out, result, *failed);
    else if (const Check* open = firstWith(result, question, CheckOutcome::NotChecked)) answerInPart(out, result, passes, *open);
    else if (passes > 0) answerPassed(out, result, passes);
    else {
        out.answer = tr("Not checked");
        out.sentence = tr("No check of this kind was made.");
    }
    return out;
}

}  // namespace

bool isTraining(const StudySnapshot& study)
{
    return study.protocol().mode == study::StudyMode::Training;
}

bool isTraining(const AppraisalResult& result)
{
    return result.demoAnchors || result.profile == attestation::PolicyProfile::Training || result.verdict == Verdict::TrainingOnly;
}

VerdictKind kindOf(const AppraisalResult& result)
{
    switch (result.verdict) {
    case Verdict::Accepted: return isTraining(result) ? VerdictKind::Training : VerdictKind::Accepted;
    case Verdict::TrainingOnly: return VerdictKind::Training;
    case Verdict::Refused: return VerdictKind::Refused;
    }
    return VerdictKind::Unknown;
}

VerdictKind kindOf(CheckOutcome outcome, bool training)
{
    switch (outcome) {
    case CheckOutcome::Pass: return training ? VerdictKind::Training : VerdictKind::Accepted;
    case CheckOutcome::Fail: return VerdictKind::Refused;
    case CheckOutcome::NotApplicable:
    case CheckOutcome::NotChecked: return VerdictKind::Unknown;
    }
    return VerdictKind::Unknown;
}

VerdictText verdictText(const NodeAppraisal& node)
{
    const AppraisalResult& result = node.result;
    const int total = static_cast<int>(result.checks.size());
    const int passes = static_cast<int>(result.count(CheckOutcome::Pass));
    const int open = static_cast<int>(result.count(CheckOutcome::NotChecked));
    VerdictText out;
    out.kind = kindOf(result);
    if (out.kind == VerdictKind::Refused) {
        const int failed = static_cast<int>(result.count(CheckOutcome::Fail));
        out.sentence = refusedSentence(result);
        out.detail = tr("%1 of %2 checks failed.").arg(failed).arg(total) + QLatin1Char(' ') +
                     tr("No share can be sealed to it, and nothing is sent to it.");
        return out;
    }
    QString counts = tr("%1 of %2 checks passed.").arg(passes).arg(total);
    if (open > 0) counts += QLatin1Char(' ') + tr("%n not checked.", open);
    if (out.kind == VerdictKind::Training) {
        out.sentence = tr("Accepted for training only");
        out.detail = tr("Simulated hardware: a real study would refuse this.") + QLatin1Char(' ') + counts;
    } else if (open > 0) {
        out.kind = VerdictKind::Caution;
        out.sentence = tr("Accepted, but not everything was checked");
        out.detail = counts;
    } else {
        out.sentence = tr("Accepted");
        out.detail = tr("Genuine, up to date, approved and locked.") + QLatin1Char(' ') + counts;
    }
    return out;
}

std::vector<QuestionText> questionTexts(const NodeAppraisal& node)
{
    std::vector<QuestionText> out;
    for (const Question question : {Question::Genuine, Question::UpToDate, Question::ApprovedProgram, Question::Locked,
                                    Question::KeyInsideAndFresh}) {
        out.push_back(answer(node.result, question));
    }
    return out;
}

QString teeWord(attestation::TeeKind tee)
{
    return tee == attestation::TeeKind::Tdx ? QStringLiteral("TDX") : QStringLiteral("SEV-SNP");
}

ConnectionText textOf(Connection connection, bool training)
{
    switch (connection) {
    case Connection::Offline: return {VerdictKind::Unknown, tr("Not connected"), {}};
    case Connection::Connecting: return {VerdictKind::Unknown, tr("Connecting"), {}};
    case Connection::Connected:
        return training ? ConnectionText{VerdictKind::Training, tr("Demo service on this computer"), {}}
                        : ConnectionText{VerdictKind::Accepted, tr("Service connected"), {}};
    case Connection::Refused: return {VerdictKind::Refused, tr("Service refused"), {}};
    case Connection::Lost: return {VerdictKind::Caution, tr("Connection lost, trying again"), {}};
    }
    return {};
}

VerdictText evidenceAge(const StudySnapshot* study, const DeskStatus& status, UtcMillis now)
{
    if (!study) return {};
    for (const NodeAppraisal& node : study->nodes) {
        if (node.site.isZero() && node.result.verdict == Verdict::Refused) return {VerdictKind::Refused, tr("Evidence refused"), {}};
    }
    if (!status.evidenceAt) return {VerdictKind::Unknown, tr("No evidence yet"), {}};
    const auto age = std::max(toSeconds(now) - toSeconds(*status.evidenceAt), std::chrono::seconds(0));
    const bool stale = age > std::chrono::minutes(study->policy.reattestMinutes);
    VerdictKind kind = isTraining(*study) ? VerdictKind::Training : VerdictKind::Accepted;
    if (stale) kind = VerdictKind::Unknown;
    return {kind, tr("Evidence %1 old").arg(ageText(age)), {}};
}

QString collateralSentence(const std::optional<CollateralState>& collateral, UtcMillis now)
{
    if (!collateral) return tr("Certificates, revocation lists and TCB info came with the evidence. This computer fetches none.");
    QString out = tr("None is kept on this computer yet.");
    if (collateral->validUntil) {
        const QString until = utcDate(*collateral->validUntil);
        out = now > *collateral->validUntil ? tr("Collateral kept here expired on %1.").arg(until) : tr("Collateral kept here is valid until %1.").arg(until);
    }
    if (collateral->refreshedAt) {
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *collateral->refreshedAt);
        out += QLatin1Char(' ') + tr("Refreshed %1 ago.").arg(ageText(age));
    }
    if (collateral->problem) {
        out += QLatin1Char(' ') + tr("The last refresh did not succeed: check the way to the makers' services, or carry the files over. (%1)")
                   .arg(QString::fromStdString(collateral->problem->message));
    }
    return out;
}

QString ageText(std::chrono::seconds age)
{
    using namespace std::chrono;
    if (age < minutes(1)) return tr("%1 s").arg(std::max<long long>(0, age.count()));
    if (age < hours(1)) return tr("%1 min").arg(duration_cast<minutes>(age).count());
    if (age < hours(48)) return tr("%1 h").arg(duration_cast<hours>(age).count());
    return tr("%1 days").arg(duration_cast<days>(age).count());
}

}  // namespace quorate::ui
