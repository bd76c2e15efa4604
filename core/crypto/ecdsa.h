// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/secret_bytes.h"

struct evp_pkey_st;

namespace quorate {

/// P-256 signs with SHA-256, P-384 with SHA-384; no other pairing exists here.
enum class EcCurve { P256, P384 };

/// A public key, EC (P-256, P-384) or RSA, by its SubjectPublicKeyInfo.
class PublicKey {
public:
    static Result<PublicKey> fromSpki(BytesView der);
    /// Raw x ‖ y (64 or 96 bytes), as TDX quotes carry it. Refuses a point that is not on the curve.
    static Result<PublicKey> fromRawPoint(EcCurve curve, BytesView xy);

    [[nodiscard]] const Bytes& spki() const { return m_spki; }
    [[nodiscard]] Digest32 spkiSha256() const;
    [[nodiscard]] bool isEc(EcCurve curve) const;
    /// x ‖ y; EC keys only.
    [[nodiscard]] Result<Bytes> rawPoint() const;

    /// Size of an RSA key's modulus; 0 for any other key.
    [[nodiscard]] int rsaBits() const;

    /// Untrusted when it does not verify. `signature` is DER (Ecdsa-Sig-Value).
    [[nodiscard]] Result<void> verifyDer(EcCurve curve, BytesView message, BytesView signature) const;
    /// `signature` is r ‖ s, big endian, each as long as the curve's order; zero and >= n are refused.
    [[nodiscard]] Result<void> verifyRaw(EcCurve curve, BytesView message, BytesView signature) const;

    static constexpr int kPssSaltBytes = 48;
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of exactly 48 bytes (RFC 8017 section 8.1.2). RSA keys only.
    [[nodiscard]] Result<void> verifyPss(BytesView message, BytesView signature) const;

    /// A key that something else has decoded already; `spki` must be its own encoding.
    static PublicKey share(std::shared_ptr<evp_pkey_st> key, Bytes spki);
    [[nodiscard]] evp_pkey_st* handle() const { return m_key.get(); }
    bool operator==(const PublicKey& other) const { return m_spki == other.m_spki; }

private:
    std::shared_ptr<evp_pkey_st> m_key;
    Bytes m_spki;
};

/// What signs with an EC key: a key in memory (SigningKey) or on a token (TokenKey).
class Signer {
public:
    Signer() = default;
    virtual ~Signer() = default;

    [[nodiscard]] virtual EcCurve curve() const = 0;
    [[nodiscard]] virtual const PublicKey& publicKey() const = 0;
    /// Unavailable when the key is on a token that is not there or has locked itself.
    [[nodiscard]] virtual Result<Bytes> signDer(BytesView message) const = 0;
    [[nodiscard]] Result<Bytes> signRaw(BytesView message) const;

protected:
    Signer(const Signer&) = default;
    Signer(Signer&&) = default;
    Signer& operator=(const Signer&) = default;
    Signer& operator=(Signer&&) = default;
};

/// An EC private key in memory. Moves, never copies. Only this kind of signer can be stored or given to a TLS stack.
class SigningKey final : public Signer {
public:
    static Result<SigningKey> generate(EcCurve curve);
    /// PKCS #8 DER, unencrypted; the vault or the demo folder protects it.
    static Result<SigningKey> fromPkcs8(BytesView der);

    SigningKey(SigningKey&&) noexcept = default;
    SigningKey& operator=(SigningKey&&) noexcept = default;

    [[nodiscard]] EcCurve curve() const override { return m_curve; }
    [[nodiscard]] const PublicKey& publicKey() const override { return m_public; }
    [[nodiscard]] Result<Bytes> signDer(BytesView message) const override;
    [[nodiscard]] SecretBytes toPkcs8() const;
    [[nodiscard]] SecretBytes toPkcs8Pem() const;
    [[nodiscard]] evp_pkey_st* handle() const { return m_key.get(); }

private:
    SigningKey() = default;
    static Result<SigningKey> adopt(std::shared_ptr<evp_pkey_st> key);

    EcCurve m_curve = EcCurve::P256;
    std::shared_ptr<evp_pkey_st> m_key;
    PublicKey m_public;
};

/// r ‖ s to DER and back, for a curve whose scalars are `scalarBytes` long.
Result<Bytes> ecdsaRawToDer(BytesView raw, std::size_t scalarBytes);
Result<Bytes> ecdsaDerToRaw(BytesView der, std::size_t scalarBytes);

}  // namespace quorate
