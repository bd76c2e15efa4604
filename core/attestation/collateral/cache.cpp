// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/cache.h"

#include <algorithm>
#include <set>

#include "core/attestation/case_folder.h"
#include "core/crypto/digest.h"
#include "core/vault/files.h"

namespace quorate::attestation {
namespace {

namespace fs = std::filesystem;

constexpr char kIndexName[] = "index.json";
constexpr char kContentsName[] = "sha256";
constexpr int kMaxFolderEntries = 100000;

CollateralObject datesOf(const CachedItem& item)
{
    CollateralObject out;
    out.issued = item.issued;
    out.evaluationNumber = item.evaluationNumber;
    return out;
}

CachedItem itemFor(const CollateralRequest& request, const CollateralObject& object, UtcSeconds now)
{
    return {request, object.files.digests(), object.issued, object.nextUpdate, object.evaluationNumber, now};
}

} // namespace

Result<CollateralCache> CollateralCache::open(fs::path folder, std::size_t maxItems)
{
    CollateralCache cache(std::move(folder), std::min(maxItems, kMaxItems));
    const fs::path index = cache.m_folder / kIndexName;
    if (!vault::isThere(index)) return cache;
    const auto bytes = readBoundedFile(index, kMaxIndexBytes);
    if (!bytes && bytes.error().kind != ErrorKind::Malformed) return failAt(cache.m_folder.string(), bytes.error());
    auto items = bytes ? parseCacheIndex(*bytes) : Result<std::vector<CachedItem>>(std::vector<CachedItem>());
    if (items) cache.m_items = std::move(*items);
    return cache;
}

const CachedItem* CollateralCache::find(const std::string& key) const
{
    const auto found =
        std::lower_bound(m_items.begin(), m_items.end(), key,
                         [](const CachedItem& item, const std::string& k) { return item.request.key < k; });
    return found == m_items.end() || found->request.key != key ? nullptr : &*found;
}

fs::path CollateralCache::pathOf(const Digest32& digest) const
{
    return m_folder / kContentsName / toHex(digest);
}

Result<Collateral> CollateralCache::read(const CachedItem& item) const
{
    Collateral out;
    for (const auto& [name, digest] : item.files) {
        auto bytes = readBoundedFile(pathOf(digest), kMaxFileBytes);
        if (!bytes || sha256(*bytes) != digest) {
            return fail(ErrorKind::Unavailable,
                        "cached " + name + " is " + (bytes ? "damaged" : "gone") + ", want it anew");
        }
        out.files.emplace(name, std::move(*bytes));
    }
    return out;
}

Result<CollateralCache::Stored> CollateralCache::put(const CollateralRequest& request, const CollateralObject& object,
                                                     UtcSeconds now)
{
    CachedItem item = itemFor(request, object, now);
    const CachedItem* present = find(request.key);
    const bool readable = present != nullptr && read(*present).has_value();
    if (readable && isOlder(object, datesOf(*present))) return Stored::Older;
    const bool same = readable && present->files == item.files;
    if (!same) TRY(writeContents(object));
    std::vector<CachedItem> items = m_items;
    std::erase_if(items, [&](const CachedItem& other) { return other.request.key == request.key; });
    while (!items.empty() && items.size() >= m_maxItems) {
        items.erase(std::min_element(items.begin(), items.end(), [](const CachedItem& a, const CachedItem& b) {
            return a.fetchedAt < b.fetchedAt;
        }));
    }
    items.push_back(std::move(item));
    std::sort(items.begin(), items.end(),
              [](const CachedItem& a, const CachedItem& b) { return a.request.key < b.request.key; });
    TRY(writeIndex(std::move(items)));
    removeUnused();
    return same ? Stored::Same : Stored::New;
}

Result<void> CollateralCache::writeContents(const CollateralObject& object) const
{
    std::error_code error;
    fs::create_directories(m_folder / kContentsName, error);
    if (error) return fail(ErrorKind::StorageFailed, (m_folder / kContentsName).string() + " cannot be made");
    for (const auto& [name, bytes] : object.files.files) {
        if (bytes.size() > kMaxFileBytes) return fail(ErrorKind::Malformed, name + " is too long to be kept");
        TRY(vault::writePrivateFile(pathOf(sha256(bytes)), bytes));
    }
    return {};
}

Result<void> CollateralCache::writeIndex(std::vector<CachedItem> items)
{
    TRY(vault::writePrivateFile(m_folder / kIndexName, asBytes(writeCacheIndex(items))));
    m_items = std::move(items);
    return {};
}

void CollateralCache::removeUnused() const
{
    std::set<std::string> used;
    for (const CachedItem& item : m_items) {
        for (const auto& [name, digest] : item.files)
            used.insert(toHex(digest));
    }
    std::error_code error;
    int seen = 0;
    std::vector<fs::path> unused;
    for (fs::directory_iterator entry(m_folder / kContentsName, error), end;
         !error && entry != end && ++seen <= kMaxFolderEntries; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        // Only names that this cache gives: a file put here by a mistake stays.
        if (name.size() == 64 && parseHexFixed<32>(name) && !used.contains(name)) unused.push_back(entry->path());
    }
    for (const fs::path& path : unused)
        fs::remove(path, error);
}

} // namespace quorate::attestation
