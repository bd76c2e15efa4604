// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/table_model.h"

#include <algorithm>

namespace quorate::ui {
namespace {

bool sameKeys(const std::vector<Row>& shorter, const std::vector<Row>& longer, std::size_t offset)
{
    return std::equal(shorter.begin(), shorter.end(), longer.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](const Row& a, const Row& b) { return a.key == b.key; });
}

QString csvCell(QString text)
{
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front())) text.prepend(QLatin1Char('\''));
    if (text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')) || text.contains(QLatin1Char('\n'))) {
        text = QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    }
    return text;
}

}  // namespace

void TableModel::setContent(TableContent content)
{
    const std::size_t before = m_content.rows.size();
    const std::size_t after = content.rows.size();
    const bool grew = content.header == m_content.header && after >= before && before > 0;
    const bool atEnd = grew && sameKeys(m_content.rows, content.rows, 0);
    const bool atFront = grew && !atEnd && sameKeys(m_content.rows, content.rows, after - before);
    if (!atEnd && !atFront) {
        beginResetModel();
        m_content = std::move(content);
        endResetModel();
        return;
    }
    const std::size_t added = after - before;
    if (added > 0) {
        const std::size_t first = atEnd ? before : 0;
        beginInsertRows({}, static_cast<int>(first), static_cast<int>(first + added - 1));
        m_content.rows.insert(m_content.rows.begin() + static_cast<std::ptrdiff_t>(first),
                              content.rows.begin() + static_cast<std::ptrdiff_t>(first),
                              content.rows.begin() + static_cast<std::ptrdiff_t>(first + added));
        endInsertRows();
    }
    for (std::size_t row = 0; row < after; ++row) updateRow(static_cast<int>(row), std::move(content.rows[row]));
}

void TableModel::updateRow(int row, Row next)
{
    Row& current = m_content.rows[static_cast<std::size_t>(row)];
    if (current == next) return;
    current = std::move(next);
    Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
}

const Cell& TableModel::cell(int row, int column) const
{
    return m_content.rows.at(static_cast<std::size_t>(row)).cells.at(static_cast<std::size_t>(column));
}

int TableModel::rowOf(const QString& key) const
{
    const auto found = std::find_if(m_content.rows.begin(), m_content.rows.end(), [&](const Row& row) { return row.key == key; });
    return found == m_content.rows.end() ? -1 : static_cast<int>(found - m_content.rows.begin());
}

int TableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_content.rows.size());
}

int TableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_content.header.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Cell& shown = cell(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole: return shown.text;
    // The whole of what a narrow column cuts.
    case Qt::ToolTipRole: return shown.text;
    case Qt::TextAlignmentRole: return QVariant(Qt::AlignVCenter | (shown.number ? Qt::AlignRight : Qt::AlignLeft));
    case CellRole: return QVariant::fromValue(shown);
    case KeyRole: return m_content.rows[static_cast<std::size_t>(index.row())].key;
    case HighlightRole: return m_content.rows[static_cast<std::size_t>(index.row())].highlighted;
    default: return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Cell& title = m_content.header[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return title.text;
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignVCenter | (title.number ? Qt::AlignRight : Qt::AlignLeft));
    return {};
}

QString toCsv(const QAbstractItemModel& model)
{
    QString out;
    const auto line = [&](const auto& textOf) {
        for (int column = 0; column < model.columnCount(); ++column) {
            if (column > 0) out += QLatin1Char(',');
            out += csvCell(textOf(column));
        }
        out += QStringLiteral("\r\n");
    };
    line([&](int column) { return model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(); });
    for (int row = 0; row < model.rowCount(); ++row) {
        line([&](int column) { return model.index(row, column).data(Qt::DisplayRole).toString(); });
    }
    return out;
}

}  // namespace quorate::ui
