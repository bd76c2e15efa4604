// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/evidence/service_attester.h"

namespace quorate::services {

Result<ServiceAttester> ServiceAttester::create(std::unique_ptr<EvidenceProvider> provider, const Digest32& rosterRootSpki,
                                                const Digest32& policyDigest, UtcSeconds now, const RandomSource& random)
{
    TRY_ASSIGN(tls, TlsIdentity::createForService(now, random));
    TRY_ASSIGN(hpkeKey, hpke::PrivateKey::generate(random));
    TRY_ASSIGN(receiptKey, SigningKey::generate(EcCurve::P256));
    ServiceAttester out(std::move(provider), std::move(tls), std::move(hpkeKey), std::move(receiptKey));
    out.m_rosterRootSpki = rosterRootSpki;
    out.m_policyDigest = policyDigest;
    return out;
}

Result<ProvidedEvidence> ServiceAttester::answer(const ChallengeScope& scope)
{
    attestation::Transcript transcript;
    transcript.purpose = scope.purpose;
    transcript.role = attestation::AttesterRole::Service;
    transcript.nonce = scope.nonce;
    transcript.tlsLeafSpki = m_tls.key.publicKey().spkiSha256();
    transcript.hpkePublicKey = m_hpke.publicKey();
    transcript.receiptKeySpki = toBytes(m_receipt.publicKey().spkiSha256().view());
    transcript.study = scope.study;
    transcript.keyEpoch = scope.keyEpoch;
    transcript.policyDigest = m_policyDigest;
    transcript.referenceValuesDigest = scope.referenceValuesDigest;
    transcript.rosterRootSpki = m_rosterRootSpki;
    const std::lock_guard lock(*m_mutex);
    TRY_ASSIGN(out, m_provider->provide(transcript.reportData()));
    m_lastEvidence = out.evidence.digest();
    return out;
}

Digest32 ServiceAttester::lastEvidenceDigest() const
{
    const std::lock_guard lock(*m_mutex);
    return m_lastEvidence;
}

}  // namespace quorate::services
