// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/results_page.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/privacy_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/interval_plot.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

int signedReceipts(const StudySnapshot& study)
{
    int count = 0;
    for (const auto& event : study.projection.events()) count += event.kind == study::EventKind::ReceiptSigned ? 1 : 0;
    return count;
}

}  // namespace

ResultsPage::ResultsPage(const PageContext& context, QWidget* parent) : Page(PageId::Results, context, tr("Results"), parent)
{
    head().setSentence(tr("Does the federation help each hospital? Compared with the model that each site trains alone"));
    m_measure = new QComboBox;
    m_measure->setObjectName(QStringLiteral("measure"));
    m_measure->setAccessibleName(tr("Figure that is compared"));
    m_measure->view()->setAccessibleName(m_measure->accessibleName());
    m_measure->addItems({tr("Accuracy"), tr("AUC")});
    head().addAction(m_measure);
    auto* columns = new Columns(theme(), Columns::Side::Trailing, 388);
    buildMain(columns->main());
    buildSide(columns->side());
    body()->addWidget(columns, 1);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &ResultsPage::showFigures);
}

void ResultsPage::buildMain(QVBoxLayout* column)
{
    auto* plot = new Card(theme());
    m_legend = new IntervalLegend(theme());
    auto* legend = new QHBoxLayout;
    legend->setContentsMargins(space::kLarge, 9, space::kLarge, 9);
    legend->addWidget(m_legend);
    legend->addStretch(1);
    m_plot = new IntervalPlot(theme());
    plot->bodyFlush()->setContentsMargins(1, 0, 1, 0);
    plot->body()->addLayout(legend);
    plot->body()->addWidget(new Hairline(theme()));
    plot->body()->addWidget(m_plot, 1);
    column->addWidget(plot, 1);
    auto* table = new Card(theme());
    m_table = new TableModel(this);
    auto* view = new TableView(theme(), tr("Results per site"));
    view->setModel(m_table);
    view->setFitToRows(true);
    table->bodyFlush()->setContentsMargins(1, 0, 1, 4);
    table->body()->addWidget(view);
    column->addWidget(table);
}

void ResultsPage::buildSide(QVBoxLayout* column)
{
    m_verdict = new Banner(theme());
    column->addWidget(m_verdict);
    auto* card = new Card(theme(), tr("Model card"));
    m_card = new QGridLayout;
    m_card->setHorizontalSpacing(space::kMedium);
    m_card->setColumnStretch(1, 1);
    card->body()->addLayout(m_card);
    column->addWidget(card);
    auto* receipts = new Card(theme(), tr("Round receipts"));
    receipts->setNote(tr("signed by the service"));
    m_receipts = new TableModel(this);
    auto* list = new TableView(theme(), tr("Round receipts"));
    list->setModel(m_receipts);
    list->setStretchColumn(1);
    list->setMinimumHeight(160);
    receipts->bodyFlush()->setContentsMargins(1, 0, 1, 4);
    receipts->body()->addWidget(list);
    column->addWidget(receipts, 1);
}

void ResultsPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = study && !comparisons(*study).empty() ? std::move(study) : nullptr;
    m_measure->setVisible(m_study != nullptr);
    if (!m_study) {
        setState(PageState::Empty, tr("No results yet"),
                 tr("After the last round each site compares its own model with the federated one on its own test records."));
        return;
    }
    setState(PageState::Ready);
    showFigures();
    showVerdict(*m_study);
    showCard(*m_study);
    showReceipts(*m_study);
}

void ResultsPage::showFigures()
{
    if (!m_study) return;
    const auto measure = m_measure->currentIndex() == 1 ? ResultMeasure::Auc : ResultMeasure::Accuracy;
    const auto sites = comparisons(*m_study, measure);
    QStringList names{tr("Own model"), tr("Federated")};
    if (sites.back().pooled) names << tr("Pooled, allowed by protocol");
    m_legend->setNames(names);
    m_plot->setComparisons(sites, measure == ResultMeasure::Auc ? tr("AUC on the site's own test records; no interval is known")
                                                                : tr("Accuracy on the site's own test records, 95 % interval"));
    m_table->setContent(resultTable(*m_study, measure));
}

void ResultsPage::showVerdict(const StudySnapshot& study)
{
    const int receipts = signedReceipts(study);
    if (study.protocol().mode == study::StudyMode::Training) {
        m_verdict->showVerdict(VerdictKind::Training, tr("A rehearsal: these results do not count"),
                               tr("%n round receipt(s), simulated evidence.", nullptr, receipts));
    } else {
        m_verdict->showVerdict(VerdictKind::Unknown, tr("%n round receipt(s) announced", nullptr, receipts),
                               tr("This page shows their digests; it does not verify the signatures."));
    }
}

void ResultsPage::addLine(const QString& name, const QString& value)
{
    const int row = m_card->rowCount();
    m_card->addWidget(new TextLabel(theme(), FontRole::Small, Token::Text3, name), row, 0, Qt::AlignTop);
    m_card->addWidget((new TextLabel(theme(), FontRole::Small, Token::Text, value))->wrapped(), row, 1);
}

void ResultsPage::showCard(const StudySnapshot& study)
{
    while (QLayoutItem* item = m_card->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    std::uint32_t smallest = 0;
    QString weak;
    for (const SiteComparison& site : comparisons(study)) {
        if (!weak.isEmpty() && site.records >= smallest) continue;
        smallest = site.records;
        weak = tr("%1 (%n test record(s))", nullptr, static_cast<int>(site.records)).arg(site.name);
    }
    addLine(tr("Model"), modelWords(study.protocol().model));
    addLine(tr("Preparation"), preparationWords(study.protocol().plan.privacy));
    addLine(tr("Trained by"), planWords(study.protocol().plan));
    addLine(tr("Meant for"), tr("Research on the study's question; not for the care of a patient"));
    addLine(tr("Fewest records"), weak);
    const auto& model = study.projection.finalModel();
    addLine(tr("Model digest"), model ? shortDigest(*model) : tr("not finished"));
    const bool isNoised = study.protocol().plan.privacy.kind != study::PrivacyKind::None;
    addLine(tr("Privacy"), isNoised ? privacySpentLine(study) : tr("No noise was added; attestation protects the training, not the model"));
}

void ResultsPage::showReceipts(const StudySnapshot& study)
{
    TableContent table;
    table.header = {{.text = tr("Round"), .number = true}, {.text = tr("Receipt")}, {.text = tr("UTC"), .number = true}};
    for (const auto& event : study.projection.events()) {
        if (event.kind != study::EventKind::ReceiptSigned) continue;
        const QString round = QString::number(event.round);
        table.rows.push_back({round, {{.text = round, .number = true}, {.text = shortDigest(event.digest), .fixed = true},
                                      {.text = utcMinute(event.at), .number = true, .quiet = true}}, false});
    }
    m_receipts->setContent(std::move(table));
}

}  // namespace quorate::ui
