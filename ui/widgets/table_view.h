// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

#include "ui/theme/theme.h"

namespace quorate::ui {

/// Paints cells of a TableModel: verdicts by the one painter, digests in the fixed font, chart colours as a swatch.
class CellDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    CellDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const Theme& m_theme;
};

/// A table as the pages show it: whole rows, hairlines, no grid, rows of 32 px; Ctrl+C copies the selection as TSV.
class TableView final : public QTableView {
    Q_OBJECT

public:
    TableView(Theme& theme, const QString& name, QWidget* parent = nullptr);
    /// How columns share the width that the others leave: each what it needs and an equal part of what is over, or, where that
    /// is too much, those first that want less than an equal share; or each the same, for columns that are read against each other.
    enum class Share { ByNeed, Equally };
    void setStretchColumns(const QList<int>& columns, Share share = Share::ByNeed);
    void setStretchColumn(int column) { setStretchColumns({column}); }
    /// A column that is there only where the others leave it room to be read; its values have to stand elsewhere too.
    void setSpareColumn(int column);
    /// Tall enough for every row, so that the page scrolls and not the table.
    void setFitToRows(bool fit);
    void setModel(QAbstractItemModel* model) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    void shareWidth();
    void showSpareColumn();
    [[nodiscard]] int contentWidth(int column) const;
    QList<int> m_stretch{0};
    int m_spare = -1;
    Share m_share = Share::ByNeed;
    bool m_fit = false;
};

}  // namespace quorate::ui
