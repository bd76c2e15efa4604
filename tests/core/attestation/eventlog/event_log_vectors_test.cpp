// SPDX-License-Identifier: GPL-3.0-or-later
// The real log of case p04 against its quote, and every small change to it.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/attestation/appraisal.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/eventlog/judge_event_log.h"
#include "tests/support/shared_vectors.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

struct Case {
    AppraisalInputs inputs;
    tdx::Quote quote;
};

std::optional<Case> load()
{
    const auto folder = tests::sharedVector("tdx/p04-v4-td10-gcp-ccel-uptodate-00806f05");
    if (!folder) return std::nullopt;
    auto read = readEvidenceCase(*folder);
    REQUIRE(read);
    Case out;
    out.inputs.evidence = std::move(read->evidence);
    out.inputs.collateral = std::move(read->collateral);
    out.inputs.policy = shippedPolicy(PolicyProfile::ChainOnly);
    out.inputs.anchors = productionAnchors();
    out.inputs.at = *parseRfc3339("2025-07-15T00:00:00Z");
    out.quote = tdx::parseQuote(out.inputs.evidence.blob).value();
    return out;
}

/// The event log's checks alone.
AppraisalResult judge(const Case& one)
{
    AppraisalResult result;
    CheckList checks(one.inputs.policy.profile);
    judgeEventLog(one.inputs, one.quote, checks, result);
    checks.finish(result);
    return result;
}

/// The content of the log without most of its padding, so that a sweep is short.
std::size_t contentBytes(const Bytes& log)
{
    return log.size() - eventlog::parseEventLog(log).value().paddingBytes;
}

const char* outcomeOf(const AppraisalResult& result, const std::string& id)
{
    for (const Check& check : result.checks) {
        if (check.id == id) return nameOf(check.outcome);
    }
    return "absent";
}

/// Bytes of the first event that nothing measures and that select nothing: the platform class (4) and the errata (1) of the
/// Spec ID event. A register 1 to 4 of it is as good as 0, and so is a UINTN size of 1 instead of 2.
bool isUnmeasuredHeader(std::size_t offset) { return offset < 4 || (offset >= 48 && offset < 52) || offset == 54 || offset == 55; }

}  // namespace

TEST_CASE("the real log leads to the registers of its quote")
{
    const auto one = load();
    if (!one) return;
    const AppraisalResult result = appraise(one->inputs);
    CHECK(result.verdict == Verdict::Accepted);
    CHECK(std::string(outcomeOf(result, "tdx.event-log")) == "pass");
    REQUIRE(result.eventLog);
    const auto& events = result.eventLog->events;
    REQUIRE(events.size() == 43);
    CHECK(result.eventLog->extensions == std::array<std::size_t, 4>{16, 7, 20, 0});
    CHECK(events[2].what == "variable SecureBoot, 1 byte: 00");
    CHECK(events[1].what == "Fv(48DB5E17-707C-472D-91CD-1613E7EF51B0)");
    CHECK(events[23].what == "image of 743168 bytes from \\EFI\\BOOT\\grub-lakitu.efi");
    CHECK(events[25].confirmation == eventlog::Confirmation::Text);
    CHECK(events[40].what.starts_with("kernel_cmdline: /syslinux/vmlinuz.A init="));
    CHECK(events[40].confirmation == eventlog::Confirmation::Text);
    CHECK(events[11].confirmation == eventlog::Confirmation::VariableValue);
    CHECK(events[23].confirmation == eventlog::Confirmation::None);
    CHECK(result.inputDigests.contains("eventLog"));
    CHECK(toJson(result).find("\"eventLog\"") != std::string::npos);
}

TEST_CASE("a profile that relies on the log refuses without it, the diagnostic one does not")
{
    auto one = load();
    if (!one) return;
    one->inputs.evidence.eventLog.clear();
    CHECK(judge(*one).refusals.empty());
    for (const PolicyProfile profile : {PolicyProfile::Strict, PolicyProfile::Standard}) {
        one->inputs.policy = shippedPolicy(profile);
        const AppraisalResult result = judge(*one);
        REQUIRE(result.refusals.size() == 1);
        CHECK(result.refusals.front().reason.find("evidence has no event log") == 0);
    }
    one->inputs.policy = shippedPolicy(PolicyProfile::Training);
    CHECK(judge(*one).refusals.empty());
}

