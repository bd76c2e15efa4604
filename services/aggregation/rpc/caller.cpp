// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rpc/caller.h"

#include <algorithm>

#include "core/crypto/certificate.h"
#include "core/crypto/digest.h"

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

}  // namespace

Result<CallerKey> callerKey(const grpc::ServerContext& context)
{
    TRY_ASSIGN(leaf, leafOf(context));
    auto id = parseHexFixed<16>(leaf.subjectCommonName());
    if (!id) return fail(ErrorKind::Untrusted, "the caller's certificate names no member id");
    return CallerKey{*id, leaf.publicKey().spkiSha256()};
}

Result<Caller> callerOf(const grpc::ServerContext& context, const Registry& registry, const std::string& study,
                        std::initializer_list<study::Role> roles)
{
    TRY_ASSIGN(key, callerKey(context));
    auto studyId = Uuid::from(asBytes(study));
    if (!studyId) return failAt("study id", studyId.error());
    TRY_ASSIGN(host, registry.find(*studyId));
    const auto* member = host->package().roster.find(key.id);
    // The roster decides, not the certificate: a key that it does not name is nobody's.
    if (member == nullptr || sha256(member->signingKeySpki) != key.spki) {
        return fail(ErrorKind::PolicyRefused, "the caller is not a member of this study's roster");
    }
    if (std::find(roles.begin(), roles.end(), member->role) == roles.end()) {
        return fail(ErrorKind::PolicyRefused, std::string("a ") + study::nameOf(member->role) + " may not make this call");
    }
    return Caller{host, *member};
}

}  // namespace quorate::services
