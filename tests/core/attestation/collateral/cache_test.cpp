// SPDX-License-Identifier: GPL-3.0-or-later
// The cache against damage, roll-back and growth; and the rule for asking again.
#include "core/attestation/collateral/cache.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/vendor_answers.h"

using namespace quorate;
using namespace quorate::attestation;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const UtcSeconds kNow = tests::kVendorNow;

CollateralObject objectAt(CollateralKind kind, UtcSeconds when)
{
    const TeeKind tee = kind < CollateralKind::SnpChain ? TeeKind::Tdx : TeeKind::SevSnp;
    const auto object =
        readCollateralObject(kind, *tests::demoVendor().collateral(tee, when), tests::demoVendor().anchors());
    REQUIRE_MESSAGE(object, nameOf(kind) << ": " << object.error().message);
    return *object;
}

CollateralRequest requestFor(const CollateralObject& object)
{
    return {object.kind, object.key};
}

CollateralCache openIn(const tests::TemporaryFolder& folder, std::size_t maxItems = CollateralCache::kMaxItems)
{
    auto cache = CollateralCache::open(folder.path(), maxItems);
    REQUIRE(cache);
    return std::move(*cache);
}

fs::path contentOf(const tests::TemporaryFolder& folder, const CachedItem& item, const std::string& name)
{
    return folder / "sha256" / toHex(item.files.at(name));
}

std::size_t contentsIn(const tests::TemporaryFolder& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder / "sha256"), fs::directory_iterator()));
}

} // namespace

TEST_CASE("what a pinned root vouches for is read with its dates and its key")
{
    for (const CollateralKind kind : kCollateralKinds) {
        const CollateralObject object = objectAt(kind, kNow);
        CHECK(object.issued < kNow);
        CHECK(object.nextUpdate > kNow);
        CHECK(object.files.files.size() == filesOf(kind).size());
        CHECK(object.evaluationNumber.has_value() == (kind <= CollateralKind::QeIdentity));
    }
    CHECK(objectAt(CollateralKind::TcbInfo, kNow).key.starts_with("/tdx/certification/v4/tcb?fmspc="));
    CHECK(objectAt(CollateralKind::PckCrl, kNow).key == pckCrlKey("platform"));
    CHECK(objectAt(CollateralKind::SnpCrl, kNow).key == "/vcek/v1/Genoa/crl");
}

TEST_CASE("nothing that no pinned root vouches for becomes an object")
{
    for (const CollateralKind kind : kCollateralKinds) {
        const TeeKind tee = kind < CollateralKind::SnpChain ? TeeKind::Tdx : TeeKind::SevSnp;
        const Collateral all = *tests::demoVendor().collateral(tee, kNow);
        CHECK(readCollateralObject(kind, all, {}).error().kind == ErrorKind::Untrusted);
        CHECK(readCollateralObject(kind, all, productionAnchors()).error().kind == ErrorKind::Untrusted);
        Collateral changed = all;
        Bytes& bytes = changed.files.at(filesOf(kind).front());
        bytes[bytes.size() / 2] ^= 1;
        CHECK_MESSAGE(!readCollateralObject(kind, changed, tests::demoVendor().anchors()), nameOf(kind));
        CHECK(readCollateralObject(kind, {}, tests::demoVendor().anchors()).error().kind == ErrorKind::Unavailable);
    }
}

