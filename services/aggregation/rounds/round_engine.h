// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "core/attestation/appraisal.h"
#include "core/attestation/verify/memo.h"
#include "core/study/round_order.h"
#include "core/study/study_package.h"
#include "enclave_client/round_client.h"
#include "learning/model_start.h"
#include "services/aggregation/evidence/service_attester.h"
#include "services/aggregation/rounds/acceptance_book.h"
#include "services/aggregation/rounds/event_log.h"
#include "services/aggregation/rounds/fold.h"
#include "services/aggregation/rounds/round_privacy.h"
#include "services/aggregation/store/study_store.h"

namespace quorate::services {

/// What receipts and events say of an update whose site was excluded.
inline constexpr const char* kExcludedUpdate = "excluded";

/// What a site node is asked to do.
struct Task {
    enum class Kind { Wait, Train, Evaluate, Done, Rejoin } kind = Kind::Wait;
    enum class Hold { None, Frozen, Paused, Excluded } hold = Hold::None;  ///< Of Wait: by whose order.
    std::string holdReason;
    std::uint32_t round = 0;
    Digest32 modelDigest;
    Bytes sealedModelKey;
    UtcMillis deadline;
    SeenReceipt newestReceipt;
    Digest32 takenUpdate;  ///< The site's newest update that a closed round has in it; zero: none.
};

/// A site node's answer to the service's challenge, kept for the people who check it themselves.
struct JoinedNode {
    Uuid site;
    ProvidedEvidence evidence;
    attestation::Transcript transcript;
    UtcMillis receivedAt;
};

/// What a node brings when it joins.
struct JoinOffer {
    std::optional<ProvidedEvidence> evidence;  ///< None: a node without a TEE.
    Digest32 hpkePublicKey;
    std::uint64_t trainRecords = 0;
    SeenReceipt seen;
};

/// What a site says before it sends its update.
struct UploadOffer {
    std::uint32_t round = 0;
    Digest32 baseModel;
    Digest32 digest;
    std::uint64_t valueBytes = 0;
    Bytes safetensorsHeader;
    study::SiteRoundMetrics metrics;
};

/// The rounds of one study: who takes part, whose update is in, when a round ends, and what came of it. Every change is an
/// event; time comes in through tick(). Thread-safe.
class RoundEngine {
public:
    RoundEngine(const study::VerifiedPackage& package, std::unique_ptr<const learning::ModelStart> model, EventLog& log,
                const AcceptanceBook& acceptances, const ServiceAttester& attester, attestation::TrustAnchors anchors, std::filesystem::path folder, Clock clock,
                RandomSource random);

    /// A nonce for this node's evidence: single use, one minute.
    Result<Digest32> beginJoin(const study::Member& node);
    Result<void> join(const study::Member& node, const JoinOffer& offer);
    [[nodiscard]] std::vector<JoinedNode> nodes() const;

    /// The quorum released the key: models can be sealed now, and what an earlier process kept is opened. Untrusted when that
    /// was changed.
    Result<void> giveKey(const SecretBytes& studyKey);
    /// Goes on where an earlier process was, after the release is in the log.
    void resume();
    /// Opens round 1 as soon as enough sites have joined.
    Result<void> start();
    /// A coordinator's order, which `envelope` is and who calls has verified. It is kept before it has any effect, and the newest
    /// one may be given once more. PolicyRefused before the key is out, when the study is over, and as RoundOrders::add.
    Result<void> order(const study::RoundOrder& order, const dsse::Envelope& envelope);
    void freeze();
    void thaw();
    /// Ends the study here: the key is gone, nodes are told that they are done.
    void revoke();
    /// The service goes down: nobody is kept waiting any more.
    void close();

    /// Waits up to `timeoutMs` for something to do, or for another reason to wait.
    Result<Task> nextTask(const study::Member& node, int timeoutMs);
    /// The model as sites get it; Unavailable when it is not the current or the final one.
    [[nodiscard]] Result<std::shared_ptr<const ModelFile>> model(const study::Member& node, const Digest32& modelDigest) const;
    /// Leave for one upload: held while it runs, so that a site has one at a time, and all sites a bounded number.
    class Upload {
    public:
        Upload(Upload&& other) noexcept;
        Upload& operator=(Upload&&) = delete;
        ~Upload();

