// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "core/base/byte_reader.h"
#include "learning/script/confined_process.h"

namespace quorate::learning {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kReadBytes = 1 << 20;
constexpr int kPollMs = 100;

class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    [[nodiscard]] int number() const { return m_number; }
    void close()
    {
        if (m_number >= 0) ::close(m_number);
        m_number = -1;
    }

private:
    int m_number;
};

/// A child that does not outlive its owner.
class Child {
public:
    explicit Child(pid_t id) : m_id(id) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (m_status) return;
        ::kill(m_id, SIGKILL);
        wait();
    }
    int wait()
    {
        int status = 0;
        while (!m_status && ::waitpid(m_id, &status, 0) < 0 && errno == EINTR) {}
        if (!m_status) m_status = status;
        return *m_status;
    }

private:
    pid_t m_id;
    std::optional<int> m_status;
};

tl::unexpected<Error> cannotStart(const std::filesystem::path& program)
{
    return fail(ErrorKind::Unavailable, program.string() + " cannot be started");
}

Result<pid_t> spawn(const ConfinedCall& call, int connection)
{
    posix_spawn_file_actions_t actions;
    if (::posix_spawn_file_actions_init(&actions) != 0) return cannotStart(call.program);
    ::posix_spawn_file_actions_adddup2(&actions, connection, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    std::string program = call.program.string();
    std::string memory = std::to_string(call.limits.memoryMiB);
    std::string cpu = std::to_string(call.limits.cpuSeconds);
    std::string ompThreads = "OMP_NUM_THREADS=1";
    std::string blasThreads = "OPENBLAS_NUM_THREADS=1";
    const std::array<char*, 4> arguments{program.data(), memory.data(), cpu.data(), nullptr};
    const std::array<char*, 3> environment{ompThreads.data(), blasThreads.data(), nullptr};
    pid_t id = 0;
    const int failed = ::posix_spawn(&id, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return cannotStart(call.program);
    return id;
}

/// Why a process ended that owed an answer.
tl::unexpected<Error> whyItDied(int status, const ConfinedCall& call)
{
    const auto refused = [](std::string why) { return fail(ErrorKind::PolicyRefused, "the confined process " + std::move(why)); };
    if (WIFEXITED(status)) return refused("ended with code " + std::to_string(WEXITSTATUS(status)) + " and no answer");
    switch (WTERMSIG(status)) {
    case SIGSYS: return refused("was ended for a system call that it may not make: no network, no other process, no file");
    case SIGXCPU:
    case SIGKILL: return refused("was ended after its " + std::to_string(call.limits.cpuSeconds) + " s of processor time");
    default: return refused("crashed with signal " + std::to_string(WTERMSIG(status)));
    }
}

/// One exchange over the connection; what poll() says decides whether to write or read.
class Exchange {
public:
    Exchange(const ConfinedCall& call, int connection, BytesView request) : m_call(call), m_connection(connection), m_request(request)
    {
        ByteWriter length;
        m_header = length.u64le(request.size()).take();
    }

    /// Nothing when the process closed the connection before its answer was complete.
    Result<std::optional<Bytes>> run()
    {
        const auto end = Clock::now() + m_call.deadline;
        while (true) {
            if (Clock::now() >= end) {
                return fail(ErrorKind::PolicyRefused,
                            "the confined process did not answer within " + std::to_string(m_call.deadline.count() / 1000) + " s");
            }
            if (m_call.isCancelled && m_call.isCancelled()) return fail(ErrorKind::Cancelled, "the confined process was cancelled");
            pollfd ready{m_connection, static_cast<short>(isSent() ? POLLIN : POLLIN | POLLOUT), 0};
            if (::poll(&ready, 1, kPollMs) <= 0) continue;
            if (!isSent() && (ready.revents & POLLOUT) != 0) send();
            if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
            TRY_ASSIGN(isOpen, receive());
            if (m_length && m_reply.size() == *m_length) return std::optional(std::move(m_reply));
            if (!isOpen) return std::optional<Bytes>();
        }
    }

private:
    [[nodiscard]] bool isSent() const { return m_sent == m_header.size() + m_request.size(); }

    void send()
    {
        const BytesView left = m_sent < m_header.size() ? BytesView(m_header).subspan(m_sent) : m_request.subspan(m_sent - m_header.size());
        const ssize_t count = ::send(m_connection, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) m_sent += static_cast<std::size_t>(count);
    }

    Result<bool> receive()
    {
        m_buffer.resize(kReadBytes);
        const std::size_t wanted = m_length ? std::min(m_buffer.size(), *m_length - m_reply.size()) : kLengthBytes - m_reply.size();
        const ssize_t count = ::recv(m_connection, m_buffer.data(), wanted, MSG_DONTWAIT);
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        if (count == 0) return false;
        m_reply.insert(m_reply.end(), m_buffer.begin(), m_buffer.begin() + count);
        if (m_length || m_reply.size() < kLengthBytes) return true;
        TRY_ASSIGN(length, ByteReader(m_reply, "reply").u64le("length"));
        if (length > m_call.largestReply) {
            return fail(ErrorKind::PolicyRefused, "the confined process answers with " + std::to_string(length) + " bytes, want at most " +
                                                      std::to_string(m_call.largestReply));
        }
        m_length = static_cast<std::size_t>(length);
        m_reply.clear();
        return true;
    }

    const ConfinedCall& m_call;
    int m_connection;
    BytesView m_request;
    Bytes m_header;
    std::size_t m_sent = 0;
    Bytes m_buffer;
    std::optional<std::size_t> m_length;
    Bytes m_reply;
};

}  // namespace

Result<Bytes> callConfined(const ConfinedCall& call, BytesView request)
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return cannotStart(call.program);
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    TRY_ASSIGN(id, spawn(call, theirs.number()));
    Child child(id);
    theirs.close();
    TRY_ASSIGN(reply, Exchange(call, ours.number(), request).run());
    if (!reply) return whyItDied(child.wait(), call);
    return std::move(*reply);
}

Result<std::filesystem::path> programBeside(const std::string& name)
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return fail(ErrorKind::Unavailable, "this program does not find its own folder");
    return self.parent_path() / name;
}

Result<Bytes> receiveRequest()
{
    const auto readAll = [](Bytes& bytes) -> Result<void> {
        for (std::size_t got = 0; got < bytes.size();) {
            const ssize_t count = ::read(0, bytes.data() + got, bytes.size() - got);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return fail(ErrorKind::Unavailable, "the request ends early");
            got += static_cast<std::size_t>(count);
        }
        return {};
    };
    Bytes length(kLengthBytes);
    TRY(readAll(length));
    TRY_ASSIGN(size, ByteReader(length, "request").u64le("length"));
    Bytes request(static_cast<std::size_t>(size));
    TRY(readAll(request));
    return request;
}

Result<void> sendReply(BytesView reply)
{
    ByteWriter writer;
    writer.u64le(reply.size()).raw(reply);
    for (BytesView left = writer.bytes(); !left.empty();) {
        const ssize_t count = ::write(0, left.data(), left.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return fail(ErrorKind::Unavailable, "nobody takes the reply");
        left = left.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace quorate::learning
