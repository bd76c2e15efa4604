// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/projection.h"

#include <doctest/doctest.h>

#include "tests/core/study/sample_protocol.h"

using namespace quorate;
using namespace quorate::study;

namespace {

struct Story {
    StudyProjection projection{tests::sampleProtocol()};

    Result<void> tell(EventKind kind, Uuid site = {}, std::uint32_t round = 0)
    {
        StudyEvent event;
        event.sequence = projection.lastSequence() + 1;
        event.study = tests::uuid(100);
        event.kind = kind;
        event.site = site;
        event.round = round;
        return projection.apply(event);
    }
};

}  // namespace

TEST_CASE("a study goes from approvals over the key to its result")
{
    Story story;
    REQUIRE(story.tell(EventKind::StudyPublished));
    REQUIRE(story.tell(EventKind::ParticipationApproved, tests::uuid(1)));
    CHECK(story.projection.state() == StudyState::AwaitingApprovals);
    REQUIRE(story.tell(EventKind::ParticipationApproved, tests::uuid(2)));
    CHECK(story.projection.state() == StudyState::AwaitingKey);
    REQUIRE(story.tell(EventKind::KeyReleased));
    CHECK(story.projection.state() == StudyState::Quorate);
    REQUIRE(story.tell(EventKind::SiteJoined, tests::uuid(1)));
    REQUIRE(story.tell(EventKind::RoundOpened, {}, 1));
    CHECK(story.projection.state() == StudyState::Running);
    CHECK(story.projection.sites().at(tests::uuid(1)).rounds.at(1) == SiteRoundState::Training);
    CHECK(story.projection.sites().at(tests::uuid(2)).rounds.at(1) == SiteRoundState::Waiting);
    REQUIRE(story.tell(EventKind::SiteDropped, tests::uuid(2), 1));
    REQUIRE(story.tell(EventKind::RoundAggregated, {}, 1));
    CHECK(story.projection.rounds().back().closedAt.has_value());
    REQUIRE(story.tell(EventKind::StudyFinished));
    CHECK(story.projection.state() == StudyState::Finished);
}

TEST_CASE("what rounds spent of the privacy budget is kept, and that it ended them")
{
    Story story;
    REQUIRE(story.tell(EventKind::StudyPublished));
    CHECK_FALSE(story.projection.privacySpent());
    StudyEvent event = story.projection.events().back();
    event.sequence = 2;
    event.kind = EventKind::RoundAggregated;
    event.epsilon = 1.25;
    REQUIRE(story.projection.apply(event));
    CHECK(story.projection.privacySpent() == 1.25);
    CHECK_FALSE(story.projection.isPrivacyBudgetReached());
    event.sequence = 3;
    event.kind = EventKind::PrivacyBudgetReached;
    REQUIRE(story.projection.apply(event));
    CHECK(story.projection.isPrivacyBudgetReached());
}

TEST_CASE("a pause and an exclusion hold until the opposite order, also after the service began anew")
{
    Story story;
    const auto order = [&](EventKind kind, std::uint32_t number, Uuid site = {}) {
        StudyEvent event;
        event.sequence = story.projection.lastSequence() + 1;
        event.study = tests::uuid(100);
        event.kind = kind;
        event.site = site;
        event.actor = tests::uuid(50);
        event.count = number;
        event.digest.bytes[0] = static_cast<std::uint8_t>(number);
        REQUIRE(story.projection.apply(event));
    };
    const auto& projection = story.projection;
    const auto approve = [&] {
        for (const std::uint8_t site : {1, 2}) REQUIRE(story.tell(EventKind::ParticipationApproved, tests::uuid(site)));
        REQUIRE(story.tell(EventKind::KeyReleased));
    };
    REQUIRE(story.tell(EventKind::StudyPublished));
    approve();
    CHECK(projection.lastOrder() == 0);
    order(EventKind::RoundsPaused, 1);
    order(EventKind::SiteExcluded, 2, tests::uuid(2));
    REQUIRE(projection.paused());
    CHECK(projection.paused()->coordinator == tests::uuid(50));
    CHECK(projection.paused()->order.bytes[0] == 1);
    CHECK(projection.sites().at(tests::uuid(2)).excluded->order.bytes[0] == 2);
    CHECK_FALSE(projection.sites().at(tests::uuid(1)).excluded);
    CHECK(projection.sitesLeft() == 1);
    CHECK(projection.lastOrder() == 2);

    REQUIRE(story.tell(EventKind::StudyPublished));
    approve();
    CHECK(projection.paused());
    CHECK(projection.sitesLeft() == 1);
    order(EventKind::RoundsResumed, 3);
    CHECK_FALSE(projection.paused());
    REQUIRE(story.tell(EventKind::RoundOpened, {}, 1));
    CHECK_FALSE(projection.sites().at(tests::uuid(2)).rounds.contains(1));
    order(EventKind::SiteReadmitted, 4, tests::uuid(2));
    CHECK(projection.sitesLeft() == 2);
    CHECK(projection.lastOrder() == 4);
}

