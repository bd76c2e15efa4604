// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/lifeline.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"
#include <doctest/doctest.h>

using namespace quorate;
using namespace std::chrono_literals;

namespace {

/// How a process that hangs on `file` ended: 0 by its lifeline, 9 because it was never told to.
int endOf(const std::filesystem::path& file, std::chrono::milliseconds silence, std::chrono::milliseconds life)
{
    const pid_t child = fork();
    if (child == 0) {
        endWithFile(file, silence);
        std::this_thread::sleep_for(life);
        _exit(9);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("A program ends when its lifeline is gone, or when nobody touches it any more, and not before")
{
    const tests::TemporaryFolder folder;
    const auto file = folder.write("running", "");
    CHECK(endOf(folder / "gone", 10s, 3s) == 0);
    CHECK(endOf(file, 500ms, 5s) == 0);
    CHECK(endOf(file, 10s, 800ms) == 9);
}

TEST_CASE("A beat keeps what hangs on the file going, and does not bring back a file that is gone")
{
    const tests::TemporaryFolder folder;
    const auto file = folder.write("running", "");
    {
        const LifelineBeat beat(file, 50ms);
        CHECK(endOf(file, 2000ms, 3500ms) == 9);
        std::filesystem::remove(file);
        CHECK(endOf(file, 10s, 3s) == 0);
    }
    CHECK_FALSE(std::filesystem::exists(file));
}
