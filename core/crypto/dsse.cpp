// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/dsse.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/byte_reader.h"
#include "core/base/json_text.h"
#include "core/crypto/digest.h"

namespace quorate::dsse {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxJsonBytes = std::size_t{2} << 20;
constexpr std::size_t kMaxTypeBytes = 128;
constexpr std::size_t kMaxSignatures = 16;
constexpr std::size_t kMaxSignatureBytes = 256;

Result<std::string> textMember(const json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) {
        return fail(ErrorKind::Malformed, std::string("envelope has no text member \"") + name + "\"");
    }
    return found->get<std::string>();
}

Result<Bytes> base64Member(const json& object, const char* name)
{
    TRY_ASSIGN(text, textMember(object, name));
    auto bytes = parseBase64(text);
    if (!bytes) return failAt(name, bytes.error());
    return bytes;
}

bool isKeyId(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<Signature> signatureFrom(const json& object)
{
    if (!object.is_object()) return fail(ErrorKind::Malformed, "signature is not an object");
    Signature out;
    TRY_ASSIGN(keyId, textMember(object, "keyid"));
    if (!isKeyId(keyId)) return fail(ErrorKind::Malformed, "keyid is not 64 lower-case hexadecimal digits");
    TRY_ASSIGN(bytes, base64Member(object, "sig"));
    if (bytes.empty() || bytes.size() > kMaxSignatureBytes) {
        return fail(ErrorKind::Malformed, "signature is " + std::to_string(bytes.size()) + " bytes, want 1 to 256");
    }
    out.keyId = std::move(keyId);
    out.signature = std::move(bytes);
    return out;
}

Result<void> requireKind(const Envelope& envelope, std::string_view kind)
{
    if (envelope.payloadType == payloadTypeFor(kind)) return {};
    return fail(ErrorKind::Untrusted, "envelope is of type " + envelope.payloadType + ", want " + payloadTypeFor(kind));
}

}  // namespace

Digest32 Envelope::payloadDigest() const { return sha256(payload); }

std::string payloadTypeFor(std::string_view kind)
{
    return "application/vnd.quorate." + std::string(kind) + ".v1+protobuf";
}

Bytes preAuthenticationEncoding(std::string_view payloadType, BytesView payload)
{
    return ByteWriter()
        .text("DSSEv1 ")
        .text(std::to_string(payloadType.size()))
        .text(" ")
        .text(payloadType)
        .text(" ")
        .text(std::to_string(payload.size()))
        .text(" ")
        .raw(payload)
        .take();
}

Result<Envelope> sign(std::string_view kind, BytesView payload, const Signer& key)
{
    Envelope out;
    out.payloadType = payloadTypeFor(kind);
    out.payload = toBytes(payload);
    TRY(addSignature(out, key));
    return out;
}

Result<void> addSignature(Envelope& envelope, const Signer& key)
{
    if (key.curve() != EcCurve::P256) return fail(ErrorKind::Malformed, "signing key is not on P-256");
    if (envelope.signatures.size() >= kMaxSignatures) return fail(ErrorKind::Malformed, "envelope has 16 signatures already");
    const std::string keyId = toHex(key.publicKey().spkiSha256());
    for (const Signature& signature : envelope.signatures) {
        if (signature.keyId == keyId) return fail(ErrorKind::PolicyRefused, "key " + keyId + " has signed this envelope already");
    }
    TRY_ASSIGN(signature, key.signDer(preAuthenticationEncoding(envelope.payloadType, envelope.payload)));
    envelope.signatures.push_back({keyId, std::move(signature)});
    return {};
}

Result<std::vector<std::size_t>> verifyThreshold(const Envelope& envelope, std::string_view kind, const std::vector<PublicKey>& keys,
                                                 std::size_t threshold)
{
    if (threshold == 0) return fail(ErrorKind::Malformed, "threshold is 0, want 1 or more");
    TRY(requireKind(envelope, kind));
    const Bytes message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
    std::vector<std::size_t> signers;
    std::set<std::string> seen;
    for (const Signature& signature : envelope.signatures) {
        const auto key = std::find_if(keys.begin(), keys.end(), [&](const PublicKey& k) { return toHex(k.spkiSha256()) == signature.keyId; });
        if (key == keys.end()) return fail(ErrorKind::Untrusted, "envelope is signed by key " + signature.keyId + ", which has no say here");
        if (!seen.insert(signature.keyId).second) return fail(ErrorKind::Untrusted, "key " + signature.keyId + " has signed twice");
        if (!key->verifyDer(EcCurve::P256, message, signature.signature)) {
            return fail(ErrorKind::Untrusted, "signature of key " + signature.keyId + " does not verify");
        }
        signers.push_back(static_cast<std::size_t>(key - keys.begin()));
    }
    if (signers.size() >= threshold) return signers;
    return fail(ErrorKind::Untrusted,
                "envelope has " + std::to_string(signers.size()) + " signatures that count, want " + std::to_string(threshold));
}

Result<void> verify(const Envelope& envelope, std::string_view kind, const PublicKey& key)
{
    TRY(requireKind(envelope, kind));
    const std::string keyId = toHex(key.spkiSha256());
    const Bytes message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
    bool present = false;
    for (const Signature& signature : envelope.signatures) {
        if (signature.keyId != keyId) continue;
        present = true;
        if (key.verifyDer(EcCurve::P256, message, signature.signature)) return {};
    }
    return fail(ErrorKind::Untrusted, present ? "signature of key " + keyId + " does not verify"
                                              : "envelope is not signed by key " + keyId);
}

std::string toJson(const Envelope& envelope)
{
    json signatures = json::array();
    for (const Signature& signature : envelope.signatures) {
        signatures.push_back({{"keyid", signature.keyId}, {"sig", toBase64(signature.signature)}});
    }
    const json out = {{"payload", toBase64(envelope.payload)},
                      {"payloadType", envelope.payloadType},
                      {"signatures", std::move(signatures)}};
    // Replacing keeps dump() from throwing on text that is not UTF-8, which fromJson never yields.
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Envelope> fromJson(std::string_view text)
{
    if (text.size() > kMaxJsonBytes) {
        return fail(ErrorKind::Malformed, "envelope is " + std::to_string(text.size()) + " bytes, want at most 2097152");
    }
    if (const auto checked = checkJson(text); !checked) return failAt("envelope", checked.error());
    const json parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object()) return fail(ErrorKind::Malformed, "envelope is not a JSON object");
    Envelope out;
    TRY_ASSIGN(payloadType, textMember(parsed, "payloadType"));
    if (payloadType.empty() || payloadType.size() > kMaxTypeBytes) {
        return fail(ErrorKind::Malformed, "payloadType is " + std::to_string(payloadType.size()) + " bytes, want 1 to 128");
    }
    TRY_ASSIGN(payload, base64Member(parsed, "payload"));
    const auto signatures = parsed.find("signatures");
    if (signatures == parsed.end() || !signatures->is_array() || signatures->empty() ||
        signatures->size() > kMaxSignatures) {
        return fail(ErrorKind::Malformed, "envelope needs an array of 1 to 16 signatures");
    }
    for (const json& entry : *signatures) {
        TRY_ASSIGN(signature, signatureFrom(entry));
        out.signatures.push_back(std::move(signature));
    }
    out.payloadType = std::move(payloadType);
    out.payload = std::move(payload);
    return out;
}

}  // namespace quorate::dsse
