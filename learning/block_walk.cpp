// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/block_walk.h"

#include <algorithm>
#include <bit>
#include <condition_variable>
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

/// Whose block may be emitted next, and what stopped the walk.
class Turns {
public:
    /// False when the walk has been stopped.
    bool await(std::uint64_t index)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_error.has_value() || m_next == index; });
        return !m_error.has_value();
    }
    void done()
    {
        const std::lock_guard lock(m_mutex);
        ++m_next;
        m_changed.notify_all();
    }
    void stop(Error error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error) m_error = std::move(error);
        m_changed.notify_all();
    }
    bool isStopped()
    {
        const std::lock_guard lock(m_mutex);
        return m_error.has_value();
    }
    Result<void> result()
    {
        if (m_error) return tl::unexpected<Error>(*m_error);
        return {};
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_next = 0;
    std::optional<Error> m_error;
};

}  // namespace

unsigned workersFor(std::uint64_t values, unsigned wanted)
{
    const unsigned allowed = wanted == 0 ? std::min(kMaxWorkers, std::max(1U, std::thread::hardware_concurrency())) : wanted;
    return static_cast<unsigned>(std::clamp<std::uint64_t>(values / kValuesPerWorker, 1, allowed));
}

Result<void> walkBlocks(std::uint64_t values, std::size_t blockValues, unsigned workers, const BlockWork& compute,
                        const BlockWork& emit)
{
    Turns turns;
    const std::uint64_t blocks = (values + blockValues - 1) / blockValues;
    const auto run = [&](unsigned worker) {
        for (std::uint64_t index = worker; index < blocks && !turns.isStopped(); index += workers) {
            const std::uint64_t first = index * blockValues;
            const Block block{first, static_cast<std::size_t>(std::min<std::uint64_t>(blockValues, values - first)), worker, index};
            Result<void> done = compute(block);
            if (done && emit) {
                if (!turns.await(index)) return;
                done = emit(block);
                if (done) turns.done();
            }
            if (!done) return turns.stop(done.error());
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned worker = 1; worker < workers; ++worker) others.emplace_back(run, worker);
        run(0);
    }
    return turns.result();
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
