// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/studies/studies_page.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QListWidget>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/privacy_text.h"
#include "ui/text/rule_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/rows.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {
namespace {

constexpr int kSectionRow = 36;

QString grouped(const QString& hex)
{
    QString out;
    for (int i = 0; i < hex.size(); i += 8) {
        if (i > 0) out += i % 32 == 0 ? QLatin1Char('\n') : QLatin1Char(' ');
        out += hex.mid(i, 8);
    }
    return out;
}

}  // namespace

StudiesPage::StudiesPage(const PageContext& context, QWidget* parent) : Page(PageId::Studies, context, tr("Studies"), parent)
{
    auto* columns = new Columns(theme(), Columns::Side::Trailing, 300);
    auto* protocol = new QHBoxLayout;
    protocol->setSpacing(space::kLarge);
    auto* contents = new Card(theme());
    contents->setFixedWidth(196);
    m_names = new QListWidget;
    m_names->setAccessibleName(tr("Sections of the protocol"));
    m_names->setFrameShape(QFrame::NoFrame);
    m_names->setIconSize({18, 18});
    m_names->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    contents->bodyFlush()->setContentsMargins(6, 8, 6, 8);
    contents->body()->addWidget(m_names);
    auto* middle = new Card(theme());
    m_sections = new QStackedWidget;
    middle->bodyFlush()->addWidget(m_sections);
    auto* digest = new Card(theme(), tr("Digest of the protocol"));
    m_digest = (new TextLabel(theme(), FontRole::Fixed, Token::Text))->selectable();
    m_signed = (new TextLabel(theme(), FontRole::Small, Token::Text2))->wrapped();
    digest->body()->addWidget(m_digest);
    digest->body()->addWidget(m_signed);
    auto* approvals = new Card(theme(), tr("Approvals"));
    m_approvals = new QVBoxLayout;
    approvals->body()->addLayout(m_approvals);
    protocol->addWidget(contents);
    protocol->addWidget(middle, 1);
    columns->main()->addLayout(protocol, 1);
    columns->side()->addWidget(digest);
    columns->side()->addWidget(approvals);
    columns->side()->addStretch(1);
    body()->addWidget(columns, 1);
    connect(&theme(), &Theme::changed, this, [this] {
        for (int i = 0; i < m_names->count(); ++i) {
            QListWidgetItem& item = *m_names->item(i);
            item.setIcon(theme().icon(item.data(Qt::UserRole).toString(), 18, theme().color(Token::Text2)));
        }
    });
    connect(m_names, &QListWidget::currentRowChanged, m_sections, &QStackedWidget::setCurrentIndex);
}

void StudiesPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    if (!study) {
        setState(PageState::Empty, tr("No study yet"), tr("The protocol of the study in hand would be here."));
        return;
    }
    setState(PageState::Ready);
    const study::StudyProtocol& protocol = study->protocol();
    head().setTitle(tr("%1, protocol v%2").arg(toQString(protocol.code)).arg(protocol.version));
    head().setSentence(toQString(protocol.title));
    m_digest->setText(grouped(toQString(toHex(study->protocolDigest))));
    m_signed->setText(tr("Signed by %1 on %2. Approvals bind to it.").arg(toQString(protocol.lead), utcDate(protocol.createdAt)));
    clearRows(*m_approvals);
    const VerdictKind good = passed(protocol.mode == study::StudyMode::Training);
    for (const auto& site : protocol.sites) {
        const auto& progress = study->projection.sites().at(site.id);
        const VerdictKind kind = progress.approved ? good : progress.refused ? VerdictKind::Refused : VerdictKind::Unknown;
        auto* badge = new TrustBadge(theme(), {kind, tr("Site reviewer, %1").arg(toQString(site.name)), {}, false});
        badge->setPlain(true);
        addRow(*m_approvals, badge);
    }
    if (m_shown == study->protocolDigest) return;
    m_shown = study->protocolDigest;
    addSections(*study);
}

