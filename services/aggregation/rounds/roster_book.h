// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "core/study/study_package.h"
#include "core/study/version_rule.h"

namespace quorate::services {

/// The newest roster that this service has accepted, in memory and in a file: who is revoked stays so after a restart. A
/// study keeps the roster that its protocol names; what the newest one revokes, or no longer names, may act in no study.
/// Thread-safe.
class RosterBook {
public:
    /// With the one that an earlier process kept in `file`, which is where later ones go. Untrusted when `root` did not sign
    /// it, Malformed when it is none: a service must not go on with an older one.
    Result<void> keepIn(std::filesystem::path file, const PublicKey& root);
    /// Untrusted unless `root` signed it; StorageFailed when it cannot be kept; otherwise as checkSuccession.
    Result<study::Succession> accept(const dsse::Envelope& envelope, const PublicKey& root);
    /// PolicyRefused when the newest roster does not let this member act at `time`.
    [[nodiscard]] Result<void> requireStanding(const study::Member& member, UtcSeconds time) const;
    /// PolicyRefused when the newest roster has the member of this id revoked at `time`. A member whom it does not know yet,
    /// or before there is any, is nobody's business here.
    [[nodiscard]] Result<void> requireNotRevoked(const Uuid& member, UtcSeconds time) const;
    [[nodiscard]] std::uint32_t version() const;  ///< 0 before any.
    /// As the root signed it. Unavailable before any.
    [[nodiscard]] Result<dsse::Envelope> newest() const;

private:
    struct Held {
        study::Roster roster;
        study::ObjectVersion version;
        dsse::Envelope envelope;
    };
    mutable std::mutex m_mutex;
    std::filesystem::path m_file;
    std::optional<Held> m_newest;
};

}  // namespace quorate::services
