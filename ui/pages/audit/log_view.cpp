// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/log_view.h"

#include <QFormLayout>
#include <QItemSelectionModel>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/audit_table.h"
#include "ui/pages/audit/event_filter.h"
#include "ui/pages/audit/filter_field.h"
#include "ui/pages/audit/proof_view.h"
#include "ui/text/audit_text.h"
#include "ui/text/formats.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/fact_row.h"
#include "ui/widgets/rows.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr std::uint64_t kEntriesAtOnce = 5000;

QString pathOf(const audit::RecordReference& record)
{
    return toQString(record.table) + QLatin1Char(' ') + toQString(record.key);
}

}  // namespace

LogView::LogView(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    auto* columns = new Columns(theme, Columns::Side::Trailing, 340);
    buildMain(columns->main());
    buildSide(columns->side());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    m_damage = new Banner(theme);
    m_damage->setObjectName(QStringLiteral("logDamage"));
    m_damage->setVisible(false);
    column->addWidget(m_damage);
    column->addWidget(columns, 1);
}

void LogView::buildMain(QVBoxLayout* main)
{
    m_search = new FilterField(m_theme, tr("Filter the entries"), tr("add a word, or kind: who: role: what: why:"));
    m_search->setObjectName(QStringLiteral("logFilter"));
    main->addWidget(m_search);
    auto* card = new Card(m_theme);
    m_model = new TableModel(this);
    const auto column = [](AuditColumn value) { return QList<int>{static_cast<int>(value)}; };
    m_filter = new EventFilter({{QStringLiteral("kind"), column(AuditColumn::Event)},
                                {QStringLiteral("who"), column(AuditColumn::Who)},
                                {QStringLiteral("role"), column(AuditColumn::Role)},
                                {QStringLiteral("what"), column(AuditColumn::What)},
                                {QStringLiteral("why"), column(AuditColumn::Why)}},
                               this);
    m_filter->setSourceModel(m_model);
    m_table = new TableView(m_theme, tr("Entries of this computer's log"));
    m_table->setObjectName(QStringLiteral("logTable"));
    m_table->setSpareColumn(static_cast<int>(AuditColumn::Why));
    m_table->setModel(m_filter);
    m_table->setMinimumHeight(height::kTableHead + 8 * height::kTableRow);
    card->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    card->body()->addWidget(m_table);
    main->addWidget(card, 1);
    m_earlier = new Button(m_theme, tr("Show earlier entries"), ButtonKind::Link);
    m_earlier->setObjectName(QStringLiteral("earlierEntries"));
    m_earlier->setVisible(false);
    main->addWidget(m_earlier, 0, Qt::AlignLeft);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setFilterText(text);
        showCount();
    });
    connect(m_earlier, &QPushButton::clicked, this, [this] {
        m_from -= std::min(m_from, kEntriesAtOnce);
        Q_EMIT entriesWanted();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogView::showParticulars);
}

void LogView::buildSide(QVBoxLayout* side)
{
    m_verdict = new Banner(m_theme);
    m_verdict->setObjectName(QStringLiteral("logVerdict"));
    m_entryCard = new Card(m_theme, tr("No entry selected"));
    m_facts = new QFormLayout;
    m_facts->setVerticalSpacing(6);
    m_entryCard->body()->addLayout(m_facts);
    m_proof = new QVBoxLayout;
    m_entryCard->body()->addLayout(m_proof);
    m_checkpointCard = new Card(m_theme, tr("No checkpoint yet"));
    m_cosigners = new QVBoxLayout;
    m_cosigners->setSpacing(0);
    m_checkpointCard->body()->addLayout(m_cosigners);
    side->addWidget(m_verdict);
    side->addWidget(m_entryCard);
    side->addWidget(m_checkpointCard);
    side->addStretch(1);
}

