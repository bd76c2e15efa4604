// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/invitation.h"

#include "core/base/byte_reader.h"
#include "core/payload/payload_codec.h"
#include "core/study/code_text.h"
#include "quorate/payload/v1/invitation.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxServiceBytes = 255;
constexpr std::size_t kMaxPayloadBytes = 1024;
constexpr std::size_t kScalarBytes = 32;

Result<void> checkLength(const char* what, const std::string& value, std::size_t least, std::size_t most)
{
    if (value.size() >= least && value.size() <= most) return {};
    return fail(ErrorKind::Malformed, std::string(what) + " is " + std::to_string(value.size()) + " bytes, want " + std::to_string(least) +
                                          " to " + std::to_string(most));
}

Result<void> checkFields(const Invitation& invitation)
{
    TRY(checkLength("consortium", invitation.consortium, 1, kMaxNameBytes));
    TRY(checkLength("organisation", invitation.organisation, 1, kMaxNameBytes));
    TRY(checkLength("service address", invitation.service, 0, kMaxServiceBytes));
    if (invitation.id.isZero()) return fail(ErrorKind::Malformed, "invitation id is zero");
    if (invitation.secret.size() != kSecretBytes) return fail(ErrorKind::Malformed, "invitation's secret is not 16 bytes");
    const bool hasSite = invitation.role == Role::SiteReviewer || invitation.role == Role::SiteNode;
    if (hasSite == invitation.site.isZero()) {
        return fail(ErrorKind::Malformed, std::string("a ") + nameOf(invitation.role) + (hasSite ? " needs a site" : " has no site"));
    }
    return {};
}

Result<Bytes> encodeInvitation(const Invitation& invitation)
{
    TRY(checkFields(invitation));
    TRY_ASSIGN(point, invitation.root.rawPoint());
    pb::Invitation out;
    out.set_id(text(invitation.id));
    out.set_consortium(invitation.consortium);
    out.set_root_point(text(BytesView(point)));
    out.set_service(invitation.service);
    out.set_secret(text(invitation.secret.expose()));
    out.set_role(nameOf(invitation.role));
    out.set_organisation(invitation.organisation);
    if (!invitation.site.isZero()) out.set_site(text(invitation.site));
    out.set_expires(payload::seconds(invitation.expires));
    return payload::serialise(out);
}

Result<Invitation> decodeInvitation(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::Invitation>(bytes, "invitation"));
    Invitation out;
    TRY_ASSIGN(id, fixed<16>(in.id(), "invitation id"));
    TRY_ASSIGN(root, PublicKey::fromRawPoint(EcCurve::P256, asBytes(in.root_point())));
    TRY_ASSIGN(role, parseRole(in.role()));
    TRY_ASSIGN(expires, payload::time(in.expires(), "invitation's end"));
    if (!in.site().empty()) {
        TRY_ASSIGN(site, fixed<16>(in.site(), "invitation's site"));
        out.site = site;
    }
    out.id = id;
    out.consortium = in.consortium();
    out.root = std::move(root);
    out.service = in.service();
    out.secret = SecretBytes::copyOf(asBytes(in.secret()));
    out.role = role;
    out.organisation = in.organisation();
    out.expires = expires;
    TRY(checkFields(out));
    return out;
}

}  // namespace

Result<Invitation> makeInvitation(const ConsortiumAuthority& authority, std::string consortium, const Member& invited,
                                  UtcSeconds expires, const RandomSource& random)
{
    Invitation out;
    TRY_ASSIGN(id, randomFixed<16>(random));
    TRY_ASSIGN(secret, randomSecret(random, kSecretBytes));
    out.id = id;
    out.consortium = std::move(consortium);
    out.root = authority.rootKey().publicKey();
    out.secret = std::move(secret);
    out.role = invited.role;
    out.organisation = invited.organisation;
    out.site = invited.site;
    out.expires = expires;
    TRY(checkFields(out));
    return out;
}

Result<std::string> writeInvitation(const Invitation& invitation, const ConsortiumAuthority& authority)
{
    TRY_ASSIGN(payload, encodeInvitation(invitation));
    TRY_ASSIGN(envelope, dsse::sign(kinds::kInvitation, payload, authority.rootKey()));
    TRY_ASSIGN(signature, ecdsaDerToRaw(envelope.signatures.front().signature, kScalarBytes));
    return toCode(ByteWriter().lengthPrefixed(payload).raw(signature).take());
}

Result<Invitation> readInvitation(std::string_view code, UtcSeconds now)
{
    TRY_ASSIGN(content, parseCode(code));
    ByteReader reader(content, "invitation");
    TRY_ASSIGN(length, reader.u32be("length"));
    if (length > kMaxPayloadBytes) return fail(ErrorKind::Malformed, "invitation is " + std::to_string(length) + " bytes, want at most 1024");
    TRY_ASSIGN(payload, reader.take(length, "payload"));
    TRY_ASSIGN(signature, reader.take(2 * kScalarBytes, "signature"));
    TRY(reader.end());
    TRY_ASSIGN(invitation, decodeInvitation(payload));
    TRY_ASSIGN(der, ecdsaRawToDer(signature, kScalarBytes));
    const dsse::Envelope envelope{dsse::payloadTypeFor(kinds::kInvitation), toBytes(payload),
                                  {{toHex(invitation.root.spkiSha256()), std::move(der)}}};
    TRY(dsse::verify(envelope, kinds::kInvitation, invitation.root));
    if (now >= invitation.expires) {
        return fail(ErrorKind::PolicyRefused, "the invitation has expired at " + formatRfc3339(invitation.expires) + "; a new one is wanted");
    }
    return invitation;
}

}  // namespace quorate::study
