// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/vault/key_slots.h"

namespace quorate::vault {

/// "<vault>.slots": the slots of the vault's database; while its key is being rotated, of the next database too, so that
/// the file fits whichever of the two a crash leaves in place. Format: docs/formats/vault.md.
class KeySlotFile {
public:
    explicit KeySlotFile(KeySlots slots) { m_sets.push_back(std::move(slots)); }
    KeySlotFile(KeySlots current, KeySlots next);

    /// Malformed for anything but a whole, unchanged key-slot file with costs within bounds.
    static Result<KeySlotFile> fromJson(std::string_view json);
    [[nodiscard]] std::string toJson() const;

    /// Untrusted when no slot is of the database that begins with `salt`.
    [[nodiscard]] Result<KeySlots> slotsFor(const DatabaseSalt& salt) const;
    [[nodiscard]] const std::vector<KeySlots>& sets() const { return m_sets; }

    static std::filesystem::path pathFor(const std::filesystem::path& vault);
    static Result<KeySlotFile> read(const std::filesystem::path& path);
    /// Written beside, flushed, then renamed; readable by its owner only.
    Result<void> write(const std::filesystem::path& path) const;

private:
    KeySlotFile() = default;
    std::vector<KeySlots> m_sets;  ///< One or two.
};

}  // namespace quorate::vault
