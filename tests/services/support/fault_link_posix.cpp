// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <array>
#include <list>
#include <mutex>
#include <poll.h>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "tests/services/support/fault_link.h"

namespace quorate::tests {
namespace {

constexpr int kPollMs = 50;
constexpr std::size_t kPiece = 16384;

sockaddr_in loopback(int port)
{
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
}

class Socket {
public:
    explicit Socket(int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) : m_descriptor(descriptor) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(m_descriptor); }
    [[nodiscard]] int get() const { return m_descriptor; }

private:
    int m_descriptor;
};

bool sendAll(int to, const char* data, ssize_t size)
{
    while (size > 0) {
        const ssize_t sent = ::send(to, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= sent;
    }
    return true;
}

}  // namespace

struct FaultLink::State {
    Socket listener;
    int port = 0;
    unsigned cutOneIn;
    unsigned delayMs;
    std::atomic<int> target{0};
    std::atomic<bool> closing{false};
    std::atomic<unsigned> cuts{0};
    std::mutex mutex;
    std::mt19937_64 random;
    /// Ended ones are joined as new ones come: in a long run there are tens of thousands.
    struct Connection {
        std::atomic<bool> ended{false};
        std::jthread thread;
    };
    std::list<Connection> connections;
    std::jthread acceptor;

    std::uint64_t draw(std::uint64_t below)
    {
        const std::lock_guard lock(mutex);
        return below == 0 ? 0 : random() % below;
    }

    void carry(int client)
    {
        const Socket near(client);
        const int port_ = target;
        const Socket far;
        const sockaddr_in to = loopback(port_);
        if (port_ == 0 || ::connect(far.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return;
        const bool isCut = cutOneIn != 0 && draw(cutOneIn) == 0;
        // 4 KiB, within the handshake, up to 2 MiB, more than an update.
        auto left = static_cast<std::int64_t>(isCut ? (kPiece / 4) << draw(10) : 0);
        std::array<char, kPiece> buffer{};
        while (!closing) {
            std::array<pollfd, 2> ready{{{near.get(), POLLIN, 0}, {far.get(), POLLIN, 0}}};
            if (::poll(ready.data(), ready.size(), kPollMs) < 0) return;
            for (std::size_t side = 0; side < 2; ++side) {
                if ((ready[side].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
                const ssize_t got = ::recv(ready[side].fd, buffer.data(), buffer.size(), 0);
                if (got <= 0) return;
                if (delayMs != 0) std::this_thread::sleep_for(std::chrono::milliseconds(draw(delayMs + 1)));
                if (!sendAll(ready[1 - side].fd, buffer.data(), got)) return;
                left -= got;
                if (isCut && left <= 0) {
                    ++cuts;
                    return;
                }
            }
        }
    }

    void accept()
    {
        while (!closing) {
            pollfd ready{listener.get(), POLLIN, 0};
            if (::poll(&ready, 1, kPollMs) <= 0) continue;
            const int client = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) continue;
            connections.remove_if([](const Connection& connection) { return connection.ended.load(); });
            Connection& connection = connections.emplace_back();
            connection.thread = std::jthread([this, client, &connection] {
                carry(client);
                connection.ended = true;
            });
        }
    }
};

FaultLink::FaultLink(std::uint64_t seed, unsigned cutOneIn, unsigned delayMs) : m_state(std::make_unique<State>())
{
    m_state->cutOneIn = cutOneIn;
    m_state->delayMs = delayMs;
    m_state->random.seed(seed);
    sockaddr_in own = loopback(0);
    socklen_t size = sizeof own;
    if (::bind(m_state->listener.get(), reinterpret_cast<const sockaddr*>(&own), size) != 0 || ::listen(m_state->listener.get(), 512) != 0 ||
        ::getsockname(m_state->listener.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) {
        throw std::runtime_error("the fault link cannot listen");
    }
    m_state->port = ntohs(own.sin_port);
    m_state->acceptor = std::jthread([state = m_state.get()] { state->accept(); });
}

FaultLink::~FaultLink()
{
    m_state->closing = true;
    m_state->acceptor.join();
    m_state->connections.clear();
}

std::string FaultLink::address() const { return "127.0.0.1:" + std::to_string(m_state->port); }
void FaultLink::leadTo(int port) { m_state->target = port; }
unsigned FaultLink::cuts() const { return m_state->cuts; }

}  // namespace quorate::tests
