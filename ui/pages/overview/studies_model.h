// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include "core/base/clock.h"
#include "core/ports/study_desk.h"
#include "ui/theme/theme.h"

namespace quorate::ui {

/// The studies known here, one row each. DisplayRole is the cell's first line, SecondLineRole the line under it.
class StudiesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Study, State, Shares, Progress, Newest, ColumnCount };
    enum Roles { SecondLineRole = Qt::UserRole + 1, PartRole };  ///< PartRole: 0..1 of a progress bar.

    using QAbstractTableModel::QAbstractTableModel;
    void setStudies(std::vector<std::shared_ptr<const StudySnapshot>> studies, UtcMillis now);
    [[nodiscard]] const StudySnapshot* at(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString secondLine(const StudySnapshot& study, int column) const;

    std::vector<std::shared_ptr<const StudySnapshot>> m_studies;
    UtcMillis m_now;
};

/// Draws a row of StudiesModel: two lines, badge, bar.
class StudiesDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    StudiesDelegate(Theme& theme, const StudiesModel& model, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void drawLines(QPainter& painter, const QRect& cell, const QModelIndex& index) const;

    Theme& m_theme;
    const StudiesModel& m_model;
};

}  // namespace quorate::ui
