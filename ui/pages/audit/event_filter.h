// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QSortFilterProxyModel>

namespace quorate::ui {

/// Keeps rows in which every token is found: a bare word anywhere, `kind:` and the other keys in their columns. Case does not
/// matter; quotes keep words together: who:"Aggregation service".
class EventFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using Columns = QHash<QString, QList<int>>;  ///< By key, in lower case.

    explicit EventFilter(Columns columns, QObject* parent = nullptr);
    void setFilterText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    struct Token {
        QString key;
        QString value;
    };
    Columns m_columns;
    QList<Token> m_tokens;
};

}  // namespace quorate::ui
