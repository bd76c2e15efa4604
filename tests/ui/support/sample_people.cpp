// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/digest.h"
#include "tests/ui/support/sample_study.h"

namespace quorate::tests {
namespace {

using study::Member;
using study::Role;

Uuid idOf(std::string_view name)
{
    Uuid id;
    const Digest32 digest = sha256(asBytes(name));
    std::copy_n(digest.bytes.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

Member member(Role role, const std::string& title, const std::string& organisation, const Uuid& site = {})
{
    Member out;
    out.name = title + ", " + organisation;
    out.id = idOf(out.name);
    out.organisation = organisation;
    out.role = role;
    out.site = site;
    out.signingKeySpki = toBytes(out.name);
    if (role == Role::Custodian) out.hpkeKey = sha256(asBytes(out.name));
    return out;
}

}  // namespace

Uuid sampleSite(const std::string& code)
{
    return idOf("site " + code);
}

study::Roster sampleRoster()
{
    study::Roster roster;
    roster.version = 4;
    roster.consortium = "Heart consortium";
    roster.members = {
        member(Role::Coordinator, "Coordinator", "Cleveland"),
        member(Role::SiteReviewer, "Site reviewer", "Cleveland", sampleSite("cleveland")),
        member(Role::SiteReviewer, "Site reviewer", "Budapest", sampleSite("budapest")),
        member(Role::SiteReviewer, "Site reviewer", "Zurich", sampleSite("zurich")),
        member(Role::SiteReviewer, "Site reviewer", "Long Beach", sampleSite("long-beach")),
        member(Role::Custodian, "Data protection officer", "Budapest"),
        member(Role::Custodian, "Security officer", "Zurich"),
        member(Role::Custodian, "Key custodian", "Long Beach"),
        member(Role::Custodian, "Research director", "Cleveland"),
        member(Role::Auditor, "Auditor", "Cleveland"),
    };
    return roster;
}

study::Member sampleMember(Role role, const std::string& organisation)
{
    for (const Member& candidate : sampleRoster().members) {
        if (candidate.role == role && candidate.organisation == organisation) return candidate;
    }
    return {};
}

DeskStatus sampleStatus(const study::Member& me)
{
    DeskStatus status;
    status.connection = Connection::Connected;
    status.detail = "127.0.0.1:7443";
    status.evidenceAt = sampleNow(SampleStage::AwaitingKey) - std::chrono::seconds(38);
    status.me = me;
    // In the midst of a signing session.
    status.signsUntil = sampleNow(SampleStage::Running) + std::chrono::minutes(10);
    status.playable = sampleRoster().members;
    return status;
}

}  // namespace quorate::tests
