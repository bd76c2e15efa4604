// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/event_filter.h"

#include <QRegularExpression>
#include <algorithm>

namespace quorate::ui {

EventFilter::EventFilter(Columns columns, QObject* parent) : QSortFilterProxyModel(parent), m_columns(std::move(columns)) {}

void EventFilter::setFilterText(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("(?:([a-z]+):)?(?:\"([^\"]*)\"?|(\\S+))"), QRegularExpression::CaseInsensitiveOption);
    m_tokens.clear();
    for (auto match = pattern.globalMatch(text); match.hasNext();) {
        const auto found = match.next();
        const QString key = found.captured(1).toLower();
        const QString value = found.captured(2).isEmpty() ? found.captured(3) : found.captured(2);
        // A word before a colon that is no key is part of what is searched: "14:41".
        const bool isKey = key.isEmpty() || m_columns.contains(key);
        if (!value.isEmpty()) m_tokens.append(isKey ? Token{key, value} : Token{{}, found.captured(0)});
    }
    invalidateFilter();
}

bool EventFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto has = [&](int column, const QString& value) {
        return sourceModel()->index(row, column, parent).data().toString().contains(value, Qt::CaseInsensitive);
    };
    return std::all_of(m_tokens.begin(), m_tokens.end(), [&](const Token& token) {
        if (!token.key.isEmpty()) {
            const QList<int> columns = m_columns.value(token.key);
            return std::any_of(columns.begin(), columns.end(), [&](int column) { return has(column, token.value); });
        }
        for (int column = 0; column < sourceModel()->columnCount(); ++column) {
            if (has(column, token.value)) return true;
        }
        return false;
    });
}

}  // namespace quorate::ui
