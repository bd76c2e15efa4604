// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/audit/log.h"
#include "core/vault/database.h"

namespace quorate::vault {

/// The audit log's leaves, tree and checkpoints as tables of the vault. Opens no transaction: the caller's holds the rows too.
/// `database` outlives it.
class DatabaseLogStore : public audit::LogStore {
public:
    explicit DatabaseLogStore(Database& database) : m_database(database) {}

    /// Begins the log of a new vault, or of one that had none.
    Result<void> begin(const Uuid& log);
    /// The log's id, made with the vault.
    [[nodiscard]] Result<Uuid> id() const;

    [[nodiscard]] Result<Bytes> tree() const override;
    Result<void> append(const audit::StoredLeaf& leaf, const Bytes& tree) override;
    Result<void> leaves(std::uint64_t begin, std::uint64_t end,
                        const std::function<Result<void>(const audit::StoredLeaf&)>& each) const override;
    /// Links it to those beside it, so that one that goes, changes or comes behind the log's back is missed: see checkpointBreaks().
    Result<void> putCheckpoint(std::uint64_t size, const std::string& note) override;
    Result<void> checkpoints(std::uint64_t begin, std::uint64_t end,
                             const std::function<Result<void>(const std::string& note)>& each) const override;

    /// A place where kept checkpoints do not follow each other as they were kept: one of those that cover these entries.
    struct CheckpointBreak {
        std::uint64_t firstEntry = 0;
        std::optional<std::uint64_t> lastEntry;  ///< None: up to the log's end.
    };
    [[nodiscard]] Result<std::vector<CheckpointBreak>> checkpointBreaks() const;
    /// Links those that were kept before there were links.
    Result<void> linkCheckpoints();

private:
    Database& m_database;
    // Prepared once: a log is appended to more often than anything else is done.
    mutable std::optional<Statement> m_readTree;
    std::optional<Statement> m_insertLeaf;
    std::optional<Statement> m_updateTree;
};

}  // namespace quorate::vault
