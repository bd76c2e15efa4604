// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <thread>

#include "services/aggregation/rounds/study_host.h"

namespace quorate::services {

/// All studies of one service, and the clockwork that lets their rounds end. Thread-safe.
class Registry {
public:
    explicit Registry(HostContext context);
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Verifies and admits a study. PolicyRefused when `publisher`, who calls with the key of this digest, is no coordinator
    /// of its roster, when the policy is not the one this machine was launched with, or when the study is known already.
    Result<Digest32> publish(const study::StudyPackage& package, const Uuid& publisher, const Digest32& publisherSpki);
    /// Unavailable when it is not known here.
    [[nodiscard]] Result<std::shared_ptr<StudyHost>> find(const Uuid& study) const;
    [[nodiscard]] std::vector<Uuid> list() const;
    /// Calls that wait come back; before the server that they came through goes down.
    void close();
    [[nodiscard]] HostContext& context() { return m_context; }

private:
    void run();

    HostContext m_context;
    mutable std::mutex m_mutex;
    std::map<Uuid, std::shared_ptr<StudyHost>> m_studies;
    std::condition_variable m_wake;
    bool m_closing = false;
    std::thread m_ticker;
};

}  // namespace quorate::services
