// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

namespace quorate::attestation {

enum class Purpose : std::uint8_t { Channel = 1, ReleaseOffer = 2, ReleaseConfirm = 3, Reattest = 4 };
enum class AttesterRole : std::uint8_t { Service = 1, SiteNode = 2 };

/// Everything that report_data binds (trust protocol, section 2). Every field is always present in the bytes.
struct Transcript {
    Purpose purpose = Purpose::Channel;
    AttesterRole role = AttesterRole::Service;
    Digest32 nonce;                 ///< Chosen by the verifier, single use.
    Bytes sessionBinder;            ///< TLS exporter, 32 bytes, or empty where the channel offers none.
    Digest32 tlsLeafSpki;           ///< SHA-256 of the SubjectPublicKeyInfo.
    FixedBytes<6> hpkeSuite{{0x00, 0x20, 0x00, 0x01, 0x00, 0x02}};  ///< KEM, KDF, AEAD ids of RFC 9180.
    Digest32 hpkePublicKey;         ///< X25519, 32 bytes.
    Bytes receiptKeySpki;           ///< SHA-256 of the receipt key's SPKI, or empty.
    Uuid study;                     ///< All zero before a study is chosen.
    Uuid site;                      ///< All zero for the service.
    std::uint64_t keyEpoch = 0;
    Digest32 policyDigest;
    Digest32 referenceValuesDigest;
    Digest32 rosterRootSpki;

    /// The 64 bytes that must stand in REPORT_DATA.
    [[nodiscard]] Digest64 reportData() const;
    /// The text in front of the hash, for the decoded view.
    [[nodiscard]] Bytes encoded() const;
    bool operator==(const Transcript&) const = default;
};

/// SHA-256(LP(roster root SPKI SHA-256) ‖ LP(policy digest)): goes in at launch as SEV-SNP HOST_DATA (32 bytes) and TDX
/// MRCONFIGID (48 bytes, the digest followed by zeros).
Digest32 launchBinding(const Digest32& rosterRootSpki, const Digest32& policyDigest);

}  // namespace quorate::attestation
