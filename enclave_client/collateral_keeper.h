// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/attestation/collateral/supply.h"
#include "core/ports/study_desk.h"

namespace quorate {

/// Vendors' collateral for one program that runs for long: fetched in the background before it expires, kept in the cache,
/// and given to appraisals from there, which never wait for a network (docs/decisions/0101-collateral-in-the-background.md).
/// Thread-safe.
class CollateralKeeper {
public:
    struct Options {
        std::filesystem::path cache;
        attestation::CollateralEndpoints endpoints;
        attestation::TrustAnchors anchors;
        std::chrono::milliseconds every{std::chrono::minutes(15)};  ///< Between looks at what is due.
    };
    /// Begins at once. `changed` runs on the keeper's thread after something new was kept, or could not be.
    CollateralKeeper(Options options, std::unique_ptr<CollateralSource> source, Clock clock, std::function<void()> changed = {});
    ~CollateralKeeper();
    CollateralKeeper(const CollateralKeeper&) = delete;
    CollateralKeeper& operator=(const CollateralKeeper&) = delete;

    /// Ends what is under way; complete() gives what is kept from then on.
    void stop();
    /// Adds what `have` lacks and the cache holds. What is still missing then is fetched behind the caller's back, once.
    void complete(const attestation::Evidence& evidence, attestation::Collateral& have);
    [[nodiscard]] CollateralState state() const;

private:
    struct Wanted {
        attestation::Evidence evidence;
        attestation::Collateral have;
    };
    void run();
    void tend(std::deque<Wanted> wanted);
    [[nodiscard]] attestation::CollateralSupply supply(attestation::CollateralCache cache, CollateralSource* source) const;
    [[nodiscard]] Result<void> fetchAll(std::deque<Wanted> wanted);

    Options m_options;
    std::unique_ptr<CollateralSource> m_source;
    Clock m_clock;
    std::function<void()> m_changed;
    StopSignal m_stop;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Wanted> m_wanted;
    CollateralState m_state;
    bool m_closing = false;
    std::thread m_thread;
};

}  // namespace quorate
