// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/filter.h"

#include <algorithm>

namespace quorate::audit {
namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view part)
{
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return folded(a) == folded(b); }) != text.end();
}

bool hasText(const Entry& entry, std::string_view part)
{
    const std::string_view kind = nameOf(entry.kind);
    for (const std::string_view field : {std::string_view(entry.actorName), std::string_view(entry.actorRole), kind,
                                         std::string_view(entry.subject), std::string_view(entry.reason), std::string_view(entry.meaning)}) {
        if (contains(field, part)) return true;
    }
    if (entry.record && (contains(entry.record->table, part) || contains(entry.record->key, part))) return true;
    return std::any_of(entry.digests.begin(), entry.digests.end(),
                       [&](const auto& item) { return contains(item.first, part) || contains(toHex(item.second), part); });
}

bool isOfKind(EventKind kind, std::string_view wanted)
{
    const std::string_view name = nameOf(kind);
    return name == wanted || (name.size() > wanted.size() && name.starts_with(wanted) && name[wanted.size()] == '.');
}

}  // namespace

bool matches(const EntryFilter& filter, const Entry& entry)
{
    if (!filter.kind.empty() && !isOfKind(entry.kind, filter.kind)) return false;
    if (!filter.member.empty() && toHex(entry.actor) != filter.member && !contains(entry.actorName, filter.member)) return false;
    if (filter.study && entry.study != *filter.study) return false;
    if (filter.from && entry.at < *filter.from) return false;
    if (filter.until && entry.at >= *filter.until) return false;
    return filter.text.empty() || hasText(entry, filter.text);
}

}  // namespace quorate::audit
