// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/crypto/identity.h"
#include "core/release/release.h"
#include "core/study/round_order.h"
#include "enclave_client/attested_channel.h"
#include "enclave_client/study_client.h"

namespace quorate {

/// What one person does in one study, step by step and blocking: every signature is made here, after this computer has
/// looked for itself. The identity must outlive the session.
class MemberSession {
public:
    MemberSession(const Identity& identity, std::string address, study::VerifiedPackage package, attestation::TrustAnchors anchors,
                  Clock clock, RandomSource random);

    /// Challenges the service and appraises it. The answer is there to be shown even when it is refused. Before a study is
    /// published (`studyKnown` false) the service proves itself without one.
    Result<AppraisedService> connect(bool studyKnown = true);
    /// As AttestedChannel; before connect().
    void completeCollateralBy(AttestedChannel::CompleteCollateral complete) { m_channel.completeCollateralBy(std::move(complete)); }
    /// Acceptances of products that are known here, and the newest roster to judge them by; for what is asked from now on.
    void useAcceptances(study::Roster newest, std::vector<dsse::Envelope> acceptances);
    [[nodiscard]] const AttestedChannel& channel() const { return m_channel; }
    [[nodiscard]] StudyClient client() const { return StudyClient(m_channel); }
    [[nodiscard]] const Identity& identity() const { return m_identity; }

    /// Runs after an object was signed; unless it succeeds, the object is not sent.
    using BeforeSending = std::function<Result<void>(const dsse::Envelope& signedObject)>;

    Result<void> publish(const study::StudyPackage& package);
    /// Site reviewer. The approval holds until the site's ethics approval ends.
    Result<void> decideParticipation(study::Decision decision, std::vector<std::string> conditions, std::string reason,
                                     const BeforeSending& before = {});
    /// Coordinator: fresh offer, appraisal, statement, signature. Valid for an hour.
    Result<Digest32> freezeStatement(const BeforeSending& before = {});
    /// Custodian: verifies the frozen statement, asks for fresh evidence, compares, and only then seals the share.
    /// `shown`: digest of the statement that the custodian looked at; PolicyRefused when another one is frozen now.
    Result<ApprovalReceipt> decideShare(const Digest32& shown, study::Decision decision, std::string reason,
                                        const BeforeSending& before = {});
    /// `freeze`: of a thaw, the freeze that it is about; else zero.
    Result<void> stop(release::Revocation::Kind kind, std::string reason, const Digest32& freeze = {}, const BeforeSending& before = {});
    Result<void> startRounds();
    /// Coordinator. `site` of exclude and readmit, else zero; `number`: the one after the newest order that was looked at.
    Result<void> orderRounds(study::OrderAction action, const Uuid& site, std::string reason, std::uint32_t number,
                             const BeforeSending& before = {});

private:
    struct Frozen {
        release::ReleaseStatement statement;
        Digest32 digest;
    };
    Result<attestation::VerifiedEvidence> freshEvidence(attestation::Purpose purpose);
    Result<Frozen> frozenStatement() const;
    Result<Bytes> sealOwnShare(const Frozen& frozen);
    [[nodiscard]] UtcSeconds now() const { return toSeconds(m_clock()); }

    const Identity& m_identity;
    study::VerifiedPackage m_package;
    ServiceExpectations m_expectations;
    Clock m_clock;
    RandomSource m_random;
    AttestedChannel m_channel;
};

}  // namespace quorate
