// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
Result<Roster> decodeRoster(BytesView payload);

}  // namespace quorate::study
