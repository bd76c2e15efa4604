// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/attestation/evidence.h"
#include "core/attestation/transcript.h"
#include "core/audit/witness.h"
#include "core/base/clock.h"
#include "core/study/invitation.h"
#include "core/study/study_package.h"

namespace quorate {

class AttestedChannel;

/// One envelope and when the service received it.
struct ReceivedEnvelope {
    dsse::Envelope envelope;
    UtcMillis receivedAt;
};

/// All signed objects of a study, as the service holds them; nothing in it is trusted before it is verified here.
struct StudyRecord {
    study::StudyPackage package;
    std::vector<ReceivedEnvelope> participations;
    std::optional<ReceivedEnvelope> statement;
    std::vector<ReceivedEnvelope> approvals;
    std::vector<ReceivedEnvelope> stops;
    std::vector<ReceivedEnvelope> receipts;
    std::optional<ReceivedEnvelope> modelStatement;
    std::vector<ReceivedEnvelope> orders;  ///< About the rounds.
    std::vector<ReceivedEnvelope> acceptances;  ///< Of products; ended ones too.
};

/// What a site node answered to the service's challenge.
struct NodeEvidence {
    Uuid site;
    attestation::Evidence evidence;
    attestation::Collateral collateral;
    attestation::Transcript transcript;
    UtcMillis receivedAt;
};

struct ApprovalReceipt {
    std::uint32_t sealedShares = 0;
    bool released = false;
};

/// Calls of people's programs, blocking, each with a deadline. Every call fails with Untrusted, and sends nothing, while
/// the channel is not attested.
class StudyClient {
public:
    explicit StudyClient(const AttestedChannel& channel) : m_channel(channel) {}

    Result<Digest32> publish(const study::StudyPackage& package) const;
    Result<std::vector<Uuid>> list() const;
    Result<StudyRecord> get(const Uuid& study) const;
    Result<std::vector<NodeEvidence>> nodes(const Uuid& study) const;
    Result<void> submitParticipation(const dsse::Envelope& participation) const;
    /// Coordinators and custodians: brings what the study's quorum has signed.
    Result<void> acceptProduct(const Uuid& study, const dsse::Envelope& acceptance) const;
    Result<void> startRounds(const Uuid& study) const;
    Result<void> orderRounds(const dsse::Envelope& order) const;
    Result<void> freezeStatement(const dsse::Envelope& statement) const;
    Result<ApprovalReceipt> submitApproval(const dsse::Envelope& approval) const;
    Result<void> stop(const dsse::Envelope& revocation) const;
    /// Brings a later roster; the newest version that the service then holds.
    Result<std::uint32_t> updateRoster(const dsse::Envelope& roster) const;
    /// The newest roster that the service holds, with the caller's study still its own; nothing in it is trusted yet.
    Result<dsse::Envelope> newestRoster(const Uuid& study) const;
    /// Coordinators: lets who has this invitation's code leave a request at the service.
    Result<void> offerInvitation(const study::Invitation& invitation) const;
    /// Requests that wait for an answer; nothing in them is trusted yet.
    Result<std::vector<dsse::Envelope>> joinRequests() const;
    Result<void> answerJoin(const Uuid& invitation, const dsse::Envelope& answer) const;
    /// The newest checkpoint of the caller's own audit log that the service cosigned; empty when there is none.
    Result<std::optional<audit::SignedCheckpoint>> newestCheckpoint(const Uuid& study) const;
    /// The checkpoint as it comes back, with the service's line; the caller verifies it.
    Result<audit::SignedCheckpoint> cosign(const Uuid& study, const audit::CosignRequest& request) const;
    /// Heads of other members' logs after those of `watched` sizes; nothing in them is trusted yet.
    Result<std::vector<audit::HeadToCosign>> headsToCosign(const Uuid& study, const std::map<Uuid, std::uint64_t>& watched) const;
    /// `cosigned` carries the caller's line.
    Result<void> addCosignature(const Uuid& study, const Uuid& owner, const audit::SignedCheckpoint& cosigned) const;
    /// Heads of the caller's own log with the lines of other members; the caller verifies them.
    Result<std::vector<audit::SignedCheckpoint>> cosignedByMembers(const Uuid& study) const;

private:
    const AttestedChannel& m_channel;
};

}  // namespace quorate
