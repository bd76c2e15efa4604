// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/attestation/evidence.h"
#include "core/attestation/trust/trust_anchors.h"
#include "core/base/clock.h"
#include "core/base/random.h"

namespace quorate::attestation {

/// What a simulated machine was started with; the registers of its evidence follow from it.
struct SimulatedLaunch {
    std::string program = "quorate-aggregator 0.1.0";  ///< Hashed into MRTD / MEASUREMENT.
    std::string kernelCommandLine = "root=/dev/vda1 ro quiet";  ///< Hashed into RTMR2.
    Digest32 launchBinding;  ///< MRCONFIGID or HOST_DATA.
    bool debug = false;      ///< For rehearsing a refusal.
};

/// Plays Intel and AMD for rehearsals: roots, intermediates, platform certificates, TCB info, QE identity and CRLs in the
/// vendors' genuine formats, signed by keys made on this computer at first use and kept in one folder. Only the training
/// profile accepts what it signs.
class DemoVendor {
public:
    /// Opens the folder, or makes keys and certificates in it (RSA-4096: some seconds). Files are written whole, then
    /// renamed, with owner-only permissions.
    static Result<DemoVendor> openOrCreate(const std::filesystem::path& folder, UtcSeconds now);

    DemoVendor(DemoVendor&&) noexcept;
    DemoVendor& operator=(DemoVendor&&) noexcept;
    ~DemoVendor();

    [[nodiscard]] TrustAnchors anchors() const;  ///< demo == true.
    /// TDX v4 quote (TD report 1.0) or SEV-SNP v3 report (Genoa, with its certificate table in auxBlob).
    [[nodiscard]] Result<Evidence> issue(TeeKind tee, const SimulatedLaunch& launch, const Digest64& reportData) const;
    /// Signed collateral valid around `now` (30 days): every file name that Collateral lists for this TEE kind.
    [[nodiscard]] Result<Collateral> collateral(TeeKind tee, UtcSeconds now) const;
    /// The registers that `launch` leads to, so that a protocol's reference values can name them.
    [[nodiscard]] static Digest48 mrtdOf(const SimulatedLaunch& launch);
    [[nodiscard]] static Digest48 rtmrOf(int index, const SimulatedLaunch& launch);  ///< index 0..3; 3 is zero.
    [[nodiscard]] static Digest48 mrseam();
    [[nodiscard]] static Digest48 measurementOf(const SimulatedLaunch& launch);

private:
    struct Keys;
    explicit DemoVendor(std::unique_ptr<Keys> keys);
    std::unique_ptr<Keys> m_keys;
};

}  // namespace quorate::attestation
