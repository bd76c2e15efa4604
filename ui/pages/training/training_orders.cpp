// SPDX-License-Identifier: GPL-3.0-or-later
// What a coordinator orders about the rounds on the training page, and what is shown of it.
#include <algorithm>

#include <QItemSelectionModel>
#include <QStackedWidget>

#include "ui/models/table_model.h"
#include "ui/pages/training/training_page.h"
#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/review_sheet.h"
#include "ui/widgets/table_view.h"

namespace quorate::ui {

using study::OrderAction;

const study::SiteSpec* TrainingPage::chosenSite() const
{
    const auto rows = m_table->selectionModel()->selectedRows();
    if (!m_study || rows.size() != 1) return nullptr;
    const auto& sites = m_study->protocol().sites;
    const QString code = rows.front().data(TableModel::KeyRole).toString();
    const auto found = std::ranges::find_if(sites, [&](const auto& site) { return toQString(site.code) == code; });
    return found == sites.end() ? nullptr : &*found;
}

QString TrainingPage::byWhom(const study::StandingOrder& order) const
{
    const QString who = tr("%1, since %2 UTC, %3").arg(memberName(*m_study, order.coordinator), utcMinute(order.at), utcDate(order.at));
    const auto given = std::ranges::find_if(m_study->orders, [&](const auto& item) { return item.digest == order.order; });
    // What a member has signed is asked of the service after the event, and may not be here yet.
    return given == m_study->orders.end() ? who : tr("%1: %2").arg(who, toQString(given->value.reason).simplified());
}

QString TrainingPage::whyNoOrder() const
{
    if (status().me.role != study::Role::Coordinator) return tr("Only a coordinator orders the rounds; you act as %1.").arg(roleWord(status().me.role));
    if (!m_study) return tr("No study is open.");
    if (m_ordering.isActive()) return tr("The service is being asked.");
    switch (m_study->projection.state()) {
    case study::StudyState::Quorate:
    case study::StudyState::Running:
    case study::StudyState::Frozen: return {};
    case study::StudyState::Finished: return tr("All rounds are done.");
    case study::StudyState::Revoked: return tr("The key was revoked.");
    default: return tr("The key is not released yet.");
    }
}

void TrainingPage::showActions()
{
    if (!m_study) return;
    const bool isPaused = m_study->projection.paused().has_value();
    const bool isBegun = !m_study->projection.rounds().empty() || m_study->projection.lastOrder() > 0;
    for (Button* button : {m_pause, m_exclude}) button->setVisible(isBegun);
    m_pause->setText(isPaused ? tr("Resume…") : tr("Pause…"));
    m_pause->setIconName(isPaused ? QStringLiteral("training") : QStringLiteral("pause"));
    m_pause->setBlockedBy(whyNoOrder());
    const auto* site = chosenSite();
    const bool isOut = site != nullptr && m_study->projection.sites().at(site->id).excluded;
    QString text = tr("Exclude a site…");
    if (site != nullptr) text = (isOut ? tr("Readmit %1…") : tr("Exclude %1…")).arg(toQString(site->name));
    m_exclude->setText(text);
    QString blocked = whyNoOrder();
    if (blocked.isEmpty() && site == nullptr) blocked = tr("Choose a site in the table.");
    m_exclude->setBlockedBy(blocked);
}

bool TrainingPage::isOver() const
{
    const auto state = m_study->projection.state();
    return state == study::StudyState::Finished || state == study::StudyState::Revoked;
}

void TrainingPage::showHold()
{
    const auto& projection = m_study->projection;
    const auto wanted = m_study->protocol().plan.minimumSites;
    const bool isReleased = projection.state() == study::StudyState::Quorate || projection.state() == study::StudyState::Running;
    const bool hasTooFew = projection.lastOrder() > 0 && isReleased && projection.sitesLeft() < wanted;
    const bool isOpen = !projection.rounds().empty() && !projection.rounds().back().closedAt;
    m_hold->setVisible(hasTooFew || (projection.paused() && !isOver()));
    if (projection.paused()) {
        m_hold->showWaiting(isOpen ? tr("The rounds are paused: round %1 may end, none begins after it").arg(projection.currentRound())
                                   : tr("The rounds are paused; the sites wait"),
                            byWhom(*projection.paused()));
    } else {
        m_hold->showWaiting(tr("The study waits: %n site(s) may take part", nullptr, static_cast<int>(projection.sitesLeft())),
                            tr("The protocol wants %1. A round begins once a site is readmitted.").arg(wanted));
    }
}

void TrainingPage::showExcluded()
{
    QStringList names;
    QStringList details;
    for (const auto& spec : m_study->protocol().sites) {
        const auto& excluded = m_study->projection.sites().at(spec.id).excluded;
        if (!excluded) continue;
        names << toQString(spec.name);
        details << byWhom(*excluded);
    }
    m_excluded->setVisible(!names.isEmpty() && !isOver());
    if (names.isEmpty()) return;
    if (names.size() > 1) {
        for (int i = 0; i < names.size(); ++i) details[i] = tr("%1: %2").arg(names[i], details[i]);
    }
    m_excluded->showVerdict(VerdictKind::Unknown, tr("Excluded from the rounds: %1").arg(names.join(QStringLiteral(", "))),
                            details.join(QLatin1Char('\n')));
}

void TrainingPage::showOrders()
{
    showActions();
    showHold();
    showExcluded();
}

void TrainingPage::ask(std::optional<OrderAction> action)
{
    const auto* site = chosenSite();
    m_asking = action;
    m_stack->setCurrentIndex(action ? 1 : 0);
    m_sheet->clearInput();
    if (!action || !m_study) {
        show();
        return;
    }
    const bool isAboutSite = study::isAboutSite(*action);
    m_askedSite = isAboutSite ? site->id : Uuid();
    m_askedNumber = m_study->projection.lastOrder() + 1;
    const QString code = toQString(m_study->protocol().code);
    const QString name = isAboutSite ? toQString(site->name) : QString();
    const QString undo = tr("Any coordinator, by the opposite order. The key is not touched.");
    ReviewSheet::Question question;
    question.code = code;
    question.signer = personName(status().me);
    question.askIdentity = signsAnew();
    question.when = bothTimes(now());
    QString icon = QStringLiteral("training");
    QString effect;
    switch (*action) {
    case OrderAction::Pause:
        question.title = tr("Pause the rounds of %1?").arg(code);
        icon = QStringLiteral("pause");
        effect = tr("A round that is under way may end. None begins after it; the sites are told to wait.");
        question.meaning = tr("I pause the rounds of %1.").arg(code);
        question.approve = tr("Pause and sign");
        break;
    case OrderAction::Resume:
        question.title = tr("Let the rounds of %1 go on?").arg(code);
        effect = tr("The next round begins as soon as enough sites are there.");
        question.meaning = tr("I let the rounds of %1 go on.").arg(code);
        question.approve = tr("Resume and sign");
        break;
    case OrderAction::Exclude:
        question.title = tr("Exclude %1 from the rounds of %2?").arg(name, code);
        icon = QStringLiteral("sites");
        effect = tr("At once: its update of the open round does not count, which the receipt says, and it is asked for no more. "
                    "Updates of rounds that are done stay in the model.");
        question.meaning = tr("I exclude %1 from the rounds of %2.").arg(name, code);
        question.approve = tr("Exclude and sign");
        break;
    case OrderAction::Readmit:
        question.title = tr("Readmit %1 to the rounds of %2?").arg(name, code);
        icon = QStringLiteral("sites");
        effect = tr("It takes part again from the next round.");
        question.meaning = tr("I readmit %1 to the rounds of %2.").arg(name, code);
        question.approve = tr("Readmit and sign");
        break;
    }
    question.facts = {{icon, tr("What happens"), effect}, {QStringLiteral("person"), tr("Who can undo it"), undo}};
    m_sheet->ask(question);
}

void TrainingPage::give()
{
    const std::string reason = m_sheet->reason();
    const std::optional<Uuid> identity = m_sheet->identityConfirmed() ? std::optional(status().me.id) : std::nullopt;
    SecretBytes passphrase = m_sheet->takePassphrase();
    m_sheet->setBusy(tr("Checking again, signing and sending…"));
    m_ordering = desk().orderRounds({m_study->protocol().id, *m_asking, m_askedSite, reason, std::move(passphrase), identity, m_askedNumber},
                                    [this](Result<void> done) { given(done); });
}

void TrainingPage::given(const Result<void>& done)
{
    m_ordering = {};
    m_sheet->setBusy({});
    if (done) {
        ask({});
        return;
    }
    const ErrorText text = sentenceFor(done.error());
    m_sheet->setError(text.what, text.todo);
    show();
}

}  // namespace quorate::ui
