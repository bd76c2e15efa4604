// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/study/events.h"
#include "core/study/protocol.h"

namespace quorate::study {

enum class StudyState {
    AwaitingApprovals,  ///< Published; participation is being decided.
    AwaitingKey,        ///< Enough sites approved; no key yet.
    Quorate,            ///< The key is out; rounds may run.
    Running,
    Frozen,
    Revoked,
    Finished,
    Refused,            ///< So many sites refused that the minimum cannot be met.
};

const char* nameOf(StudyState state);

enum class SiteRoundState { Waiting, Training, UpdateIn, Dropped, Rejected };

/// A coordinator's order that holds.
struct StandingOrder {
    Uuid coordinator;
    UtcMillis at;
    Digest32 order;  ///< Of its payload.
    bool operator==(const StandingOrder&) const = default;
};

struct SiteProgress {
    bool approved = false;
    bool refused = false;
    bool joined = false;
    std::string joinCode;          ///< SiteJoined::code.
    UtcMillis lastSeen;
    std::map<std::uint32_t, SiteRoundState> rounds;
    std::map<std::uint32_t, SiteRoundMetrics> metrics;
    std::optional<Evaluation> own;
    std::optional<Evaluation> federated;
    std::optional<StandingOrder> excluded;
};

/// Mean of the sites' evaluations of the global model, weighted by test records.
struct RoundSummary {
    std::uint32_t round = 0;
    UtcMillis openedAt;
    std::optional<UtcMillis> closedAt;
    std::uint32_t updates = 0;
    Digest32 model;
    bool failed = false;
};

/// The state that every page shows, derived from nothing but the protocol and its events in order.
class StudyProjection {
public:
    explicit StudyProjection(StudyProtocol protocol);

    /// Malformed when the sequence number is not the next one; the projection is then unchanged.
    Result<void> apply(const StudyEvent& event);

    [[nodiscard]] const StudyProtocol& protocol() const { return m_protocol; }
    [[nodiscard]] StudyState state() const { return m_state; }
    [[nodiscard]] std::uint64_t lastSequence() const { return m_events.empty() ? 0 : m_events.back().sequence; }
    [[nodiscard]] const std::vector<StudyEvent>& events() const { return m_events; }
    [[nodiscard]] const std::map<Uuid, SiteProgress>& sites() const { return m_sites; }
    [[nodiscard]] const std::vector<RoundSummary>& rounds() const { return m_rounds; }
    [[nodiscard]] std::uint32_t currentRound() const { return m_rounds.empty() ? 0 : m_rounds.back().round; }
    [[nodiscard]] const std::set<Uuid>& sealedBy() const { return m_sealedBy; }
    /// The order that froze the study last; a thaw names it.
    [[nodiscard]] const Digest32& freezeOrder() const { return m_freezeOrder; }
    /// Who has agreed to end that freeze; empty once it has ended.
    [[nodiscard]] const std::set<Uuid>& thawAgreedBy() const { return m_thawAgreedBy; }
    [[nodiscard]] const std::optional<Digest32>& statementDigest() const { return m_statement; }
    [[nodiscard]] const std::optional<Digest32>& finalModel() const { return m_finalModel; }
    /// No round is opened while it holds.
    [[nodiscard]] const std::optional<StandingOrder>& paused() const { return m_paused; }
    /// Of the newest order about the rounds; 0: none has been given.
    [[nodiscard]] std::uint32_t lastOrder() const { return m_lastOrder; }
    /// Sites that may take part in rounds: approved and not excluded.
    [[nodiscard]] std::size_t sitesLeft() const;
    /// epsilon of the rounds so far; none where the protocol promises no privacy, or no round has ended.
    [[nodiscard]] const std::optional<double>& privacySpent() const { return m_privacySpent; }
    /// The service ended the rounds because another one would have exceeded the budget.
    [[nodiscard]] bool isPrivacyBudgetReached() const { return m_isPrivacyBudgetReached; }

private:
    void beginAnew();
    void applyApproval(const StudyEvent& event);
    void applyRelease(const StudyEvent& event);
    void applyRound(const StudyEvent& event);
    void applyOrder(const StudyEvent& event);

    StudyProtocol m_protocol;
    StudyState m_state = StudyState::AwaitingApprovals;
    StudyState m_beforeFreeze = StudyState::AwaitingApprovals;
    std::vector<StudyEvent> m_events;
    std::map<Uuid, SiteProgress> m_sites;
    std::vector<RoundSummary> m_rounds;
    std::set<Uuid> m_sealedBy;
    Digest32 m_freezeOrder;
    std::set<Uuid> m_thawAgreedBy;
    std::optional<Digest32> m_statement;
    std::optional<Digest32> m_finalModel;
    std::optional<StandingOrder> m_paused;
    std::uint32_t m_lastOrder = 0;
    std::optional<double> m_privacySpent;
    bool m_isPrivacyBudgetReached = false;
};

}  // namespace quorate::study
