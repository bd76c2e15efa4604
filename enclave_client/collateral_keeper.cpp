// SPDX-License-Identifier: GPL-3.0-or-later
#include "enclave_client/collateral_keeper.h"

#include <algorithm>

namespace quorate {
namespace {

/// A service and its sites; whoever shows more is asked about later.
constexpr std::size_t kMaxWanted = 64;

CollateralState stateOf(const std::vector<attestation::CachedItem>& items)
{
    CollateralState out;
    for (const auto& item : items) {
        const UtcMillis until(item.nextUpdate);
        const UtcMillis fetched(item.fetchedAt);
        out.validUntil = std::min(out.validUntil.value_or(until), until);
        out.refreshedAt = std::max(out.refreshedAt.value_or(fetched), fetched);
    }
    return out;
}

}  // namespace

CollateralKeeper::CollateralKeeper(Options options, std::unique_ptr<CollateralSource> source, Clock clock, std::function<void()> changed)
    : m_options(std::move(options)), m_source(std::move(source)), m_clock(std::move(clock)), m_changed(std::move(changed))
{
    if (const auto cache = attestation::CollateralCache::open(m_options.cache)) m_state = stateOf(cache->items());
    m_thread = std::thread([this] { run(); });
}

CollateralKeeper::~CollateralKeeper() { stop(); }

void CollateralKeeper::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_stop.request();
    m_wake.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

attestation::CollateralSupply CollateralKeeper::supply(attestation::CollateralCache cache, CollateralSource* source) const
{
    attestation::CollateralSupply::Options options;
    options.endpoints = m_options.endpoints;
    options.anchors = m_options.anchors;
    return {std::move(cache), source, std::move(options)};
}

void CollateralKeeper::complete(const attestation::Evidence& evidence, attestation::Collateral& have)
{
    // Read anew: the other thread writes it, each file as a whole.
    auto cache = attestation::CollateralCache::open(m_options.cache);
    if (!cache) return;
    const attestation::Collateral came = have;
    auto kept = supply(std::move(*cache), nullptr).complete(evidence, have, toSeconds(m_clock()), StopSignal());
    // Evidence that cannot be read is the appraisal's to refuse.
    if (!kept) return;
    have = std::move(kept->collateral);
    const bool lacks = std::any_of(kept->items.begin(), kept->items.end(), [](const attestation::SuppliedItem& item) {
        return item.origin == attestation::SuppliedItem::Origin::Missing;
    });
    if (!lacks) return;
    const std::lock_guard lock(m_mutex);
    const bool isWanted = std::any_of(m_wanted.begin(), m_wanted.end(), [&](const Wanted& item) { return item.evidence.blob == evidence.blob; });
    if (isWanted || m_wanted.size() == kMaxWanted) return;
    m_wanted.push_back({evidence, came});
    m_wake.notify_all();
}

CollateralState CollateralKeeper::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

void CollateralKeeper::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_closing) {
        std::deque<Wanted> wanted;
        wanted.swap(m_wanted);
        lock.unlock();
        tend(std::move(wanted));
        lock.lock();
        m_wake.wait_for(lock, m_options.every, [this] { return m_closing || !m_wanted.empty(); });
    }
}

Result<void> CollateralKeeper::fetchAll(std::deque<Wanted> wanted)
{
    TRY_ASSIGN(cache, attestation::CollateralCache::open(m_options.cache));
    auto from = supply(std::move(cache), m_source.get());
    std::optional<Error> problem;
    const auto note = [&](const attestation::SuppliedItem& item) {
        if (item.problem && !problem) problem = item.problem;
    };
    for (const auto& item : wanted) {
        TRY_ASSIGN(supplied, from.complete(item.evidence, item.have, toSeconds(m_clock()), m_stop));
        for (const auto& part : supplied.items) note(part);
    }
    TRY_ASSIGN(refreshed, from.refresh(toSeconds(m_clock()), false, m_stop));
    for (const auto& part : refreshed) note(part);
    if (problem) return tl::unexpected(*problem);
    return {};
}

void CollateralKeeper::tend(std::deque<Wanted> wanted)
{
    const auto done = fetchAll(std::move(wanted));
    if (!done && done.error().kind == ErrorKind::Cancelled) return;
    const auto cache = attestation::CollateralCache::open(m_options.cache);
    CollateralState next = cache ? stateOf(cache->items()) : CollateralState{};
    if (!done) next.problem = done.error();
    {
        const std::lock_guard lock(m_mutex);
        if (next == m_state) return;
        m_state = std::move(next);
    }
    if (m_changed) m_changed();
}

}  // namespace quorate
