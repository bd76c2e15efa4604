// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/coach_steps.h"

#include <algorithm>

#include <QCoreApplication>

namespace quorate::ui {

namespace {

using study::EventKind;
using study::Role;

QString tr(const char* text) { return QCoreApplication::translate("Coach", text); }

std::optional<Uuid> firstWith(const StudySnapshot* study, Role role)
{
    if (!study) return {};
    const auto members = study->roster.withRole(role);
    if (members.empty()) return {};
    return members.front()->id;
}

// A reviewer whose site has not answered yet.
std::optional<Uuid> openReviewer(const StudySnapshot* study)
{
    if (!study) return {};
    for (const study::Member* member : study->roster.withRole(Role::SiteReviewer)) {
        const auto found = study->projection.sites().find(member->site);
        const bool answered = found != study->projection.sites().end() && (found->second.approved || found->second.refused);
        if (!answered) return member->id;
    }
    return firstWith(study, Role::SiteReviewer);
}

// The coordinator while there is no statement, then a custodian who has not sealed.
std::optional<Uuid> nextForTheKey(const StudySnapshot* study)
{
    if (!study || !study->statement) return firstWith(study, Role::Coordinator);
    for (const study::CustodianShare& share : study->protocol().quorum.shares) {
        if (!study->projection.sealedBy().contains(share.custodian)) return share.custodian;
    }
    return firstWith(study, Role::Custodian);
}

// Anyone freezes; then a custodian who has not agreed to the thaw.
std::optional<Uuid> nextForTheThaw(const StudySnapshot* study)
{
    if (study && study->projection.state() == study::StudyState::Frozen) {
        for (const study::CustodianShare& share : study->protocol().quorum.shares) {
            if (!study->projection.thawAgreedBy().contains(share.custodian)) return share.custodian;
        }
    }
    return firstWith(study, Role::Custodian);
}

bool happened(const StudySnapshot& study, EventKind kind)
{
    return std::ranges::any_of(study.projection.events(), [kind](const auto& event) { return event.kind == kind; });
}

bool serviceChecked(const StudySnapshot& study)
{
    return std::ranges::any_of(study.nodes, [](const NodeAppraisal& node) {
        return node.site.isZero() && node.result.verdict != attestation::Verdict::Refused;
    });
}

bool everySiteAnswered(const StudySnapshot& study)
{
    const auto& sites = study.projection.sites();
    return std::ranges::all_of(study.protocol().sites, [&](const study::SiteSpec& site) {
        const auto found = sites.find(site.id);
        return found != sites.end() && (found->second.approved || found->second.refused);
    });
}

void markDone(std::vector<CoachStep>& steps, const StudySnapshot& study)
{
    const auto closedRounds = std::ranges::count_if(study.projection.rounds(), [](const auto& round) { return round.closedAt.has_value(); });
    steps[0].done = happened(study, EventKind::StudyPublished);
    steps[1].done = everySiteAnswered(study);
    steps[2].done = serviceChecked(study);
    steps[3].done = happened(study, EventKind::KeyReleased);
    steps[4].done = closedRounds >= 3;
    steps[5].done = happened(study, EventKind::StudyFrozen) && happened(study, EventKind::StudyThawed);
    steps[6].done = study.projection.finalModel().has_value();
}

}  // namespace

std::vector<CoachStep> coachSteps(const StudySnapshot* study)
{
    const auto coordinator = firstWith(study, Role::Coordinator);
    std::vector<CoachStep> steps{
        {tr("Meet the hospitals"), tr("Hospitals that share no record"),
         tr("Each hospital keeps its records. Only model updates leave it, and only to a service that has proved what it runs."),
         tr("Look at which sites take part and what their state is."), PageId::Sites, coordinator, false, false},
        {tr("Approve as a site reviewer"), tr("A hospital says yes, or no"),
         tr("A reviewer sees what exactly would run on the hospital's data, and signs for that and nothing else."),
         tr("Read the request, type the study code and decide. Every site has to answer."), PageId::Approvals, openReviewer(study), true, false},
        {tr("Check the service"), tr("What runs where the key would go"),
         tr("The service answered a fresh challenge with evidence. This computer checked it; nobody else's word is needed."),
         tr("Open the five answers. In a rehearsal nothing is green: the hardware is simulated."), PageId::Attestation, {}, false, false},
        {tr("Seal a share"), tr("The quorum is cryptographic"),
         tr("The coordinator freezes a statement of what was shown. Each custodian checks again and seals one share to the key inside."),
         tr("Freeze the statement, then seal as enough custodians."), PageId::KeyRelease, nextForTheKey(study), true, false},
        {tr("Watch the rounds"), tr("Training, round by round"),
         tr("Each site trains on its own records and sends an update; the service averages them and signs a receipt."),
         tr("Start the rounds as the coordinator, then watch three of them close."), PageId::Training, coordinator, false, false},
        {tr("Freeze, then thaw"), tr("One person can stop it"),
         tr("Anyone may freeze a study at once. Going on again takes as many custodians as releasing its key."),
         tr("Freeze the study, see the rounds stand still, and thaw it as enough custodians."), PageId::KeyRelease, nextForTheThaw(study), true, false},
        {tr("Read the result"), tr("Was it worth it, for each site?"),
         tr("Each site compares the federation's model with its own, on its own test records."),
         tr("Read the table per site; the intervals say how sure one can be."), PageId::Results, coordinator, false, false},
    };
    if (study) markDone(steps, *study);
    return steps;
}

int firstOpenStep(const std::vector<CoachStep>& steps)
{
    const auto open = std::ranges::find_if(steps, [](const CoachStep& step) { return !step.done; });
    if (open == steps.end()) return static_cast<int>(steps.size()) - 1;
    return static_cast<int>(open - steps.begin());
}

QString restBlocked(const DeskStatus& status, const StudySnapshot* study)
{
    if (!status.demo) return tr("Only the demo can be played for you.");
    if (!study) return tr("There is no study yet.");
    switch (study->projection.state()) {
    case study::StudyState::Running:
    case study::StudyState::Finished: return tr("The rounds run already, or are over.");
    case study::StudyState::Frozen: return tr("The study is frozen; its custodians can thaw it.");
    case study::StudyState::Revoked:
    case study::StudyState::Refused: return tr("The study has been stopped.");
    case study::StudyState::AwaitingApprovals:
    case study::StudyState::AwaitingKey:
    case study::StudyState::Quorate: break;
    }
    return status.connection == Connection::Offline ? tr("The demo's programs have ended.") : QString();
}

}  // namespace quorate::ui
