// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/attestation/appraisal.h"
#include "core/base/pending_call.h"
#include "core/ports/vault_desk.h"
#include "core/release/release.h"
#include "core/study/product_acceptance.h"
#include "core/study/projection.h"
#include "core/study/roster.h"
#include "core/study/round_order.h"

namespace quorate {

/// One signed object as a page shows it.
template <typename T>
struct SignedBy {
    T value;
    Digest32 digest;        ///< Of the payload as received.
    UtcMillis receivedAt;
};

/// What one node showed, what was compared, and what this computer made of it.
struct NodeAppraisal {
    Uuid site;              ///< Zero for the aggregation service.
    std::string name;       ///< "Aggregation service", "Cleveland"
    attestation::Evidence evidence;
    attestation::Collateral collateral;
    attestation::Transcript transcript;
    attestation::AppraisalResult result;
    std::optional<study::VerifiedAcceptance> acceptance;  ///< Of its product, that the result rests on.
    std::vector<attestation::EvidenceField> fields;
    std::shared_ptr<const std::string> bundle;  ///< attestation::writeBundle() of it: what an export writes.

    /// How the result in a bundle compares with what came out here.
    struct Reappraised {
        bool sameAnchors = false;
        std::string difference;                 ///< Empty when the same bytes came out.
    };
    std::optional<Reappraised> reappraised;     ///< Of a bundle only.
};

/// Everything that the pages need about one study, as of `projection.lastSequence()`. A value: copied to the pages.
struct StudySnapshot {
    Digest32 protocolDigest;
    study::Roster roster;
    attestation::ReferenceValues referenceValues;
    attestation::AppraisalPolicy policy;
    study::StudyProjection projection;
    std::vector<SignedBy<study::Participation>> participations;
    std::optional<SignedBy<release::ReleaseStatement>> statement;
    std::vector<SignedBy<release::ReleaseApproval>> approvals;
    std::vector<SignedBy<study::RoundOrder>> orders;  ///< About the rounds.
    std::vector<SignedBy<study::VerifiedAcceptance>> acceptances;  ///< Of products, as given; ended ones too.
    std::vector<NodeAppraisal> nodes;         ///< Newest per node; the service first, then sites in protocol order.

    /// Pooled accuracy and AUC per site, only in training mode, when the demo computed it.
    std::map<Uuid, study::Evaluation> pooled;

    [[nodiscard]] const study::StudyProtocol& protocol() const { return projection.protocol(); }
};

enum class Connection {
    Offline,      ///< Showing what the vault holds.
    Connecting,
    Connected,    ///< The service's evidence was appraised and not refused on this very channel.
    Refused,      ///< The service answered, but its evidence was refused; nothing was sent.
    Lost,         ///< Was connected; retrying.
};

/// The vendors' collateral that this computer fetches and keeps for itself.
struct CollateralState {
    std::optional<UtcMillis> validUntil;   ///< When the first of what is kept expires; empty: nothing is kept yet.
    std::optional<UtcMillis> refreshedAt;  ///< When a vendor's service last answered.
    std::optional<Error> problem;          ///< Of the last attempt; what is kept serves on.
    bool operator==(const CollateralState&) const = default;
};

struct DeskStatus {
    Connection connection = Connection::Offline;
    std::string detail;                      ///< Error text or address; for the tool tip.
    std::optional<UtcMillis> evidenceAt;     ///< When the service last proved itself.
    study::Member me;                        ///< Who acts.
    std::vector<study::Member> playable;     ///< Demo: the members that can be acted as. Else only `me`.
    bool demo = false;
    bool locked = false;                     ///< The vault is; no study is known until it is unlocked.
    std::chrono::minutes idleLock{10};       ///< Without input for so long, the window locks the vault.
    std::optional<UtcMillis> signsUntil;     ///< Before this time a signature needs the passphrase alone; else who signs as well.
    std::optional<CollateralState> collateral;  ///< Empty: nothing is fetched here, collateral comes with the evidence.
    std::optional<Error> rosterProblem;      ///< Why the service's newest roster was not taken.
};

class AuditDesk;

/// What the window needs from outside itself, asynchronous by signature. All calls and completions on one executor.
/// A subscription ends when its handle is dropped.
class StudyDesk {
public:
    using Listener = std::function<void()>;
    class Subscription {
    public:
        virtual ~Subscription() = default;
    };