TEST_CASE("an update that is rejected after it was accepted leaves no figures")
{
    Story story;
    REQUIRE(story.tell(EventKind::StudyPublished));
    REQUIRE(story.tell(EventKind::RoundOpened, {}, 1));
    StudyEvent accepted = story.projection.events().back();
    accepted.sequence = 3;
    accepted.kind = EventKind::UpdateAccepted;
    accepted.site = tests::uuid(1);
    accepted.metrics = SiteRoundMetrics{};
    REQUIRE(story.projection.apply(accepted));
    const auto& site = story.projection.sites().at(tests::uuid(1));
    CHECK(site.metrics.contains(1));
    REQUIRE(story.tell(EventKind::UpdateRejected, tests::uuid(1), 1));
    CHECK(site.rounds.at(1) == SiteRoundState::Rejected);
    CHECK_FALSE(site.metrics.contains(1));
}

TEST_CASE("too many refusals end the study before it begins")
{
    Story story;
    REQUIRE(story.tell(EventKind::ParticipationRefused, tests::uuid(1)));
    CHECK(story.projection.state() == StudyState::Refused);
}

TEST_CASE("a gap, a repeat, another study and an unknown site leave the projection as it was")
{
    Story story;
    REQUIRE(story.tell(EventKind::StudyPublished));
    StudyEvent event;
    event.study = tests::uuid(100);
    for (const std::uint64_t sequence : {0, 1, 3}) {
        event.sequence = sequence;
        CHECK_FALSE(story.projection.apply(event));
    }
    event.sequence = 2;
    event.study = tests::uuid(101);
    CHECK_FALSE(story.projection.apply(event));
    CHECK_FALSE(story.tell(EventKind::SiteJoined, tests::uuid(77)));
    CHECK(story.projection.lastSequence() == 1);
}

TEST_CASE("a decision during a freeze counts after it")
{
    Story story;
    REQUIRE(story.tell(EventKind::ParticipationApproved, tests::uuid(1)));
    REQUIRE(story.tell(EventKind::StudyFrozen));
    REQUIRE(story.tell(EventKind::ParticipationApproved, tests::uuid(2)));
    CHECK(story.projection.state() == StudyState::Frozen);
    REQUIRE(story.tell(EventKind::StudyThawed));
    CHECK(story.projection.state() == StudyState::AwaitingKey);
}

TEST_CASE("a revoked study does not finish")
{
    Story story;
    REQUIRE(story.tell(EventKind::KeyRevoked));
    REQUIRE(story.tell(EventKind::StudyFinished));
    CHECK(story.projection.state() == StudyState::Revoked);
}

TEST_CASE("thawing returns to the state before the freeze")
{
    Story story;
    REQUIRE(story.tell(EventKind::KeyReleased));
    REQUIRE(story.tell(EventKind::StudyFrozen));
    REQUIRE(story.tell(EventKind::StudyFrozen));
    CHECK(story.projection.state() == StudyState::Frozen);
    REQUIRE(story.tell(EventKind::StudyThawed));
    CHECK(story.projection.state() == StudyState::Quorate);
}

TEST_CASE("who agreed to a thaw is forgotten with the freeze that it was about")
{
    Story story;
    StudyEvent event;
    event.study = tests::uuid(100);
    const auto tell = [&](EventKind kind, std::uint8_t actor, std::uint8_t digest) {
        event.sequence = story.projection.lastSequence() + 1;
        event.kind = kind;
        event.actor = tests::uuid(actor);
        event.digest.bytes.fill(digest);
        REQUIRE(story.projection.apply(event));
    };
    tell(EventKind::StudyFrozen, 1, 1);
    tell(EventKind::ThawAgreed, 2, 2);
    CHECK(story.projection.thawAgreedBy() == std::set<Uuid>{tests::uuid(2)});
    tell(EventKind::StudyFrozen, 3, 3);
    CHECK(story.projection.thawAgreedBy().empty());
    CHECK(story.projection.freezeOrder() == event.digest);
    CHECK(story.projection.state() == StudyState::Frozen);
    tell(EventKind::ThawAgreed, 2, 4);
    tell(EventKind::StudyThawed, 0, 3);
    CHECK(story.projection.thawAgreedBy().empty());
    CHECK(story.projection.state() == StudyState::AwaitingApprovals);
}
