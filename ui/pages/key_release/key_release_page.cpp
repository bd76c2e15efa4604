// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/key_release/key_release_page.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/pages/key_release/quorum_rows.h"
#include "ui/text/formats.h"
#include "ui/text/roster_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/quorum_ring.h"
#include "ui/widgets/review_sheet.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {
namespace {

void clear(QLayout& layout)
{
    while (QLayoutItem* item = layout.takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        if (item->widget()) item->widget()->hide();
        if (item->layout()) clear(*item->layout());
        delete item;
    }
}

}  // namespace

KeyReleasePage::KeyReleasePage(const PageContext& context, QWidget* parent)
    : Page(PageId::KeyRelease, context, tr("Key release"), parent)
{
    buildActions();
    m_verdict = new Banner(theme());
    body()->addWidget(m_verdict);
    m_match = new TrustBadge(theme(), {});
    m_verdict->addAction(m_match);
    auto* cockpit = new Columns(theme(), Columns::Side::Trailing, 372);
    buildMain(cockpit->main());
    buildSide(cockpit->side());
    auto* review = new Card(theme());
    m_sheet = new ReviewSheet(theme());
    review->bodyFlush()->addWidget(m_sheet);
    m_stack = new QStackedWidget;
    m_stack->addWidget(cockpit);
    m_stack->addWidget(review);
    body()->addWidget(m_stack, 1);
    connect(m_sheet, &ReviewSheet::approved, this, [this] { answer(study::Decision::Approve); });
    connect(m_sheet, &ReviewSheet::refused, this, [this] { answer(study::Decision::Refuse); });
    connect(m_sheet, &ReviewSheet::closed, this, [this] { ask(Asking::Nothing); });
}

void KeyReleasePage::buildActions()
{
    m_statementButton = new Button(theme(), tr("Freeze statement…"), ButtonKind::Default, QStringLiteral("lock"));
    m_statementButton->setObjectName(QStringLiteral("freezeStatement"));
    m_freeze = new Button(theme(), tr("Freeze…"), ButtonKind::Default, QStringLiteral("freeze"));
    m_freeze->setObjectName(QStringLiteral("freezeStudy"));
    m_revoke = new Button(theme(), tr("Revoke…"), ButtonKind::Danger, QStringLiteral("revoke"));
    m_revoke->setObjectName(QStringLiteral("revokeKey"));
    m_seal = new Button(theme(), tr("Approve and seal my share…"), ButtonKind::Primary, QStringLiteral("key"));
    m_seal->setObjectName(QStringLiteral("sealShare"));
    for (Button* button : {m_statementButton, m_freeze, m_revoke, m_seal}) head().addAction(button);
    connect(m_statementButton, &QPushButton::clicked, this, [this] { ask(Asking::Statement); });
    connect(m_freeze, &QPushButton::clicked, this, [this] {
        ask(m_study->projection.state() == study::StudyState::Frozen ? Asking::Thaw : Asking::Freeze);
    });
    connect(m_revoke, &QPushButton::clicked, this, [this] { ask(Asking::Revoke); });
    connect(m_seal, &QPushButton::clicked, this, [this] { ask(Asking::Share); });
}

