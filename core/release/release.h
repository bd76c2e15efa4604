// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/attestation/appraisal.h"
#include "core/base/clock.h"
#include "core/crypto/hpke.h"
#include "core/study/participation.h"
#include "core/study/protocol.h"
#include "core/study/roster.h"

namespace quorate::release {

/// What people approve: one recipient, one key, one set of evidence. Its digest is that of the signed bytes.
struct ReleaseStatement {
    Uuid study;
    Digest32 protocolDigest;
    std::uint64_t keyEpoch = 0;
    Uuid requester;                     ///< Never among the approvers.
    attestation::Transcript transcript; ///< Of the offer (purpose 2): recipient role, HPKE key, nonce, digests.
    Digest32 evidenceDigest;
    std::map<std::string, Digest32> collateralDigests;  ///< Of all that the appraisal was given, by file name.
    std::map<std::string, std::string> claims;  ///< mrtd, rtmr0.., measurement, ...
    struct CheckOutcome {
        std::string id;
        std::string outcome;
        bool operator==(const CheckOutcome&) const = default;
    };
    std::vector<CheckOutcome> checks;
    std::string tee;
    std::string product;
    std::string tcbStatus;
    std::string platformId;             ///< Chip id or FMSPC.
    UtcSeconds notBefore;
    UtcSeconds notAfter;
    bool operator==(const ReleaseStatement&) const = default;
};

Bytes encode(const ReleaseStatement& statement);
Result<ReleaseStatement> decodeStatement(BytesView payload);

/// A custodian's answer. Approving *is* handing over the share, sealed to the attested key.
struct ReleaseApproval {
    Uuid study;
    Digest32 statementDigest;
    Uuid custodian;
    study::Decision decision = study::Decision::Refuse;
    Bytes sealedShare;      ///< HPKE enc ‖ ct to the statement's key; empty in a refusal.
    std::string reason;
    UtcSeconds signedAt;
    UtcSeconds expires;
    bool operator==(const ReleaseApproval&) const = default;
};

Bytes encode(const ReleaseApproval& approval);
Result<ReleaseApproval> decodeApproval(BytesView payload);

/// One person's order: freeze (the quorum thaws), revoke (this epoch is over), or agree to the thaw of one freeze.
struct Revocation {
    Uuid study;
    std::uint64_t keyEpoch = 0;
    Uuid member;
    enum class Kind { Freeze, Revoke, Thaw } kind = Kind::Freeze;
    std::string reason;
    UtcSeconds signedAt;
    Digest32 freeze{};  ///< Thaw: digest of the freeze's payload, so that it ends no other freeze; else zero.
    bool operator==(const Revocation&) const = default;
};

Bytes encode(const Revocation& revocation);
Result<Revocation> decodeRevocation(BytesView payload);

/// SHA-256("quorate/v1/key" ‖ K).
Digest32 keyCommitment(const SecretBytes& key);

/// Makes K, splits it m of n, seals each share to its custodian and forgets K.
Result<study::QuorumRules> splitStudyKey(const Uuid& study, std::uint64_t keyEpoch,
                                         const std::vector<study::Member>& custodians, unsigned threshold,
                                         unsigned distinctOrganisations, const RandomSource& random);
/// A custodian opens the share of the protocol with the identity key. Untrusted when the digest does not match.
Result<SecretBytes> openOwnShare(const study::StudyProtocol& protocol, const Uuid& custodian, const hpke::PrivateKey& key);

/// Freezes what `evidence` showed. `offer` must be of purpose ReleaseOffer.
Result<ReleaseStatement> makeStatement(const study::StudyProtocol& protocol, const Digest32& protocolDigest,
                                       const attestation::VerifiedEvidence& offer, const Uuid& requester, UtcSeconds now,
                                       std::chrono::minutes validity);
/// May differ between two answers of one unchanged node: report_data binds purpose and nonce, and the vendor may have
/// published newer TCB info meanwhile. A TCB status that changed by it is compared.
bool isVolatileClaim(const std::string& claim);
/// Everything that stands against sealing a share now: other key, measurements or TCB than the statement's, wrong purpose,
/// outside its time. Empty means nothing does.
std::vector<std::string> differencesFrom(const ReleaseStatement& statement, const attestation::VerifiedEvidence& confirm,
                                         UtcSeconds now);
/// Seals the share to the key that `confirm` (purpose ReleaseConfirm) shows. Refuses if differencesFrom is not empty.
Result<Bytes> sealShare(const ReleaseStatement& statement, const Digest32& statementDigest,
                        const attestation::VerifiedEvidence& confirm, const Uuid& custodian, const SecretBytes& share,
                        UtcSeconds now, const RandomSource& random);

/// Whether these custodians are as many, and of as many organisations, as the rules want. Members that the roster does not
/// name count for nothing.
bool isQuorum(const study::QuorumRules& rules, const study::Roster& roster, const std::set<Uuid>& custodians);

/// Inside the enclave: collects sealed shares and, at the threshold, combines them. One statement, one collector.
class ShareCollector {
public:
    ShareCollector(study::StudyProtocol protocol, study::Roster roster, ReleaseStatement statement, Digest32 statementDigest);

    /// `approval` must come from an envelope that its custodian's key signed. A refusal is recorded, takes back that
    /// custodian's earlier share and is sticky. Shares whose approval has expired at `now` are dropped first.
    /// PolicyRefused for a person or organisation the rules exclude, a repeated approval, or a time outside the
    /// statement's; Untrusted for another statement's approval, or a share that does not open or has another digest than
    /// the protocol's.
    Result<void> add(const ReleaseApproval& approval, const hpke::PrivateKey& key, UtcSeconds now);
    [[nodiscard]] std::size_t count() const { return m_shares.size(); }
    [[nodiscard]] bool isQuorate() const;
    /// K, checked against the protocol's commitment. Unavailable before the quorum.
    [[nodiscard]] Result<SecretBytes> combine() const;

private:
    struct Held {
        SecretBytes share;
        UtcSeconds expires;
    };

    [[nodiscard]] Result<void> checkSubject(const ReleaseApproval& approval) const;
    [[nodiscard]] Result<const study::CustodianShare*> shareOf(const Uuid& custodian) const;
    [[nodiscard]] const std::string& organisationOf(const Uuid& custodian) const;
    [[nodiscard]] Result<void> checkOrganisation(const Uuid& custodian) const;
    [[nodiscard]] std::size_t organisationCount() const;

    study::StudyProtocol m_protocol;
    study::Roster m_roster;
    ReleaseStatement m_statement;
    Digest32 m_statementDigest;
    std::map<Uuid, Held> m_shares;
    std::set<Uuid> m_refused;
};

/// HMAC(K, "quorate/v1/confirm" ‖ statement digest).
Digest32 releaseConfirmation(const SecretBytes& key, const Digest32& statementDigest);

enum class KeyUse { Model, Checkpoint, Results };
/// HKDF-SHA256 from K with the use's label.
Result<SecretBytes> deriveKey(const SecretBytes& studyKey, KeyUse use);

}  // namespace quorate::release
