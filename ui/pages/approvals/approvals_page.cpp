// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/approvals/approvals_page.h"

#include <QListView>
#include <QVBoxLayout>

#include "ui/pages/approvals/request_list.h"
#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/text/privacy_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/review_sheet.h"

namespace quorate::ui {
namespace {

std::vector<ReviewSheet::Fact> factsOf(const StudySnapshot& study, const study::SiteSpec& site, UtcMillis now)
{
    const study::StudyProtocol& protocol = study.protocol();
    const int numbers = static_cast<int>(protocol.model.inputs) + 1;
    const bool training = protocol.mode == study::StudyMode::Training;
    const bool isNoised = protocol.plan.privacy.kind != study::PrivacyKind::None;
    std::vector<ReviewSheet::Fact> facts{
        {QStringLiteral("training"), ApprovalsPage::tr("What would run"),
         ApprovalsPage::tr("%1, %2. Program %3, the one that reference values v%4 name.")
             .arg(modelWords(protocol.model), planWords(protocol.plan), toQString(study.referenceValues.programVersion))
             .arg(study.referenceValues.version)},
        {QStringLiteral("export"), ApprovalsPage::tr("What leaves the hospital"),
         ApprovalsPage::tr("%n number(s) a round, without noise, with record counts and test figures. No record, no identifier, no "
                           "single prediction.", nullptr, numbers)},
        {QStringLiteral("lock"), ApprovalsPage::tr("What the privacy promise is"),
         isNoised ? privacyPromise(protocol.plan) + QLatin1Char(' ') + privacyMeaning(protocol.plan.privacy)
                  : ApprovalsPage::tr("None beyond that: this study adds no noise, and a model can carry traces of the records it learned from.")},
        {QStringLiteral("attestation"), ApprovalsPage::tr("Where it is combined"),
         training ? ApprovalsPage::tr("In a rehearsal with simulated evidence: nothing here is confidential.")
                  : ApprovalsPage::tr("Inside the attested aggregation service, opened only with %1 of %2 key shares.")
                        .arg(protocol.quorum.threshold).arg(protocol.quorum.shares.size())},
        {QStringLiteral("clock"), ApprovalsPage::tr("How long it holds"),
         ApprovalsPage::tr("Ethics approval %1 ends on %2. So does your answer.")
             .arg(toQString(site.ethics.number), utcDate(site.ethics.expires))},
    };
    if (const QString exceptions = exceptionsSentence(study, now); !exceptions.isEmpty()) {
        facts.push_back({QStringLiteral("caution"), ApprovalsPage::tr("Which machines count by exception"), exceptions});
    }
    return facts;
}

}  // namespace

ApprovalsPage::ApprovalsPage(const PageContext& context, QWidget* parent)
    : Page(PageId::Approvals, context, tr("Approvals"), parent)
{
    head().setSentence(tr("What may run on this hospital's records, and under which conditions"));
    auto* columns = new Columns(theme(), Columns::Side::Leading, 272);
    auto* requests = new Card(theme(), tr("Requests"));
    m_requests = new TableModel(this);
    m_list = new QListView;
    m_list->setAccessibleName(tr("Requests"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(m_requests);
    m_list->setItemDelegate(new RequestDelegate(theme(), m_list));
    requests->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    requests->body()->addWidget(m_list);
    auto* review = new Card(theme());
    m_sheet = new ReviewSheet(theme());
    review->bodyFlush()->addWidget(m_sheet);
    columns->side()->addWidget(requests);
    columns->main()->addWidget(review);
    body()->addWidget(columns, 1);
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) {
        const auto id = parseHexFixed<16>(index.data(TableModel::KeyRole).toString().toStdString());
        if (id) Q_EMIT openStudy(*id);
    });
    connect(m_list, &QListView::clicked, m_list, &QListView::activated);
    connect(m_sheet, &ReviewSheet::approved, this, [this] { decide(study::Decision::Approve); });
    connect(m_sheet, &ReviewSheet::refused, this, [this] { decide(study::Decision::Refuse); });
    connect(m_sheet, &ReviewSheet::closed, this, [this] {
        m_sheet->clearInput();
        Q_EMIT openPage(PageId::Overview);
    });
}

void ApprovalsPage::setStatus(const DeskStatus& status)
{
    Page::setStatus(status);
    m_sheet->setPassphraseHint(status.demo ? demoPassphraseHint() : QString());
    show();
}

void ApprovalsPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    if (!m_study) {
        setState(PageState::Empty, tr("No study asks for your hospital"), tr("A coordinator's request to take part would be here."));
        return;
    }
    setState(PageState::Ready);
    show();
}

const study::SiteSpec* ApprovalsPage::site() const
{
    const study::SiteSpec* own = m_study->protocol().findSite(status().me.site);
    if (own || m_study->protocol().sites.empty()) return own;
    return &m_study->protocol().sites.front();
}

QString ApprovalsPage::blocked() const
{
    if (status().me.role != study::Role::SiteReviewer) {
        return tr("Only a hospital's site reviewer answers for it; you act as %1.").arg(roleWord(status().me.role));
    }
    if (!m_study->protocol().findSite(status().me.site)) return tr("Your hospital is not a site of this study.");
    const study::Participation* answer = answerOf(*m_study, status().me.id);
    if (!answer) return {};
    const QString when = utcDate(answer->signedAt);
    return answer->decision == study::Decision::Approve ? tr("You approved on %1.").arg(when) : tr("You refused on %1.").arg(when);
}

void ApprovalsPage::show()
{
    if (!m_study || !site()) return;
    const study::StudyProtocol& protocol = m_study->protocol();
    const QString code = toQString(protocol.code);
    m_requests->setContent(requestTable(desk().studies(), status().me));
    m_list->setCurrentIndex(m_requests->index(m_requests->rowOf(toQString(toHex(protocol.id))), 0));
    ReviewSheet::Question question;
    question.title = tr("May %1 v%2 train on %3's records?").arg(code).arg(protocol.version).arg(toQString(site()->name));
    question.detail = tr("Protocol %1").arg(shortDigest(m_study->protocolDigest));
    question.facts = factsOf(*m_study, *site(), now());
    for (const std::string& condition : preparedConditions()) question.conditions.emplace_back(condition, conditionWords(condition));
    question.code = code;
    question.signer = personName(status().me);
    question.askIdentity = signsAnew();
    question.when = bothTimes(now());
    question.meaning = tr("I decide on this hospital's participation in %1 v%2 under the conditions above.").arg(code).arg(protocol.version);
    question.approve = tr("Approve and sign");
    question.refuse = tr("Refuse and sign");
    question.blocked = blocked();
    m_sheet->ask(question);
}

void ApprovalsPage::decide(study::Decision decision)
{
    StudyDesk::ParticipationRequest request;
    request.study = m_study->protocol().id;
    request.decision = decision;
    request.conditions = m_sheet->conditions();
    request.reason = m_sheet->reason();
    if (m_sheet->identityConfirmed()) request.identity = status().me.id;
    request.passphrase = m_sheet->takePassphrase();
    m_sheet->setBusy(tr("Signing and sending…"));
    m_deciding = desk().decideParticipation(std::move(request), [this](Result<void> done) {
        m_deciding = {};
        m_sheet->setBusy({});
        if (done) {
            m_sheet->clearInput();
            return;
        }
        const ErrorText text = sentenceFor(done.error());
        m_sheet->setError(text.what, text.todo);
    });
}

}  // namespace quorate::ui
