// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

#include "core/attestation/transcript.h"
#include "core/crypto/hpke.h"
#include "core/crypto/identity.h"
#include "services/aggregation/evidence/evidence_provider.h"

namespace quorate::services {

/// What a challenge names.
struct ChallengeScope {
    attestation::Purpose purpose = attestation::Purpose::Channel;
    Digest32 nonce;
    Uuid study;
    std::uint64_t keyEpoch = 0;
    Digest32 referenceValuesDigest;
};

/// The service's keys, made when it starts and kept in its memory alone, and the evidence that binds them.
class ServiceAttester {
public:
    static Result<ServiceAttester> create(std::unique_ptr<EvidenceProvider> provider, const Digest32& rosterRootSpki,
                                          const Digest32& policyDigest, UtcSeconds now, const RandomSource& random);

    /// Evidence over the transcript of section 2 with this service's keys. One request at a time; thread-safe.
    Result<ProvidedEvidence> answer(const ChallengeScope& scope);

    [[nodiscard]] const TlsIdentity& tls() const { return m_tls; }
    [[nodiscard]] const hpke::PrivateKey& hpkeKey() const { return m_hpke; }
    [[nodiscard]] const SigningKey& receiptKey() const { return m_receipt; }
    [[nodiscard]] const Digest32& rosterRootSpki() const { return m_rosterRootSpki; }
    [[nodiscard]] const Digest32& policyDigest() const { return m_policyDigest; }
    /// Of the newest evidence given out; receipts name it.
    [[nodiscard]] Digest32 lastEvidenceDigest() const;

private:
    ServiceAttester(std::unique_ptr<EvidenceProvider> provider, TlsIdentity tls, hpke::PrivateKey hpke, SigningKey receipt)
        : m_provider(std::move(provider)), m_tls(std::move(tls)), m_hpke(std::move(hpke)), m_receipt(std::move(receipt)),
          m_mutex(std::make_unique<std::mutex>())
    {
    }

    std::unique_ptr<EvidenceProvider> m_provider;
    TlsIdentity m_tls;
    hpke::PrivateKey m_hpke;
    SigningKey m_receipt;
    Digest32 m_rosterRootSpki;
    Digest32 m_policyDigest;
    std::unique_ptr<std::mutex> m_mutex;
    Digest32 m_lastEvidence;
};

}  // namespace quorate::services
