// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/confined_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::learning;

namespace {

ConfinedCall prober()
{
    ConfinedCall call;
    call.program = QUORATE_PROBER;
    call.limits = {64, 1};
    call.deadline = std::chrono::seconds(20);
    call.largestReply = 1 << 20;
    return call;
}

std::string answerTo(const std::string& request, const ConfinedCall& call = prober())
{
    const auto reply = callConfined(call, asBytes(request));
    return reply ? std::string(asText(*reply)) : reply.error().message;
}

}  // namespace

TEST_CASE("a confined process answers, and nothing of its parent's files or environment is in it")
{
    CHECK(answerTo("answer") == "answered");
    CHECK(answerTo("environment") == "empty");
    const int inheritable = ::open("/dev/null", O_RDONLY);
    const int third = ::fcntl(inheritable, F_DUPFD, 3);
    CHECK(answerTo("inherited") == "closed");
    ::close(third);
    ::close(inheritable);
}

TEST_CASE("a confined process opens no file and maps no executable memory")
{
    CHECK(answerTo("open") == "refused");
    CHECK(answerTo("executable") == "refused");
}

TEST_CASE("a confined process that reaches for the network or another process is ended, with the reason")
{
    for (const char* attempt : {"socket", "fork"}) {
        const auto reply = callConfined(prober(), asBytes(std::string(attempt)));
        REQUIRE_FALSE(reply.has_value());
        CHECK(reply.error().kind == ErrorKind::PolicyRefused);
        CHECK(reply.error().message == "the confined process was ended for a system call that it may not make: no network, no other process, no file");
    }
}

TEST_CASE("a confined process gets no more memory than its limit")
{
    const std::string answer = answerTo("allocate");
    CAPTURE(answer);
    REQUIRE(answer.starts_with("refused after "));
    CHECK(std::stoi(answer.substr(14)) <= 64);
}

TEST_CASE("a confined process that computes without end or does not answer is ended")
{
    CHECK(answerTo("loop") == "the confined process was ended after its 1 s of processor time");
    ConfinedCall call = prober();
    call.deadline = std::chrono::seconds(1);
    CHECK(answerTo("sleep", call) == "the confined process did not answer within 1 s");
    int asked = 0;
    call.isCancelled = [&] { return ++asked > 2; };
    CHECK(answerTo("sleep", call) == "the confined process was cancelled");
}

TEST_CASE("a confined process that crashes, answers too much or is not there is one sentence")
{
    CHECK(answerTo("crash") == "the confined process crashed with signal 6");
    CHECK(answerTo("flood") == "the confined process answers with 2097152 bytes, want at most 1048576");
    ConfinedCall call = prober();
    call.program = "/nowhere/worker";
    CHECK(answerTo("answer", call) == "/nowhere/worker cannot be started");
    call.program = "/bin/true";
    CHECK(answerTo("answer", call) == "the confined process ended with code 0 and no answer");
}
