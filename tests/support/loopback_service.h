// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>

/// An HTTP(S) service on 127.0.0.1 for as long as the object lives.
namespace quorate::tests {

/// Handlers that wait here go on when the service ends.
class Gate {
public:
    void wait()
    {
        std::unique_lock lock(m_mutex);
        m_opened.wait(lock, [this] { return m_open; });
    }
    void open()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_open = true;
        }
        m_opened.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_opened;
    bool m_open = false;
};

template <typename Server>
class LoopbackService {
public:
    template <typename... Arguments>
    explicit LoopbackService(Arguments&&... arguments) : server(std::forward<Arguments>(arguments)...)
    {
        m_port = server.bind_to_any_port("127.0.0.1");
        m_thread = std::thread([this] { server.listen_after_bind(); });
    }
    LoopbackService(const LoopbackService&) = delete;
    LoopbackService& operator=(const LoopbackService&) = delete;
    ~LoopbackService()
    {
        gate.open();
        while (!server.is_running())
            std::this_thread::yield();
        server.stop();
        m_thread.join();
    }
    [[nodiscard]] std::string url(const std::string& path = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(m_port) + path;
    }
    [[nodiscard]] int port() const { return m_port; }

    Server server;
    Gate gate;

private:
    int m_port = 0;
    std::thread m_thread;
};

} // namespace quorate::tests
