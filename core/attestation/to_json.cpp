// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "core/attestation/appraisal.h"

namespace quorate::attestation {
namespace {

using Json = nlohmann::ordered_json;

const char* nameOf(Question question)
{
    switch (question) {
    case Question::Genuine: return "genuine";
    case Question::UpToDate: return "up-to-date";
    case Question::ApprovedProgram: return "approved-program";
    case Question::Locked: return "locked";
    case Question::KeyInsideAndFresh: return "key-inside-and-fresh";
    }
    return "genuine";
}

Json checksOf(const AppraisalResult& result)
{
    Json out = Json::array();
    for (const Check& check : result.checks) {
        out.push_back({{"id", check.id},
                       {"question", nameOf(check.question)},
                       {"outcome", nameOf(check.outcome)},
                       {"found", check.found},
                       {"expected", check.expected},
                       {"source", check.source}});
    }
    return out;
}

Json eventsOf(const eventlog::Replay& replay)
{
    Json out = Json::array();
    for (const eventlog::ReplayedEvent& event : replay.events) {
        out.push_back({{"event", event.number},
                       {"register", event.rtmr ? "rtmr" + std::to_string(*event.rtmr) : ""},
                       {"type", event.type},
                       {"digest", toHex(event.digest)},
                       {"what", event.what},
                       {"confirmed", eventlog::nameOf(event.confirmation)}});
    }
    return out;
}

const char* modeOf(PolicyProfile profile)
{
    if (profile == PolicyProfile::Training) return "training";
    return profile == PolicyProfile::ChainOnly ? "diagnostic" : "production";
}

}  // namespace

std::string toJson(const AppraisalResult& result)
{
    Json out;
    out["verdict"] = nameOf(result.verdict);
    if (result.verdict == Verdict::Refused) out["refusedAs"] = quorate::nameOf(result.refusedAs);
    out["mode"] = modeOf(result.profile);
    if (result.profile == PolicyProfile::ChainOnly && result.verdict == Verdict::Accepted) {
        out["note"] = "genuine hardware, program not judged";
    }
    out["profile"] = nameOf(result.profile);
    out["demoAnchors"] = result.demoAnchors;
    out["tee"] = nameOf(result.tee);
    out["product"] = result.product;
    out["tcbStatus"] = result.tcbStatus;
    out["advisoryIds"] = result.advisoryIds;
    out["appraisedAt"] = formatRfc3339(result.appraisedAt);
    out["checks"] = checksOf(result);
    out["refusals"] = Json::array();
    for (const Refusal& refusal : result.refusals) {
        out["refusals"].push_back({{"check", refusal.check}, {"reason", refusal.reason}});
    }
    out["claims"] = result.claims;
    if (result.eventLog) out["eventLog"] = eventsOf(*result.eventLog);
    out["inputDigests"] = Json::object();
    for (const auto& [name, digest] : result.inputDigests) out["inputDigests"][name] = toHex(digest);
    // Found values are ours or printable, but a certificate's name may hold any bytes.
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace quorate::attestation
