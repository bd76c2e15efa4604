// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/audit/checkpoint.h"
#include "core/vault/damage.h"
#include "core/vault/log_store.h"

namespace quorate::vault {

/// Reads the whole vault: each leaf to the root and the kept checkpoints, each row against its entry, both ways. `newest`
/// is the newest checkpoint that is kept outside the vault. `each`, where there is one, hears of every entry and ends it all
/// with its error. Changes nothing. An error when the database cannot be read.
Result<std::vector<Damage>> verifyVault(const Database& database, const DatabaseLogStore& store,
                                        const std::optional<audit::SignedCheckpoint>& newest,
                                        const std::function<Result<void>(std::uint64_t entry)>& each = {});

/// Whether the log is that of `checkpoint` or a continuation of it; at most one finding. A fork begins after the newest kept
/// checkpoint that one of its cosigners has cosigned: up to there the two agree.
Result<std::vector<Damage>> compareWith(const DatabaseLogStore& store, const audit::SignedCheckpoint& checkpoint);

}  // namespace quorate::vault
