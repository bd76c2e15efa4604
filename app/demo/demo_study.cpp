// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_study.h"

#include <algorithm>
#include <cctype>

#include "core/release/release.h"
#include "core/study/named_plans.h"
#include "core/study/reference_codec.h"

namespace quorate::demo {
namespace {

namespace fs = std::filesystem;
using attestation::DemoVendor;

constexpr std::chrono::hours kEthicsValidity{24 * 365};

/// The cities of the UCI heart-disease files and of the synthetic hospitals; other files are called by their code.
std::string nameFor(const std::string& code)
{
    if (code == "hungarian") return "Budapest";
    if (code == "switzerland") return "Zurich";
    if (code == "va") return "Long Beach";
    std::string name = code;
    if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
}

struct Person {
    std::string title;
    std::size_t site;  ///< Whose organisation.
    study::Role role;
};

/// One coordinator, a reviewer for each site, three custodians of three organisations where there are so many, one auditor.
std::vector<Person> cast(std::size_t sites)
{
    std::vector<Person> out{{"Coordinator", 0, study::Role::Coordinator}};
    for (std::size_t i = 0; i < sites; ++i) out.push_back({"Site reviewer", i, study::Role::SiteReviewer});
    out.push_back({"Data protection officer", 1 % sites, study::Role::Custodian});
    out.push_back({"Security officer", 2 % sites, study::Role::Custodian});
    out.push_back({"Key custodian", 3 % sites, study::Role::Custodian});
    out.push_back({"Auditor", 0, study::Role::Auditor});
    return out;
}

attestation::ReferenceValues demoReferenceValues()
{
    const attestation::SimulatedLaunch service;
    attestation::SimulatedLaunch node;
    node.program = "quorate-site 0.1.0";
    attestation::ReferenceValues values;
    values.version = 1;
    values.programVersion = "0.1.0";
    for (const auto& launch : {service, node}) {
        values.tdx.mrtd.insert(DemoVendor::mrtdOf(launch));
        values.tdx.rtmr0.insert(DemoVendor::rtmrOf(0, launch));
        values.tdx.rtmr1.insert(DemoVendor::rtmrOf(1, launch));
        values.tdx.rtmr2.insert(DemoVendor::rtmrOf(2, launch));
        values.tdx.rtmr3.insert(DemoVendor::rtmrOf(3, launch));
        values.sevSnp.measurement.insert(DemoVendor::measurementOf(launch));
    }
    values.tdx.mrseam.insert(DemoVendor::mrseam());
    return values;
}

study::StudyProtocol draft(const std::vector<DemoSite>& sites, const DemoOptions& options, UtcSeconds now)
{
    study::StudyProtocol out;
    out.code = "DEMO-" + std::to_string(sites.size());
    out.title = "Heart disease, " + std::to_string(sites.size()) + " hospitals";
    out.question = "Can angiographic heart disease be predicted from routine findings, across hospitals that differ?";
    out.lead = "Coordinator, " + sites.front().spec.name;
    out.mode = study::StudyMode::Training;
    out.dictionary = schema::heartDiseaseDictionary();
    out.model.inputs = static_cast<std::uint32_t>(out.dictionary.inputNames().size());
    for (const auto& site : sites) out.sites.push_back(site.spec);
    out.plan.roundDeadlineSeconds = options.roundDeadlineSeconds;
    out.createdAt = now;
    out.pooledComparison = true;
    return out;
}

}  // namespace

Result<std::vector<DemoSite>> findSites(const fs::path& data, UtcSeconds now, const RandomSource& random)
{
    std::vector<std::string> codes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(data, error)) {
        const std::string name = entry.path().filename().string();
        const std::string suffix = ".split.csv";
        if (name.size() > suffix.size() && name.ends_with(suffix)) codes.push_back(name.substr(0, name.size() - suffix.size()));
    }
    if (error) return fail(ErrorKind::Unavailable, data.string() + " cannot be read: " + error.message());
    if (codes.size() < 2) return fail(ErrorKind::Malformed, data.string() + " holds no two hospitals: want CODE.csv and CODE.split.csv of each");
    std::sort(codes.begin(), codes.end());
    std::vector<DemoSite> out;
    for (const auto& code : codes) {
        TRY_ASSIGN(id, randomFixed<16>(random));
        DemoSite site;
        site.spec = {id, code, nameFor(code), true, {"DEMO-" + code, now + kEthicsValidity}};
        site.records = fs::absolute(data / (code + ".csv"));
        site.split = fs::absolute(data / (code + ".split.csv"));
        out.push_back(std::move(site));
    }
    return out;
}

