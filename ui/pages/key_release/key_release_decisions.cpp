// SPDX-License-Identifier: GPL-3.0-or-later
// What may be decided on the key release page, by whom, and through which sheet.
#include <algorithm>

#include <QStackedWidget>

#include "ui/models/study_tables.h"
#include "ui/pages/key_release/key_release_page.h"
#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/review_sheet.h"

namespace quorate::ui {

QString KeyReleasePage::whyNoShare() const
{
    const study::Member& me = status().me;
    bool holds = false;
    for (const auto& share : m_study->protocol().quorum.shares) holds = holds || share.custodian == me.id;
    if (!holds) return tr("Only a custodian of this study seals a share; you act as %1.").arg(roleWord(me.role));
    if (!m_study->statement) return tr("No release statement is frozen yet.");
    if (m_study->statement->value.requester == me.id) return tr("Who asked for the release does not approve it.");
    if (shareOf(*m_study, me.id)) return tr("You have answered this statement.");
    const DryRun run = dryRun(*m_study, now());
    for (const auto& item : run.items) {
        if (item.kind == VerdictKind::Refused) return item.sentence + QLatin1Char('.');
    }
    return {};
}

QString KeyReleasePage::whyNoThaw() const
{
    const auto& agreed = m_study->projection.thawAgreedBy();
    const auto& quorum = m_study->protocol().quorum;
    const bool holds = std::ranges::any_of(quorum.shares, [&](const auto& share) { return share.custodian == status().me.id; });
    if (!holds) return tr("Only custodians of this study thaw it, %1 of them together.").arg(quorum.threshold);
    if (agreed.contains(status().me.id)) return tr("You have agreed. %1 of %2 agreed to thaw.").arg(agreed.size()).arg(quorum.threshold);
    return {};
}

QString KeyReleasePage::whyNoStatement() const
{
    if (status().me.role != study::Role::Coordinator) return tr("Only the coordinator freezes the statement.");
    switch (m_study->projection.state()) {
    case study::StudyState::AwaitingKey: return {};
    case study::StudyState::AwaitingApprovals: return tr("Sites are still deciding on their participation.");
    default: return tr("This study needs no release now: %1.").arg(stateLine(*m_study));
    }
}

void KeyReleasePage::showActions()
{
    const study::StudyState state = m_study->projection.state();
    const bool frozen = state == study::StudyState::Frozen;
    const bool over = state == study::StudyState::Revoked || state == study::StudyState::Finished;
    const bool coordinator = status().me.role == study::Role::Coordinator;
    const QString busy = m_call.isActive() ? tr("The service is being asked.") : QString();
    const auto block = [&](Button* button, const QString& reason) { button->setBlockedBy(busy.isEmpty() ? reason : busy); };
    m_freeze->setText(frozen ? tr("Thaw…") : tr("Freeze…"));
    block(m_freeze, over ? tr("This study is over.") : frozen ? whyNoThaw() : QString());
    block(m_revoke, over ? tr("This study is over.") : QString());
    block(m_seal, whyNoShare());
    block(m_statementButton, whyNoStatement());
    m_statementButton->setVisible(coordinator);
    m_seal->setVisible(!coordinator);
}

void KeyReleasePage::ask(Asking asking)
{
    m_asking = asking;
    m_stack->setCurrentIndex(asking == Asking::Nothing ? 0 : 1);
    m_sheet->clearInput();
    if (asking == Asking::Nothing || !m_study) {
        show();
        return;
    }
    const auto& protocol = m_study->protocol();
    const QString code = toQString(protocol.code);
    ReviewSheet::Question question;
    question.code = code;
    question.signer = personName(status().me);
    question.askIdentity = signsAnew();
    question.when = bothTimes(now());
    const QString stops = tr("No key share is combined and no round starts while it holds. Rounds done so far stay as they are.");
    switch (asking) {
    case Asking::Statement:
        question.title = tr("Freeze the release statement of %1?").arg(code);
        question.facts = {
            {QStringLiteral("attestation"), tr("What happens"), tr("The service is challenged once more. What it shows is judged here and becomes the statement; evidence that is refused is not signed.")},
            {QStringLiteral("key"), tr("What follows"), tr("Custodians check the same evidence, and seal their shares to the enclave key in the statement or refuse. You cannot be one of them.")},
        };
        question.meaning = tr("I ask for the release of %1's key, epoch %2, on what this computer has checked.").arg(code).arg(protocol.keyEpoch);
        question.approve = tr("Freeze and sign");
        break;
    case Asking::Share:
        question.title = tr("Seal your share of %1's key to this enclave?").arg(code);
        question.detail = tr("Statement %1").arg(shortDigest(m_study->statement->digest));
        m_shown = m_study->statement->digest;
        question.facts = {
            {QStringLiteral("key"), tr("What happens"), tr("Your share is sealed to the enclave key in the statement. It cannot be taken back.")},
            {QStringLiteral("attestation"), tr("What was compared"), tr("%n field(s) of the live evidence differ from the statement. A fresh challenge is made before sealing.", nullptr, differingFields(*m_study))},
            {QStringLiteral("clock"), tr("How long the offer holds"), tr("Until %1 UTC, %2.").arg(utcMinute(m_study->statement->value.notAfter), utcDate(m_study->statement->value.notAfter))},
        };
        question.meaning = tr("I decide on the release of %1's key, epoch %2, to this enclave.").arg(code).arg(protocol.keyEpoch);
        question.approve = tr("Approve and seal");
        question.refuse = tr("Refuse and sign");
        break;
    case Asking::Freeze:
        question.title = tr("Freeze %1?").arg(code);
        question.facts = {{QStringLiteral("freeze"), tr("What happens"), stops},
                          {QStringLiteral("person"), tr("Who can undo it"), tr("%1 custodians together.").arg(protocol.quorum.threshold)}};
        question.meaning = tr("I freeze %1.").arg(code);
        question.approve = tr("Freeze and sign");
        break;
    case Asking::Thaw:
        question.title = tr("Let %1 go on?").arg(code);
        question.facts = {{QStringLiteral("training"), tr("What happens"), tr("The study goes on where it was frozen, once %1 custodians have agreed. %2 of %1 agreed so far.").arg(protocol.quorum.threshold).arg(m_study->projection.thawAgreedBy().size())}};
        m_shown = m_study->projection.freezeOrder();
        question.meaning = tr("I let %1 go on.").arg(code);
        question.approve = tr("Thaw and sign");
        break;
    case Asking::Revoke:
        question.title = tr("Revoke %1's key, epoch %2?").arg(code).arg(protocol.keyEpoch);
        question.facts = {{QStringLiteral("revoke"), tr("What happens"), tr("This key epoch is over for good. Going on needs a new epoch and the quorum again.")}};
        question.meaning = tr("I revoke %1's key, epoch %2.").arg(code).arg(protocol.keyEpoch);
        question.refuse = tr("Revoke and sign");
        break;
    case Asking::Nothing: break;
    }
    m_sheet->ask(question);
}

void KeyReleasePage::answer(study::Decision decision)
{
    const Uuid study = m_study->protocol().id;
    const std::string reason = m_sheet->reason();
    const std::optional<Uuid> identity = m_sheet->identityConfirmed() ? std::optional(status().me.id) : std::nullopt;
    SecretBytes passphrase = m_sheet->takePassphrase();
    m_sheet->setBusy(tr("Checking again, signing and sending…"));
    const auto done = [this](Result<void> result) { finished(result); };
    if (m_asking == Asking::Statement) {
        m_call = desk().freezeStatement({study, reason, std::move(passphrase), identity}, done);
    } else if (m_asking == Asking::Share) {
        m_call = desk().decideShare({study, m_shown, decision, reason, std::move(passphrase), identity}, done);
    } else {
        using Kind = release::Revocation::Kind;
        const Kind kind = m_asking == Asking::Revoke ? Kind::Revoke : m_asking == Asking::Thaw ? Kind::Thaw : Kind::Freeze;
        m_call = desk().stop({study, kind, reason, std::move(passphrase), identity, kind == Kind::Thaw ? m_shown : Digest32()}, done);
    }
    showActions();
}

void KeyReleasePage::finished(const Result<void>& done)
{
    m_call = {};
    m_sheet->setBusy({});
    if (done) {
        ask(Asking::Nothing);
        return;
    }
    const ErrorText text = sentenceFor(done.error());
    if (m_asking != Asking::Nothing) m_sheet->setError(text.what, text.todo);
    show();
    if (m_asking == Asking::Nothing) m_verdict->showVerdict(VerdictKind::Refused, text.what, text.todo);
}

}  // namespace quorate::ui
