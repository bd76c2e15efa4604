// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/supply.h"

#include <algorithm>

#include "core/attestation/collateral/answer.h"
#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/tdx/quote.h"

namespace quorate::attestation {
namespace {

/// The files of `other` take the place of those in `set`.
void overwrite(Collateral& set, const Collateral& other)
{
    for (const auto& [name, bytes] : other.files)
        set.files.insert_or_assign(name, bytes);
}

/// Chains that came inside the evidence: what is fetched is checked with their help, but they are not given out.
Collateral chainsInside(const Evidence& evidence)
{
    Collateral out;
    if (evidence.tee == TeeKind::Tdx) {
        const auto quote = tdx::parseQuote(evidence.blob);
        if (quote && quote->certType == tdx::kCertTypePckChain) out.files.emplace("pck_chain.pem", quote->certData);
        return out;
    }
    const auto table = snp::parseCertificateTable(evidence.auxBlob);
    if (!table) return out;
    for (const auto& [guid, name] :
         {std::pair(snp::kGuidAsk, "intermediate.der"), std::pair(snp::kGuidArk, "ark.der")}) {
        const auto entry = table->find(guid);
        if (entry != table->end() && !entry->second.empty()) out.files.emplace(name, entry->second);
    }
    return out;
}

/// An edition that was asked for stands behind the object's own key.
Result<void> checkAnswers(const CollateralRequest& request, const CollateralObject& object)
{
    const std::string& asked = request.key;
    const std::string rest = asked.starts_with(object.key) ? asked.substr(object.key.size()) : std::string("?");
    const bool matches = rest.empty() || (asked.starts_with(object.key) && (rest[0] == '&' || rest[0] == '?'));
    if (!matches) return fail(ErrorKind::Untrusted, "answer is for " + object.key + ", want " + asked);
    const std::string wanted = "tcbEvaluationDataNumber=";
    const std::size_t at = rest.find(wanted);
    if (at == std::string::npos ||
        rest.substr(at + wanted.size()) == std::to_string(object.evaluationNumber.value_or(0))) {
        return {};
    }
    return fail(ErrorKind::Untrusted, "answer has tcbEvaluationDataNumber " +
                                          std::to_string(object.evaluationNumber.value_or(0)) + ", want " +
                                          rest.substr(at + wanted.size()));
}

void note(SuppliedItem& item, const CollateralObject& object)
{
    item.issued = object.issued;
    item.nextUpdate = object.nextUpdate;
}

void note(SuppliedItem& item, const CachedItem& cached)
{
    item.origin = SuppliedItem::Origin::Cache;
    item.issued = cached.issued;
    item.nextUpdate = cached.nextUpdate;
    item.fetchedAt = cached.fetchedAt;
}

} // namespace

const char* nameOf(SuppliedItem::Origin origin)
{
    switch (origin) {
    case SuppliedItem::Origin::Network: return "network";
    case SuppliedItem::Origin::Cache: return "cache";
    case SuppliedItem::Origin::Missing: return "missing";
    }
    return "missing";
}

std::optional<Error> SuppliedCollateral::missing() const
{
    for (const SuppliedItem& item : items) {
        if (item.origin == SuppliedItem::Origin::Missing) return item.problem;
    }
    if (!unpublished.empty()) return unpublished.front();
    return std::nullopt;
}

Result<SuppliedCollateral> CollateralSupply::complete(const Evidence& evidence, const Collateral& have, UtcSeconds now,
                                                      const StopSignal& stop)
{
    TRY_ASSIGN(wanted, missingCollateral(evidence, have, m_options.wishes));
    SuppliedCollateral out;
    out.unpublished = std::move(wanted.unpublished);
    Collateral set = chainsInside(evidence);
    overwrite(set, have);
    Budget budget{now, stop, m_options.maxBytesPerCall};
    for (const CollateralRequest& request : wanted.requests) {
        if (stop.isRequested()) return fail(ErrorKind::Cancelled, "collateral is no longer wanted");
        if (m_options.progress) m_options.progress(request, out.items.size(), wanted.requests.size());
        out.items.push_back(supplyOne(request, false, set, budget));
        if (out.items.back().origin == SuppliedItem::Origin::Missing) continue;
        for (const std::string& name : filesOf(request.kind))
            out.collateral.files.insert(*set.files.find(name));
    }
    // A call that was stopped half-way has an item whose problem says so; to the caller the whole is cancelled.
    if (stop.isRequested()) return fail(ErrorKind::Cancelled, "collateral is no longer wanted");
    return out;
}

SuppliedItem CollateralSupply::supplyOne(const CollateralRequest& request, bool ask, Collateral& set, Budget& budget)
{
    SuppliedItem item{request, SuppliedItem::Origin::Missing, {}, {}, {}, std::nullopt};
    const CachedItem* cached = m_cache.find(request.key);
    auto content = cached != nullptr
                       ? m_cache.read(*cached)
                       : Result<Collateral>(fail(ErrorKind::Unavailable, request.key + " is not in the cache"));
    if (content) {
        overwrite(set, *content);
        note(item, *cached);
        if (!ask && !needsRefresh(request.kind, cached->issued, cached->nextUpdate, cached->fetchedAt, budget.now))
            return item;
    } else {
        item.problem = content.error();
    }
    if (m_source == nullptr) return item;
    const auto object = fetch(request, set, budget);
    if (!object) {
        item.problem = object.error();
        return item;
    }
    item.problem.reset();
    store(*object, set, budget.now, item);
    return item;
}

void CollateralSupply::store(const CollateralObject& object, Collateral& set, UtcSeconds now, SuppliedItem& item)
{
    const auto stored = m_cache.put(item.request, object, now);
    if (stored && *stored == CollateralCache::Stored::Older) {
        item.problem =
            Error{ErrorKind::Untrusted, item.request.key + ": the service answered with an object of " +
                                            formatRfc3339(object.issued) + ", older than the cached one of " +
                                            formatRfc3339(item.issued) + ", which stays"};
        return;
    }
    overwrite(set, object.files);
    note(item, object);
    item.origin = SuppliedItem::Origin::Network;
    item.fetchedAt = now;
    if (!stored) item.problem = stored.error();
}

Result<CollateralObject> CollateralSupply::fetch(const CollateralRequest& request, const Collateral& context,
                                                 Budget& budget)
{
    const std::string url = urlFor(request, m_options.endpoints);
    TRY_ASSIGN(answer, m_source->get(url, budget.stop));
    std::size_t size = answer.body.size();
    for (const auto& [name, value] : answer.headers)
        size += name.size() + value.size();
    if (size > budget.bytesLeft) {
        return fail(ErrorKind::Malformed,
                    url + ": answers are longer than " + std::to_string(m_options.maxBytesPerCall) + " bytes in sum");
    }
    budget.bytesLeft -= size;
    auto files = readVendorAnswer(request.kind, answer);
    if (!files) return failAt(url, files.error());
    Collateral set = context;
    overwrite(set, *files);
    auto object = readCollateralObject(request.kind, set, m_options.anchors);
    if (!object) return failAt(url, object.error());
    const auto matches = checkAnswers(request, *object);
    if (!matches) return failAt(url, matches.error());
    return object;
}

Collateral CollateralSupply::contextFor(const CollateralRequest& request) const
{
    Collateral out;
    const std::string folder = request.key.substr(0, request.key.find('/', std::string("/vcek/v1/").size()));
    for (const CachedItem& item : m_cache.items()) {
        const bool helps = request.kind == CollateralKind::RootCrl ? item.request.kind == CollateralKind::TcbInfo ||
                                                                         item.request.kind == CollateralKind::PckCrl
                                                                   : item.request.key == folder + "/cert_chain";
        if (!helps) continue;
        if (const auto content = m_cache.read(item)) overwrite(out, *content);
    }
    return out;
}

Result<std::vector<SuppliedItem>> CollateralSupply::refresh(UtcSeconds now, bool all, const StopSignal& stop)
{
    if (m_source == nullptr) return fail(ErrorKind::Unavailable, "there is no service to ask");
    const std::vector<CachedItem> items = m_cache.items();
    std::vector<SuppliedItem> out;
    Budget budget{now, stop, m_options.maxBytesPerCall};
    for (const CachedItem& item : items) {
        if (stop.isRequested()) return fail(ErrorKind::Cancelled, "collateral is no longer wanted");
        if (m_options.progress) m_options.progress(item.request, out.size(), items.size());
        Collateral set = contextFor(item.request);
        out.push_back(supplyOne(item.request, all, set, budget));
    }
    return out;
}

std::vector<SuppliedItem> CollateralSupply::keep(const Collateral& files, UtcSeconds now)
{
    std::vector<SuppliedItem> out;
    for (const CollateralKind kind : kCollateralKinds) {
        if (files.find(filesOf(kind).front()) == nullptr) continue;
        SuppliedItem item{{kind, {}}, SuppliedItem::Origin::Missing, {}, {}, {}, std::nullopt};
        const auto object = readCollateralObject(kind, files, m_options.anchors);
        if (object) {
            item.request.key = object->key;
            if (const CachedItem* cached = m_cache.find(object->key)) note(item, *cached);
            Collateral unused;
            store(*object, unused, now, item);
            if (item.origin == SuppliedItem::Origin::Network) {
                item.origin = item.problem ? SuppliedItem::Origin::Missing : SuppliedItem::Origin::Cache;
            }
        } else {
            item.problem = object.error();
        }
        out.push_back(std::move(item));
    }
    return out;
}

} // namespace quorate::attestation
