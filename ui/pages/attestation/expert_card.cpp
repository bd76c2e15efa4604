// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/expert_card.h"

#include <QHeaderView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/pages/attestation/event_log_rows.h"
#include "ui/pages/attestation/measurements_view.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

QTableView* makeEvidenceView(QAbstractItemModel* model, const QString& name, QWidget* parent)
{
    auto* view = new QTableView(parent);
    view->setModel(model);
    view->setAccessibleName(name);
    view->setFrameShape(QFrame::NoFrame);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setTabKeyNavigation(false);
    view->setWordWrap(false);
    view->setIconSize({16, 16});
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(height::kTableRow);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setStretchLastSection(true);
    view->horizontalHeader()->setDefaultSectionSize(180);
    view->setMinimumHeight(200);
    return view;
}

ExpertCard::ExpertCard(Theme& theme, QWidget* parent) : Card(theme, {}, parent), m_theme(theme)
{
    m_tabs = new QTabBar;
    m_tabs->setAccessibleName(tr("Expert view"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(true);
    m_stack = new QStackedWidget;
    auto* column = bodyFlush();
    column->addWidget(m_tabs);
    column->addWidget(new Hairline(theme));
    column->addWidget(m_stack, 1);
    m_measurements = new MeasurementsView(theme);
    m_tabs->addTab(tr("Measurements"));
    m_stack->addWidget(m_measurements);
    m_events = addTable(tr("Event log"));
    m_tcb = addTable(tr("TCB"));
    m_chain = addTable(tr("Chain"));
    m_fields = addTable(tr("Fields"));
    m_transcript = addTable(QStringLiteral("report_data"));
    m_collateral = addTable(tr("Collateral"));
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
}

EvidenceTableModel* ExpertCard::addTable(const QString& name)
{
    auto* model = new EvidenceTableModel(m_theme, this);
    m_tabs->addTab(name);
    m_stack->addWidget(makeEvidenceView(model, name));
    return model;
}

void ExpertCard::setNode(const NodeAppraisal& node, const QString& note, UtcSeconds now)
{
    m_tabs->setTabToolTip(0, note);
    m_measurements->setMeasurements(measurements(node), isTraining(node.result));
    m_events->setTable(eventLogTable(node));
    m_tcb->setTable(tcbTable(node));
    m_chain->setTable(chainTable(node, now));
    m_fields->setTable(fieldsTable(node));
    m_transcript->setTable(transcriptTable(node));
    m_collateral->setTable(collateralTable(node));
}

}  // namespace quorate::ui
