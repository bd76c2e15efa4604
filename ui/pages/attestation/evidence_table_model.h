// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QAbstractTableModel>
#include <QStringList>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// One table of the expert layer, already in words: headings, rows, and for some rows an outcome.
struct EvidenceTable {
    struct Row {
        QStringList cells;                ///< As many as there are headings.
        std::optional<VerdictKind> kind;  ///< Colours the last cell and gives it its shape.
    };
    QStringList headings;
    std::vector<Row> rows;
    std::vector<int> fixedColumns;  ///< Digits: drawn in the fixed font.
};

/// Shows an EvidenceTable. Cells keep their whole text for copying and as tool tip.
class EvidenceTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit EvidenceTableModel(Theme& theme, QObject* parent = nullptr);
    void setTable(EvidenceTable table);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Theme& m_theme;
    EvidenceTable m_table;
};

}  // namespace quorate::ui
