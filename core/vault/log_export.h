// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/audit/export.h"
#include "core/ports/audit_desk.h"
#include "core/vault/vault.h"

namespace quorate::vault {

/// The services that cosigned this vault's log: no roster names their keys.
Result<std::vector<audit::NoteKey>> cosigningServices(const Vault& vault);
/// PolicyRefused where there are as many as an export can name.
Result<void> rememberCosigningService(Vault& vault, BytesView spki);

/// What an export carries besides the log: the root, every roster kept for the consortium or for `study`, the services' keys.
Result<audit::ExportParties> exportParties(const Vault& vault, const PublicKey& root, const Uuid& study);

/// Notes the export in the log, and with `signHead` has that under a signature too. A vault that takes no change is exported
/// as it is. `file` is written as a whole or not at all, over what is there; only its owner may read it.
Result<void> exportLog(Vault& vault, AuditExportFormat format, const std::filesystem::path& file,
                       const audit::ExportParties& parties, const std::function<Result<void>()>& signHead, UtcSeconds at);

}  // namespace quorate::vault
