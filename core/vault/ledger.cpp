// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/ledger.h"

namespace quorate::vault {

Result<Ledger> Ledger::open(Database& database, Clock clock)
{
    Ledger out;
    out.m_database = &database;
    out.m_store = std::make_unique<DatabaseLogStore>(database);
    TRY_ASSIGN(id, out.m_store->id());
    out.m_log = std::make_unique<audit::Log>(*out.m_store, id);
    out.m_clock = std::move(clock);
    return out;
}

Result<void> Ledger::beginLog(Database& database, const Uuid& log) { return DatabaseLogStore(database).begin(log); }

Result<void> Ledger::recordInside(audit::Entry entry, const Work& work)
{
    TRY_ASSIGN(index, m_log->size());
    TRY_ASSIGN(record, work(static_cast<std::int64_t>(index)));
    entry.actor = m_actor.member;
    entry.actorName = m_actor.name;
    entry.actorRole = m_actor.role;
    entry.offsetMinutes = m_actor.offsetMinutes;
    entry.at = m_clock();
    entry.record = std::move(record);
    TRY(m_log->append(std::move(entry)));
    return {};
}

Result<void> Ledger::record(audit::Entry entry, const Work& work)
{
    TRY_ASSIGN(transaction, Transaction::begin(*m_database));
    TRY(recordInside(std::move(entry), work));
    return transaction.commit();
}

Result<void> Ledger::note(audit::Entry entry)
{
    return record(std::move(entry), [](std::int64_t) -> Result<std::optional<audit::RecordReference>> {
        return std::optional<audit::RecordReference>();
    });
}

}  // namespace quorate::vault
