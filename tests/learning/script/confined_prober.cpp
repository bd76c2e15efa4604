// SPDX-License-Identifier: GPL-3.0-or-later
// Confines itself as the script worker does, then tries what its request names and answers what came of it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <vector>

#include "learning/script/confined_process.h"

namespace {

using namespace quorate;
using namespace quorate::learning;

std::string allocate()
{
    std::vector<char*> kept;
    for (int i = 0; i < 4096; ++i) {
        char* block = new (std::nothrow) char[1 << 20];
        if (block == nullptr) return "refused after " + std::to_string(i) + " MiB";
        for (int k = 0; k < 1 << 20; k += 4096) block[k] = 1;
        kept.push_back(block);
    }
    return "allocated";
}

std::string attempt(const std::string& what)
{
    if (what == "answer") return "answered";
    if (what == "open") return ::open("/etc/hostname", O_RDONLY) < 0 && errno == EACCES ? "refused" : "opened";
    if (what == "inherited") return ::close(3) < 0 ? "closed" : "inherited";
    if (what == "allocate") return allocate();
    if (what == "executable") {
        void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return page == MAP_FAILED ? "refused" : "mapped";
    }
    if (what == "environment") return ::getenv("HOME") == nullptr ? "empty" : "inherited";
    if (what == "flood") return std::string(2 << 20, 'x');
    if (what == "socket") return ::socket(AF_INET, SOCK_STREAM, 0) >= 0 ? "connected" : "failed";
    if (what == "fork") return ::fork() >= 0 ? "forked" : "failed";
    if (what == "crash") std::abort();
    if (what == "loop") {
        // The clock is a side effect: a loop without one may be left out.
        while (::clock() >= 0) {}
    }
    if (what == "sleep") {
        Bytes ignored = receiveRequest().value_or(Bytes());
        return "woken";
    }
    return "unknown";
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) return 2;
    ConfinementLimits limits;
    limits.memoryMiB = static_cast<std::uint32_t>(std::stoul(argv[1]));
    limits.cpuSeconds = static_cast<std::uint32_t>(std::stoul(argv[2]));
    if (auto confined = confineThisProcess(limits); !confined) return 3;
    const auto request = receiveRequest();
    if (!request) return 4;
    return sendReply(asBytes(attempt(std::string(asText(*request))))) ? 0 : 5;
}
