// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/base/clock.h"
#include "core/vault/log_store.h"

namespace quorate::vault {

/// In whose name the vault's entries are written.
struct Actor {
    Uuid member;                    ///< Zero: the program itself.
    std::string name;               ///< As printed; empty with a zero member.
    std::string role;
    std::int32_t offsetMinutes = 0; ///< Of local time from UTC, east positive.
};

/// The database and the log in it: whatever is written is written together with its entry, or not at all.
class Ledger {
public:
    /// `database` outlives it and has a log.
    static Result<Ledger> open(Database& database, Clock clock);
    /// Gives a database without entries its log.
    static Result<void> beginLog(Database& database, const Uuid& log);

    /// Without a log; to be assigned.
    static Ledger none() { return {}; }

    void actAs(Actor actor) { m_actor = std::move(actor); }
    [[nodiscard]] const Actor& actor() const { return m_actor; }

    /// Writes the row of the entry with this index; its record reference, or none.
    using Work = std::function<Result<std::optional<audit::RecordReference>>(std::int64_t entry)>;
    /// One transaction: `work`, then the entry, completed with index, actor, time and record. Durable when it returns.
    Result<void> record(audit::Entry entry, const Work& work);
    /// The same inside a transaction of the caller.
    Result<void> recordInside(audit::Entry entry, const Work& work);
    /// An entry without a row.
    Result<void> note(audit::Entry entry);

    [[nodiscard]] Database& database() const { return *m_database; }
    [[nodiscard]] const DatabaseLogStore& store() const { return *m_store; }
    [[nodiscard]] audit::Log& log() const { return *m_log; }

private:
    Ledger() = default;

    Database* m_database = nullptr;
    std::unique_ptr<DatabaseLogStore> m_store;
    std::unique_ptr<audit::Log> m_log;
    Clock m_clock;
    Actor m_actor;
};

}  // namespace quorate::vault
