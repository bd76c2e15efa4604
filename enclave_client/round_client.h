// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include "core/attestation/evidence.h"
#include "core/base/clock.h"
#include "core/crypto/hpke.h"
#include "core/study/metrics.h"

namespace quorate {

class AttestedChannel;

/// What the service wants of this site now.
struct SiteTask {
    enum class Kind { Wait, Train, Evaluate, Done, Rejoin } kind = Kind::Wait;
    std::uint32_t round = 0;
    Digest32 modelDigest;
    Bytes sealedModelKey;
    UtcMillis deadline;
};

/// A site node's update of one round.
struct SiteUpdate {
    std::uint32_t round = 0;
    Digest32 baseModel;
    Bytes weights;                        ///< safetensors, float32.
    study::SiteRoundMetrics metrics;
};

/// info and aad under which the service seals the model key to a site (HPKE base mode).
Bytes modelKeyInfo(const Uuid& study, std::uint64_t keyEpoch);
Bytes modelKeyAad(const Uuid& site);
/// A model under the model key: nonce (12) ‖ AES-256-GCM; aad = study ‖ SHA-256 of the plain model.
Bytes modelAad(const Uuid& study, const Digest32& modelDigest);

/// Calls of a site node, blocking; outbound only. Nothing is sent while the channel is not attested.
class RoundClient {
public:
    RoundClient(const AttestedChannel& channel, Uuid study) : m_channel(channel), m_study(study) {}

    Result<Digest32> beginJoin() const;
    Result<void> join(const attestation::Evidence* evidence, const attestation::Collateral& collateral,
                      const Digest32& hpkePublicKey, std::uint64_t trainRecords) const;
    /// Waits at the service for up to about 20 s.
    Result<SiteTask> nextTask() const;
    /// The sealed model; at most 2 GiB.
    Result<Bytes> fetchModel(const Digest32& modelDigest) const;
    /// 1 MiB chunks, a digest per chunk and one of the whole. `keepGoing` is asked before every chunk.
    Result<void> submitUpdate(const SiteUpdate& update, const std::function<bool()>& keepGoing) const;
    Result<void> reportResult(const Digest32& modelDigest, const study::Evaluation& own, const study::Evaluation& federated) const;

private:
    const AttestedChannel& m_channel;
    Uuid m_study;
};

}  // namespace quorate
