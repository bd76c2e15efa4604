// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/evidence_table_model.h"

#include <algorithm>

#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {

EvidenceTableModel::EvidenceTableModel(Theme& theme, QObject* parent) : QAbstractTableModel(parent), m_theme(theme) {}

void EvidenceTableModel::setTable(EvidenceTable table)
{
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

int EvidenceTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int EvidenceTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.headings.size());
}

QVariant EvidenceTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
    const EvidenceTable::Row& row = m_table.rows[static_cast<std::size_t>(index.row())];
    const bool outcome = row.kind && index.column() == columnCount() - 1;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return row.cells.value(index.column());
    case Qt::FontRole:
        if (outcome) return m_theme.font(FontRole::SmallStrong);
        return m_theme.font(std::ranges::count(m_table.fixedColumns, index.column()) ? FontRole::Fixed : FontRole::Small);
    case Qt::ForegroundRole:
        if (outcome) return m_theme.verdict(*row.kind).text;
        return {};
    case Qt::DecorationRole:
        if (outcome) return m_theme.pixmap(iconOf(*row.kind), 16, m_theme.verdict(*row.kind).text, 2.0);
        return {};
    default: return {};
    }
}

QVariant EvidenceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount()) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(m_table.headings.value(section)) : QVariant();
}

}  // namespace quorate::ui
