// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace quorate::ui {

/// Keeps rows of eventTable() in which every token is found: a bare word anywhere, `kind:`, `who:` and `site:` in their
/// column. Case does not matter; quotes keep words together: who:"Aggregation service".
class EventFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setFilterText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    struct Token {
        QString key;
        QString value;
    };
    QList<Token> m_tokens;
};

}  // namespace quorate::ui
