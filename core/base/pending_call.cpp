// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/pending_call.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace quorate {

struct ManualExecutor::Queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<std::function<void()>> tasks;
};

ManualExecutor::ManualExecutor() : m_queue(std::make_unique<Queue>()) {}
ManualExecutor::~ManualExecutor() = default;

void ManualExecutor::post(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->tasks.push_back(std::move(task));
    }
    m_queue->filled.notify_one();
}

std::size_t ManualExecutor::runQueued()
{
    std::deque<std::function<void()>> tasks;
    {
        const std::lock_guard lock(m_queue->mutex);
        tasks.swap(m_queue->tasks);
    }
    for (auto& task : tasks) task();
    return tasks.size();
}

std::size_t ManualExecutor::runFor(int timeoutMs)
{
    {
        std::unique_lock lock(m_queue->mutex);
        m_queue->filled.wait_for(lock, std::chrono::milliseconds(timeoutMs), [this] { return !m_queue->tasks.empty(); });
    }
    return runQueued();
}

}  // namespace quorate