    virtual ~StudyDesk() = default;

    /// Runs `listener` after status() or a snapshot changed; at most ten times a second.
    [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(Listener listener) = 0;

    [[nodiscard]] virtual DeskStatus status() const = 0;
    /// Studies known here, newest first; shared, immutable.
    [[nodiscard]] virtual std::vector<std::shared_ptr<const StudySnapshot>> studies() const = 0;

    /// Demo: act as another member from now on.
    virtual void actAs(const Uuid& member) = 0;
    /// Asks every node again, appraises the answers here and stores them.
    [[nodiscard]] virtual PendingCall checkNodes(const Uuid& study, Completion<void> done) = 0;
    /// Signs and sends my participation decision. `passphrase` is the vault's, asked again.
    struct ParticipationRequest {
        Uuid study;
        study::Decision decision = study::Decision::Refuse;
        std::vector<std::string> conditions;
        std::string reason;
        SecretBytes passphrase;
        std::optional<Uuid> identity{};  ///< Who signs, said at the first signature of a session (DeskStatus::signsUntil).
    };
    [[nodiscard]] virtual PendingCall decideParticipation(ParticipationRequest request, Completion<void> done) = 0;
    /// Coordinator: challenges the service for an offer, appraises it, and signs the release statement that follows from it.
    struct StatementRequest {
        Uuid study;
        std::string reason;
        SecretBytes passphrase;
        std::optional<Uuid> identity{};
    };
    [[nodiscard]] virtual PendingCall freezeStatement(StatementRequest request, Completion<void> done) = 0;
    /// Custodian: re-appraises with a fresh challenge, then seals my share, or refuses with the reason.
    struct ShareRequest {
        Uuid study;
        Digest32 statement;   ///< The one that was shown; another one is refused.
        study::Decision decision = study::Decision::Refuse;
        std::string reason;
        SecretBytes passphrase;
        std::optional<Uuid> identity{};
    };
    [[nodiscard]] virtual PendingCall decideShare(ShareRequest request, Completion<void> done) = 0;
    /// Anyone: freeze or revoke; a custodian: agree to the thaw.
    struct StopRequest {
        Uuid study;
        release::Revocation::Kind kind = release::Revocation::Kind::Freeze;
        std::string reason;
        SecretBytes passphrase;
        std::optional<Uuid> identity{};
        Digest32 freeze{};    ///< Of a thaw: the freeze that was shown, StudyProjection::freezeOrder.
    };
    [[nodiscard]] virtual PendingCall stop(StopRequest request, Completion<void> done) = 0;
    /// Coordinator: lets the rounds begin. An order to the service; nothing is signed.
    [[nodiscard]] virtual PendingCall startRounds(const Uuid& study, Completion<void> done) = 0;
    /// Coordinator: pauses or resumes the rounds, excludes or readmits a site.
    struct OrderRequest {
        Uuid study;
        study::OrderAction action = study::OrderAction::Pause;
        Uuid site{};               ///< Where study::isAboutSite(action).
        std::string reason;
        SecretBytes passphrase;
        std::optional<Uuid> identity{};
        std::uint32_t number = 1;  ///< After the newest order that was shown, StudyProjection::lastOrder.
    };
    [[nodiscard]] virtual PendingCall orderRounds(OrderRequest request, Completion<void> done) = 0;
    /// Appraises a folder, a quote or report under a profile, or an evidence bundle again; nothing is sent.
    [[nodiscard]] virtual Result<NodeAppraisal> appraiseFiles(const std::string& path) const = 0;
    /// This computer's audit log; null where no vault is open.
    [[nodiscard]] virtual AuditDesk* audit() { return nullptr; }
    /// The open vault, as old as the desk; null where there is none.
    [[nodiscard]] virtual VaultDesk* vault() { return nullptr; }
};

}  // namespace quorate
