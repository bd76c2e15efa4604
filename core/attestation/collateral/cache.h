// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/attestation/collateral/object.h"

namespace quorate::attestation {

/// One line of the cache's index. The times are the object's own words, noted to know when to ask again; appraisal
/// reads the object itself.
struct CachedItem {
    CollateralRequest request;
    std::map<std::string, Digest32> files; ///< Name of Collateral to the digest its content is stored under.
    UtcSeconds issued;
    UtcSeconds nextUpdate;
    std::optional<std::uint32_t> evaluationNumber;
    UtcSeconds fetchedAt; ///< When a service last gave this content, or it was imported.
    bool operator==(const CachedItem&) const = default;
};

/// Collateral in a folder: contents by digest, and an index (docs/formats/collateral-cache.md). Every file is replaced
/// as a whole or not at all. Of two programs that write at the same time one may lose an entry or its content, which is
/// then fetched again. One thread at a time.
class CollateralCache {
public:
    static constexpr std::size_t kMaxItems = 1000;
    static constexpr std::size_t kMaxFileBytes = 2 * 1024 * 1024;
    static constexpr std::size_t kMaxIndexBytes = 1024 * 1024;

    /// The folder is made when something is first stored. An index that cannot be read as one counts as empty: what it
    /// named is fetched again. Unavailable when it is there and cannot be opened.
    static Result<CollateralCache> open(std::filesystem::path folder, std::size_t maxItems = kMaxItems);

    [[nodiscard]] const std::vector<CachedItem>& items() const { return m_items; } ///< By key.
    [[nodiscard]] const CachedItem* find(const std::string& key) const;
    /// The contents, compared with their digests. Unavailable when one is gone or damaged.
    [[nodiscard]] Result<Collateral> read(const CachedItem& item) const;

    enum class Stored {
        New,
        Same,  ///< The content was there; only `fetchedAt` moved.
        Older, ///< What is there is newer, and stays.
    };
    /// Stores a genuine object under the key it was asked for. Above the bound, the items that were fetched longest ago
    /// go. StorageFailed when it cannot be written; then the cache is as before.
    Result<Stored> put(const CollateralRequest& request, const CollateralObject& object, UtcSeconds now);

private:
    CollateralCache(std::filesystem::path folder, std::size_t maxItems)
        : m_folder(std::move(folder)), m_maxItems(maxItems)
    {
    }
    [[nodiscard]] std::filesystem::path pathOf(const Digest32& digest) const;
    Result<void> writeContents(const CollateralObject& object) const;
    Result<void> writeIndex(std::vector<CachedItem> items);
    void removeUnused() const;

    std::filesystem::path m_folder;
    std::size_t m_maxItems;
    std::vector<CachedItem> m_items;
};

/// The index as JSON, and back: strict, bounded by CollateralCache::kMaxItems.
std::string writeCacheIndex(const std::vector<CachedItem>& items);
Result<std::vector<CachedItem>> parseCacheIndex(BytesView json);

} // namespace quorate::attestation
