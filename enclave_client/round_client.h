// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include "core/attestation/evidence.h"
#include "core/base/clock.h"
#include "core/crypto/hpke.h"
#include "core/study/metrics.h"
#include "core/study/update_file.h"

namespace quorate {

class AttestedChannel;
struct UploadOutcome;

/// What the service wants of this site now.
struct SiteTask {
    enum class Kind { Wait, Train, Evaluate, Done, Rejoin } kind = Kind::Wait;
    enum class Hold { None, Frozen, Paused, Excluded } hold = Hold::None;  ///< Of Wait: by whose order.
    std::string holdReason;  ///< As the coordinator typed it, in one line; empty where it is not printable.
    std::uint32_t round = 0;
    Digest32 modelDigest;
    Bytes sealedModelKey;
    UtcMillis deadline;
    Digest32 takenUpdate;  ///< This site's newest update that a closed round has in it; zero: none.
};

/// The newest receipt of a study that a site has seen. It brings it when it joins, so that a service that was put back to an
/// older state is found out.
struct SeenReceipt {
    std::uint32_t round = 0;  ///< 0: none.
    Digest32 digest;
};

/// A site node's update of one round.
struct SiteUpdate {
    std::uint32_t round = 0;
    Digest32 baseModel;
    study::UpdateFile file;  ///< float32.
    study::SiteRoundMetrics metrics;
};

/// info and aad under which the service seals the model key to a site (HPKE base mode).
Bytes modelKeyInfo(const Uuid& study, std::uint64_t keyEpoch);
Bytes modelKeyAad(const Uuid& site);
/// Label of the SealedRecords under the model key in which a model's values travel and lie on the service's disk.
Bytes modelLabel(const Uuid& study);

/// Calls of a site node, blocking; outbound only. Nothing is sent while the channel is not attested.
class RoundClient {
public:
    /// `seen` outlives the client, and should outlive the channel: it is brought when joining, and follows what the service names.
    RoundClient(const AttestedChannel& channel, Uuid study, SeenReceipt* seen = nullptr) : m_channel(channel), m_study(study), m_seen(seen) {}

    Result<Digest32> beginJoin() const;
    Result<void> join(const attestation::Evidence* evidence, const attestation::Collateral& collateral,
                      const Digest32& hpkePublicKey, std::uint64_t trainRecords) const;
    /// Untrusted when the service names an older receipt than the one seen, or another of its round. Waits at the service for up to about 20 s.
    Result<SiteTask> nextTask() const;
    /// The sealed model; at most 2 GiB.
    Result<Bytes> fetchModel(const Digest32& modelDigest) const;
    /// 1 MiB chunks, a digest for each and one of the whole, from where an upload of the same update was cut before.
    /// `keepGoing` is asked before every chunk. What is accepted stays accepted, even if the service's process dies.
    Result<void> submitUpdate(const SiteUpdate& update, const std::function<bool()>& keepGoing) const;
    Result<void> reportResult(const Digest32& modelDigest, const study::Evaluation& own, const study::Evaluation& federated) const;

private:
    Result<UploadOutcome> submitOnce(const SiteUpdate& update, const std::function<bool()>& keepGoing) const;

    const AttestedChannel& m_channel;
    Uuid m_study;
    SeenReceipt* m_seen;
};

}  // namespace quorate
