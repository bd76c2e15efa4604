// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/study/metrics.h"

namespace quorate::study {

/// What happened. Facts only: ui/text makes the sentence.
enum class EventKind {
    StudyPublished,        ///< digest = protocol
    ParticipationApproved, ///< site, digest = participation payload
    ParticipationRefused,  ///< site
    SiteJoined,            ///< site; digest = its evidence; code = "attested", "no-tee" or an appraisal's first refused check
    SiteLost,              ///< site; code = why
    StatementFrozen,       ///< digest = statement
    ShareSealed,           ///< actor = custodian; count of total
    ShareRefused,          ///< actor = custodian; code = why
    KeyReleased,           ///< digest = statement
    KeyRevoked,            ///< actor
    StudyFrozen,           ///< actor; digest = order
    ThawAgreed,            ///< actor = custodian; count of total
    StudyThawed,           ///< digest = freeze; count of total
    RoundOpened,           ///< round; total = rounds; digest = base model
    UpdateAccepted,        ///< round, site, metrics, digest = update
    UpdateRejected,        ///< round, site, code
    SiteDropped,           ///< round, site; code = "deadline" | "disconnected"
    RoundAggregated,       ///< round; digest = new model; count = updates used
    RoundFailed,           ///< round; code = "too-few-updates"
    ReceiptSigned,         ///< round; digest = receipt payload
    SiteResult,            ///< site; own, federated: comparison on the site's own test part
    StudyFinished,         ///< digest = final model
    ProductAccepted,       ///< actor = who brought it; code = product; digest = acceptance; count of total
    PrivacyBudgetReached,  ///< round = the last that fits; epsilon: another round would exceed the protocol's budget
    RoundsPaused,          ///< actor; digest = order; count = its number
    RoundsResumed,         ///< as RoundsPaused
    SiteExcluded,          ///< site; as RoundsPaused
    SiteReadmitted,        ///< as SiteExcluded
};

const char* nameOf(EventKind kind);  ///< "study-published", ...
Result<EventKind> parseEventKind(std::string_view name);

struct StudyEvent {
    std::uint64_t sequence = 0;   ///< From 1, without gaps, per study.
    UtcMillis at;
    Uuid study;
    EventKind kind = EventKind::StudyPublished;
    Uuid actor;                   ///< Member; zero for the service.
    Uuid site;                    ///< Zero when none.
    std::uint32_t round = 0;      ///< 0 when none.
    std::uint32_t count = 0;
    std::uint32_t total = 0;
    Digest32 digest;              ///< Zero when none.
    std::string code;             ///< Stable identifier of a reason; never a sentence.
    std::optional<SiteRoundMetrics> metrics;
    std::optional<Evaluation> own;
    std::optional<Evaluation> federated;
    std::optional<double> epsilon;  ///< Privacy spent so far, with RoundAggregated where the protocol promises it.
    bool operator==(const StudyEvent&) const = default;
};

/// Bytes for the vault and the wire of EventKind-typed events.
Bytes encode(const StudyEvent& event);
Result<StudyEvent> decodeEvent(BytesView bytes);

}  // namespace quorate::study
