// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/attestation/collateral/cache.h"
#include "core/ports/collateral_source.h"

namespace quorate::attestation {

/// Where one object came from, and how that went.
struct SuppliedItem {
    enum class Origin {
        Network, ///< Asked for just now.
        Cache,   ///< Kept from earlier.
        Missing, ///< Neither; `problem` says why.
    };
    CollateralRequest request;
    Origin origin = Origin::Missing;
    UtcSeconds issued;
    UtcSeconds nextUpdate;
    UtcSeconds fetchedAt;         ///< How old the answer is.
    std::optional<Error> problem; ///< With Cache: why nothing newer replaced it. With Network: why it was not kept.
};

const char* nameOf(SuppliedItem::Origin origin); ///< "network", "cache", "missing".

struct SuppliedCollateral {
    Collateral collateral;
    std::vector<SuppliedItem> items;
    std::vector<Error> unpublished; ///< As MissingCollateral::unpublished.

    /// The first thing that is still missing; empty when all is there.
    [[nodiscard]] std::optional<Error> missing() const;
};

/// Completes the collateral of evidence from a cache and, if there is one, a source. Only what a pinned root vouches
/// for is given out or kept; appraisal judges all of it again, and alone judges time. Blocking, one thread at a time.
class CollateralSupply {
public:
    struct Options {
        CollateralEndpoints endpoints;
        CollateralWishes wishes;
        TrustAnchors anchors;
        std::size_t maxBytesPerCall = 16 * 1024 * 1024; ///< Sum of what the network may answer in one call.
        /// Before each object is looked for: which, and its place among how many.
        std::function<void(const CollateralRequest& request, std::size_t index, std::size_t count)> progress;
    };

    /// `source` null: offline, the cache alone. It outlives this.
    CollateralSupply(CollateralCache cache, CollateralSource* source, Options options)
        : m_cache(std::move(cache)), m_source(source), m_options(std::move(options))
    {
    }

    [[nodiscard]] const CollateralCache& cache() const { return m_cache; }

    /// What `have` lacks. An object that cannot be had is an item with its problem, not an error: the others are there.
    /// As missingCollateral() when the evidence cannot be read, Cancelled after `stop` was requested.
    Result<SuppliedCollateral> complete(const Evidence& evidence, const Collateral& have, UtcSeconds now,
                                        const StopSignal& stop);
    /// Asks anew for each cached object that is due (needsRefresh), or for all.
    Result<std::vector<SuppliedItem>> refresh(UtcSeconds now, bool all, const StopSignal& stop);
    /// Keeps every genuine object among files under the names of Collateral. Items that are not genuine or cannot be
    /// kept carry their problem and origin Missing; kinds of which no file is there are left out.
    std::vector<SuppliedItem> keep(const Collateral& files, UtcSeconds now);

private:
    struct Budget {
        UtcSeconds now;
        const StopSignal& stop;
        std::size_t bytesLeft;
    };
    /// Adds the object's files to `set`.
    SuppliedItem supplyOne(const CollateralRequest& request, bool ask, Collateral& set, Budget& budget);
    Result<CollateralObject> fetch(const CollateralRequest& request, const Collateral& context, Budget& budget);
    void store(const CollateralObject& object, Collateral& set, UtcSeconds now, SuppliedItem& item);
    [[nodiscard]] Collateral contextFor(const CollateralRequest& request) const;

    CollateralCache m_cache;
    CollateralSource* m_source;
    Options m_options;
};

} // namespace quorate::attestation
