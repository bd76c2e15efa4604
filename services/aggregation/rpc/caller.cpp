// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rpc/caller.h"

#include "core/crypto/certificate.h"

namespace quorate::services {
namespace {

/// The leaf that TLS verified.
Result<Certificate> leafOf(const grpc::ServerContext& context)
{
    const auto auth = context.auth_context();
    if (!auth || !auth->IsPeerAuthenticated()) return fail(ErrorKind::Untrusted, "the caller shows no certificate of the consortium");
    const auto pem = auth->FindPropertyValues("x509_pem_cert");
    if (pem.size() != 1) return fail(ErrorKind::Untrusted, "the caller shows no certificate of the consortium");
    return Certificate::fromPem(std::string_view(pem.front().data(), pem.front().size()));
}

Result<void> requireRole(const study::Member& member, const CallRule& rule)
{
    if (rule.roles.contains(member.role)) return {};
    return fail(ErrorKind::PolicyRefused, std::string("a ") + study::nameOf(member.role) + " may not make this call");
}

}  // namespace

Result<CallerKey> callerKey(const grpc::ServerContext& context, const Registry& registry)
{
    TRY_ASSIGN(leaf, leafOf(context));
    const auto now = toSeconds(registry.context().clock());
    if (const auto valid = leaf.verifyValidAt(now); !valid) return failAt("the caller's certificate", valid.error());
    auto id = parseHexFixed<16>(leaf.subjectCommonName());
    if (!id) return fail(ErrorKind::Untrusted, "the caller's certificate names no member id");
    TRY(registry.context().rosters->requireNotRevoked(*id, now));
    return CallerKey{*id, leaf.publicKey().spkiSha256()};
}

Result<Caller> callerOf(const grpc::ServerContext& context, const Registry& registry, const std::string& study, const CallRule& rule)
{
    TRY_ASSIGN(key, callerKey(context, registry));
    auto studyId = Uuid::from(asBytes(study));
    if (!studyId) return failAt("study id", studyId.error());
    TRY_ASSIGN(host, registry.find(*studyId));
    // The roster decides, not the certificate: a key that it does not name is nobody's.
    const auto* member = key.memberOf(host->package().roster);
    if (member == nullptr) return fail(ErrorKind::PolicyRefused, "the caller is not a member of this study's roster");
    TRY(registry.context().rosters->requireStanding(*member, toSeconds(registry.context().clock())));
    TRY(requireRole(*member, rule));
    return Caller{host, *member};
}

Result<study::Member> memberCalling(const grpc::ServerContext& context, const Registry& registry, const CallRule& rule)
{
    TRY_ASSIGN(key, callerKey(context, registry));
    TRY_ASSIGN(envelope, registry.context().rosters->newest());
    TRY_ASSIGN(roster, study::decodeRoster(envelope.payload));
    const auto* member = key.memberOf(roster);
    if (member == nullptr) return fail(ErrorKind::PolicyRefused, "the caller is not a member of the newest roster");
    TRY(requireRole(*member, rule));
    return *member;
}

}  // namespace quorate::services
