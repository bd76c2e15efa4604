// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_bytes.h"
#include "core/vault/damage.h"

namespace quorate::vault {

/// What to do about a damaged vault.
inline constexpr std::string_view kWantBackup = "want a backup from before, restored to another place";

/// What of the log, of the rows that its entries wrote, and of the indices that lead to them, a database that does not open
/// no longer gives: by entry. Each table is read from its first row until it fails and from its last until it fails; between
/// two places that fail, everything counts as lost. `Missing` where reading met nothing bad, `Unreadable` where it did.
/// Empty where only what belongs to no entry is damaged. Writes nothing. Malformed when nothing, or nothing of
/// the log, can be read.
Result<std::vector<Damage>> locateDamage(const std::filesystem::path& file, const SecretBytes& key, unsigned generation);

/// `found` of Database::open, with the entries concerned, the first of them where they are many, and what to do.
Error describeDamage(const Error& found, const Result<std::vector<Damage>>& located);

}  // namespace quorate::vault
