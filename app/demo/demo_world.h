// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "core/attestation/trust/trust_anchors.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/crypto/identity.h"
#include "core/study/study_package.h"

namespace quorate::demo {

struct DemoOptions {
    std::filesystem::path data;      ///< Folder with CODE.csv and CODE.split.csv; empty: synthetic hospitals.
    std::string plan = "fedavg";
    std::uint64_t seed = 42;
    std::uint32_t roundDeadlineSeconds = 120;
};

/// So that people can watch: with tiny models a round is over before it can be seen.
inline constexpr std::uint32_t kWatchableRoundMs = 1500;

/// One hospital of the demo.
struct DemoSite {
    study::SiteSpec spec;
    std::filesystem::path records;
    std::filesystem::path split;
};

/// A whole consortium on one computer, in one folder: simulated vendor, roster root, everybody's keys, a signed study in
/// training mode, and the hospitals' files. Made once, opened again by later runs.
class DemoWorld {
public:
    /// Makes everything anew in `folder`, which must not hold a demo yet. Seconds the first time: RSA-4096 keys.
    /// `vendorFolder` is shared between demos, so that its keys are made once.
    static Result<DemoWorld> create(const std::filesystem::path& folder, const std::filesystem::path& vendorFolder,
                                    const DemoOptions& options, UtcSeconds now, const RandomSource& random);
    static Result<DemoWorld> open(const std::filesystem::path& folder);
    [[nodiscard]] static bool existsIn(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] const std::filesystem::path& vendorFolder() const { return m_vendorFolder; }
    [[nodiscard]] std::filesystem::path caFile() const { return m_folder / "consortium-ca.pem"; }
    [[nodiscard]] std::filesystem::path packageFile() const { return m_folder / "study.json"; }
    /// Its presence keeps the demo's programs alive; they end when it goes.
    [[nodiscard]] std::filesystem::path lifelineFile() const { return m_folder / "running"; }
    [[nodiscard]] std::filesystem::path vaultFile() const { return m_folder / "vault.quorate"; }
    [[nodiscard]] std::filesystem::path portFile() const { return m_folder / "service.port"; }
    [[nodiscard]] std::filesystem::path identityFolder(const Uuid& member) const;
    [[nodiscard]] const study::StudyPackage& package() const { return m_package; }
    [[nodiscard]] const study::VerifiedPackage& verified() const { return *m_verified; }
    [[nodiscard]] const std::vector<DemoSite>& sites() const { return m_sites; }
    [[nodiscard]] const attestation::TrustAnchors& anchors() const { return m_anchors; }
    /// The people who can be played; site nodes have processes of their own.
    [[nodiscard]] const std::map<Uuid, Identity>& people() const { return m_people; }
    [[nodiscard]] std::vector<const Identity*> withRole(study::Role role) const;

private:
    DemoWorld() = default;
    Result<void> load();

    std::filesystem::path m_folder;
    std::filesystem::path m_vendorFolder;
    study::StudyPackage m_package;
    std::shared_ptr<const study::VerifiedPackage> m_verified;
    std::vector<DemoSite> m_sites;
    attestation::TrustAnchors m_anchors;
    std::map<Uuid, Identity> m_people;
};

}  // namespace quorate::demo
