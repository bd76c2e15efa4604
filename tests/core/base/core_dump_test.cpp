// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/core_dump.h"
#include "tests/support/temporary_folder.h"

using namespace quorate;

namespace {

/// Whether a process that crashes in a folder of its own, where dumps are wanted, leaves one.
bool crashLeavesAnImage(bool forbidden)
{
    const tests::TemporaryFolder folder;
    const pid_t child = fork();
    if (child == 0) {
        const rlimit wanted{RLIM_INFINITY, RLIM_INFINITY};
        if (setrlimit(RLIMIT_CORE, &wanted) != 0 || chdir(folder.path().c_str()) != 0) _exit(1);
        if (forbidden) forbidCoreDumps();
        // What a test program does with a fault must not be asked.
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && (WCOREDUMP(status) || !std::filesystem::is_empty(folder.path()));
}

}  // namespace

TEST_CASE("a program that crashes leaves no image of its memory")
{
    CHECK_FALSE(crashLeavesAnImage(true));
    if (!crashLeavesAnImage(false)) MESSAGE("SKIPPED: this system writes no images anyway");
}
