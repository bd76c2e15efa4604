// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/block_walk.h"

#include <algorithm>
#include <bit>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace quorate::learning {

namespace {

/// Below this, a thread costs more than it saves.
constexpr std::uint64_t kValuesPerWorker = 1 << 18;
constexpr unsigned kMaxWorkers = 8;
constexpr std::size_t kRowBytesPerWorker = 32 << 20;
constexpr std::size_t kSmallestRowBlock = 1024;

/// One walk: blocks are handed out from the first to the last, and what was made of them waits in its slot until all before
/// it have been emitted. A worker whose slots are all waiting for a slower one waits too, so memory is bounded.
class Walk {
public:
    Walk(std::uint64_t values, std::size_t blockValues, unsigned slots) : m_values(values), m_blockValues(blockValues)
    {
        for (unsigned slot = slots; slot-- > 0;) m_freeSlots.push_back(slot);
    }

    void work(unsigned worker, const BlockWork& compute, const BlockWork& emit)
    {
        std::unique_lock lock(m_mutex);
        while (true) {
            m_changed.wait(lock, [&] { return m_error || m_nextFirst >= m_values || !m_freeSlots.empty(); });
            if (m_error || m_nextFirst >= m_values) return;
            const Block block = take(worker);
            lock.unlock();
            Result<void> computed = compute(block);
            lock.lock();
            if (!computed) return stop(computed.error());
            m_waiting.emplace(block.first, block);
            emitReady(lock, emit);
        }
    }
    Result<void> result() const
    {
        if (m_error) return tl::unexpected<Error>(*m_error);
        return {};
    }

private:
    Block take(unsigned worker)
    {
        const std::uint64_t first = m_nextFirst;
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(m_blockValues, m_values - first));
        m_nextFirst += count;
        const unsigned slot = m_freeSlots.back();
        m_freeSlots.pop_back();
        return {first, count, worker, slot};
    }
    void emitReady(std::unique_lock<std::mutex>& lock, const BlockWork& emit)
    {
        while (!m_error && !m_isEmitting && !m_waiting.empty() && m_waiting.begin()->first == m_nextEmitted) {
            const Block block = m_waiting.extract(m_waiting.begin()).mapped();
            m_isEmitting = true;
            lock.unlock();
            Result<void> emitted = emit(block);
            lock.lock();
            m_isEmitting = false;
            if (!emitted) return stop(emitted.error());
            m_nextEmitted += block.count;
            m_freeSlots.push_back(block.slot);
            m_changed.notify_all();
        }
    }
    void stop(Error error)
    {
        if (!m_error) m_error = std::move(error);
        m_changed.notify_all();
    }

    std::uint64_t m_values;
    std::size_t m_blockValues;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_nextFirst = 0;
    std::uint64_t m_nextEmitted = 0;
    bool m_isEmitting = false;
    std::vector<unsigned> m_freeSlots;
    std::map<std::uint64_t, Block> m_waiting;
    std::optional<Error> m_error;
};

}  // namespace

unsigned workersFor(std::uint64_t values, unsigned wanted)
{
    if (wanted > 0) return std::min(wanted, kMaxWorkers);
    const unsigned machine = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxWorkers);
    return static_cast<unsigned>(std::clamp<std::uint64_t>(values / kValuesPerWorker, 1, machine));
}

Result<void> walkBlocks(std::uint64_t values, std::size_t blockValues, unsigned workers, const BlockWork& compute,
                        const BlockWork& emit)
{
    Walk walk(values, blockValues, slotsFor(workers));
    {
        std::vector<std::jthread> others;
        for (unsigned worker = 1; worker < workers; ++worker) {
            others.emplace_back([&, worker] { walk.work(worker, compute, emit); });
        }
        walk.work(0, compute, emit);
    }
    return walk.result();
}

RowReader::RowReader(std::vector<const UpdateSource*> sources, std::size_t blockValues)
    : m_sources(std::move(sources)), m_blockValues(blockValues), m_buffers(m_sources.size()), m_rows(m_sources.size())
{
}

Result<std::span<const float* const>> RowReader::rows(std::uint64_t first, std::size_t count)
{
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const auto inPlace = m_sources[i]->view(first, count);
        if (inPlace.size() == count) {
            m_rows[i] = inPlace.data();
            continue;
        }
        m_buffers[i].resize(m_blockValues);
        TRY(m_sources[i]->read(first, std::span(m_buffers[i]).first(count)));
        m_rows[i] = m_buffers[i].data();
    }
    return std::span<const float* const>(m_rows);
}

std::size_t rowBlockFor(std::size_t sources)
{
    const std::size_t fits = kRowBytesPerWorker / sizeof(float) / std::max<std::size_t>(1, sources);
    return std::clamp(std::bit_floor(fits), kSmallestRowBlock, kBlockValues);
}

}  // namespace quorate::learning
