// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/release/release.h"
#include "learning/script/script_folder.h"
#include "services/aggregation/rounds/acceptance_book.h"
#include "services/aggregation/rounds/round_engine.h"
#include "services/aggregation/store/object_file.h"

namespace quorate::services {

/// What all studies of one service share.
struct HostContext {
    ServiceAttester& attester;
    PublicKey rosterRoot;
    attestation::TrustAnchors anchors;
    Clock clock;
    RandomSource random;
    std::filesystem::path stateFolder;  ///< A folder for each study; sealed but for its signed objects.
    learning::ScriptFolder scripts;
    std::shared_ptr<RosterBook> rosters = std::make_shared<RosterBook>();
};

/// One study at the service: its signed objects, approvals, key release and rounds. Thread-safe.
class StudyHost {
public:
    /// Of a study that `publisher` has brought, now or to an earlier process; `model` is the study's.
    StudyHost(study::VerifiedPackage package, study::StudyPackage received, const Uuid& publisher,
              std::unique_ptr<const learning::ModelStart> model, HostContext& context);

    [[nodiscard]] const study::VerifiedPackage& package() const { return m_package; }
    [[nodiscard]] const study::StudyPackage& receivedPackage() const { return m_received; }
    [[nodiscard]] EventLog& log() { return m_log; }
    [[nodiscard]] RoundEngine& rounds() { return m_rounds; }

    /// Writes into the log that the study is here, and onto the disk what is signed about it.
    Result<void> open();
    /// Takes what an earlier process was given, each object as if it came now. What is no longer valid is left out.
    Result<void> reopen(const KeptObjects& objects);

    /// A reviewer's decision for the reviewer's own site on exactly this protocol. A refusal stays.
    Result<void> participate(const dsse::Envelope& envelope);
    /// A coordinator's statement over this service's own key; voids shares sealed to an earlier one.
    Result<void> freezeStatement(const dsse::Envelope& envelope);
    struct ApprovalState {
        std::uint32_t sealedShares = 0;
        bool released = false;
    };
    /// A custodian's share or refusal. At the quorum the key is combined, checked and given to the rounds.
    Result<ApprovalState> approve(const dsse::Envelope& envelope);
    /// Freeze or revoke by anyone of the roster. A thaw takes as many custodians as a release of the key, each of whom has
    /// signed one for the freeze that holds; a new freeze voids what was agreed.
    Result<void> stop(const dsse::Envelope& envelope);
    /// A product that the policy counts under acceptance only: the quorum's word, which `bearer` brings. It counts from now
    /// on, for joins and for what clients are shown.
    Result<void> acceptProduct(const dsse::Envelope& envelope, const Uuid& bearer);
    [[nodiscard]] const AcceptanceBook& acceptances() const { return m_acceptances; }
    Result<void> startRounds();
    /// A coordinator's order to pause or resume the rounds, to exclude a site or to readmit it.
    Result<void> order(const dsse::Envelope& envelope);
    /// The roster has changed: approvals of a key that is not released yet no longer count. The statement stands, and the
    /// log says so once more.
    Result<void> voidApprovals();

    struct Objects {
        std::vector<Received> participations;
        std::optional<Received> statement;
        std::vector<Received> approvals;
        std::vector<Received> stops;
    };
    [[nodiscard]] Objects objects() const;

private:
    Result<void> keepObjects() const;
    /// `bearer`: zero when an earlier process was given it.
    Result<void> takeAcceptance(const Received& received, const Uuid& bearer);
    /// Who signed, when that member may act now.
    Result<study::Member> signerNow(const dsse::Envelope& envelope, const char* kind) const;
    Result<void> requireState(study::StudyState wanted, const char* what) const;
    Result<void> checkStatement(const release::ReleaseStatement& statement, const study::Member& signer) const;
    Result<void> requireRequesterStands() const;
    Result<void> releaseKey();
    Result<void> agreeToThaw(const study::Member& signer, const release::Revocation& order, const Digest32& digest);
    Result<void> emit(study::EventKind kind, const Uuid& actor, const Uuid& site, const Digest32& digest,
                      const std::string& code = {}, std::uint32_t count = 0, std::uint32_t total = 0);

    study::VerifiedPackage m_package;
    study::StudyPackage m_received;
    Uuid m_publisher;
    std::filesystem::path m_folder;
    HostContext& m_context;
    EventLog m_log;
    AcceptanceBook m_acceptances;
    RoundEngine m_rounds;
    mutable std::mutex m_mutex;
    Objects m_objects;
    bool m_isReopening = false;
    std::optional<release::ShareCollector> m_collector;
    Digest32 m_statementDigest;
};

}  // namespace quorate::services
