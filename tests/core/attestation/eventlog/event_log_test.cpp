// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/event_log.h"

#include <doctest/doctest.h>

#include "core/attestation/eventlog/replay.h"
#include "core/attestation/simulated/demo_event_log.h"
#include "tests/support/event_log_writer.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace quorate::attestation::eventlog;
using tests::EventLogWriter;

namespace {

const Bytes kZeros4(4);

std::string errorOf(const Bytes& log)
{
    const auto parsed = parseEventLog(log);
    return parsed ? std::string() : parsed.error().message;
}

Replay replayOf(const Bytes& log)
{
    const auto parsed = parseEventLog(log);
    REQUIRE_MESSAGE(parsed, errorOf(log));
    return replay(*parsed);
}

Bytes eventHead(std::uint32_t digests)
{
    ByteWriter out;
    return out.u32le(1).u32le(kSeparator).u32le(digests).take();
}

Bytes variable(std::string_view name, BytesView value)
{
    ByteWriter out;
    out.zeros(16).u64le(name.size()).u64le(value.size());
    for (const char c : name) out.u8(static_cast<std::uint8_t>(c)).u8(0);
    return out.raw(value).take();
}

}  // namespace

TEST_CASE("registers follow from the events in their order, and EV_NO_ACTION changes none")
{
    const Digest48 first = sha384(asBytes("first"));
    const Digest48 second = sha384(asBytes("second"));
    EventLogWriter log;
    log.add(1, 0x5, first, {}).add(0, kNoAction, second, {}).add(1, kNoAction, second, {}).add(1, 0x5, second, {}).add(3, 0x5, first, {});
    const Replay result = replayOf(log.bytes());
    const auto extend = [](const Digest48& value, const Digest48& digest) {
        ByteWriter both;
        return sha384(both.raw(value.view()).raw(digest.view()).bytes());
    };
    CHECK(result.registers[0] == extend(extend({}, first), second));
    CHECK(result.registers[1].isZero());
    CHECK(result.registers[2] == extend({}, first));
    CHECK(result.registers[3].isZero());
    CHECK(result.extensions == std::array<std::size_t, 4>{2, 0, 1, 0});
    REQUIRE(result.events.size() == 5);
    CHECK_FALSE(result.events[1].rtmr);
    CHECK(result.events[3].number == 4);
}

TEST_CASE("padding of zeros or ones ends the log, and nothing may stand behind it")
{
    EventLogWriter log;
    log.measured(1, kSeparator, kZeros4);
    for (const std::uint8_t fill : {std::uint8_t{0}, std::uint8_t{0xff}}) {
        for (const std::size_t size : {1u, 7u, 8u, 300u}) {
            Bytes padded = log.bytes();
            padded.resize(padded.size() + size, fill);
            const auto parsed = parseEventLog(padded);
            REQUIRE(parsed);
            CHECK(parsed->events.size() == 1);
            CHECK(parsed->paddingBytes == size);
            padded.back() ^= 1;
            CHECK_FALSE(parseEventLog(padded));
        }
        Bytes hidden = log.bytes();
        hidden.resize(hidden.size() + 64, fill);
        hidden.insert(hidden.end(), log.bytes().end() - 66, log.bytes().end());
        CHECK(errorOf(hidden) == "event log has content behind its padding");
    }
}

TEST_CASE("each way of lying in the layout has its own refusal")
{
    const std::uint16_t sha384Id = kAlgorithmSha384;
    const Digest48 digest;
    CHECK(errorOf({}).starts_with("event log ends inside register of the first event"));
    CHECK(errorOf(EventLogWriter(std::vector<EventLogWriter::Algorithm>()).bytes()).find("declares 0 algorithms") != std::string::npos);
    CHECK(errorOf(EventLogWriter({{0x000b, 32}}).bytes()) == "event log has no SHA-384 digests");
    CHECK(errorOf(EventLogWriter({{sha384Id, 32}}).bytes()).find("algorithm 12 with digests of 32 bytes") != std::string::npos);
    CHECK(errorOf(EventLogWriter({{sha384Id, 48}, {sha384Id, 48}}).bytes()) == "event log declares algorithm 12 twice");
    CHECK(errorOf(EventLogWriter(std::vector<EventLogWriter::Algorithm>(9, {sha384Id, 48})).bytes()).find("9 algorithms") !=
          std::string::npos);
    CHECK(errorOf(EventLogWriter({{sha384Id, 48}}, "Spec ID Event02").bytes()) ==
          "event log does not begin with a Spec ID event of version 03");
    CHECK(errorOf(EventLogWriter().add(0, kSeparator, digest, {}).bytes()) ==
          "event 1: EV_SEPARATOR names register 0, want 1 to 4 for RTMR0 to RTMR3");
    CHECK(errorOf(EventLogWriter().add(5, kSeparator, digest, {}).bytes()).find("names register 5") != std::string::npos);
    CHECK(errorOf(EventLogWriter().raw(eventHead(2)).bytes()) == "event 1: event has 2 digests, want 1");
    CHECK(errorOf(EventLogWriter().raw(eventHead(0xffffffff)).bytes()).find("4294967295 digests") != std::string::npos);
    ByteWriter foreign;
    foreign.raw(eventHead(1)).u16le(0x0099).zeros(48);
    CHECK(errorOf(EventLogWriter().raw(foreign.bytes()).bytes()).find("algorithm 153") != std::string::npos);
    ByteWriter endless;
    endless.raw(eventHead(1)).u16le(sha384Id).zeros(48).u32le(0xffffffff);
    CHECK(errorOf(EventLogWriter().raw(endless.bytes()).bytes()) ==
          "event 1: event log ends inside data: 0 bytes left, want 4294967295");
    EventLogWriter many;
    for (std::size_t i = 0; i <= kMaxEvents; ++i) many.add(1, kSeparator, digest, {});
    CHECK(errorOf(many.bytes()) == "event log has more than 4096 events");
}

