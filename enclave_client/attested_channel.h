// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/attestation/appraisal.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret_bytes.h"
#include "core/study/product_acceptance.h"
#include "core/study/study_package.h"

namespace grpc {
class Channel;
class ClientContext;
}

namespace quorate {

/// What a client presents in the TLS handshake: its certificate of the consortium's CA.
struct ClientCredentials {
    std::string certificatePem;
    SecretBytes privateKeyPem;
};

/// What the service must prove: all of it known to the client beforehand, none of it taken from the service.
struct ServiceExpectations {
    Uuid study;                      ///< Zero: before a study is chosen.
    std::uint64_t keyEpoch = 0;
    Digest32 policyDigest;
    Digest32 referenceValuesDigest;  ///< Zero before a study is chosen.
    Digest32 rosterRootSpki;
    attestation::AppraisalPolicy policy;
    attestation::ReferenceValues referenceValues;
    attestation::TrustAnchors anchors;
    bool trainingMode = false;
    study::Roster roster;            ///< The newest that is known: whose acceptance of a product counts.
    study::StudyProtocol protocol;   ///< Of the study, whether or not it is published yet.
    std::vector<dsse::Envelope> acceptances;  ///< Of products, known here; those that the service shows come to them.

    static ServiceExpectations of(const study::VerifiedPackage& package, attestation::TrustAnchors anchors);
};

/// One answer of the service to one nonce, and what this computer made of it.
struct AppraisedService {
    attestation::AppraisalInputs inputs;     ///< With the transcript that was compared.
    attestation::AppraisalResult result;
    std::optional<study::VerifiedAcceptance> acceptance;  ///< That the result rests on.
    Bytes receiptKeySpkiDer;                 ///< Bound through transcript.receiptKeySpki.
    UtcMillis serviceTime;                   ///< Its clock as it says; bound by nothing but the channel.
};

/// A TLS 1.3 channel that carries nothing but challenges until the service's evidence for this very TLS key has been
/// appraised and not refused (trust protocol, section 3). Calls may be made from any thread; one attest() at a time.
class AttestedChannel {
public:
    AttestedChannel(std::string address, const ClientCredentials& credentials, Clock clock, RandomSource random);
    ~AttestedChannel();
    AttestedChannel(AttestedChannel&&) noexcept;
    AttestedChannel& operator=(AttestedChannel&&) noexcept;

    /// Sends a fresh nonce, appraises the answer. Unavailable when there is no answer, Untrusted when the TLS key is not the
    /// first one seen. A refusal is a value: result.verdict says so, and the channel is closed for everything but challenges.
    Result<AppraisedService> attest(attestation::Purpose purpose, const ServiceExpectations& expectations, int timeoutMs = 15000);

    /// Adds to the collateral that came with evidence, before it is appraised; must not block. Set before attest().
    using CompleteCollateral = std::function<void(const attestation::Evidence&, attestation::Collateral&)>;
    void completeCollateralBy(CompleteCollateral complete);

    /// Calls are refused `reattest_minutes` after evidence last passed, or once the acceptance that it rested on has ended,
    /// until attest() passes again.
    [[nodiscard]] bool isAttested() const;

    /// For the *_client.cpp files of this folder: Untrusted unless attested and fresh.
    [[nodiscard]] Result<std::shared_ptr<grpc::Channel>> verifiedChannel() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// PolicyRefused, Untrusted, Malformed or Unavailable with the first refusal's reason, if the appraisal refused.
Result<void> requireAccepted(const attestation::AppraisalResult& result);

}  // namespace quorate