Result<DemoMembers> makeMembers(const ConsortiumAuthority& authority, const std::vector<DemoSite>& sites, UtcSeconds now,
                                const RandomSource& random)
{
    DemoMembers out;
    out.roster.version = 1;
    out.roster.consortium = "Demo consortium";
    const auto enrol = [&](const std::string& title, const DemoSite& site, study::Role role) -> Result<Identity> {
        study::Member member;
        TRY_ASSIGN(id, randomFixed<16>(random));
        member.id = id;
        member.name = title + ", " + site.spec.name;
        member.organisation = site.spec.name;
        member.role = role;
        if (role == study::Role::SiteReviewer || role == study::Role::SiteNode) member.site = site.spec.id;
        return authority.issueIdentity(std::move(member), role == study::Role::Custodian, now, random);
    };
    for (const auto& person : cast(sites.size())) {
        TRY_ASSIGN(identity, enrol(person.title, sites[person.site], person.role));
        out.people.push_back(std::move(identity));
    }
    for (const auto& site : sites) {
        TRY_ASSIGN(identity, enrol("Site node", site, study::Role::SiteNode));
        out.nodes.push_back(std::move(identity));
    }
    for (const auto& identity : out.people) out.roster.members.push_back(identity.member);
    for (const auto& identity : out.nodes) out.roster.members.push_back(identity.member);
    return out;
}

Result<study::StudyPackage> makePackage(const ConsortiumAuthority& authority, const DemoMembers& members,
                                        const std::vector<DemoSite>& sites, const DemoOptions& options, UtcSeconds now,
                                        const RandomSource& random)
{
    const Signer& coordinator = *members.people.front().signer;
    study::StudyPackage out;
    TRY_ASSIGN(roster, dsse::sign(study::kinds::kRoster, study::encode(members.roster), authority.rootKey()));
    TRY_ASSIGN(policyPayload, study::encode(attestation::shippedPolicy(attestation::PolicyProfile::Training)));
    TRY_ASSIGN(policy, dsse::sign(study::kinds::kPolicy, policyPayload, authority.rootKey()));
    TRY_ASSIGN(references, dsse::sign(study::kinds::kReferenceValues, study::encode(demoReferenceValues()), coordinator));
    study::StudyProtocol protocol = draft(sites, options, now);
    TRY_ASSIGN(id, randomFixed<16>(random));
    TRY_ASSIGN(plan, study::planNamed(options.plan, options.seed));
    protocol.id = id;
    plan.roundDeadlineSeconds = options.roundDeadlineSeconds;
    protocol.plan = plan;
    std::vector<study::Member> custodians;
    for (const auto* member : members.roster.withRole(study::Role::Custodian)) custodians.push_back(*member);
    TRY_ASSIGN(quorum, release::splitStudyKey(protocol.id, protocol.keyEpoch, custodians, 2, 2, random));
    protocol.quorum = std::move(quorum);
    protocol.rosterDigest = roster.payloadDigest();
    protocol.policyDigest = policy.payloadDigest();
    protocol.referenceValuesDigest = references.payloadDigest();
    TRY_ASSIGN(signedProtocol, dsse::sign(study::kinds::kProtocol, study::encode(protocol), coordinator));
    out.roster = std::move(roster);
    out.policy = std::move(policy);
    out.referenceValues = std::move(references);
    out.protocol = std::move(signedProtocol);
    return out;
}

}  // namespace quorate::demo
