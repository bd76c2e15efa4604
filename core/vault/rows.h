// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/vault/ledger.h"
#include "core/vault/projections.h"
#include "core/vault/vault.h"

/// The vault's values as rows of its tables, each written with its entry of the log; contracts in vault.h. Used by the
/// vault only.
namespace quorate::vault::rows {

Result<void> putEnvelope(Ledger& ledger, const StoredEnvelope& stored);
Result<std::vector<StoredEnvelope>> envelopes(const Database& database, const Uuid& study, const std::string& kind);
Result<std::vector<Uuid>> studies(const Database& database);

Result<void> appendEvent(Ledger& ledger, const study::StudyEvent& event);
Result<std::vector<study::StudyEvent>> events(const Database& database, const Uuid& study, std::uint64_t afterSequence);

Result<void> putEvidence(Ledger& ledger, const StoredEvidence& stored);
Result<std::optional<StoredEvidence>> latestEvidence(const Database& database, const Uuid& study, const Uuid& site);

Result<void> putIdentity(Ledger& ledger, const StoredIdentity& identity, audit::EventKind how);
Result<std::vector<StoredIdentity>> identities(const Database& database);

Result<void> putSetting(Ledger& ledger, const std::string& name, const std::string& value);
Result<std::optional<std::string>> setting(const Database& database, const std::string& name);

Result<void> raiseVersion(Ledger& ledger, const SeenVersion& seen);
Result<std::optional<SeenVersion>> seenVersion(const Database& database, const std::string& kind, const Uuid& scope);

/// The kind of entry that stores a signed object of `kind`.
audit::EventKind entryKindOf(const std::string& kind);
/// The reference to the one row of `projection` that its condition finds; `bindKey` binds it.
Result<std::optional<audit::RecordReference>> referenceTo(const Database& database, const Projection& projection,
                                                          const std::function<void(Statement&)>& bindKey);

}  // namespace quorate::vault::rows