TEST_CASE("an entry comes back as it was put, also after the folder is opened again")
{
    const tests::TemporaryFolder folder;
    CollateralCache cache = openIn(folder);
    for (const CollateralKind kind : kCollateralKinds) {
        const CollateralObject object = objectAt(kind, kNow);
        CHECK(*cache.put(requestFor(object), object, kNow) == CollateralCache::Stored::New);
    }
    const CollateralCache again = openIn(folder);
    CHECK(again.items() == cache.items());
    REQUIRE(again.items().size() == 7);
    for (const CachedItem& item : again.items())
        CHECK(again.read(item)->digests() == item.files);
    CHECK(fs::status(folder / "index.json").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a newer object replaces an older one and never the other way round")
{
    const tests::TemporaryFolder folder;
    CollateralCache cache = openIn(folder);
    const CollateralObject older = objectAt(CollateralKind::TcbInfo, kNow - 48h);
    const CollateralObject newer = objectAt(CollateralKind::TcbInfo, kNow);
    CHECK(*cache.put(requestFor(older), older, kNow) == CollateralCache::Stored::New);
    CHECK(*cache.put(requestFor(newer), newer, kNow) == CollateralCache::Stored::New);
    CHECK(*cache.put(requestFor(older), older, kNow + 1h) == CollateralCache::Stored::Older);
    CHECK(cache.read(*cache.find(newer.key))->files == newer.files.files);
    CHECK(cache.find(newer.key)->fetchedAt == kNow);
    CHECK(*cache.put(requestFor(newer), newer, kNow + 1h) == CollateralCache::Stored::Same);
    CHECK(cache.find(newer.key)->fetchedAt == kNow + 1h);
    // A lower evaluation number is older whatever its date.
    CollateralObject lower = newer;
    lower.evaluationNumber = *newer.evaluationNumber - 1;
    lower.issued += 24h;
    CHECK(isOlder(lower, newer));
    CHECK_FALSE(isOlder(newer, lower));
    CHECK_FALSE(isOlder(newer, newer));
    // Contents that nothing names any more are gone.
    CHECK(contentsIn(folder) == 2);
}

TEST_CASE("a damaged, cut or missing content is not used, and is replaced even by an older object")
{
    const tests::TemporaryFolder folder;
    CollateralCache cache = openIn(folder);
    const CollateralObject newer = objectAt(CollateralKind::RootCrl, kNow);
    const CollateralObject older = objectAt(CollateralKind::RootCrl, kNow - 48h);
    const CollateralRequest request = requestFor(newer);
    const std::string name = "root_ca_crl.der";
    const Bytes good = newer.files.files.at(name);
    Bytes flipped = good;
    flipped.at(flipped.size() / 2) ^= 1;
    for (const Bytes& damaged : {flipped, Bytes(good.begin(), good.end() - 1), Bytes()}) {
        REQUIRE(cache.put(request, newer, kNow));
        const fs::path path = contentOf(folder, *cache.find(request.key), name);
        tests::writeBytes(path, damaged);
        CHECK(cache.read(*cache.find(request.key)).error().message.find("damaged") != std::string::npos);
        CHECK(*cache.put(request, newer, kNow) == CollateralCache::Stored::New);
        CHECK(cache.read(*cache.find(request.key)));
        fs::remove(path);
        CHECK(cache.read(*cache.find(request.key)).error().message.find("gone") != std::string::npos);
        CHECK(*cache.put(request, older, kNow) == CollateralCache::Stored::New);
    }
}

TEST_CASE("an index that cannot be read as one counts as empty")
{
    const tests::TemporaryFolder folder;
    const CollateralObject object = objectAt(CollateralKind::SnpCrl, kNow);
    {
        CollateralCache cache = openIn(folder);
        REQUIRE(cache.put(requestFor(object), object, kNow));
    }
    const std::string good(asText(tests::readBytes(folder / "index.json")));
    const auto with = [&](const std::string& from, const std::string& to) {
        const std::size_t at = good.find(from);
        REQUIRE(at != std::string::npos);
        return std::string(good).replace(at, from.size(), to);
    };
    REQUIRE(parseCacheIndex(asBytes(good)));
    for (const std::string& bad :
         {std::string(), std::string("[]"), good + good, good.substr(0, good.size() / 2),
          with("\"version\": 1", "\"version\": 2"), with("snp-crl", "snp-lcr"), with("\"key\": \"/", "\"key\": \"../"),
          with("crl.der", "crl.dor"), with("issued\": \"20", "issued\": \"x0"), with("\"fetchedAt\"", "\"issued\""),
          std::string(2'000'000, ' ')}) {
        CHECK_FALSE(parseCacheIndex(asBytes(bad)));
        tests::writeBytes(folder / "index.json", asBytes(bad));
        CHECK(openIn(folder).items().empty());
    }
}

TEST_CASE("above its bound the cache drops what was fetched longest ago, and a full index stays readable")
{
    const tests::TemporaryFolder folder;
    CollateralCache cache = openIn(folder, 3);
    const CollateralObject object = objectAt(CollateralKind::SnpCrl, kNow);
    for (int i = 0; i < 5; ++i) {
        REQUIRE(
            cache.put({CollateralKind::SnpCrl, "/" + std::to_string(i)}, object, kNow + std::chrono::seconds(10 - i)));
    }
    CHECK(cache.items().size() == 3);
    CHECK(cache.find("/4") != nullptr);
    CHECK(cache.find("/0") != nullptr);
    CHECK(contentsIn(folder) == 1);
    const CollateralObject crl = objectAt(CollateralKind::PckCrl, kNow);
    std::vector<CachedItem> full;
    for (std::size_t i = 0; i < CollateralCache::kMaxItems; ++i) {
        const std::string key = "/" + std::string(300, 'k') + std::to_string(i);
        CachedItem item;
        item.request = {CollateralKind::PckCrl, key};
        item.files = crl.files.digests();
        item.evaluationNumber = 4294967295u;
        full.push_back(std::move(item));
    }
    const std::string json = writeCacheIndex(full);
    CHECK(json.size() < CollateralCache::kMaxIndexBytes);
    CHECK(parseCacheIndex(asBytes(json))->size() == full.size());
    full.push_back(full.front());
    CHECK_FALSE(parseCacheIndex(asBytes(writeCacheIndex(full))));
}

TEST_CASE("a folder that cannot be written is said, and the cache is as before")
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.write("file", "not a folder");
    auto cache = CollateralCache::open(file / "cache");
    REQUIRE(cache);
    const CollateralObject object = objectAt(CollateralKind::SnpCrl, kNow);
    CHECK(cache->put(requestFor(object), object, kNow).error().kind == ErrorKind::StorageFailed);
    CHECK(cache->items().empty());
}

TEST_CASE("asking again begins in the last quarter of the window or the last day, not within the hour")
{
    const UtcSeconds issued = kNow;
    const UtcSeconds next = kNow + 40 * 24h;
    const auto due = [&](UtcSeconds now, UtcSeconds fetched, CollateralKind kind = CollateralKind::TcbInfo) {
        return needsRefresh(kind, issued, next, fetched, now);
    };
    CHECK_FALSE(due(kNow + 30 * 24h, kNow));
    CHECK(due(kNow + 30 * 24h + 1s, kNow));
    CHECK_FALSE(due(kNow + 30 * 24h + 1s, kNow + 30 * 24h));
    CHECK(due(kNow + 30 * 24h + 1h, kNow + 30 * 24h));
    CHECK(due(next, next - 1s));
    CHECK(due(next + 24h, next + 24h - 1s));
    // Certificates are not issued anew for their last quarter.
    CHECK_FALSE(due(kNow + 39 * 24h, kNow, CollateralKind::Vcek));
    CHECK(due(kNow + 39 * 24h + 1s, kNow, CollateralKind::SnpChain));
    // A window of two days is due when one is left; a fetch in the future does not hold it back.
    CHECK(needsRefresh(CollateralKind::SnpCrl, kNow, kNow + 48h, kNow, kNow + 24h + 1s));
    CHECK_FALSE(needsRefresh(CollateralKind::SnpCrl, kNow, kNow + 48h, kNow, kNow + 24h));
    CHECK(needsRefresh(CollateralKind::SnpCrl, kNow, kNow + 48h, kNow + 99h, kNow + 30h));
    // An object that contradicts itself is due at once.
    CHECK(needsRefresh(CollateralKind::SnpCrl, kNow + 48h, kNow, kNow, kNow));
}
