// SPDX-License-Identifier: GPL-3.0-or-later
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <initializer_list>
#include <memory>

#include "learning/script/confinement.h"

namespace quorate::learning {

namespace {

tl::unexpected<Error> unavailable(const char* what)
{
    return fail(ErrorKind::Unavailable, std::string("the process cannot be confined: ") + what);
}

Result<void> limit(__rlimit_resource resource, rlim_t value)
{
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) != 0) return unavailable("a resource limit is refused");
    return {};
}

/// Of address space, in use now.
Result<std::uint64_t> mappedBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0;
    if (!(statm >> pages)) return unavailable("/proc/self/statm cannot be read");
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<void> limitResources(const ConfinementLimits& limits)
{
    TRY_ASSIGN(mapped, mappedBytes());
    TRY(limit(RLIMIT_AS, mapped + (static_cast<rlim_t>(limits.memoryMiB) << 20)));
    TRY(limit(RLIMIT_CPU, limits.cpuSeconds));
    TRY(limit(RLIMIT_FSIZE, 0));
    TRY(limit(RLIMIT_CORE, 0));
    return limit(RLIMIT_NOFILE, 3);
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

bool addRules(scmp_filter_ctx filter)
{
    // Memory, time and the descriptors that are open: what computing needs.
    const std::initializer_list<int> allowed{
        SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(munmap), SCMP_SYS(mremap),
        SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
        SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getrandom),
        SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(restart_syscall)};
    // Libraries ask for these in passing and can do without.
    const std::initializer_list<int> refused{SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
                                             SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(readlink),
                                             SCMP_SYS(readlinkat), SCMP_SYS(getcwd)};
    bool isAdded = true;
    for (const int call : allowed) isAdded = isAdded && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
    for (const int call : refused) isAdded = isAdded && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        isAdded = isAdded && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
        isAdded = isAdded && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) == 0;
    }
    // abort() signals its own process, and none other may be signalled.
    const auto self = static_cast<scmp_datum_t>(::getpid());
    return isAdded && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self)) == 0;
}

Result<void> filterSystemCalls()
{
    const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release);
    if (!filter || !addRules(filter.get())) return unavailable("the filter of system calls cannot be made");
    if (seccomp_load(filter.get()) != 0) return unavailable("the filter of system calls is refused");
    return {};
}

}  // namespace

Result<void> confineThisProcess(const ConfinementLimits& limits)
{
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() == 1) return unavailable("the parent is gone");
    if (::prctl(PR_SET_DUMPABLE, 0) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return unavailable("privileges cannot be given up");
    if (::close_range(3, ~0U, 0) != 0) return unavailable("inherited files cannot be closed");
    TRY(limitResources(limits));
    return filterSystemCalls();
}

}  // namespace quorate::learning
