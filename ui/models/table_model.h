// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "ui/theme/tokens.h"

namespace quorate::ui {

/// One cell as text and as a few facts about its look; CellDelegate paints it.
struct Cell {
    QString text;
    std::optional<VerdictKind> verdict = {};  ///< Icon and word in the verdict's colour instead of text.
    bool waiting = false;                     ///< With `verdict`: accent and clock, no verdict at all.
    bool number = false;                      ///< Right-aligned.
    bool fixed = false;                       ///< Digests.
    bool strong = false;
    bool quiet = false;                       ///< Text3.
    int swatch = -1;                          ///< Chart colour in front of the text; -1 for none.
    bool operator==(const Cell&) const = default;
};

struct Row {
    QString key;               ///< Unique in the table and stable over updates.
    std::vector<Cell> cells;
    bool highlighted = false;  ///< "You" and total rows.
    bool operator==(const Row&) const = default;
};

struct TableContent {
    std::vector<Cell> header;  ///< `number` aligns the column's title.
    std::vector<Row> rows;
};

/// Shows a copy of the last content. A new content with the same rows at one end inserts the others; changed rows say so;
/// anything else resets.
class TableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { CellRole = Qt::UserRole, KeyRole, HighlightRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setContent(TableContent content);
    [[nodiscard]] const TableContent& content() const { return m_content; }
    [[nodiscard]] const Cell& cell(int row, int column) const;
    [[nodiscard]] int rowOf(const QString& key) const;  ///< -1 when unknown.

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void updateRow(int row, Row next);
    TableContent m_content;
};

/// The whole table as comma-separated text (RFC 4180); cells that a spreadsheet would run (= + - @ first) get an apostrophe.
QString toCsv(const QAbstractItemModel& model);

}  // namespace quorate::ui

Q_DECLARE_METATYPE(quorate::ui::Cell)
