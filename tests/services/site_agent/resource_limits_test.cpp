// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/resource_limits.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace quorate::services;

TEST_CASE("no limit changes nothing")
{
    rlimit before{};
    rlimit after{};
    ::getrlimit(RLIMIT_DATA, &before);
    REQUIRE(applyResourceLimits({}));
    ::getrlimit(RLIMIT_DATA, &after);
    CHECK(after.rlim_cur == before.rlim_cur);
}

TEST_CASE("the process has the threads, the memory and the priority that the policy gives it")
{
    const int priority = ::getpriority(PRIO_PROCESS, 0);
    REQUIRE(applyResourceLimits({2, 512, 19, 0}));
    CHECK(std::string(std::getenv("OMP_NUM_THREADS")) == "2");
    CHECK(::getpriority(PRIO_PROCESS, 0) == 19);
    CHECK(::getpriority(PRIO_PROCESS, 0) >= priority);
    rlimit limit{};
    ::getrlimit(RLIMIT_DATA, &limit);
    CHECK(limit.rlim_cur == 512ULL << 20);
    CHECK_THROWS_AS(std::vector<char>(std::size_t{600} << 20), std::bad_alloc);
}
