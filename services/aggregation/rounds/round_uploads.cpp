// SPDX-License-Identifier: GPL-3.0-or-later
// The part of RoundEngine that takes updates in.
#include "core/base/log.h"
#include "learning/safetensors.h"
#include "services/aggregation/rounds/plausible.h"
#include "services/aggregation/rounds/round_engine.h"

namespace quorate::services {
namespace {

/// Each holds a few messages of 1 MiB in gRPC and here; the others are told to come again.
constexpr std::size_t kMaxUploads = 8;
/// No model of this version is larger.
constexpr std::uint64_t kMaxUpdateBytes = std::uint64_t{2} << 30;

}  // namespace

Result<void> RoundEngine::checkOpenFor(const Uuid& site, std::uint32_t round) const
{
    if (m_halted) return fail(ErrorKind::PolicyRefused, "the study is frozen or revoked; the update was not taken");
    TRY(requireNotExcluded(site));
    // Asked again at the end of an upload: a reviewer may have withdrawn while it ran.
    if (m_phase != Phase::Collecting || round != m_round || !m_expected.contains(site) || !mayTakePart(site)) {
        return fail(ErrorKind::PolicyRefused, "round " + std::to_string(round) + " is not open for this site");
    }
    return {};
}

/// The code for events in front, the detail behind it.
Result<void> RoundEngine::checkOffer(const Uuid& site, const UploadOffer& offer) const
{
    if (offer.baseModel != m_model->digest()) return fail(ErrorKind::PolicyRefused, "other-base-model");
    if (offer.metrics.trainRecords != m_sites.at(site).trainRecords) return fail(ErrorKind::PolicyRefused, "other-record-count");
    if (!isPlausible(offer.metrics) || offer.metrics.steps > m_package.protocol.plan.localSteps) return fail(ErrorKind::Malformed, "metrics");
    const auto manifest = learning::decodeSafetensorsHeader(offer.safetensorsHeader, offer.valueBytes);
    if (!manifest) return failAt("not-safetensors", manifest.error());
    if (*manifest != m_exchanged) return fail(ErrorKind::Malformed, "other-shape: tensors are not those of the study's model");
    return {};
}

tl::unexpected<Error> RoundEngine::reject(const Uuid& site, const Digest32& digest, Error error)
{
    const std::string code = error.message.substr(0, error.message.find(':'));
    m_incoming.erase(site);
    m_rejected[site] = code;
    emit(study::EventKind::UpdateRejected, site, code, digest);
    return tl::unexpected<Error>(std::move(error));
}

Result<std::optional<RoundEngine::Upload>> RoundEngine::beginUpload(const study::Member& node, UploadOffer offer)
{
    if (offer.valueBytes == 0 || offer.valueBytes > kMaxUpdateBytes) {
        return fail(ErrorKind::Malformed, "update declares " + std::to_string(offer.valueBytes) + " bytes of values, want 1 to " +
                                              std::to_string(kMaxUpdateBytes));
    }
    // Ends behind the lock: what was given up is read again to be taken out of the mean.
    std::shared_ptr<IncomingUpdate> former;
    const std::lock_guard lock(m_mutex);
    TRY(checkOpenFor(node.site, offer.round));
    if (m_rejected.contains(node.site)) return fail(ErrorKind::PolicyRefused, "this site's update of this round was rejected");
    if (m_uploading.contains(node.site)) return fail(ErrorKind::Unavailable, "an upload of this site is under way");
    if (m_uploading.size() >= kMaxUploads) return std::nullopt;
    Upload upload(*this, node.site);
    if (const auto accepted = m_updates.find(node.site); accepted != m_updates.end()) {
        if (accepted->second.digest == offer.digest) return upload;
        return fail(ErrorKind::PolicyRefused, "another update of this site was accepted in this round");
    }
    if (const auto fits = checkOffer(node.site, offer); !fits) return reject(node.site, offer.digest, fits.error());
    auto& incoming = m_incoming[node.site];
    if (incoming == nullptr || incoming->declared().digest != offer.digest) {
        former = std::exchange(incoming, nullptr);
        TRY_ASSIGN(created, m_store->incoming({m_package.protocol.id, node.site, offer.round, offer.digest,
                                               std::move(offer.safetensorsHeader), offer.valueBytes}));
        if (m_mean) created->addTo(m_mean->admit(offer.metrics.trainRecords));
        incoming = std::move(created);
    }
    upload.m_incoming = incoming;
    upload.m_metrics = offer.metrics;
    m_uploading.insert(node.site);
    return upload;
}

RoundEngine::Upload::Upload(Upload&& other) noexcept
    : m_engine(std::exchange(other.m_engine, nullptr)), m_site(other.m_site), m_incoming(std::move(other.m_incoming)),
      m_metrics(other.m_metrics)
{
}

RoundEngine::Upload::~Upload()
{
    if (m_engine != nullptr && m_incoming != nullptr) m_engine->endUpload(m_site);
}

void RoundEngine::endUpload(const Uuid& site)
{
    const std::lock_guard lock(m_mutex);
    m_uploading.erase(site);
}

std::uint64_t RoundEngine::Upload::committedBytes() const { return m_incoming ? m_incoming->committedBytes() : 0; }

Result<void> RoundEngine::Upload::add(std::uint64_t offset, BytesView content, const Digest32& digest)
{
    if (m_incoming == nullptr) return {};
    TRY(m_incoming->add(offset, content, digest, m_engine->m_exchanged));
    if (!m_incoming->badValue()) return {};
    const auto& bad = *m_incoming->badValue();
    const std::lock_guard lock(m_engine->m_mutex);
    TRY(m_engine->checkOpenFor(m_site, m_incoming->declared().round));
    return m_engine->reject(m_site, m_incoming->declared().digest, {ErrorKind::Malformed, bad.code + (": " + bad.place)});
}

Result<void> RoundEngine::Upload::accept()
{
    if (m_incoming == nullptr) return {};
    return m_engine->acceptUpload(*this);
}

Result<void> RoundEngine::acceptUpload(const Upload& upload)
{
    const auto& declared = upload.m_incoming->declared();
    const std::lock_guard lock(m_mutex);
    TRY(checkOpenFor(upload.m_site, declared.round));
    // A round that was opened anew in between has forgotten this upload.
    const auto current = m_incoming.find(upload.m_site);
    if (current == m_incoming.end() || current->second != upload.m_incoming) {
        return fail(ErrorKind::PolicyRefused, "round " + std::to_string(declared.round) + " was opened anew");
    }
    TRY_ASSIGN(values, upload.m_incoming->finish());
    m_incoming.erase(current);
    KeptState change;
    change.updates.push_back({upload.m_site, declared.digest, declared.valueBytes, values->path().filename().string(), upload.m_metrics});
    if (auto kept = m_store->keep(change); !kept) {
        values->discard();
        return kept;
    }
    m_updates[upload.m_site] = {declared.digest, upload.m_metrics, std::move(values)};
    announceUpdate(upload.m_site, {});
    return {};
}

void RoundEngine::announceUpdate(const Uuid& site, const std::string& code)
{
    study::StudyEvent event;
    event.kind = study::EventKind::UpdateAccepted;
    event.site = site;
    event.round = m_round;
    event.digest = m_updates.at(site).digest;
    event.code = code;
    event.count = static_cast<std::uint32_t>(m_updates.size());
    event.total = static_cast<std::uint32_t>(m_expected.size());
    event.metrics = m_updates.at(site).metrics;
    if (auto appended = m_log.append(event); !appended) logError("event log", appended.error());
}

}  // namespace quorate::services
