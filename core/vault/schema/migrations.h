// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/vault/database.h"

namespace quorate::vault {

/// `PRAGMA application_id` of a vault: "QRVT".
inline constexpr std::int64_t kApplicationId = 0x51525654;
/// Number of the last migration, kept as `PRAGMA user_version`.
std::int64_t newestSchema();

/// Makes the tables of the newest schema in an empty database.
Result<void> createSchema(Database& database, const Clock& clock, const RandomSource& random);
/// Malformed when the database is not a vault or was made by a newer build. Otherwise brings it to the newest schema, one
/// transaction per migration. A vault that had no audit log gets one, with an entry for each row.
Result<void> migrate(Database& database, const Clock& clock, const RandomSource& random);

}  // namespace quorate::vault
