// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/event_filter.h"

#include <QRegularExpression>

namespace quorate::ui {
namespace {

constexpr int kKindColumn = 2;
constexpr int kWhoColumn = 3;
constexpr int kWhatColumn = 4;

}  // namespace

void EventFilter::setFilterText(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("(?:(site|kind|who):)?(?:\"([^\"]*)\"?|(\\S+))"),
                                            QRegularExpression::CaseInsensitiveOption);
    m_tokens.clear();
    for (auto match = pattern.globalMatch(text); match.hasNext();) {
        const auto found = match.next();
        const QString value = found.captured(2).isEmpty() ? found.captured(3) : found.captured(2);
        if (!value.isEmpty()) m_tokens.append({found.captured(1).toLower(), value});
    }
    invalidateFilter();
}

bool EventFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto has = [&](int column, const QString& value) {
        return sourceModel()->index(row, column, parent).data().toString().contains(value, Qt::CaseInsensitive);
    };
    for (const Token& token : m_tokens) {
        bool found = false;
        if (token.key == QStringLiteral("kind")) found = has(kKindColumn, token.value);
        else if (token.key == QStringLiteral("who")) found = has(kWhoColumn, token.value);
        else if (token.key == QStringLiteral("site")) found = has(kWhoColumn, token.value) || has(kWhatColumn, token.value);
        else for (int column = 0; column < sourceModel()->columnCount() && !found; ++column) found = has(column, token.value);
        if (!found) return false;
    }
    return true;
}

}  // namespace quorate::ui
