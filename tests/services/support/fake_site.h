// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enclave_client/round_client.h"
#include "learning/initial_weights.h"
#include "learning/safetensors.h"
#include "tests/services/support/small_consortium.h"

namespace quorate::tests {

/// A site node without records: it joins and answers with updates that the test makes.
class FakeSite {
public:
    FakeSite(const SmallConsortium& consortium, const RunningService& service, std::size_t site)
        : m_consortium(consortium), m_site(site),
          m_channel(service.address, credentialsOf(consortium.nodes[site]), consortium.clock(), systemRandom())
    {
        const auto answer = m_channel.attest(attestation::Purpose::Channel, consortium.expectations());
        must(requireAccepted(answer.value().result));
    }

    [[nodiscard]] RoundClient client() const { return {m_channel, m_consortium.study(), &m_seen}; }
    [[nodiscard]] const AttestedChannel& channel() const { return m_channel; }
    [[nodiscard]] const SeenReceipt& seen() const { return m_seen; }
    void remember(const SeenReceipt& receipt) { m_seen = receipt; }
    [[nodiscard]] Uuid id() const { return siteId(m_site); }
    [[nodiscard]] const hpke::PrivateKey& key() const { return m_key; }
    [[nodiscard]] std::uint32_t records() const { return static_cast<std::uint32_t>(10 * (m_site + 1)); }

    [[nodiscard]] Result<void> join() const
    {
        TRY(client().beginJoin());
        return client().join(nullptr, {}, m_key.publicKey(), records());
    }
    [[nodiscard]] SiteTask task() const { return client().nextTask().value(); }
    /// An honest update of the task: the initial weights moved by an amount that is this site's own.
    [[nodiscard]] SiteUpdate update(const SiteTask& task) const
    {
        auto weights = learning::initialWeights(m_consortium.protocol().model, 1).value();
        for (float& value : weights.values) value += 0.1F * static_cast<float>(m_site + 1) / 3.0F;
        return update(task, learning::encodeSafetensors(weights).value());
    }
    [[nodiscard]] SiteUpdate update(const SiteTask& task, Bytes weights) const
    {
        SiteUpdate out;
        out.round = task.round;
        out.baseModel = task.modelDigest;
        out.file = study::UpdateFile::of(std::move(weights)).value();
        out.metrics.trainRecords = records();
        return out;
    }
    [[nodiscard]] Result<void> submit(const SiteUpdate& update) const { return client().submitUpdate(update, [] { return true; }); }
    /// Waits for the round and answers it honestly; the round's number.
    std::uint32_t trainOnce() const
    {
        const SiteTask next = task();
        must(submit(update(next)));
        return next.round;
    }

private:
    const SmallConsortium& m_consortium;
    std::size_t m_site;
    AttestedChannel m_channel;
    mutable SeenReceipt m_seen;
    hpke::PrivateKey m_key = hpke::PrivateKey::generate(systemRandom()).value();
};

/// Of the newest event of this kind; null when there is none.
inline std::optional<study::StudyEvent> lastEvent(const RunningService& service, const Uuid& study, study::EventKind kind)
{
    std::optional<study::StudyEvent> out;
    for (const auto& event : service.events(study)) {
        if (event.kind == kind) out = event;
    }
    return out;
}

}  // namespace quorate::tests
