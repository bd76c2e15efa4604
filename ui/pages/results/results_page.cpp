// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/results_page.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
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
    auto* columns = new QHBoxLayout;
    columns->setSpacing(space::kLarge);
    auto* main = new QVBoxLayout;
    main->setSpacing(space::kMedium);
    auto* plot = new Card(theme(), tr("Accuracy"));
    m_legend = new TextLabel(theme(), FontRole::Small, Token::Text2);
    plot->addTool(m_legend);
    m_plot = new IntervalPlot(theme());
    plot->bodyFlush()->addWidget(m_plot);
    main->addWidget(plot, 1);
    auto* table = new Card(theme());
    m_table = new TableModel(this);
    auto* view = new TableView(theme(), tr("Results per site"));
    view->setModel(m_table);
    view->setFitToRows(true);
    table->bodyFlush()->setContentsMargins(1, 0, 1, 4);
    table->body()->addWidget(view);
    main->addWidget(table);
    auto* side = new QVBoxLayout;
    side->setSpacing(space::kMedium);
    m_verdict = new Banner(theme());
    side->addWidget(m_verdict);
    auto* card = new Card(theme(), tr("Model card"));
    card->setMinimumWidth(370);
    m_card = new QGridLayout;
    m_card->setHorizontalSpacing(space::kMedium);
    m_card->setColumnStretch(1, 1);
    card->body()->addLayout(m_card);
    side->addWidget(card);
    auto* receipts = new Card(theme(), tr("Round receipts"));
    receipts->setNote(tr("signed by the service"));
    m_receipts = new TableModel(this);
    auto* list = new TableView(theme(), tr("Round receipts"));
    list->setModel(m_receipts);
    receipts->bodyFlush()->setContentsMargins(1, 0, 1, 4);
    receipts->body()->addWidget(list);
    side->addWidget(receipts, 1);
    columns->addLayout(main, 8);
    columns->addLayout(side, 5);
    body()->addLayout(columns, 1);
}

void ResultsPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    const auto sites = study ? comparisons(*study) : std::vector<SiteComparison>{};
    if (sites.empty()) {
        setState(PageState::Empty, tr("No results yet"),
                 tr("After the last round each site compares its own model with the federated one on its own test records."));
        return;
    }
    setState(PageState::Ready);
    const bool pooled = sites.back().pooled.has_value();
    m_legend->setText(pooled ? tr("□ Own model   ● Federated   ◇ Pooled, allowed by protocol") : tr("□ Own model   ● Federated"));
    m_plot->setComparisons(sites);
    m_table->setContent(resultTable(*study));
    const bool training = study->protocol().mode == study::StudyMode::Training;
    const int receipts = signedReceipts(*study);
    if (training) {
        m_verdict->showVerdict(VerdictKind::Training, tr("A rehearsal: these results do not count"),
                               tr("%n round receipt(s), simulated evidence.", nullptr, receipts));
    } else {
        m_verdict->showVerdict(VerdictKind::Unknown, tr("%n round receipt(s) announced", nullptr, receipts),
                               tr("This page shows their digests; it does not verify the signatures."));
    }
    showCard(*study);
    showReceipts(*study);
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
    addLine(tr("Model"), tr("%1, standardised per site").arg(modelWords(study.protocol().model)));
    addLine(tr("Trained by"), planWords(study.protocol().plan));
    addLine(tr("Meant for"), tr("Research on the study's question; not for the care of a patient"));
    addLine(tr("Fewest records"), weak);
    const auto& model = study.projection.finalModel();
    addLine(tr("Model digest"), model ? shortDigest(*model) : tr("not finished"));
    addLine(tr("Privacy"), tr("No noise was added; attestation protects the training, not the model"));
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
