// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/audit_page.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/pages/audit/event_filter.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

AuditPage::AuditPage(const PageContext& context, QWidget* parent) : Page(PageId::Audit, context, tr("Audit"), parent)
{
    head().setSentence(tr("Everything that happened in this study; the pages are derived from it"));
    auto* columns = new Columns(Columns::Side::Trailing, 328);
    auto* main = columns->main();
    m_search = new QLineEdit;
    m_search->setObjectName(QStringLiteral("eventFilter"));
    m_search->setAccessibleName(tr("Filter the events"));
    m_search->setPlaceholderText(tr("add a word, or site: kind: who:"));
    m_search->addAction(theme().icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    // Inside the field, at its right end.
    m_count = new TextLabel(theme(), FontRole::Small, Token::Text3, {}, m_search);
    auto* inside = new QHBoxLayout(m_search);
    inside->setContentsMargins(0, 0, space::kMedium, 0);
    inside->addWidget(m_count, 0, Qt::AlignRight | Qt::AlignVCenter);
    m_count->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_search->setTextMargins(0, 0, 88, 0);
    main->addWidget(m_search);
    auto* card = new Card(theme());
    m_events = new TableModel(this);
    m_filter = new EventFilter(this);
    m_filter->setSourceModel(m_events);
    m_table = new TableView(theme(), tr("Events"));
    m_table->setModel(m_filter);
    m_table->setStretchColumns({3, 4});
    m_table->setMinimumHeight(height::kTableHead + 8 * height::kTableRow);
    card->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    card->body()->addWidget(m_table);
    main->addWidget(card, 1);
    auto* side = columns->side();
    m_order = new Banner(theme());
    m_detailCard = new Card(theme(), tr("No event selected"));
    m_detail = new QFormLayout;
    m_detail->setVerticalSpacing(6);
    m_detailCard->body()->addLayout(m_detail);
    side->addWidget(m_order);
    side->addWidget(m_detailCard);
    side->addStretch(1);
    body()->addWidget(columns, 1);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setFilterText(text);
        showCount();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &AuditPage::showParticulars);
}

void AuditPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    if (!m_study) {
        setState(PageState::Empty, tr("No study is open"), tr("Its events would be here, from the first publication on."));
        return;
    }
    setState(PageState::Ready);
    // Who reads the newest event goes on reading the newest; a chosen older one stays chosen.
    const bool newest = m_table->currentIndex().row() <= 0;
    m_events->setContent(eventTable(*m_study));
    const int count = static_cast<int>(m_study->projection.events().size());
    m_order->showVerdict(VerdictKind::Unknown, tr("Order checked by sequence number"),
                         tr("%n event(s) without a gap. The tamper-evident log is not part of this version.", nullptr, count));
    showCount();
    if (newest && m_filter->rowCount() > 0) m_table->selectRow(0);
}

void AuditPage::showCount()
{
    m_count->setText(tr("%1 of %2").arg(m_filter->rowCount()).arg(m_events->rowCount()));
}

void AuditPage::showParticulars(const QModelIndex& index)
{
    while (m_detail->rowCount() > 0) m_detail->removeRow(0);
    const auto sequence = index.data(TableModel::KeyRole).toString().toULongLong();
    if (!m_study || sequence == 0 || sequence > m_study->projection.events().size()) return;
    const study::StudyEvent& event = m_study->projection.events()[sequence - 1];
    m_detailCard->setTitle(tr("Event %1").arg(event.sequence));
    m_detailCard->setNote(titleOf(event.kind));
    const auto add = [this](const QString& name, const QString& value, FontRole role) {
        m_detail->addRow(new TextLabel(theme(), FontRole::Small, Token::Text3, name),
                         (new TextLabel(theme(), role, Token::Text, value))->wrapped()->selectable());
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
