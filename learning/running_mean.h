// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>

#include "learning/fold.h"
#include "learning/update_source.h"

namespace quorate::learning {

/// The weighted mean of updates while they arrive, and whose are in it: when all that are wanted are in it and nothing else,
/// nobody has to read them again. It may always say no; then the mean is taken of the held updates, with the same bytes.
/// Thread-safe, except restart() beside a fold that close() gave.
class RunningMean : public std::enable_shared_from_this<RunningMean> {
public:
    /// One update's part, from its first value on. Without withdraw() its end makes this mean's answer no until restart().
    class Share {
    public:
        Share(std::shared_ptr<RunningMean> mean, std::uint64_t generation, std::uint64_t weight);
        ~Share();
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        /// The next values; each finite and at most the fold's largest. Nothing once the mean is closed or begun anew.
        void add(std::span<const float> values);
        /// Takes out what came, which is read from `source` again. Nothing may be added after it.
        void withdraw(const UpdateSource& source);

    private:
        friend class RunningMean;
        [[nodiscard]] bool isIn() const;
        [[nodiscard]] Result<void> subtractFrom(const UpdateSource& source);

        std::shared_ptr<RunningMean> m_mean;
        std::uint64_t m_generation;
        std::uint64_t m_weight;
        std::mutex m_mutex;
        std::uint64_t m_added = 0;
        bool m_isWithdrawn = false;
    };

    /// Empty and open. Touches all its memory, 8 bytes a value, and keeps it for the next time.
    Result<void> restart(const FoldLimits& limits);
    /// None when the mean is closed, or this weight is beyond its limits.
    std::unique_ptr<Share> admit(std::uint64_t weight);
    /// Nothing comes in any more. The fold when these shares are whole and it has them, no others and this scale
    /// (FixedPointGrid); else null. It lives as long as this mean and until restart().
    std::shared_ptr<const AverageFold> close(const std::set<const Share*>& wanted, double scale);

private:
    void stop();

    std::optional<AverageFold> m_fold;
    std::atomic<bool> m_isOpen{false};
    std::atomic<bool> m_isSpoiled{false};
    std::atomic<std::uint64_t> m_generation{0};
    std::mutex m_mutex;
    std::set<Share*> m_shares;  ///< Of this generation, withdrawn ones not among them.
};

}  // namespace quorate::learning
