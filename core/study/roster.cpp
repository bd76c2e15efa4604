// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/roster.h"

#include <algorithm>
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

constexpr int kMaxMembers = 4096;
constexpr std::size_t kMaxTextBytes = 256;

Result<void> checkLength(const char* what, const std::string& value)
{
    if (value.size() <= kMaxTextBytes) return {};
    return fail(ErrorKind::Malformed, std::string(what) + " is " + std::to_string(value.size()) + " bytes, want at most 256");
}

Result<Member> memberFrom(const pb::Member& in)
{
    Member out;
    TRY_ASSIGN(id, fixed<16>(in.id(), "member id"));
    TRY_ASSIGN(role, parseRole(in.role()));
    TRY_ASSIGN(site, fixed<16>(in.site(), "member's site"));
    TRY_ASSIGN(hpkeKey, fixed<32>(in.hpke_key(), "member's HPKE key"));
    TRY(checkLength("member's name", in.name()));
    TRY(checkLength("member's organisation", in.organisation()));
    TRY(checkLength("member's revocation reason", in.revocation_reason()));
    if (in.has_revoked_from()) {
        TRY_ASSIGN(from, payload::time(in.revoked_from(), "revocation"));
        out.revokedFrom = from;
    }
    if (out.revokedFrom.has_value() == in.revocation_reason().empty()) {
        return fail(ErrorKind::Malformed, "a revocation and its reason come together");
    }
    out.id = id;
    out.name = in.name();
    out.organisation = in.organisation();
    out.role = role;
    out.site = site;
    out.signingKeySpki = toBytes(in.signing_key_spki());
    out.tlsKeySpki = toBytes(in.tls_key_spki());
    out.hpkeKey = hpkeKey;
    out.revocationReason = in.revocation_reason();
    return out;
}

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
        item->set_tls_key_spki(text(BytesView(member.tlsKeySpki)));
        if (member.revokedFrom) item->set_revoked_from(payload::seconds(*member.revokedFrom));
        item->set_revocation_reason(member.revocationReason);
    }
    return payload::serialise(out);
}

Result<Roster> decodeRoster(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Roster>(bytes, "roster"));
    Roster out;
    out.version = in.version();
    out.consortium = in.consortium();
    if (in.members_size() > kMaxMembers) {
        return fail(ErrorKind::Malformed, "roster has " + std::to_string(in.members_size()) + " members, want at most 4096");
    }
    TRY(checkLength("consortium", in.consortium()));
    std::set<Uuid> ids;
    std::set<std::string> keys;
    for (const auto& item : in.members()) {
        TRY_ASSIGN(member, memberFrom(item));
        const bool isNew = ids.insert(member.id).second && keys.insert(item.signing_key_spki()).second &&
                           (member.tlsKeySpki.empty() || keys.insert(item.tls_key_spki()).second);
        if (!isNew) return fail(ErrorKind::Malformed, "roster names a member or a key twice");
        out.members.push_back(std::move(member));
    }
    return out;
}

Result<Roster> withRevocation(Roster roster, const Uuid& member, UtcSeconds from, const std::string& reason)
{
    const auto found = std::find_if(roster.members.begin(), roster.members.end(), [&](const Member& m) { return m.id == member; });
    if (found == roster.members.end()) return fail(ErrorKind::Unavailable, "the roster has no member " + toHex(member));
    if (found->isRevokedAt(from)) {
        return fail(ErrorKind::PolicyRefused, "this member is revoked from " + formatRfc3339(*found->revokedFrom) + " already");
    }
    TRY(checkLength("reason", reason));
    if (reason.empty()) return fail(ErrorKind::Malformed, "a revocation needs a reason");
    found->revokedFrom = from;
    found->revocationReason = reason;
    ++roster.version;
    return roster;
}

Result<void> requireStanding(const Roster& newest, const Member& member, UtcSeconds time)
{
    const Member* now = newest.find(member.id);
    if (now == nullptr || now->signingKeySpki != member.signingKeySpki || now->tlsSpki() != member.tlsSpki() ||
        now->hpkeKey != member.hpkeKey || now->role != member.role) {
        return fail(ErrorKind::PolicyRefused, "roster version " + std::to_string(newest.version) + " does not name this member with these keys and this role");
    }
    if (now->isRevokedAt(time)) {
        return fail(ErrorKind::PolicyRefused, "this member is revoked from " + formatRfc3339(*now->revokedFrom) + " on");
    }
    return {};
}

}  // namespace quorate::study
