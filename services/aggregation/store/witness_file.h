// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <filesystem>
#include <vector>

#include "core/audit/witness.h"

namespace quorate::services {

/// A head as its owner sent it, and who else cosigned it.
struct KeptHead {
    audit::CosignRequest request;
    std::vector<audit::NoteSignature> members;
};

/// What the service has cosigned of one member's audit log; sizes ascending.
struct KeptWitnessLog {
    Uuid owner;
    Bytes ownerSpki;
    std::deque<KeptHead> heads;
};

/// Where the log of this member is kept.
std::filesystem::path witnessFile(const std::filesystem::path& folder, const Uuid& owner);
/// Untrusted unless the owner it names signed every head and each goes on from the one before; Malformed for anything else.
Result<KeptWitnessLog> readWitnessLog(const std::filesystem::path& file);
/// On the disk when it returns; the file is replaced as a whole or not at all.
Result<void> writeWitnessLog(const std::filesystem::path& folder, const KeptWitnessLog& log);

}  // namespace quorate::services
