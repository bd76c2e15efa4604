// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/audit/log.h"

namespace quorate::tests {

/// An audit log's store in memory. Its content is open, so that a test can tamper with it.
class MemoryLogStore : public audit::LogStore {
public:
    Bytes kept;
    std::vector<audit::StoredLeaf> rows;
    std::map<std::uint64_t, std::string> notes;
    bool isFull = false;  ///< Every write fails from now on.

    void clear()
    {
        kept.clear();
        rows.clear();
        notes.clear();
    }

    [[nodiscard]] Result<Bytes> tree() const override { return kept; }

    Result<void> append(const audit::StoredLeaf& leaf, const Bytes& tree) override
    {
        if (isFull) return fail(ErrorKind::StorageFailed, "store is full");
        rows.push_back(leaf);
        kept = tree;
        return {};
    }

    Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                        const std::function<Result<void>(const audit::StoredLeaf&)>& each) const override
    {
        for (std::uint64_t i = begin; i < end && i < rows.size(); ++i) TRY(each(rows[i]));
        return {};
    }

    Result<void> putCheckpoint(std::uint64_t size, const std::string& note) override
    {
        if (isFull) return fail(ErrorKind::StorageFailed, "store is full");
        notes[size] = note;
        return {};
    }

    Result<void> checkpoints(std::uint64_t begin, std::uint64_t end,
                             const std::function<Result<void>(const std::string&)>& each) const override
    {
        for (auto note = notes.lower_bound(begin); note != notes.end() && note->first <= end; ++note) TRY(each(note->second));
        return {};
    }
};

}  // namespace quorate::tests
