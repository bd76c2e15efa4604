// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/simulated/demo_vendor.h"
#include "core/attestation/simulated/key_bundle.h"
#include "core/crypto/certificate_builder.h"

namespace quorate::attestation {

/// The demo's Intel: SGX root, PCK platform CA, one platform, TCB signing, one quoting enclave.
class DemoIntel {
public:
    /// Makes keys and certificates and adds them to `bundle`.
    static Result<void> create(KeyBundle& bundle, UtcSeconds now);
    static Result<DemoIntel> open(const KeyBundle& bundle);

    [[nodiscard]] const Certificate& root() const { return m_root; }
    [[nodiscard]] Result<Bytes> quote(const SimulatedLaunch& launch, const Digest64& reportData) const;
    [[nodiscard]] Result<Collateral> collateral(UtcSeconds now) const;

private:
    DemoIntel(SigningKey rootKey, SigningKey caKey, SigningKey pckKey, SigningKey tcbKey, SigningKey attestationKey)
        : m_rootKey(std::move(rootKey)), m_caKey(std::move(caKey)), m_pckKey(std::move(pckKey)), m_tcbKey(std::move(tcbKey)),
          m_attestationKey(std::move(attestationKey))
    {
    }
    [[nodiscard]] Result<Bytes> qeCertification() const;
    [[nodiscard]] Result<Bytes> signedJson(const char* member, const std::string& inner) const;

    SigningKey m_rootKey;
    SigningKey m_caKey;
    SigningKey m_pckKey;
    SigningKey m_tcbKey;
    SigningKey m_attestationKey;
    Certificate m_root;
    Certificate m_ca;
    Certificate m_pck;
    Certificate m_tcb;
};

}  // namespace quorate::attestation
