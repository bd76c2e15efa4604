// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/simulated/demo_vendor.h"
#include "core/attestation/simulated/key_bundle.h"
#include "core/crypto/certificate_builder.h"

namespace quorate::attestation {

/// The demo's AMD: ARK, ASK (RSA-4096) and one Genoa chip's VCEK.
class DemoAmd {
public:
    static Result<void> create(KeyBundle& bundle, UtcSeconds now);
    static Result<DemoAmd> open(const KeyBundle& bundle);

    [[nodiscard]] const Certificate& ark() const { return m_ark; }
    [[nodiscard]] Result<Bytes> report(const SimulatedLaunch& launch, const Digest64& reportData) const;
    [[nodiscard]] Bytes certificateTable() const;
    [[nodiscard]] Result<Collateral> collateral(UtcSeconds now) const;

private:
    DemoAmd(IssuerKey arkKey, SigningKey vcekKey) : m_arkKey(std::move(arkKey)), m_vcekKey(std::move(vcekKey)) {}

    IssuerKey m_arkKey;
    SigningKey m_vcekKey;
    Certificate m_ark;
    Certificate m_ask;
    Certificate m_vcek;
};

}  // namespace quorate::attestation
