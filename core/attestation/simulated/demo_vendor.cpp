// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/simulated/demo_vendor.h"

#include "core/attestation/eventlog/replay.h"
#include "core/attestation/simulated/demo_amd.h"
#include "core/attestation/simulated/demo_event_log.h"
#include "core/attestation/simulated/demo_intel.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

Digest48 registerOf(std::string_view label, std::string_view content)
{
    ByteWriter writer;
    writer.lengthPrefixed(asBytes(label)).lengthPrefixed(asBytes(content));
    return sha384(writer.bytes());
}

/// The simulated machine's log is well formed by construction, so its replay is what the registers hold.
Digest48 replayed(std::size_t rtmr, const SimulatedLaunch& launch)
{
    const Bytes log = demoEventLog(launch);
    const auto parsed = eventlog::parseEventLog(log);
    return parsed ? eventlog::replay(*parsed).registers[rtmr] : Digest48{};
}

}  // namespace

struct DemoVendor::Keys {
    DemoIntel intel;
    DemoAmd amd;
};

DemoVendor::DemoVendor(std::unique_ptr<Keys> keys) : m_keys(std::move(keys)) {}
DemoVendor::DemoVendor(DemoVendor&&) noexcept = default;
DemoVendor& DemoVendor::operator=(DemoVendor&&) noexcept = default;
DemoVendor::~DemoVendor() = default;

Result<DemoVendor> DemoVendor::openOrCreate(const std::filesystem::path& folder, UtcSeconds now)
{
    const auto make = [now]() -> Result<KeyBundle> {
        KeyBundle bundle;
        TRY(DemoIntel::create(bundle, now));
        TRY(DemoAmd::create(bundle, now));
        return bundle;
    };
    TRY_ASSIGN(bundle, openOrCreateBundle(folder / "demo-vendor.keys", make));
    TRY_ASSIGN(intel, DemoIntel::open(bundle));
    TRY_ASSIGN(amd, DemoAmd::open(bundle));
    return DemoVendor(std::make_unique<Keys>(Keys{std::move(intel), std::move(amd)}));
}

TrustAnchors DemoVendor::anchors() const
{
    TrustAnchors anchors;
    anchors.intelSgxRoots = {m_keys->intel.root().publicKey().spkiSha256()};
    anchors.amdRootKeys = {{"Genoa", {m_keys->amd.ark().publicKey().spkiSha256()}}};
    anchors.demo = true;
    return anchors;
}

Result<Evidence> DemoVendor::issue(TeeKind tee, const SimulatedLaunch& launch, const Digest64& reportData) const
{
    Evidence out;
    out.tee = tee;
    if (tee == TeeKind::Tdx) {
        TRY_ASSIGN(quote, m_keys->intel.quote(launch, reportData));
        out.blob = std::move(quote);
        out.eventLog = demoEventLog(launch);
        return out;
    }
    TRY_ASSIGN(report, m_keys->amd.report(launch, reportData));
    out.blob = std::move(report);
    out.auxBlob = m_keys->amd.certificateTable();
    return out;
}

Result<Collateral> DemoVendor::collateral(TeeKind tee, UtcSeconds now) const
{
    return tee == TeeKind::Tdx ? m_keys->intel.collateral(now) : m_keys->amd.collateral(now);
}

Digest48 DemoVendor::mrtdOf(const SimulatedLaunch& launch) { return registerOf("mrtd", launch.program); }

Digest48 DemoVendor::rtmrOf(int index, const SimulatedLaunch& launch)
{
    return replayed(static_cast<std::size_t>(index), launch);
}

Digest48 DemoVendor::mrseam() { return registerOf("mrseam", "rehearsal TDX module 1.4"); }

Digest48 DemoVendor::measurementOf(const SimulatedLaunch& launch)
{
    ByteWriter writer;
    writer.raw(mrtdOf(launch).view()).raw(rtmrOf(2, launch).view());
    return sha384(writer.bytes());
}

}  // namespace quorate::attestation
