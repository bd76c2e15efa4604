// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdlib>
#include <random>
#include <semaphore>
#include <thread>

#include "enclave_client/round_client.h"
#include "learning/safetensors.h"
#include "tests/services/support/small_consortium.h"
#include "tests/services/support/unruly_upload.h"

namespace quorate::tests {

inline std::uint32_t fromEnvironment(const char* name, std::uint32_t otherwise)
{
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : static_cast<std::uint32_t>(std::atoi(value));
}

/// A site that computes nothing: its update depends on itself and the round alone, so that a run can be compared with another.
class LightSite {
public:
    struct Conditions {
        std::counting_semaphore<>* places = nullptr;  ///< How many sites may hold an update at once, where not all fit into this process.
        UnrulyNetwork* network = nullptr;             ///< What its updates pass through; null: nothing happens to them.
    };

    LightSite(const SmallConsortium& consortium, std::size_t site, std::string address, Conditions conditions)
        : m_consortium(consortium), m_site(site), m_address(std::move(address)), m_random(static_cast<unsigned>(site)),
          m_conditions(conditions)
    {
    }

    /// Until the study is done or `stop` is set.
    void run(const std::atomic<bool>& stop)
    {
        while (!stop && !session(stop)) std::this_thread::sleep_for(std::chrono::milliseconds(20 + m_random() % 100));
    }
    [[nodiscard]] const SeenReceipt& seen() const { return m_seen; }
    [[nodiscard]] unsigned sessions() const { return m_sessions; }

private:
    /// True when the study is done.
    bool session(const std::atomic<bool>& stop)
    {
        ++m_sessions;
        AttestedChannel channel(m_address, credentialsOf(m_consortium.nodes[m_site]), m_consortium.clock(), systemRandom());
        const auto answer = channel.attest(attestation::Purpose::Channel, m_consortium.expectations());
        if (!answer || !requireAccepted(answer->result)) return false;
        const RoundClient client(channel, m_consortium.study(), &m_seen);
        if (!client.beginJoin() || !client.join(nullptr, {}, m_key.publicKey(), records())) return false;
        while (!stop) {
            const auto task = client.nextTask();
            if (!task) return false;
            if (task->kind == SiteTask::Kind::Done) return true;
            if (!work(channel, client, *task)) return false;
        }
        return false;
    }

    bool work(const AttestedChannel& channel, const RoundClient& client, const SiteTask& task)
    {
        if (task.kind == SiteTask::Kind::Rejoin) return false;
        if (task.kind == SiteTask::Kind::Evaluate) {
            const study::Evaluation evaluation;
            return client.reportResult(task.modelDigest, evaluation, evaluation).has_value();
        }
        if (task.kind != SiteTask::Kind::Train) return true;
        if (m_conditions.places != nullptr) m_conditions.places->acquire();
        const bool isSent = m_conditions.network == nullptr ? client.submitUpdate(updateFor(task), goOn).has_value()
                                                            : sendUnruly(channel, client, task, *m_conditions.network);
        if (m_conditions.places != nullptr) m_conditions.places->release();
        return isSent;
    }

    /// Until it is taken, or too many attempts in a row did not get through.
    bool sendUnruly(const AttestedChannel& channel, const RoundClient& client, const SiteTask& task, UnrulyNetwork& network)
    {
        if (m_former && m_former->round < task.round) {
            ++network.lateUpdates;
            if (client.submitUpdate(*m_former, goOn)) ++network.lateTaken;
        }
        m_former = updateFor(task);
        const auto header = headerFor(m_consortium, *m_former);
        for (int failures = 0; failures < kAttempts;) {
            const auto isTaken = unrulyUpload(channel, header, m_former->file, m_random, network);
            if (isTaken && *isTaken) {
                if (m_random() % 3 != 0) return true;
                ++network.repeatedUpdates;
                static_cast<void>(client.submitUpdate(*m_former, goOn));
                return true;
            }
            failures = isTaken ? 0 : failures + 1;
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + m_random() % 200));
        }
        return false;
    }

    SiteUpdate updateFor(const SiteTask& task) const
    {
        learning::ModelWeights weights{learning::manifestOf(m_consortium.protocol().model).value(), {}};
        weights.values.resize(learning::elementsOf(weights.tensors));
        std::mt19937 values(static_cast<unsigned>(1000 * task.round + m_site));
        for (float& value : weights.values) value = static_cast<float>(values() % 20001) / 10000.0F - 1.0F;
        SiteUpdate out;
        out.round = task.round;
        out.baseModel = task.modelDigest;
        out.file = study::UpdateFile::of(learning::encodeSafetensors(weights).value()).value();
        out.metrics.trainRecords = static_cast<std::uint32_t>(records());
        return out;
    }
    [[nodiscard]] std::uint64_t records() const { return 10 * (m_site + 1); }

    static bool goOn() { return true; }

    static constexpr int kAttempts = 6;

    const SmallConsortium& m_consortium;
    std::size_t m_site;
    std::string m_address;
    std::mt19937 m_random;
    hpke::PrivateKey m_key = hpke::PrivateKey::generate(systemRandom()).value();
    SeenReceipt m_seen;
    unsigned m_sessions = 0;
    Conditions m_conditions;
    std::optional<SiteUpdate> m_former;  ///< Kept where the network may bring it again.
};

}  // namespace quorate::tests