void KeyReleasePage::buildMain(QVBoxLayout* column)
{
    m_statementCard = new Card(theme(), tr("Release statement"));
    m_statement = new TableModel(this);
    auto* table = new TableView(theme(), tr("Statement against live evidence"));
    table->setModel(m_statement);
    table->setStretchColumns({1, 2}, TableView::Share::Equally);
    table->setMinimumHeight(height::kTableHead + 5 * height::kTableRow);
    m_statementCard->bodyFlush()->setContentsMargins(1, 0, 1, 1);
    m_statementCard->body()->addWidget(table, 1);
    m_statementCard->body()->addWidget(new Hairline(theme()));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(space::kLarge, 3, space::kMedium, 3);
    m_valid = new TextLabel(theme(), FontRole::Small, Token::Text3);
    m_allChecks = new Button(theme(), tr("All checks"), ButtonKind::Link);
    m_allChecks->setObjectName(QStringLiteral("allChecks"));
    foot->addWidget(m_valid);
    foot->addStretch(1);
    foot->addWidget(m_allChecks);
    m_statementCard->body()->addLayout(foot);
    column->addWidget(m_statementCard, 1);
    connect(m_allChecks, &QPushButton::clicked, this, [this] { Q_EMIT openPage(PageId::Attestation); });
    auto* dry = new Card(theme(), tr("Dry run"));
    dry->setNote(tr("what the enclave would decide now"));
    m_dryRun = new QGridLayout;
    m_dryRun->setVerticalSpacing(space::kSmall);
    dry->body()->addLayout(m_dryRun);
    m_dryRun->setColumnStretch(1, 1);
    m_dryRun->setColumnStretch(3, 1);
    column->addWidget(dry);
}

void KeyReleasePage::buildSide(QVBoxLayout* column)
{
    auto* quorum = new Card(theme());
    auto* top = new QHBoxLayout;
    top->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    top->setSpacing(space::kLarge);
    m_ring = new QuorumRing(theme());
    auto* words = new QVBoxLayout;
    m_needed = (new TextLabel(theme(), FontRole::Section, Token::Text))->wrapped();
    m_rule = (new TextLabel(theme(), FontRole::Small, Token::Text2))->wrapped();
    words->addStretch(1);
    words->addWidget(m_needed);
    words->addWidget(m_rule);
    words->addStretch(1);
    top->addWidget(m_ring);
    top->addLayout(words, 1);
    quorum->bodyFlush()->setContentsMargins(0, 0, 0, 1);
    quorum->body()->addLayout(top);
    m_custodians = new QVBoxLayout;
    m_custodians->setSpacing(0);
    quorum->body()->addLayout(m_custodians);
    column->addWidget(quorum);
    auto* history = new Card(theme(), tr("Timeline"));
    history->setRightNote(tr("UTC"));
    m_timeline = new QVBoxLayout;
    m_timeline->setSpacing(0);
    history->body()->addLayout(m_timeline);
    history->body()->addStretch(1);
    column->addWidget(history, 1);
}

void KeyReleasePage::setStatus(const DeskStatus& status)
{
    const bool another = status.me.id != Page::status().me.id;
    Page::setStatus(status);
    m_sheet->setPassphraseHint(status.demo ? demoPassphraseHint() : QString());
    m_sheet->setIdentityAsked(signsAnew());
    if (another) ask(Asking::Nothing);
}

void KeyReleasePage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    if (!m_study) {
        setState(PageState::Empty, tr("No study is open"), tr("Its release statement and its custodians would be here."));
        return;
    }
    setState(PageState::Ready);
    show();
}

void KeyReleasePage::show()
{
    if (!m_study) return;
    const DryRun run = dryRun(*m_study, now());
    head().setSentence(tr("%1, key epoch %2. %n person(s) each check, then the key goes.", nullptr,
                          static_cast<int>(m_study->protocol().quorum.threshold))
                           .arg(toQString(m_study->protocol().code)).arg(m_study->protocol().keyEpoch));
    showBanner(run);
    showStatement();
    showDryRun(run);
    showCustodians(run);
    showTimeline();
    showActions();
}

