// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/vault/damage.h"

namespace quorate::vault {

const char* nameOf(Damage::Kind kind)
{
    switch (kind) {
    case Damage::Kind::Edited: return "edited";
    case Damage::Kind::Missing: return "missing";
    case Damage::Kind::Extra: return "extra";
    case Damage::Kind::Moved: return "moved";
    case Damage::Kind::Unreadable: return "unreadable";
    case Damage::Kind::HeadMismatch: return "head-mismatch";
    case Damage::Kind::BadCheckpoint: return "bad-checkpoint";
    case Damage::Kind::Gap: return "gap";
    case Damage::Kind::Fork: return "fork";
    }
    return "edited";
}

std::string toText(const Damage& damage)
{
    std::string out = damage.table + (damage.key.empty() ? "" : " " + damage.key) + ": " + nameOf(damage.kind);
    if (!damage.entryIndex) return out;
    if (!damage.lastIndex) return out + ", entry " + std::to_string(*damage.entryIndex);
    return out + ", entries " + std::to_string(*damage.entryIndex) + " to " + std::to_string(*damage.lastIndex);
}

}  // namespace quorate::vault