void StudiesPage::addSection(const QString& icon, const QString& name, const Lines& lines, TableModel* table)
{
    auto* section = new QWidget;
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, space::kSmall);
    column->setSpacing(0);
    auto* head = new TextLabel(theme(), FontRole::Strong, Token::Text, name);
    head->setContentsMargins(space::kLarge, 0, 0, 0);
    head->setFixedHeight(height::kCardHead);
    column->addWidget(head);
    column->addWidget(new Hairline(theme()));
    auto* form = new QFormLayout;
    form->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    form->setVerticalSpacing(space::kSmall);
    form->setHorizontalSpacing(space::kPage);
    for (const auto& [label, value] : lines) {
        auto* caption = new TextLabel(theme(), FontRole::Body, Token::Text3, label);
        caption->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        form->addRow(caption, (new TextLabel(theme(), FontRole::Body, Token::Text, value))->wrapped());
    }
    if (!lines.empty()) column->addLayout(form);
    if (table) {
        auto* view = new TableView(theme(), name);
        view->setModel(table);
        view->setStretchColumn(1);
        table->setParent(view);
        column->addWidget(view, 1);
    } else {
        column->addStretch(1);
    }
    m_sections->addWidget(section);
    auto* item = new QListWidgetItem(theme().icon(icon, 18, theme().color(Token::Text2)), name, m_names);
    item->setData(Qt::UserRole, icon);
    item->setSizeHint({0, kSectionRow});
}

void StudiesPage::addSections(const StudySnapshot& study)
{
    m_names->clear();
    while (m_sections->count() > 0) delete m_sections->widget(0);
    const study::StudyProtocol& protocol = study.protocol();
    const bool training = protocol.mode == study::StudyMode::Training;
    const auto& plan = protocol.plan;
    addSection(QStringLiteral("person"), tr("Question and lead"), {{tr("Question"), toQString(protocol.question)}, {tr("Lead"), toQString(protocol.lead)},
                                         {tr("Mode"), training ? tr("Training: a rehearsal, nothing it yields counts") : tr("Production")}});
    auto* dictionary = new TableModel;
    dictionary->setContent(dictionaryTable(protocol.dictionary));
    addSection(QStringLiteral("table"), tr("Data dictionary"), {{tr("Outcome"), outcomeWords(protocol.dictionary)}}, dictionary);
    addSection(QStringLiteral("results"), tr("Model"), {{tr("Model"), modelWords(protocol.model)}, {tr("Preparation"), preparationWords(plan.privacy)}});
    addSection(QStringLiteral("training"), tr("Training plan"), {{tr("Plan"), planWords(plan)},
                                     {tr("Rule"), ruleParameters(plan).isEmpty() ? ruleName(plan) : tr("%1: %2").arg(ruleName(plan), ruleParameters(plan))},
                                     {tr("When to use it"), ruleAdvice(plan)},
                                     {tr("Optimiser"), plan.optimiser == study::Optimiser::Sgd ? tr("SGD") : tr("Adam")},
                                     {tr("Learning rate"), QString::number(plan.learningRate)},
                                     {tr("Batch"), batchWords(plan)},
                                     {tr("Minimum sites"), QString::number(plan.minimumSites)},
                                     {tr("Round deadline"), durationText(std::chrono::seconds(plan.roundDeadlineSeconds))},
                                     {tr("A slow site"), plan.partialWork ? tr("Sends the steps it has done") : tr("Misses the round")},
                                     {tr("Seed"), QString::number(plan.seed)}});
    addSection(QStringLiteral("lock"), tr("Privacy"), {{tr("Promise"), privacyPromise(plan)}, {tr("Meaning"), privacyMeaning(plan.privacy)}});
    Lines sites;
    for (const auto& site : protocol.sites) {
        sites.emplace_back(toQString(site.name), tr("%1, until %2. %3").arg(toQString(site.ethics.number), utcDate(site.ethics.expires),
                                                                            site.teeRequired ? tr("TEE required.") : tr("TEE not required.")));
    }
    addSection(QStringLiteral("sites"), tr("Sites"), sites);
    Lines quorum{{tr("Rule"), tr("%1 of %2 custodians, from at least %n organisation(s)", nullptr, static_cast<int>(protocol.quorum.distinctOrganisations))
                                  .arg(protocol.quorum.threshold).arg(protocol.quorum.shares.size())},
                 {tr("Key epoch"), QString::number(protocol.keyEpoch)}};
    for (const auto& share : protocol.quorum.shares) quorum.emplace_back(tr("Custodian"), memberName(study, share.custodian));
    addSection(QStringLiteral("key"), tr("Quorum rules"), quorum);
    addSection(QStringLiteral("compare"), tr("Reference values"), {{tr("Digest"), grouped(toQString(toHex(protocol.referenceValuesDigest)))},
                                        {tr("Version"), QString::number(study.referenceValues.version)},
                                        {tr("Program"), toQString(study.referenceValues.programVersion)}});
    addSection(QStringLiteral("attestation"), tr("Appraisal policy"), {{tr("Profile"), toQString(attestation::nameOf(study.policy.profile))},
                                        {tr("Digest"), grouped(toQString(toHex(protocol.policyDigest)))}});
    m_names->setCurrentRow(0);
}

}  // namespace quorate::ui