TEST_CASE("a reference log is compared, and the first event that differs is named")
{
    auto one = load();
    if (!one) return;
    one->inputs.referenceLog = one->inputs.evidence.eventLog;
    CHECK(std::string(outcomeOf(judge(*one), "tdx.event-log.reference")) == "pass");
    const std::size_t command = eventlog::parseEventLog(*one->inputs.referenceLog).value().events[40].offset;
    (*one->inputs.referenceLog)[command + 14] ^= 1;
    const AppraisalResult result = judge(*one);
    REQUIRE(result.refusals.size() == 1);
    CHECK(result.refusals.front().check == "tdx.event-log.reference");
    CHECK(result.refusals.front().reason.find("event 41 extends RTMR2 with 129cc599796a") == 0);
    one->inputs.evidence.eventLog.clear();
    CHECK(std::string(outcomeOf(judge(*one), "tdx.event-log.reference")) == "fail");
}

TEST_CASE("no truncation that loses an event leads to the registers")
{
    auto one = load();
    if (!one) return;
    const Bytes whole = one->inputs.evidence.eventLog;
    const std::size_t content = contentBytes(whole);
    for (std::size_t size = 1; size < content; ++size) {
        one->inputs.evidence.eventLog.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const AppraisalResult result = judge(*one);
        if (result.refusals.empty()) FAIL("accepted when cut at " << size);
    }
    // Less padding, or none, is the same log.
    for (const std::size_t size : {content, content + 1, content + 9, whole.size() - 1}) {
        one->inputs.evidence.eventLog.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(judge(*one).refusals.empty());
    }
}

TEST_CASE("a changed byte is refused, or lies where nothing is measured, or costs its event the word confirmed")
{
    auto one = load();
    if (!one) return;
    Bytes& log = one->inputs.evidence.eventLog;
    log.resize(contentBytes(log) + 16);
    const auto original = judge(*one).eventLog.value();
    const Bytes whole = log;
    const auto parsed = eventlog::parseEventLog(whole).value();
    const auto eventAt = [&](std::size_t offset) {
        std::size_t found = parsed.events.size();
        for (std::size_t i = 0; i < parsed.events.size(); ++i) {
            const std::size_t start = static_cast<std::size_t>(parsed.events[i].data.data() - whole.data());
            if (offset >= start && offset < start + parsed.events[i].data.size()) found = i;
        }
        return found;
    };
    const auto typeAt = [&](std::size_t offset) {
        return std::any_of(parsed.events.begin(), parsed.events.end(),
                           [&](const eventlog::Event& event) { return offset >= event.offset + 4 && offset < event.offset + 8; });
    };
    for (std::size_t offset = 0; offset < whole.size(); ++offset) {
        for (const std::uint8_t change : {0x01, 0x80, 0xff}) {
            log[offset] = whole[offset] ^ change;
            const AppraisalResult result = judge(*one);
            log[offset] = whole[offset];
            if (!result.refusals.empty()) continue;
            // The type of an event is a hint, as its data is: replay uses it only to leave EV_NO_ACTION out.
            if (isUnmeasuredHeader(offset) || typeAt(offset)) continue;
            const std::size_t event = eventAt(offset);
            if (event == parsed.events.size()) FAIL("accepted with byte " << offset << " changed");
            // Data is a hint beside the measured digest. What was confirmed by it is so no longer, except that the word in
            // front of a boot loader's text and the name in front of a variable's value never were.
            using eventlog::Confirmation;
            const Confirmation before = original.events[event].confirmation;
            const Confirmation after = result.eventLog->events[event].confirmation;
            const bool stillSure = after == Confirmation::WholeData || (before == Confirmation::WholeData && after == before);
            if (stillSure) FAIL("event " << event + 1 << " still confirmed with byte " << offset << " changed");
        }
    }
}
