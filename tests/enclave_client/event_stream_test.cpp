// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/event_stream.h"

#include <doctest/doctest.h>
#include <mutex>

#include "tests/services/support/small_consortium.h"

using namespace quorate;
using namespace quorate::tests;
using study::StudyEvent;

namespace {

/// What one stream brought, and how it ended.
class Watcher {
public:
    Watcher(const MemberSession& session, const Uuid& study, std::uint64_t after)
        : m_stream(std::make_unique<EventStream>(
              session.channel(), study, after,
              [this](StudyEvent event) {
                  const std::lock_guard lock(m_mutex);
                  m_events.push_back(std::move(event));
              },
              [this](Error error) {
                  const std::lock_guard lock(m_mutex);
                  m_end = std::move(error);
              }))
    {
    }
    [[nodiscard]] std::vector<StudyEvent> events() const
    {
        const std::lock_guard lock(m_mutex);
        return m_events;
    }
    [[nodiscard]] std::optional<Error> end() const
    {
        const std::lock_guard lock(m_mutex);
        return m_end;
    }
    [[nodiscard]] bool sees(std::size_t count) const
    {
        return eventually([&] { return events().size() >= count; });
    }
    void stop() { m_stream.reset(); }

private:
    mutable std::mutex m_mutex;
    std::vector<StudyEvent> m_events;
    std::optional<Error> m_end;
    std::unique_ptr<EventStream> m_stream;
};

std::vector<StudyEvent> tail(const std::vector<StudyEvent>& events, std::size_t from)
{
    return {events.begin() + static_cast<std::ptrdiff_t>(from), events.end()};
}

}  // namespace

TEST_CASE("A stream that is resumed from its cursor brings exactly what was missed, then what comes")
{
    const SmallConsortium of;
    const auto service = startService(of);
    publish(of, service);
    const auto auditor = sessionOf(of, of.auditors[0], service);
    Watcher before(*auditor, of.study(), 0);
    REQUIRE(before.sees(1));
    before.stop();
    CHECK_FALSE(before.end());

    approveAll(of, service);
    Watcher after(*auditor, of.study(), 1);
    REQUIRE(after.sees(3));
    releaseKey(of, service);
    REQUIRE(after.sees(7));
    CHECK(before.events().size() == 1);
    CHECK(after.events() == tail(service.events(of.study()), 1));
    for (std::size_t i = 0; i < after.events().size(); ++i) CHECK(after.events()[i].sequence == i + 2);
}

TEST_CASE("Two watchers see the same events in the same order")
{
    const SmallConsortium of;
    const auto service = startService(of);
    publish(of, service);
    const auto auditor = sessionOf(of, of.auditors[0], service);
    const auto custodian = sessionOf(of, of.custodians[0], service);
    Watcher first(*auditor, of.study(), 0);
    approveAll(of, service);
    Watcher second(*custodian, of.study(), 0);
    releaseKey(of, service);
    const auto all = service.events(of.study());
    REQUIRE(first.sees(all.size()));
    REQUIRE(second.sees(all.size()));
    CHECK(first.events() == all);
    CHECK(second.events() == all);
}

TEST_CASE("A cursor beyond the end is refused: this service cannot know what came before it")
{
    const SmallConsortium of;
    const auto service = startService(of);
    publish(of, service);
    const auto auditor = sessionOf(of, of.auditors[0], service);
    for (const std::uint64_t cursor : {std::uint64_t{2}, ~std::uint64_t{0}}) {
        const Watcher ahead(*auditor, of.study(), cursor);
        REQUIRE(eventually([&] { return ahead.end().has_value(); }));
        CHECK(ahead.end()->kind == ErrorKind::Malformed);
        CHECK(ahead.events().empty());
    }
    const Watcher newest(*auditor, of.study(), 1);
    approveAll(of, service);
    REQUIRE(newest.sees(3));
    CHECK(newest.events() == tail(service.events(of.study()), 1));
}

TEST_CASE("A stream says why it ended: another study, no right to watch, or the service's end")
{
    const SmallConsortium of;
    auto service = startService(of);
    publish(of, service);
    const auto auditor = sessionOf(of, of.auditors[0], service);
    const auto node = sessionOf(of, of.nodes[0], service);
    Watcher unknown(*auditor, siteId(0), 0);
    Watcher forbidden(*node, of.study(), 0);
    Watcher cut(*auditor, of.study(), 0);
    REQUIRE(eventually([&] { return unknown.end() && forbidden.end(); }));
    CHECK(unknown.end()->kind == ErrorKind::Unavailable);
    CHECK(forbidden.end()->kind == ErrorKind::PolicyRefused);
    REQUIRE(cut.sees(1));
    CHECK_FALSE(cut.end());
    service.server.reset();
    REQUIRE(eventually([&] { return cut.end().has_value(); }));
    CHECK(forbidden.events().empty());
}
