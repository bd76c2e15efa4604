// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/events.h"

#include <array>
#include <utility>

#include "core/payload/payload_codec.h"
#include "core/study/metrics_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

constexpr std::array<std::pair<EventKind, const char*>, 28> kNames{{
    {EventKind::StudyPublished, "study-published"},
    {EventKind::ParticipationApproved, "participation-approved"},
    {EventKind::ParticipationRefused, "participation-refused"},
    {EventKind::SiteJoined, "site-joined"},
    {EventKind::SiteLost, "site-lost"},
    {EventKind::StatementFrozen, "statement-frozen"},
    {EventKind::ShareSealed, "share-sealed"},
    {EventKind::ShareRefused, "share-refused"},
    {EventKind::KeyReleased, "key-released"},
    {EventKind::KeyRevoked, "key-revoked"},
    {EventKind::StudyFrozen, "study-frozen"},
    {EventKind::ThawAgreed, "thaw-agreed"},
    {EventKind::StudyThawed, "study-thawed"},
    {EventKind::RoundOpened, "round-opened"},
    {EventKind::UpdateAccepted, "update-accepted"},
    {EventKind::UpdateRejected, "update-rejected"},
    {EventKind::SiteDropped, "site-dropped"},
    {EventKind::RoundAggregated, "round-aggregated"},
    {EventKind::RoundFailed, "round-failed"},
    {EventKind::ReceiptSigned, "receipt-signed"},
    {EventKind::SiteResult, "site-result"},
    {EventKind::StudyFinished, "study-finished"},
    {EventKind::ProductAccepted, "product-accepted"},
    {EventKind::PrivacyBudgetReached, "privacy-budget-reached"},
    {EventKind::RoundsPaused, "rounds-paused"},
    {EventKind::RoundsResumed, "rounds-resumed"},
    {EventKind::SiteExcluded, "site-excluded"},
    {EventKind::SiteReadmitted, "site-readmitted"},
}};

}  // namespace

const char* nameOf(EventKind kind)
{
    for (const auto& [candidate, name] : kNames) {
        if (candidate == kind) return name;
    }
    return "study-published";
}

Result<EventKind> parseEventKind(std::string_view name)
{
    for (const auto& [kind, candidate] : kNames) {
        if (name == candidate) return kind;
    }
    return fail(ErrorKind::Malformed, "event is of a kind that this version does not know");
}

Bytes encode(const StudyEvent& event)
{
    pb::StudyEvent out;
    out.set_sequence(event.sequence);
    out.set_at_ms(event.at.time_since_epoch().count());
    out.set_study(text(event.study));
    out.set_kind(nameOf(event.kind));
    out.set_actor(text(event.actor));
    out.set_site(text(event.site));
    out.set_round(event.round);
    out.set_count(event.count);
    out.set_total(event.total);
    out.set_digest(text(event.digest));
    out.set_code(event.code);
    if (event.metrics) write(*out.mutable_metrics(), *event.metrics);
    if (event.own) write(*out.mutable_own(), *event.own);
    if (event.federated) write(*out.mutable_federated(), *event.federated);
    if (event.epsilon) out.set_epsilon(*event.epsilon);
    return payload::serialise(out);
}

Result<StudyEvent> decodeEvent(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::StudyEvent>(bytes, "event"));
    TRY_ASSIGN(at, payload::time(in.at_ms() / 1000, "event time"));
    TRY_ASSIGN(kind, parseEventKind(in.kind()));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(actor, fixed<16>(in.actor(), "actor id"));
    TRY_ASSIGN(site, fixed<16>(in.site(), "site id"));
    TRY_ASSIGN(digest, fixed<32>(in.digest(), "event digest"));
    StudyEvent out;
    out.sequence = in.sequence();
    out.at = at + std::chrono::milliseconds(in.at_ms() % 1000);
    out.study = study;
    out.kind = kind;
    out.actor = actor;
    out.site = site;
    out.round = in.round();
    out.count = in.count();
    out.total = in.total();
    out.digest = digest;
    out.code = in.code();
    if (in.has_metrics()) out.metrics = read(in.metrics());
    if (in.has_own()) out.own = read(in.own());
    if (in.has_federated()) out.federated = read(in.federated());
    if (in.has_epsilon()) {
        if (!(in.epsilon() >= 0)) return fail(ErrorKind::Malformed, "event's epsilon is not 0 or above");
        out.epsilon = in.epsilon();
    }
    return out;
}

}  // namespace quorate::study
