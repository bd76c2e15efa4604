// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/base/result.h"

namespace quorate {

/// Runs tasks on the thread that owns it: the UI thread behind QtExecutor, the test's own behind ManualExecutor.
class Executor {
public:
    virtual ~Executor() = default;
    /// Thread-safe. The task runs later, never inside post().
    virtual void post(std::function<void()> task) = 0;
};

template <typename T>
using Completion = std::function<void(Result<T>)>;

/// The caller's hold on work in flight. Destroying it cancels the work, and the completion never runs after that.
/// Lives on the executor's thread.
class PendingCall {
public:
    /// Shared by the caller and the worker.
    struct State {
        bool abandoned = false;            ///< Read and written on the executor's thread only.
        std::function<void()> cancel;      ///< Thread-safe; asks the worker to stop early.
    };

    PendingCall() = default;
    explicit PendingCall(std::shared_ptr<State> state) : m_state(std::move(state)) {}
    PendingCall(PendingCall&& other) noexcept = default;
    PendingCall& operator=(PendingCall&& other) noexcept
    {
        if (this != &other) {
            abandon();
            m_state = std::move(other.m_state);
        }
        return *this;
    }
    PendingCall(const PendingCall&) = delete;
    PendingCall& operator=(const PendingCall&) = delete;
    ~PendingCall() { abandon(); }

    [[nodiscard]] bool isActive() const { return m_state != nullptr; }
    void abandon()
    {
        if (!m_state) return;
        m_state->abandoned = true;
        if (m_state->cancel) m_state->cancel();
        m_state.reset();
    }

private:
    std::shared_ptr<State> m_state;
};

/// Tasks wait until the test (or a command-line program's main loop) runs them. post() is thread-safe.
class ManualExecutor final : public Executor {
public:
    ManualExecutor();
    ~ManualExecutor() override;
    void post(std::function<void()> task) override;
    /// Runs what is queued now; returns how many ran.
    std::size_t runQueued();
    /// Waits until something is queued or the time is over, then runs it.
    std::size_t runFor(int timeoutMs);

private:
    struct Queue;
    std::unique_ptr<Queue> m_queue;
};

}  // namespace quorate
