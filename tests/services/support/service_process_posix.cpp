// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/services/support/service_process.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

ServiceProcess::ServiceProcess(const SmallConsortium& consortium, std::filesystem::path state) : m_state(std::move(state))
{
    const char* bin = std::getenv("QUORATE_BIN");
    const std::string ca = consortium.authority.certificate().toPem();
    std::filesystem::create_directories(m_state / "studies");
    writeBytes(m_state / "ca.pem", asBytes(ca));
    m_arguments = {std::string(bin != nullptr ? bin : ".") + "/quorate-aggregator",
                   "--consortium-ca", (m_state / "ca.pem").string(),
                   "--policy-digest", toHex(consortium.verified().policyDigest),
                   "--evidence", "simulated",
                   "--demo-vendor", testVendorFolder().string(),
                   "--state", (m_state / "studies").string(),
                   "--port-file", (m_state / "port").string()};
    start();
}

ServiceProcess::~ServiceProcess() { kill(); }

void ServiceProcess::start()
{
    std::filesystem::remove(m_state / "port");
    std::vector<char*> arguments;
    for (auto& argument : m_arguments) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const std::string log = (m_state / "service.log").string();
    m_process = ::fork();
    if (m_process == 0) {
        // Between fork and exec: nothing but what async-signal-safety allows.
        const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::execv(arguments.front(), arguments.data());
        ::_exit(127);
    }
    const bool listens = eventually([this] { return std::filesystem::exists(m_state / "port"); }, std::chrono::seconds(60));
    if (!listens) throw std::runtime_error("the aggregator does not listen; see " + log);
    std::ifstream(m_state / "port") >> m_port;
}

void ServiceProcess::kill()
{
    if (m_process <= 0) return;
    ::kill(m_process, SIGKILL);
    ::waitpid(m_process, nullptr, 0);
    m_process = -1;
}

void ServiceProcess::killAndStartAnew()
{
    kill();
    start();
}

long ServiceProcess::peakMemoryKiB() const
{
    std::ifstream status("/proc/" + std::to_string(m_process) + "/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
    }
    throw std::runtime_error("the aggregator's memory cannot be read");
}

}  // namespace quorate::tests