        /// The whole update is here already, from an upload whose end the site did not hear.
        [[nodiscard]] bool isAccepted() const { return m_incoming == nullptr; }
        [[nodiscard]] std::uint64_t committedBytes() const;
        /// As IncomingUpdate::add; a bad value rejects the update, with an event that says where.
        Result<void> add(std::uint64_t offset, BytesView content, const Digest32& digest);
        /// Asks once more whether the round is open. After it the update is kept, even if this process dies.
        Result<void> accept();

    private:
        friend class RoundEngine;
        Upload(RoundEngine& engine, Uuid site) : m_engine(&engine), m_site(site) {}
        RoundEngine* m_engine;
        Uuid m_site;
        std::shared_ptr<IncomingUpdate> m_incoming;
        study::SiteRoundMetrics m_metrics;
    };
    /// Asked before a value is kept. Refused, with an event that says why, when it is of another base model or of other
    /// shapes; none when too many uploads are under way.
    Result<std::optional<Upload>> beginUpload(const study::Member& node, UploadOffer offer);
    Result<void> reportResult(const study::Member& node, const Digest32& modelDigest, const study::Evaluation& own,
                              const study::Evaluation& federated);

    /// Lets time pass: opens and closes rounds. Called a few times a second.
    void tick();

    [[nodiscard]] std::vector<dsse::Envelope> receipts() const;
    [[nodiscard]] std::optional<dsse::Envelope> modelStatement() const;
    [[nodiscard]] std::vector<Received> orders() const;

private:
    /// How long sites that approved are waited for once the minimum is there.
    static constexpr std::chrono::seconds kGatheringTime{10};
    /// Held: all rounds are done, and a pause keeps the sites from being asked for their results.
    enum class Phase { Idle, WaitingForSites, Collecting, Aggregating, Held, Evaluating, Finished, Revoked };
    struct Site {
        bool joined = false;
        Digest32 hpkeKey;
        std::uint64_t trainRecords = 0;  ///< As it last said; 0: it never joined.
        Digest32 takenUpdate;            ///< Its newest one that a closed round has in it; zero: none.
        std::optional<Digest32> nonce;
        UtcMillis nonceUntil;
        std::optional<JoinedNode> node;
        std::string underAcceptance;     ///< Product line; empty: its evidence counts without a quorum's acceptance.
        bool reported = false;
    };
    struct Update {
        Digest32 digest;
        study::SiteRoundMetrics metrics;
        std::shared_ptr<const SpooledUpdate> values;
    };

