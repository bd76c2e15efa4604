// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/attestation/evidence_rows.h"
#include "ui/widgets/card.h"

class QStackedWidget;
class QTabBar;
class QTableView;

namespace quorate::ui {

class MeasurementsView;

/// The expert layer of one appraisal: measurements, event log, TCB, chain, fields, report_data, collateral.
class ExpertCard : public Card {
    Q_OBJECT

public:
    explicit ExpertCard(Theme& theme, QWidget* parent = nullptr);
    /// `note` says which reference values are meant.
    void setNode(const NodeAppraisal& node, const QString& note, UtcSeconds now);
    [[nodiscard]] QTabBar* tabs() const { return m_tabs; }

private:
    EvidenceTableModel* addTable(const QString& name);

    Theme& m_theme;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_stack = nullptr;
    MeasurementsView* m_measurements = nullptr;
    EvidenceTableModel* m_events = nullptr;
    EvidenceTableModel* m_tcb = nullptr;
    EvidenceTableModel* m_chain = nullptr;
    EvidenceTableModel* m_fields = nullptr;
    EvidenceTableModel* m_transcript = nullptr;
    EvidenceTableModel* m_collateral = nullptr;
};

/// A quiet table for an EvidenceTableModel: hairlines, last column stretched, whole rows selected.
QTableView* makeEvidenceView(QAbstractItemModel* model, const QString& name, QWidget* parent = nullptr);

}  // namespace quorate::ui
