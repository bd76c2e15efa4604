// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace quorate::tests {

/// An HTTP proxy on 127.0.0.1 that opens tunnels (CONNECT) to ports of this computer, or answers `refusal` instead, for as
/// long as the object lives.
class ConnectProxy {
public:
    explicit ConnectProxy(std::string refusal = {}) : m_refusal(std::move(refusal)), m_listener(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address = loopback(0);
        ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(m_listener, 16);
        socklen_t length = sizeof address;
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &length);
        m_port = ntohs(address.sin_port);
        m_acceptor = std::thread([this] { accept(); });
    }
    ConnectProxy(const ConnectProxy&) = delete;
    ConnectProxy& operator=(const ConnectProxy&) = delete;
    ~ConnectProxy()
    {
        m_ending = true;
        ::shutdown(m_listener, SHUT_RDWR);
        m_acceptor.join();
        for (auto& tunnel : m_tunnels) tunnel.join();
        ::close(m_listener);
    }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    [[nodiscard]] int opened() const { return m_opened; }
    /// Breaks every tunnel that is open now.
    void cut() { ++m_cuts; }

private:
    static sockaddr_in loopback(int port)
    {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(static_cast<std::uint16_t>(port));
        out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return out;
    }
    void accept()
    {
        for (int client = ::accept(m_listener, nullptr, nullptr); client >= 0; client = ::accept(m_listener, nullptr, nullptr)) {
            m_tunnels.emplace_back([this, client] {
                serve(client);
                ::close(client);
            });
        }
    }
    void serve(int client)
    {
        std::string head;
        char byte = 0;
        while (head.size() < 4096 && !head.ends_with("\r\n\r\n") && ::recv(client, &byte, 1, 0) == 1) head += byte;
        const auto colon = head.find(':');
        const std::string answer = "HTTP/1.1 " + (m_refusal.empty() ? "200 OK" : m_refusal) + "\r\n\r\n";
        const int service = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = loopback(colon == std::string::npos ? 0 : std::atoi(head.c_str() + colon + 1));
        if (!m_refusal.empty()) {
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        } else if (head.starts_with("CONNECT ") && ::connect(service, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            ++m_opened;
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
            pump(client, service);
        }
        ::close(service);
    }
    void pump(int client, int service)
    {
        const int cuts = m_cuts;
        pollfd ends[2] = {{client, POLLIN, 0}, {service, POLLIN, 0}};
        char buffer[16384];
        while (!m_ending && m_cuts == cuts) {
            if (::poll(ends, 2, 20) <= 0) continue;
            for (int from = 0; from < 2; ++from) {
                if (ends[from].revents == 0) continue;
                const auto got = ::recv(ends[from].fd, buffer, sizeof buffer, 0);
                if (got <= 0) return;
                if (::send(ends[1 - from].fd, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return;
            }
        }
    }

    std::string m_refusal;
    int m_listener;
    int m_port = 0;
    std::atomic<bool> m_ending = false;
    std::atomic<int> m_opened = 0;
    std::atomic<int> m_cuts = 0;
    std::vector<std::thread> m_tunnels;
    std::thread m_acceptor;
};

}  // namespace quorate::tests