void KeyReleasePage::showStatement()
{
    m_statement->setContent(statementTable(*m_study));
    const NodeAppraisal* live = serviceNode(*m_study);
    const int checks = live ? static_cast<int>(live->result.checks.size()) : 0;
    m_allChecks->setText(tr("All %1 checks").arg(checks));
    m_allChecks->setVisible(checks > 0);
    m_match->setVisible(live && m_study->statement);
    if (!m_study->statement) {
        m_statementCard->setNote(tr("not frozen yet"));
        m_statementCard->setRightNote({});
        m_valid->setText(tr("The coordinator freezes what the service's evidence shows; it is then compared here."));
        return;
    }
    const auto& statement = m_study->statement->value;
    m_statementCard->setNote(tr("frozen %1 UTC by %2").arg(utcMinute(statement.notBefore), memberName(*m_study, statement.requester)));
    m_statementCard->setRightNote(shortDigest(m_study->statement->digest));
    m_valid->setText(tr("Valid %1–%2 UTC, %3").arg(utcMinute(statement.notBefore), utcMinute(statement.notAfter), utcDate(statement.notAfter)));
    if (!live) return;
    const bool equal = differingFields(*m_study) == 0;
    const VerdictKind good = passed(m_study->protocol().mode == study::StudyMode::Training);
    m_match->setLook(equal ? BadgeLook{good, tr("Live evidence equals the statement"), {}, false}
                           : BadgeLook{VerdictKind::Refused, tr("Live evidence differs"), {}, false});
}

void KeyReleasePage::showBanner(const DryRun& run)
{
    const study::StudyState state = m_study->projection.state();
    const bool training = m_study->protocol().mode == study::StudyMode::Training;
    const bool released = state == study::StudyState::Quorate || state == study::StudyState::Running || state == study::StudyState::Finished;
    if (state == study::StudyState::Revoked) {
        m_verdict->showVerdict(VerdictKind::Refused, tr("The key is revoked"), tr("This epoch is over; a new one needs the quorum again."));
    } else if (state == study::StudyState::Frozen) {
        m_verdict->showVerdict(VerdictKind::Refused, tr("The study is frozen"), tr("Nothing is released and no round runs until the quorum thaws it: %1 of %2 agreed to thaw.")
                                                                                           .arg(m_study->projection.thawAgreedBy().size())
                                                                                           .arg(m_study->protocol().quorum.threshold));
    } else if (released) {
        m_verdict->showVerdict(passed(training), tr("Released: the enclave has the key"), tr("%1 of %2 shares were sealed to its attested key.").arg(run.sealed).arg(run.needed));
    } else if (!m_study->statement) {
        m_verdict->showWaiting(tr("Would not release yet: no statement is frozen"), tr("The coordinator freezes what the service's evidence shows; custodians then approve exactly that."));
    } else if (!run.isClear()) {
        QStringList against;
        for (const auto& item : run.items) {
            if (item.kind == VerdictKind::Refused) against << item.sentence;
        }
        m_verdict->showVerdict(VerdictKind::Refused, tr("Would refuse"), against.join(QStringLiteral("; ")) + QLatin1Char('.'));
    } else if (run.missing() > 0) {
        const auto left = std::chrono::floor<std::chrono::seconds>(UtcMillis(m_study->statement->value.notAfter) - now());
        m_verdict->showWaiting(tr("Would not release yet: %n share(s) missing", nullptr, run.missing()),
                               tr("Nothing else stands against it. The offer ends in %1.").arg(durationText(left)));
    } else {
        m_verdict->showWaiting(tr("Would release"), tr("Enough shares are sealed; the enclave has not confirmed yet."));
    }
}

void KeyReleasePage::showDryRun(const DryRun& run)
{
    clear(*m_dryRun);
    const int half = (static_cast<int>(run.items.size()) + 1) / 2;
    for (int i = 0; i < static_cast<int>(run.items.size()); ++i) {
        const auto& item = run.items[static_cast<std::size_t>(i)];
        auto* icon = new IconLabel(theme(), iconOf(item.kind), 16, Token::Text2);
        icon->setVerdictIcon(iconOf(item.kind), item.kind);
        icon->setAccessibleName(wordOf(item.kind));
        m_dryRun->addWidget(icon, i % half, i / half * 2);
        m_dryRun->addWidget((new TextLabel(theme(), FontRole::Small, Token::Text, item.sentence))->wrapped(), i % half, i / half * 2 + 1);
    }
    if (run.items.empty()) m_dryRun->addWidget(new TextLabel(theme(), FontRole::Small, Token::Text3, tr("Starts when a statement is frozen.")), 0, 0);
}

