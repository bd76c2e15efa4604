// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace quorate {

/// Without a beat for so long, whoever kept the file is taken for dead. Time in which this process does not run does not
/// count.
inline constexpr std::chrono::milliseconds kLifelineSilence{std::chrono::minutes(5)};

/// Ends this process, without further ado, within half a second after `file` is gone, or when nobody has touched it for
/// `silence`. For programs that a demo starts and that must not outlive it, whatever becomes of their parent.
void endWithFile(std::filesystem::path file, std::chrono::milliseconds silence = kLifelineSilence);

/// Touches the file while it lives, so that what hangs on it goes on.
class LifelineBeat {
public:
    explicit LifelineBeat(std::filesystem::path file, std::chrono::milliseconds every = std::chrono::seconds(10));
    ~LifelineBeat();
    LifelineBeat(const LifelineBeat&) = delete;
    LifelineBeat& operator=(const LifelineBeat&) = delete;

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_ending = false;
    std::thread m_thread;
};

}  // namespace quorate
