// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/support/small_consortium.h"

namespace quorate::tests {

/// The aggregator's real program, with its state in a folder.
class ServiceProcess {
public:
    /// Waits until it listens.
    ServiceProcess(const SmallConsortium& consortium, std::filesystem::path state);
    ~ServiceProcess();
    ServiceProcess(const ServiceProcess&) = delete;
    ServiceProcess& operator=(const ServiceProcess&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    /// For the steps that people take.
    [[nodiscard]] RunningService service() const { return {nullptr, "127.0.0.1:" + std::to_string(m_port)}; }
    /// SIGKILL, and a new process on the same folder.
    void killAndStartAnew();
    /// High-water mark of its resident memory.
    [[nodiscard]] long peakMemoryKiB() const;

private:
    void start();
    void kill();

    std::filesystem::path m_state;
    std::vector<std::string> m_arguments;
    int m_process = -1;
    int m_port = 0;
};

}  // namespace quorate::tests