void LogView::setLog(std::shared_ptr<const AuditLogState> log, VerdictKind good)
{
    if (log == m_log && good == m_good) return;
    m_log = std::move(log);
    m_good = good;
    if (!m_log) return;
    if (!m_isStarted) {
        m_isStarted = true;
        m_from = m_log->head.size - std::min(m_log->head.size, kEntriesAtOnce);
    }
    showBanners();
    showCheckpoint();
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> LogView::missing() const
{
    if (!m_log) return std::nullopt;
    if (m_entries.empty()) return m_from < m_log->head.size ? std::optional(std::pair(m_from, m_log->head.size)) : std::nullopt;
    if (m_entries.back().index + 1 < m_log->head.size) return std::pair(m_entries.back().index + 1, m_log->head.size);
    if (m_from < m_entries.front().index) return std::pair(m_from, m_entries.front().index);
    return std::nullopt;
}

void LogView::addEntries(std::vector<audit::Entry> entries)
{
    if (entries.empty()) return;
    const bool isEarlier = !m_entries.empty() && entries.front().index < m_entries.front().index;
    const auto place = isEarlier ? m_entries.begin() : m_entries.end();
    m_entries.insert(place, std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
    // Who reads the newest entry goes on reading the newest; a chosen older one stays chosen.
    const bool newest = m_table->currentIndex().row() <= 0;
    m_model->setContent(auditTable(m_entries));
    // The name says enough in a row; the role is among the particulars, and the filter finds it.
    m_table->setColumnHidden(static_cast<int>(AuditColumn::Role), true);
    m_table->setStretchColumns({static_cast<int>(AuditColumn::Who), static_cast<int>(AuditColumn::What), static_cast<int>(AuditColumn::Why)});
    if (newest && m_filter->rowCount() > 0) m_table->selectRow(0);
    m_earlier->setVisible(m_entries.front().index > 0);
    showCount();
}

std::optional<std::uint64_t> LogView::selected() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? std::optional<std::uint64_t>(index.data(TableModel::KeyRole).toString().toULongLong()) : std::nullopt;
}

void LogView::setVerification(AuditVerification verification)
{
    m_verification = std::move(verification);
    showBanners();
    showProof();
}

void LogView::showBanners()
{
    const ErrorText blocked = readOnlyText(*m_log);
    m_damage->setVisible(!blocked.what.isEmpty());
    if (!blocked.what.isEmpty()) {
        m_damage->showVerdict(m_log->damage.empty() ? VerdictKind::Caution : VerdictKind::Refused, blocked.what, blocked.todo);
    }
    const bool isDamaged = !m_log->damage.empty() || (m_verification && !m_verification->holds());
    if (isDamaged) {
        const auto& damage = m_log->damage.empty() ? m_verification->damage : m_log->damage;
        m_verdict->showVerdict(VerdictKind::Refused, tr("The log does not hold"),
                               damage.empty() ? toQString(m_verification->signature->message) : sentenceFor(damage.front()).what);
    } else if (m_verification) {
        m_verdict->showVerdict(m_good, tr("The log is whole"),
                               tr("%1 re-hashed and compared with their rows at %2 UTC; %3, covering %4 of them.")
                                   .arg(tr("%n entry(s)", nullptr, static_cast<int>(m_verification->entries)), utcTime(m_verification->at),
                                        tr("%n checkpoint(s) verified", nullptr, static_cast<int>(m_verification->checkpoints)))
                                   .arg(m_verification->coveredUntil));
    } else {
        m_verdict->showVerdict(VerdictKind::Unknown, tr("Compared when the vault opened"),
                               tr("Verify recomputes every entry and signature, and proves the selected entry."));
    }
}

void LogView::showCheckpoint()
{
    clearRows(*m_cosigners);
    const auto add = [this](TextLabel* label) { addRow(*m_cosigners, label->wrapped()->selectable()); };
    if (m_log->checkpoints.empty()) {
        m_checkpointCard->setTitle(tr("No checkpoint yet"));
        add(new TextLabel(m_theme, FontRole::Small, Token::Text2, tr("The head is signed after the first decision.")));
        return;
    }
    const AuditCheckpoint& newest = m_log->checkpoints.front();
    m_checkpointCard->setTitle(tr("Checkpoint %1").arg(newest.head.size));
    m_checkpointCard->setNote(toQString(toHex(newest.head.root)).left(8));
    m_checkpointCard->setRightNote(tr("UTC"));
    addRow(*m_cosigners, factRow(m_theme, newest.isSigned ? m_good : VerdictKind::Refused, tr("The log's owner"),
                                 newest.isSigned ? tr("signed") : tr("does not verify")));
    for (const AuditCosigner& cosigner : newest.cosigners) {
        const QString when = cosigner.at ? tr("%1, %2", "date, time").arg(utcDate(*cosigner.at), utcTime(*cosigner.at)) : tr("does not verify");
        addRow(*m_cosigners, factRow(m_theme, cosigner.at ? m_good : VerdictKind::Refused, cosignerWords(cosigner), when));
    }
    if (newest.cosigners.empty()) add(new TextLabel(m_theme, FontRole::Small, Token::Text2, tr("Nobody has cosigned it yet.")));
    if (newest.head.size < m_log->head.size) {
        const int newer = static_cast<int>(m_log->head.size - newest.head.size);
        add(new TextLabel(m_theme, FontRole::Small, Token::Text3,
                          tr("%n newer entry(s) are signed after the next decision, or when the program ends.", nullptr, newer)));
    }
    if (m_log->witnessProblem) {
        const ErrorText text = sentenceFor(*m_log->witnessProblem);
        add(new TextLabel(m_theme, FontRole::Small, Token::Text2, tr("Not cosigned: %1").arg(text.todo)));
    }
}

void LogView::showCount() { m_search->showCount(m_filter->rowCount(), m_model->rowCount()); }

void LogView::addFact(const QString& name, const QString& value, bool fixed)
{
    if (value.isEmpty()) return;
    auto* label = new TextLabel(m_theme, FontRole::Small, Token::Text3, name);
    auto* text = (new TextLabel(m_theme, fixed ? FontRole::Fixed : FontRole::Small, Token::Text, value))->wrapped()->selectable();
    m_facts->addRow(label, text);
    // As in addRow(): shown with this turn of the event loop.
    label->show();
    text->show();
}

void LogView::showParticulars()
{
    while (m_facts->rowCount() > 0) m_facts->removeRow(0);
    const auto index = selected();
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const audit::Entry& entry) { return entry.index == index; });
    if (!index || found == m_entries.end()) {
        m_entryCard->setTitle(tr("No entry selected"));
        m_entryCard->setNote({});
        showProof();
        return;
    }
    m_entryCard->setTitle(tr("Entry %1").arg(found->index));
    m_entryCard->setNote(titleOf(found->kind));
    const QString role = actorRole(*found);
    addFact(tr("Who"), role.isEmpty() ? actorName(*found) : tr("%1, %2", "person, role").arg(actorName(*found), role));
    addFact(tr("When"), tr("%1 (%2 UTC)").arg(localTimeText(*found), utcTime(found->at)));
    addFact(tr("What"), subjectWords(*found));
    addFact(tr("Why"), toQString(found->reason));
    addFact(tr("Meaning"), meaningSentence(found->meaning));
    for (const auto& [name, digest] : found->digests) addFact(toQString(name), shortDigest(digest), true);
    if (found->record) {
        addFact(tr("Record"), pathOf(*found->record));
        const bool isRemoved = found->record->digest.isZero();
        addFact(tr("Its digest"), isRemoved ? tr("removed") : shortDigest(found->record->digest), !isRemoved);
    }
    showProof();
}

void LogView::showProof()
{
    clearRows(*m_proof);
    const auto index = selected();
    if (!index || !m_verification || !m_verification->inclusion || m_verification->inclusion->index != *index) return;
    const AuditInclusion& inclusion = *m_verification->inclusion;
    addRow(*m_proof, new TextLabel(m_theme, FontRole::Strong, Token::Text,
                                   tr("Proof that it is in the log (%n step(s))", nullptr, static_cast<int>(inclusion.neighbours.size()))));
    auto* proof = new ProofView(m_theme);
    proof->setInclusion(inclusion);
    addRow(*m_proof, proof);
}

}  // namespace quorate::ui
