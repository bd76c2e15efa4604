// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "core/attestation/appraisal.h"
#include "core/study/study_package.h"
#include "learning/model.h"
#include "services/aggregation/evidence/service_attester.h"
#include "services/aggregation/rounds/event_log.h"

namespace quorate::services {

/// What a site node is asked to do.
struct Task {
    enum class Kind { Wait, Train, Evaluate, Done, Rejoin } kind = Kind::Wait;
    std::uint32_t round = 0;
    Digest32 modelDigest;
    Bytes sealedModelKey;
    UtcMillis deadline;
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
};

/// The rounds of one study: who takes part, whose update is in, when a round ends, and what came of it. Every change is an
/// event; time comes in through tick(). Thread-safe.
class RoundEngine {
public:
    RoundEngine(const study::VerifiedPackage& package, EventLog& log, const ServiceAttester& attester,
                attestation::TrustAnchors anchors, Clock clock, RandomSource random);

    /// A nonce for this node's evidence: single use, one minute.
    Result<Digest32> beginJoin(const study::Member& node);
    Result<void> join(const study::Member& node, const JoinOffer& offer);
    [[nodiscard]] std::vector<JoinedNode> nodes() const;

    /// The quorum released the key: models can be sealed now.
    Result<void> giveKey(const SecretBytes& studyKey);
    /// Opens round 1 as soon as enough sites have joined.
    Result<void> start();
    void freeze();
    void thaw();
    /// Ends the study here: the key is gone, nodes are told that they are done.
    void revoke();
    /// The service goes down: nobody is kept waiting any more.
    void close();

    /// Waits up to `timeoutMs` for something to do.
    Result<Task> nextTask(const study::Member& node, int timeoutMs);
    /// The model under the model key; Unavailable when it is not the current or the final one.
    [[nodiscard]] Result<Bytes> sealedModel(const study::Member& node, const Digest32& modelDigest) const;
    /// Leave for one upload of a site: held while it runs, so that a site has one at a time.
    class UploadPermit {
    public:
        UploadPermit(RoundEngine& engine, Uuid site) : m_engine(&engine), m_site(site) {}
        UploadPermit(UploadPermit&& other) noexcept : m_engine(std::exchange(other.m_engine, nullptr)), m_site(other.m_site) {}
        UploadPermit& operator=(UploadPermit&&) = delete;
        ~UploadPermit();

    private:
        RoundEngine* m_engine;
        Uuid m_site;
    };
    /// Asked with the header, before a byte is kept: the round is open for this site, and no model is so large.
    Result<UploadPermit> admitUpload(const study::Member& node, std::uint32_t round, std::uint64_t totalBytes);
    /// Refused, with an event that says why, when it is late, of another base model, of other shapes, or not finite.
    Result<void> submitUpdate(const study::Member& node, std::uint32_t round, const Digest32& baseModel, Bytes weights,
                              const study::SiteRoundMetrics& metrics);
    Result<void> reportResult(const study::Member& node, const Digest32& modelDigest, const study::Evaluation& own,
                              const study::Evaluation& federated);

    /// Lets time pass: opens and closes rounds. Called a few times a second.
    void tick();

    [[nodiscard]] std::vector<dsse::Envelope> receipts() const;
    [[nodiscard]] std::optional<dsse::Envelope> modelStatement() const;

private:
    enum class Phase { Idle, WaitingForSites, Collecting, Evaluating, Finished, Revoked };
    struct Site {
        bool joined = false;
        Digest32 hpkeKey;
        std::uint64_t trainRecords = 0;
        std::optional<Digest32> nonce;
        UtcMillis nonceUntil;
        std::optional<JoinedNode> node;
        bool reported = false;
    };
    struct Update {
        Digest32 digest;
        std::uint64_t weight = 0;
        learning::ModelWeights weights;
    };

    Result<void> appraiseNode(const study::Member& node, const JoinOffer& offer, const Digest32& nonce, Site& site);
    Task taskFor(const Uuid& site) const;
    Result<Task> sealKeyFor(const Uuid& site, Task task) const;
    Result<learning::ModelWeights> checkedUpdate(const Uuid& site, const Digest32& baseModel, BytesView weights,
                                                 const study::SiteRoundMetrics& metrics) const;
    [[nodiscard]] Result<void> checkOpenFor(const Uuid& site, std::uint32_t round) const;
    [[nodiscard]] bool mayTakePart(const Uuid& site) const;
    [[nodiscard]] std::set<Uuid> ready() const;
    void openRound();
    void closeRound();
    Result<void> aggregate();
    Result<void> signReceipt(const Digest32& base, const Digest32& model);
    Result<void> finish();
    Result<void> publishModel(learning::ModelWeights model);
    void emit(study::EventKind kind, const Uuid& site = {}, const std::string& code = {}, const Digest32& digest = {},
              std::uint32_t count = 0, std::uint32_t total = 0);

    const study::VerifiedPackage& m_package;
    EventLog& m_log;
    const ServiceAttester& m_attester;
    attestation::TrustAnchors m_anchors;
    Clock m_clock;
    RandomSource m_random;

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Phase m_phase = Phase::Idle;
    bool m_halted = false;
    bool m_closing = false;
    SecretBytes m_modelKey;
    std::map<Uuid, Site> m_sites;
    learning::ModelManifest m_manifest;
    learning::ModelWeights m_model;
    Digest32 m_modelDigest;
    Bytes m_sealedModel;
    std::uint32_t m_round = 0;
    UtcMillis m_deadline;
    std::set<Uuid> m_expected;
    std::set<Uuid> m_uploading;
    std::map<Uuid, Update> m_updates;
    std::map<Uuid, std::string> m_rejected;
    std::vector<dsse::Envelope> m_receipts;
    Digest32 m_lastReceipt;
    std::optional<dsse::Envelope> m_modelStatement;
};

}  // namespace quorate::services
