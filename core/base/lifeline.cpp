// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/lifeline.h"

#include <cstdlib>

namespace quorate {
namespace {

constexpr std::chrono::milliseconds kLook{250};

}  // namespace

void endWithFile(std::filesystem::path file, std::chrono::milliseconds silence)
{
    std::thread([file = std::move(file), silence] {
        std::error_code error;
        auto touched = std::filesystem::last_write_time(file, error);
        std::chrono::milliseconds quiet{0};
        // Looks are counted, not the clock read: a computer that slept has not missed a beat.
        while (!error && quiet < silence) {
            std::this_thread::sleep_for(kLook);
            const auto now = std::filesystem::last_write_time(file, error);
            quiet = now == touched ? quiet + kLook : std::chrono::milliseconds(0);
            touched = now;
        }
        std::_Exit(0);
    }).detach();
}

LifelineBeat::LifelineBeat(std::filesystem::path file, std::chrono::milliseconds every)
    : m_thread([this, file = std::move(file), every] {
          std::unique_lock lock(m_mutex);
          do {
              // A file that is gone stays gone: its programs end.
              std::error_code ignored;
              std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now(), ignored);
          } while (!m_wake.wait_for(lock, every, [this] { return m_ending; }));
      })
{
}

LifelineBeat::~LifelineBeat()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

}  // namespace quorate