void KeyReleasePage::showCustodians(const DryRun& run)
{
    const auto& quorum = m_study->protocol().quorum;
    const VerdictKind good = passed(m_study->protocol().mode == study::StudyMode::Training);
    m_ring->setShares(run.sealed, static_cast<int>(quorum.threshold));
    const int missing = static_cast<int>(quorum.threshold) - run.sealed;
    m_needed->setText(missing > 0 ? tr("%n more share(s) needed", nullptr, missing) : tr("The quorum is complete"));
    m_rule->setText(tr("Any %1 of %2 custodians, from at least %n organisation(s). The enclave combines the shares; no computer "
                       "outside it ever holds the key.", nullptr, static_cast<int>(quorum.distinctOrganisations))
                        .arg(quorum.threshold).arg(quorum.shares.size()));
    clear(*m_custodians);
    for (const auto& share : quorum.shares) {
        const bool me = share.custodian == status().me.id;
        const auto* given = shareOf(*m_study, share.custodian);
        BadgeLook look{VerdictKind::Unknown, tr("Not given"), {}, false};
        QString below = tr("Not answered");
        if (given) {
            const bool sealed = given->value.decision == study::Decision::Approve;
            look = sealed ? BadgeLook{good, tr("Sealed"), {}, false} : BadgeLook{VerdictKind::Refused, tr("Refused"), {}, false};
            below = sealed ? tr("Sealed %1 UTC").arg(utcMinute(given->receivedAt)) : toQString(given->value.reason);
        } else if (me) {
            look = {VerdictKind::Unknown, tr("Your decision"), QStringLiteral("key"), true};
        }
        const study::Member* member = m_study->roster.find(share.custodian);
        if (const QString revoked = member ? revocationWords(*member, now()) : QString(); !revoked.isEmpty()) {
            // A share that was sealed before stays sealed; no other comes from then on.
            if (!given && member->isRevokedAt(toSeconds(now()))) look = {VerdictKind::Refused, tr("Revoked"), {}, false};
            below = given ? below + QLatin1Char('\n') + revoked : revoked;
        }
        QString name = memberName(*m_study, share.custodian);
        if (me) {
            // The organisation may be part of the printed name; here it has the second line.
            const QString organisation = toQString(status().me.organisation);
            QString title = toQString(status().me.name);
            if (title.endsWith(QStringLiteral(", ") + organisation)) title.chop(organisation.size() + 2);
            name = tr("You, %1").arg(title);
            below = tr("%1: %2", "organisation: answer").arg(organisation, below);
        }
        m_custodians->addWidget(new Hairline(theme()));
        m_custodians->addWidget(new CustodianRow(theme(), name, below, look, me));
    }
}

void KeyReleasePage::showTimeline()
{
    clear(*m_timeline);
    using study::EventKind;
    std::vector<HistoryRow*> rows;
    const auto add = [&](const QString& time, const QString& what, bool toCome) {
        rows.push_back(new HistoryRow(theme(), time, what, toCome));
        m_timeline->addWidget(rows.back());
    };
    for (const auto& event : m_study->projection.events()) {
        switch (event.kind) {
        case EventKind::StatementFrozen:
        case EventKind::ShareSealed:
        case EventKind::ShareRefused:
        case EventKind::KeyReleased:
        case EventKind::KeyRevoked:
        case EventKind::StudyFrozen:
        case EventKind::ProductAccepted:
        case EventKind::ThawAgreed:
        case EventKind::StudyThawed: add(utcMinute(event.at), sentenceFor(event, *m_study), false); break;
        default: break;
        }
    }
    const bool open = m_study->statement && m_study->projection.state() == study::StudyState::AwaitingKey;
    if (open) add(utcMinute(m_study->statement->value.notAfter), tr("Offer ends; nothing is released after it"), true);
    if (rows.empty()) add(QStringLiteral("–"), tr("Nothing yet"), true);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i]->setEnds(i == 0, i + 1 == rows.size());
}

}  // namespace quorate::ui
