// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/vault/database.h"
#include "core/vault/vault.h"

/// The vault's values as rows of its tables; contracts in vault.h. Used by vault.cpp only.
namespace quorate::vault::rows {

Result<void> putEnvelope(Database& database, const StoredEnvelope& stored);
Result<std::vector<StoredEnvelope>> envelopes(const Database& database, const Uuid& study, const std::string& kind);
Result<std::vector<Uuid>> studies(const Database& database);

Result<void> appendEvent(Database& database, const study::StudyEvent& event);
Result<std::vector<study::StudyEvent>> events(const Database& database, const Uuid& study, std::uint64_t afterSequence);

Result<void> putEvidence(Database& database, const StoredEvidence& stored);
Result<std::optional<StoredEvidence>> latestEvidence(const Database& database, const Uuid& study, const Uuid& site);

Result<void> putIdentity(Database& database, const StoredIdentity& identity);
Result<std::vector<StoredIdentity>> identities(const Database& database);

Result<void> putSetting(Database& database, const std::string& name, const std::string& value);
Result<std::optional<std::string>> setting(const Database& database, const std::string& name);

}  // namespace quorate::vault::rows
