// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::study {

enum class Role { Coordinator, SiteReviewer, Custodian, Auditor, SiteNode };

const char* nameOf(Role role);  ///< "coordinator", "site-reviewer", "custodian", "auditor", "site-node".
Result<Role> parseRole(std::string_view name);

struct Member {
    Uuid id;
    std::string name;            ///< As printed under a signature.
    std::string organisation;
    Role role = Role::Auditor;
    Uuid site;                   ///< SiteReviewer and SiteNode: whose; else zero.
    Bytes signingKeySpki;        ///< P-256.
    Digest32 hpkeKey;            ///< X25519 identity key; custodians' shares are sealed to it. Zero for others.
    Bytes tlsKeySpki{};          ///< P-256; of those whose signing key is on a token. Empty: the signing key.
    std::optional<UtcSeconds> revokedFrom{};  ///< From then on nothing of this member counts.
    std::string revocationReason{};           ///< As typed by who revoked; empty without a revocation.

    [[nodiscard]] const Bytes& tlsSpki() const { return tlsKeySpki.empty() ? signingKeySpki : tlsKeySpki; }
    [[nodiscard]] bool isRevokedAt(UtcSeconds time) const { return revokedFrom && time >= *revokedFrom; }
    bool operator==(const Member&) const = default;
};

/// The consortium's people and nodes: signed by the root key, and its version only grows.
struct Roster {
    std::uint32_t version = 1;
    std::string consortium;
    std::vector<Member> members;
    [[nodiscard]] const Member* find(const Uuid& member) const;
    [[nodiscard]] const Member* findByKeyId(const std::string& keyId) const;  ///< Hex SHA-256 of the SPKI.
    [[nodiscard]] std::vector<const Member*> withRole(Role role) const;
    bool operator==(const Roster&) const = default;
};

Bytes encode(const Roster& roster);
/// Malformed beyond 4096 members or 256 bytes of a text, for a member or key named twice, for a revocation without a reason.
Result<Roster> decodeRoster(BytesView payload);

/// The next version of `roster` with this member revoked from `from` on. Unavailable when it has no such member,
/// PolicyRefused when the member is revoked from then or earlier already, Malformed without a reason.
Result<Roster> withRevocation(Roster roster, const Uuid& member, UtcSeconds from, const std::string& reason);

/// PolicyRefused when `member`, of an earlier roster perhaps, may not act at `time`: `newest` does not name it with the same
/// keys and role, or has it revoked.
Result<void> requireStanding(const Roster& newest, const Member& member, UtcSeconds time);

}  // namespace quorate::study