TEST_CASE("a log with several banks is replayed by its SHA-384 digests, each of which an event has once")
{
    const auto logWith = [](std::uint16_t firstId, std::uint16_t secondId) {
        EventLogWriter log({{0x000b, 32}, {kAlgorithmSha384, 48}});
        ByteWriter event;
        event.raw(eventHead(2)).u16le(firstId).zeros(firstId == 0x000b ? 32 : 48).u16le(secondId);
        event.raw(Bytes(secondId == 0x000b ? 32 : 48, 7)).u32le(0);
        return log.raw(event.bytes()).bytes();
    };
    const Replay result = replayOf(logWith(0x000b, kAlgorithmSha384));
    CHECK(result.events.at(0).digest.bytes[47] == 7);
    CHECK(errorOf(logWith(0x000b, 0x000b)).find("the event has already") != std::string::npos);
}

TEST_CASE("an event says what was measured and whether its digest confirms it")
{
    const Bytes on{1};
    const Bytes secureBoot = variable("SecureBoot", on);
    ByteWriter grub;
    grub.text("grub_cmd: set default=2").u8(0);
    EventLogWriter log;
    log.measured(1, kVariableDriverConfig, secureBoot)
        .add(1, kVariableBoot, sha384(on), secureBoot)
        .add(3, kIpl, sha384(asBytes("set default=2")), grub.bytes())
        .add(3, kIpl, sha384(asBytes("set default=3")), grub.bytes())
        .add(2, kSeparator, sha384(on), kZeros4)
        .measured(2, 0x99, Bytes(9, 0x1b));
    const Replay result = replayOf(log.bytes());
    CHECK(result.events[0].what == "variable SecureBoot, 1 byte: 01");
    CHECK(result.events[0].confirmation == Confirmation::WholeData);
    CHECK(result.events[1].confirmation == Confirmation::VariableValue);
    CHECK(result.events[2].what == "grub_cmd: set default=2");
    CHECK(result.events[2].confirmation == Confirmation::Text);
    CHECK(result.events[3].confirmation == Confirmation::None);
    CHECK(result.events[4].confirmation == Confirmation::Contradicted);
    CHECK(result.events[5].what == "9 bytes");
    CHECK(result.events[5].type == "event type 0x00000099");
}

TEST_CASE("a description is short and printable whatever the data is")
{
    Bytes hostile = toBytes("grub_cmd: ");
    hostile.insert(hostile.end(), 5000, 'a');
    hostile[12] = '\n';
    const Replay result = replayOf(
        EventLogWriter().measured(3, kIpl, hostile).measured(1, kVariableDriverConfig, variable("a\x1b[2J", {})).bytes());
    CHECK(result.events[0].what.size() == kMaxDescription);
    CHECK(result.events[0].what.ends_with("..."));
    CHECK(result.events[1].what == "variable a?[2J, 0 bytes");
    for (const ReplayedEvent& event : result.events) {
        for (const char c : event.what) CHECK((c >= 0x20 && c < 0x7f));
    }
}

TEST_CASE("the first divergence from a reference log is named with event, register and both digests")
{
    const SimulatedLaunch launch;
    SimulatedLaunch other = launch;
    other.kernelCommandLine = "root=/dev/vda1 rw init=/bin/sh";
    const Replay reference = replayOf(demoEventLog(launch));
    CHECK_FALSE(compareWithReference(reference, reference));
    const auto divergence = compareWithReference(replayOf(demoEventLog(other)), reference);
    REQUIRE(divergence);
    CHECK(divergence->rtmr == 2);
    CHECK(divergence->number == 6);
    CHECK(divergence->found == sha384(asBytes(other.kernelCommandLine)));
    CHECK(divergence->wanted == sha384(asBytes(launch.kernelCommandLine)));
    CHECK(toText(*divergence).find("event 6 extends RTMR2 with ") == 0);
    CHECK(toText(*divergence).find("init=/bin/sh") != std::string::npos);
}

TEST_CASE("a log that ends early or goes on diverges from its reference, and the order between registers does not matter")
{
    const Digest48 a = sha384(asBytes("a"));
    const Digest48 b = sha384(asBytes("b"));
    const Replay reference = replayOf(EventLogWriter().add(1, 5, a, {}).add(2, 5, b, {}).bytes());
    const Replay reordered = replayOf(EventLogWriter().add(2, 5, b, {}).add(1, 5, a, {}).bytes());
    CHECK_FALSE(compareWithReference(reordered, reference));
    const auto shorter = compareWithReference(replayOf(EventLogWriter().add(1, 5, a, {}).bytes()), reference);
    REQUIRE(shorter);
    CHECK(toText(*shorter) == "log ends for RTMR1, want " + toHex(b) + " (no data)");
    const auto longer = compareWithReference(
        replayOf(EventLogWriter().add(1, 5, a, {}).add(2, 5, b, {}).add(1, 5, b, {}).bytes()), reference);
    REQUIRE(longer);
    CHECK(longer->number == 3);
    CHECK_FALSE(longer->wanted);
}
