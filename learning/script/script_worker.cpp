// SPDX-License-Identifier: GPL-3.0-or-later
// quorate-script-worker MEMORY_MIB CPU_SECONDS: confines itself, reads one task from descriptor 0, answers it, ends.
#include <charconv>
#include <cstring>

#include "learning/script/confined_process.h"
#include "learning/script/script_run.h"

namespace {

using namespace quorate;
using namespace quorate::learning;

Result<std::uint32_t> numberFrom(const char* text)
{
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(text, text + std::strlen(text), value);
    if (parsed.ec != std::errc() || *parsed.ptr != '\0' || value == 0) return fail(ErrorKind::Malformed, "a limit is not a number above 0");
    return value;
}

Result<ScriptAnswer> answerTask()
{
    TRY_ASSIGN(request, receiveRequest());
    TRY_ASSIGN(task, decodeScriptTask(request));
    request = {};
    return runScript(task);
}

Result<void> work(const char* memory, const char* cpu)
{
    ConfinementLimits limits;
    TRY_ASSIGN(memoryMiB, numberFrom(memory));
    TRY_ASSIGN(cpuSeconds, numberFrom(cpu));
    limits.memoryMiB = memoryMiB;
    limits.cpuSeconds = cpuSeconds;
    TRY(warmUpTorch());
    const auto confined = confineThisProcess(limits);
    TRY_ASSIGN(reply, encode(confined ? answerTask() : Result<ScriptAnswer>(tl::unexpected(confined.error()))));
    return sendReply(reply);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) return 2;
    return work(argv[1], argv[2]) ? 0 : 1;
}
