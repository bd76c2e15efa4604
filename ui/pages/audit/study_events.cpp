// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/study_events.h"

#include <QFormLayout>
#include <QItemSelectionModel>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/pages/audit/event_filter.h"
#include "ui/pages/audit/filter_field.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

StudyEvents::StudyEvents(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    auto* columns = new Columns(theme, Columns::Side::Trailing, 300);
    auto* main = columns->main();
    m_search = new FilterField(theme, tr("Filter the events"), tr("add a word, or site: kind: who:"));
    m_search->setObjectName(QStringLiteral("eventFilter"));
    main->addWidget(m_search);
    auto* card = new Card(theme);
    m_events = new TableModel(this);
    const EventFilter::Columns keys{{QStringLiteral("kind"), {2}}, {QStringLiteral("who"), {3}}, {QStringLiteral("site"), {3, 4}}};
    m_filter = new EventFilter(keys, this);
    m_filter->setSourceModel(m_events);
    m_table = new TableView(theme, tr("Events"));
    m_table->setObjectName(QStringLiteral("studyEvents"));
    m_table->setModel(m_filter);
    m_table->setStretchColumns({3, 4});
    m_table->setMinimumHeight(height::kTableHead + 8 * height::kTableRow);
    card->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    card->body()->addWidget(m_table);
    main->addWidget(card, 1);
    auto* side = columns->side();
    m_order = new Banner(theme);
    m_detailCard = new Card(theme, tr("No event selected"));
    m_detail = new QFormLayout;
    m_detail->setVerticalSpacing(6);
    m_detailCard->body()->addLayout(m_detail);
    side->addWidget(m_order);
    side->addWidget(m_detailCard);
    side->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(columns, 1);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setFilterText(text);
        showCount();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &StudyEvents::showParticulars);
}

void StudyEvents::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    if (!m_study) return;
    // Who reads the newest event goes on reading the newest; a chosen older one stays chosen.
    const bool newest = m_table->currentIndex().row() <= 0;
    m_events->setContent(eventTable(*m_study));
    const int count = static_cast<int>(m_study->projection.events().size());
    m_order->showVerdict(VerdictKind::Unknown, tr("The numbering has no gap"),
                         tr("%n event(s) as the service told them; what was done here is in this computer's log.", nullptr, count));
    showCount();
    if (newest && m_filter->rowCount() > 0) m_table->selectRow(0);
}

void StudyEvents::showCount() { m_search->showCount(m_filter->rowCount(), m_events->rowCount()); }

void StudyEvents::showParticulars(const QModelIndex& index)
{
    while (m_detail->rowCount() > 0) m_detail->removeRow(0);
    const auto sequence = index.data(TableModel::KeyRole).toString().toULongLong();
    if (!m_study || sequence == 0 || sequence > m_study->projection.events().size()) return;
    const study::StudyEvent& event = m_study->projection.events()[sequence - 1];
    m_detailCard->setTitle(tr("Event %1").arg(event.sequence));
    m_detailCard->setNote(titleOf(event.kind));
    const auto add = [this](const QString& name, const QString& value, FontRole role) {
        m_detail->addRow(new TextLabel(m_theme, FontRole::Small, Token::Text3, name),
                         (new TextLabel(m_theme, role, Token::Text, value))->wrapped()->selectable());
    };
    add(tr("What"), sentenceFor(event, *m_study), FontRole::Small);
    add(tr("Who"), whoDid(event, *m_study), FontRole::Small);
    add(tr("When"), tr("%1, %2 UTC").arg(utcDate(event.at), utcTime(event.at)), FontRole::Small);
    if (!event.site.isZero()) add(tr("Site"), siteName(*m_study, event.site), FontRole::Small);
    if (!event.digest.isZero()) add(tr("Digest"), shortDigest(event.digest), FontRole::Fixed);
    if (event.metrics) add(tr("Sent"), byteCount(event.metrics->bytesSent), FontRole::Small);
    if (!event.code.empty()) add(tr("Reason"), reasonWords(event.code), FontRole::Small);
}

}  // namespace quorate::ui