    Result<void> appraiseNode(const study::Member& node, const JoinOffer& offer, const Digest32& nonce, Site& site);
    Task taskFor(const Uuid& site) const;
    Result<Task> sealKeyFor(const Uuid& site, Task task) const;
    Result<void> checkOffer(const Uuid& site, const UploadOffer& offer) const;
    tl::unexpected<Error> reject(const Uuid& site, const Digest32& digest, Error error);
    Result<void> acceptUpload(const Upload& upload);
    void endUpload(const Uuid& site);
    [[nodiscard]] Result<void> checkOpenFor(const Uuid& site, std::uint32_t round) const;
    [[nodiscard]] bool mayTakePart(const Uuid& site) const;
    /// False once the acceptance that the node's evidence rests on has ended and none follows it.
    [[nodiscard]] bool isStillAccepted(const Site& site) const;
    void dropNoLongerAccepted();
    [[nodiscard]] std::set<Uuid> ready() const;
    [[nodiscard]] Digest32 lastReceipt() const;
    /// Training records of all sites, whether or not they are in this round.
    [[nodiscard]] std::uint64_t populationWeight() const;
    void rememberTaken(const study::RoundReceipt& receipt);
    void setHold(const Uuid& site, Task& task) const;
    [[nodiscard]] Result<void> requireNotExcluded(const Uuid& site) const;
    void obey(const study::RoundOrder& order);
    void goOnAfterPause();
    /// Its update of the open round does not count, however far it is.
    void leaveOut(const Uuid& site);
    void announceOrder(const study::RoundOrders::Given& given);
    void announceLastOrder();
    /// Of an earlier process.
    Result<void> restoreOrders(const std::vector<Received>& kept);
    void waitForSites();
    void beginEvaluation();
    void dropMissing();
    void openRound();
    /// The next round, or the end: all rounds are done, or another one would exceed the privacy budget.
    void goOnAfterRound();
    void closeRound(std::unique_lock<std::mutex>& lock);
    /// With the lock given back while it computes. Cancelled when the study was stopped meanwhile; false when a site was
    /// excluded whose update was among those taken.
    Result<bool> aggregate(std::unique_lock<std::mutex>& lock);
    void discardUpdates();
    /// Anew, for the sites that are expected; nothing where the plan takes no plain mean.
    void beginMean();
    /// What has come of exactly these updates, or null: then they are read.
    [[nodiscard]] std::shared_ptr<const learning::AverageFold> closeMean(const std::map<Uuid, Update>& held) const;
    Result<dsse::Envelope> signReceipt(const FoldedRound& folded, const std::optional<study::PrivacySpent>& privacy) const;
    Result<void> closeWith(FoldedRound folded, learning::ServerState state);
    Result<void> finish();
    void announceAggregated(std::uint32_t used, std::uint32_t expected);
    void publishModel(std::shared_ptr<const ModelFile> model);
    [[nodiscard]] Result<void> requireKnown(const SeenReceipt& receipt) const;
    void announceUpdate(const Uuid& site, const std::string& code);
    void announceLastRound();
    void continueRound();
    void emit(study::EventKind kind, const Uuid& site = {}, const std::string& code = {}, const Digest32& digest = {},
              std::uint32_t count = 0, std::uint32_t total = 0);

    const study::VerifiedPackage& m_package;
    std::unique_ptr<const learning::ModelStart> m_studyModel;
    EventLog& m_log;
    const AcceptanceBook& m_acceptances;
    const ServiceAttester& m_attester;
    attestation::TrustAnchors m_anchors;
    attestation::AppraisalMemo m_memo;
    Clock m_clock;
    RandomSource m_random;

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Phase m_phase = Phase::Idle;
    bool m_halted = false;
    bool m_closing = false;
    std::filesystem::path m_folder;
    std::optional<StudyStore> m_store;  ///< From the release of the key to its revocation.
    std::map<Uuid, Site> m_sites;
    learning::ModelManifest m_manifest;
    learning::ModelManifest m_exchanged;  ///< What sites are sent and send: the model, and what the rule adds.
    std::shared_ptr<const ModelFile> m_model;
    learning::ServerState m_serverState;
    std::string m_serverStateFile;  ///< Empty: the rule carries nothing.
    std::optional<RoundPrivacy> m_privacy;  ///< Once the key is out.
    std::uint32_t m_round = 0;
    UtcMillis m_deadline;
    std::set<Uuid> m_expected;
    std::set<Uuid> m_uploading;
    std::map<Uuid, std::shared_ptr<IncomingUpdate>> m_incoming;  ///< Cut uploads of this round, to be gone on with.
    std::map<Uuid, Update> m_updates;
    std::shared_ptr<learning::RunningMean> m_mean;  ///< Of m_incoming and m_updates; null: none is taken as they come.
    std::map<Uuid, std::string> m_rejected;
    std::vector<dsse::Envelope> m_receipts;
    study::RoundOrders m_orders;
    std::vector<Received> m_signedOrders;  ///< Those of m_orders, as received.
    KeptState m_kept;  ///< Of an earlier process, between giveKey() and resume().
    std::optional<dsse::Envelope> m_modelStatement;
};

}  // namespace quorate::services
