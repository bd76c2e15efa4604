// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/roster.h"

#include <array>
#include <set>

#include "core/crypto/digest.h"
#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

constexpr std::array kRoles{Role::Coordinator, Role::SiteReviewer, Role::Custodian, Role::Auditor, Role::SiteNode};

}  // namespace

const char* nameOf(Role role)
{
    switch (role) {
    case Role::Coordinator: return "coordinator";
    case Role::SiteReviewer: return "site-reviewer";
    case Role::Custodian: return "custodian";
    case Role::Auditor: return "auditor";
    case Role::SiteNode: return "site-node";
    }
    return "auditor";
}

Result<Role> parseRole(std::string_view name)
{
    for (const Role role : kRoles) {
        if (name == nameOf(role)) return role;
    }
    return fail(ErrorKind::Malformed, "not a role of the roster");
}

const Member* Roster::find(const Uuid& member) const
{
    for (const auto& candidate : members) {
        if (candidate.id == member) return &candidate;
    }
    return nullptr;
}

const Member* Roster::findByKeyId(const std::string& keyId) const
{
    for (const auto& candidate : members) {
        if (toHex(sha256(candidate.signingKeySpki)) == keyId) return &candidate;
    }
    return nullptr;
}

std::vector<const Member*> Roster::withRole(Role role) const
{
    std::vector<const Member*> out;
    for (const auto& candidate : members) {
        if (candidate.role == role) out.push_back(&candidate);
    }
    return out;
}

Bytes encode(const Roster& roster)
{
    pb::Roster out;
    out.set_version(roster.version);
    out.set_consortium(roster.consortium);
    for (const auto& member : roster.members) {
        auto* item = out.add_members();
        item->set_id(text(member.id));
        item->set_name(member.name);
        item->set_organisation(member.organisation);
        item->set_role(nameOf(member.role));
        item->set_site(text(member.site));
        item->set_signing_key_spki(text(BytesView(member.signingKeySpki)));
        item->set_hpke_key(text(member.hpkeKey));
    }
    return payload::serialise(out);
}

Result<Roster> decodeRoster(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Roster>(bytes, "roster"));
    Roster out;
    out.version = in.version();
    out.consortium = in.consortium();
    std::set<Uuid> ids;
    std::set<std::string> keys;
    for (const auto& member : in.members()) {
        TRY_ASSIGN(id, fixed<16>(member.id(), "member id"));
        TRY_ASSIGN(role, parseRole(member.role()));
        TRY_ASSIGN(site, fixed<16>(member.site(), "member's site"));
        TRY_ASSIGN(hpkeKey, fixed<32>(member.hpke_key(), "member's HPKE key"));
        if (!ids.insert(id).second || !keys.insert(member.signing_key_spki()).second) {
            return fail(ErrorKind::Malformed, "roster names a member or a signing key twice");
        }
        out.members.push_back({id, member.name(), member.organisation(), role, site, toBytes(member.signing_key_spki()), hpkeKey});
    }
    return out;
}

}  // namespace quorate::study
