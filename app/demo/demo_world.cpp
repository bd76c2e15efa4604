// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_world.h"

#include <nlohmann/json.hpp>

#include "app/demo/demo_files.h"
#include "app/demo/demo_study.h"
#include "core/base/json_text.h"
#include "core/schema/synthetic_hospitals.h"
#include "core/study/named_plans.h"

namespace quorate::demo {
namespace {

namespace fs = std::filesystem;

Result<void> makeFolder(const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be made: " + error.message());
    return {};
}

Result<void> writeIdentity(const fs::path& folder, const Identity& identity)
{
    TRY(makeFolder(folder));
    const SecretBytes key = identity.tlsKey->toPkcs8();
    TRY(writeFile(folder / "signing.key", key.expose()));
    TRY(writeFile(folder / "certificate.der", identity.certificate.der()));
    if (identity.hpke) TRY(writeFile(folder / "hpke.key", identity.hpke->exposeRaw()));
    return {};
}

Result<Identity> readIdentity(const fs::path& folder, const study::Member& member)
{
    TRY_ASSIGN(signing, readFile(folder / "signing.key"));
    const SecretBytes signingKey(std::move(signing));
    TRY_ASSIGN(certificate, readFile(folder / "certificate.der"));
    SecretBytes hpkeKey;
    if (fs::exists(folder / "hpke.key")) {
        TRY_ASSIGN(raw, readFile(folder / "hpke.key"));
        hpkeKey = SecretBytes(std::move(raw));
    }
    return Identity::restore(member, signingKey.expose(), hpkeKey.expose(), certificate);
}

/// What the signed package does not say: where things lie on this computer.
std::string indexJson(const fs::path& vendor, const std::vector<DemoSite>& sites)
{
    nlohmann::json out = {{"format", "quorate-demo-1"}, {"vendor", fs::absolute(vendor).string()}, {"sites", nlohmann::json::array()}};
    for (const auto& site : sites) {
        out["sites"].push_back({{"code", site.spec.code}, {"records", site.records.string()}, {"split", site.split.string()}});
    }
    return out.dump(2);
}

}  // namespace

bool DemoWorld::existsIn(const fs::path& folder) { return fs::exists(folder / "demo.json"); }

fs::path DemoWorld::identityFolder(const Uuid& member) const { return m_folder / "identities" / toHex(member); }

Result<DemoWorld> DemoWorld::create(const fs::path& folder, const fs::path& vendorFolder, const DemoOptions& options, UtcSeconds now,
                                    const RandomSource& random)
{
    if (existsIn(folder)) return fail(ErrorKind::StorageFailed, folder.string() + " holds a demo already");
    std::error_code ignored;
    if (fs::exists(folder, ignored) && !fs::is_empty(folder, ignored)) {
        return fail(ErrorKind::StorageFailed, folder.string() + " is not empty; a demo wants a folder of its own");
    }
    TRY(study::planNamed(options.plan, options.seed));
    TRY(makeFolder(folder));
    TRY(attestation::DemoVendor::openOrCreate(vendorFolder, now));
    fs::path data = options.data;
    if (data.empty()) {
        data = folder / "hospitals";
        TRY(makeFolder(data));
        TRY(schema::writeSyntheticHospitals(data, options.seed));
    }
    TRY_ASSIGN(sites, findSites(data, now, random));
    TRY_ASSIGN(authority, ConsortiumAuthority::create("Demo consortium", now, random));
    TRY_ASSIGN(members, makeMembers(authority, sites, now, random));
    TRY_ASSIGN(package, makePackage(authority, members, sites, options, now, random));
    DemoWorld world;
    world.m_folder = folder;
    for (const auto& identity : members.people) TRY(writeIdentity(world.identityFolder(identity.member.id), identity));
    for (const auto& identity : members.nodes) TRY(writeIdentity(world.identityFolder(identity.member.id), identity));
    TRY(writeFile(world.caFile(), asBytes(authority.certificate().toPem())));
    TRY(writeFile(world.packageFile(), asBytes(study::toJson(package))));
    // Last: its presence says that the demo is whole.
    TRY(writeFile(folder / "demo.json", asBytes(indexJson(vendorFolder, sites))));
    return open(folder);
}

Result<DemoWorld> DemoWorld::open(const fs::path& folder)
{
    DemoWorld world;
    world.m_folder = folder;
    TRY(world.load());
    return world;
}

Result<void> DemoWorld::load()
{
    TRY_ASSIGN(caPem, readFile(caFile()));
    TRY_ASSIGN(ca, Certificate::fromPem(asText(caPem)));
    TRY_ASSIGN(packageJson, readFile(packageFile()));
    TRY_ASSIGN(package, study::packageFromJson(asText(packageJson)));
    TRY_ASSIGN(verified, study::verifyPackage(package, ca.publicKey()));
    TRY_ASSIGN(indexText, readFile(m_folder / "demo.json"));
    TRY(refuseNul(asText(indexText)));
    const auto index = nlohmann::json::parse(asText(indexText), nullptr, false);
    if (!index.is_object() || index.value("format", "") != "quorate-demo-1" || !index.contains("sites") || !index["sites"].is_array()) {
        return fail(ErrorKind::Malformed, "demo.json is not of format quorate-demo-1");
    }
    m_vendorFolder = index.value("vendor", "");
    for (const auto& site : verified.protocol.sites) {
        for (const auto& entry : index["sites"]) {
            if (entry.value("code", "") == site.code) m_sites.push_back({site, entry.value("records", ""), entry.value("split", "")});
        }
    }
    if (m_sites.size() != verified.protocol.sites.size()) return fail(ErrorKind::Malformed, "demo.json does not name every site's files");
    for (const auto& member : verified.roster.members) {
        if (member.role == study::Role::SiteNode) continue;
        TRY_ASSIGN(identity, readIdentity(identityFolder(member.id), member));
        m_people.emplace(member.id, std::move(identity));
    }
    TRY_ASSIGN(vendor, attestation::DemoVendor::openOrCreate(m_vendorFolder, toSeconds(systemClock()())));
    m_anchors = vendor.anchors();
    m_package = std::move(package);
    m_verified = std::make_shared<const study::VerifiedPackage>(std::move(verified));
    return {};
}

std::vector<const Identity*> DemoWorld::withRole(study::Role role) const
{
    std::vector<const Identity*> out;
    // In the roster's order, so that every run plays the same people.
    for (const auto* member : m_verified->roster.withRole(role)) out.push_back(&m_people.at(member->id));
    return out;
}

}  // namespace quorate::demo
