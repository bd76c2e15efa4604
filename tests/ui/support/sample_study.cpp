// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/sample_study.h"

#include <array>
#include <cmath>

#include "core/crypto/digest.h"

namespace quorate::tests {
namespace {

using namespace std::chrono_literals;
using study::EventKind;
using study::Role;
using study::StudyEvent;

struct SiteData {
    const char* code;
    const char* name;
    std::uint32_t train;
    std::uint32_t test;
    double aucStart;
    double aucGain;
    double seconds;
    study::Evaluation own;
    study::Evaluation federated;
    study::Evaluation pooled;
};

/// Accuracies are those of FLamby's published means; the curves are made up for the pictures.
const std::array<SiteData, 4> kSites{{
    {"cleveland", "Cleveland", 199, 104, .602, .165, 38,
     {104, .53, .740, .803, .178, {}, {}}, {104, .50, .769, .842, .164, {}, {}}, {104, .49, .779, .850, .160, {}, {}}},
    {"budapest", "Budapest", 172, 89, .575, .150, 41,
     {89, .52, .742, .811, .174, {}, {}}, {89, .50, .764, .838, .166, {}, {}}, {89, .49, .764, .841, .164, {}, {}}},
    {"zurich", "Zurich", 30, 16, .548, .135, 22,
     {16, .66, .688, .610, .228, {}, {}}, {16, .60, .750, .667, .201, {}, {}}, {16, .61, .750, .650, .204, {}, {}}},
    {"long-beach", "Long Beach", 85, 45, .560, .140, 134,
     {45, .61, .711, .676, .205, {}, {}}, {45, .63, .689, .660, .213, {}, {}}, {45, .64, .667, .655, .215, {}, {}}},
}};

UtcMillis at(std::chrono::seconds ofDay)
{
    return std::chrono::sys_days(std::chrono::year{2026} / 11 / 21) + ofDay;
}

Digest32 digestOf(const std::string& text)
{
    return sha256(asBytes(text));
}

study::Evaluation evaluationAt(const SiteData& site, std::uint32_t round, double lift)
{
    const double progress = 1 - std::exp(-static_cast<double>(round) / 6.0);
    const double wobble = .008 * std::sin(round * 2.3 + site.aucStart * 40);
    study::Evaluation out;
    out.records = site.test;
    out.auc = site.aucStart + site.aucGain * progress + wobble + lift;
    out.accuracy = *out.auc - .03;
    out.loss = .78 - .9 * (*out.auc - .5);
    out.brier = .30 - .32 * (*out.auc - .5);
    return out;
}

study::SiteRoundMetrics metricsOf(const SiteData& site, std::uint32_t round)
{
    study::SiteRoundMetrics out;
    out.before = evaluationAt(site, round, 0);
    out.after = evaluationAt(site, round, .01);
    out.trainRecords = site.train;
    out.seconds = site.seconds + std::sin(round) * 2;
    out.updateNorm = .4 + 1.6 / (round + 1) + site.aucStart / 10;
    out.bytesSent = 1912;
    return out;
}

/// Appends events with rising sequence numbers to one snapshot.
class Story {
public:
    explicit Story(StudySnapshot& snapshot) : m_snapshot(snapshot) {}

    void add(std::chrono::seconds time, EventKind kind, const std::function<void(StudyEvent&)>& fill = {})
    {
        StudyEvent event;
        event.sequence = m_snapshot.projection.lastSequence() + 1;
        event.at = at(time);
        event.study = m_snapshot.protocol().id;
        event.kind = kind;
        if (fill) fill(event);
        // A sample that does not apply shows as a missing event in every test that uses it.
        (void)m_snapshot.projection.apply(event);
    }

    void participation(const SiteData& site, std::chrono::seconds time)
    {
        study::Participation signedBySite;
        signedBySite.study = m_snapshot.protocol().id;
        signedBySite.protocolDigest = m_snapshot.protocolDigest;
        signedBySite.site = sampleSite(site.code);
        signedBySite.reviewer = sampleMember(Role::SiteReviewer, site.name).id;
        signedBySite.decision = study::Decision::Approve;
        signedBySite.conditions = {"ask-again-on-new-reference-values"};
        signedBySite.reason = "Covered by our ethics approval.";
        signedBySite.signedAt = toSeconds(at(time));
        signedBySite.expires = toSeconds(at(0s)) + std::chrono::days(130);
        const Digest32 digest = digestOf(std::string("participation ") + site.code);
        m_snapshot.participations.push_back({signedBySite, digest, at(time)});
        add(time, EventKind::ParticipationApproved, [&](StudyEvent& e) {
            e.site = signedBySite.site;
            e.actor = signedBySite.reviewer;
            e.digest = digest;
        });
    }

    void joined(const SiteData& site, std::chrono::seconds time)
    {
        add(time, EventKind::SiteJoined, [&](StudyEvent& e) {
            e.site = sampleSite(site.code);
            e.code = "attested";
            e.digest = digestOf(std::string("evidence ") + site.code);
        });
    }

    void share(const study::Member& custodian, std::chrono::seconds time)
    {
        const auto count = static_cast<std::uint32_t>(m_snapshot.approvals.size() + 1);
        release::ReleaseApproval approval;
        approval.study = m_snapshot.protocol().id;
        approval.statementDigest = m_snapshot.statement->digest;
        approval.custodian = custodian.id;
        approval.decision = study::Decision::Approve;
        approval.sealedShare = toBytes("sealed");
        approval.reason = "Evidence equals the statement.";
        approval.signedAt = toSeconds(at(time));
        approval.expires = approval.signedAt + 1h;
        m_snapshot.approvals.push_back({approval, digestOf(custodian.name), at(time)});
        add(time, EventKind::ShareSealed, [&](StudyEvent& e) {
            e.actor = custodian.id;
            e.count = count;
            e.total = m_snapshot.protocol().quorum.threshold;
        });
    }

    void update(const SiteData& site, std::uint32_t round, std::chrono::seconds time)
    {
        add(time, EventKind::UpdateAccepted, [&](StudyEvent& e) {
            e.round = round;
            e.site = sampleSite(site.code);
            e.digest = digestOf(std::string("update ") + site.code + std::to_string(round));
            e.metrics = metricsOf(site, round);
        });
    }

    /// Opens, trains and closes one round; Long Beach misses the deadline of round 5.
    void wholeRound(std::uint32_t round, std::chrono::seconds time)
    {
        openRound(round, time);
        std::uint32_t used = 0;
        for (const SiteData& site : kSites) {
            if (round == 5 && std::string(site.code) == "long-beach") {
                add(time + 600s, EventKind::SiteDropped, [&](StudyEvent& e) {
                    e.round = round;
                    e.site = sampleSite(site.code);
                    e.code = "deadline";
                });
                continue;
            }
            ++used;
            update(site, round, time + std::chrono::seconds(60 + used * 12));
        }
        add(time + 640s, EventKind::RoundAggregated, [&](StudyEvent& e) {
            e.round = round;
            e.count = used;
            e.digest = digestOf("model " + std::to_string(round));
        });
        add(time + 641s, EventKind::ReceiptSigned, [&](StudyEvent& e) {
            e.round = round;
            e.digest = digestOf("receipt " + std::to_string(round));
        });
    }

    void openRound(std::uint32_t round, std::chrono::seconds time)
    {
        add(time, EventKind::RoundOpened, [&](StudyEvent& e) {
            e.round = round;
            e.total = m_snapshot.protocol().plan.rounds;
            e.digest = digestOf("model " + std::to_string(round - 1));
        });
    }

    void freezeStatement(const SampleOptions& options)
    {
        const NodeAppraisal live = sampleService();
        release::ReleaseStatement frozen;
        frozen.study = m_snapshot.protocol().id;
        frozen.protocolDigest = m_snapshot.protocolDigest;
        frozen.keyEpoch = m_snapshot.protocol().keyEpoch;
        frozen.requester = sampleMember(Role::Coordinator, "Cleveland").id;
        frozen.transcript = live.transcript;
        frozen.evidenceDigest = digestOf("sample evidence");
        frozen.claims = live.result.claims;
        for (const auto& check : live.result.checks) frozen.checks.push_back({check.id, nameOf(check.outcome)});
        frozen.tee = "tdx";
        frozen.product = live.result.product;
        frozen.tcbStatus = live.result.tcbStatus;
        frozen.platformId = "50806f000000";
        frozen.notBefore = toSeconds(at(9h + 12min));
        frozen.notAfter = toSeconds(at(10h + 12min));
        m_snapshot.nodes = {sampleService(options)};
        m_snapshot.statement = SignedBy<release::ReleaseStatement>{frozen, digestOf("statement"), at(9h + 12min)};
        add(9h + 12min, EventKind::StatementFrozen, [&](StudyEvent& e) {
            e.actor = frozen.requester;
            e.digest = m_snapshot.statement->digest;
        });
    }

    /// The next order of a coordinator, as its signed object and its event; an exclusion rejects the update of the open round.
    void order(study::OrderAction action, const Uuid& site, const std::string& reason, std::chrono::seconds time)
    {
        study::RoundOrder order;
        order.number = m_snapshot.projection.lastOrder() + 1;
        order.coordinator = sampleMember(Role::Coordinator, "Cleveland").id;
        order.action = action;
        order.site = site;
        order.reason = reason;
        order.signedAt = toSeconds(at(time));
        const Digest32 digest = digestOf("order " + std::to_string(order.number));
        const EventKind kind = action == study::OrderAction::Pause     ? EventKind::RoundsPaused
                               : action == study::OrderAction::Resume  ? EventKind::RoundsResumed
                               : action == study::OrderAction::Exclude ? EventKind::SiteExcluded
                                                                       : EventKind::SiteReadmitted;
        add(time, kind, [&](StudyEvent& e) {
            e.actor = order.coordinator;
            e.site = site;
            e.count = order.number;
            e.digest = digest;
        });
        m_snapshot.orders.push_back({order, digest, at(time)});
        if (kind != EventKind::SiteExcluded) return;
        add(time, EventKind::UpdateRejected, [&](StudyEvent& e) {
            e.round = m_snapshot.projection.currentRound();
            e.site = site;
            e.code = "excluded";
        });
    }

    void results(const SampleOptions& options, std::chrono::seconds time)
    {
        for (const SiteData& site : kSites) {
            add(time, EventKind::SiteResult, [&](StudyEvent& e) {
                e.site = sampleSite(site.code);
                e.own = site.own;
                e.federated = site.federated;
            });
            if (options.pooled) m_snapshot.pooled[sampleSite(site.code)] = site.pooled;
        }
        add(time + 1s, EventKind::StudyFinished, [&](StudyEvent& e) { e.digest = digestOf("model 15"); });
    }

private:
    StudySnapshot& m_snapshot;
};

study::StudyProtocol sampleProtocol(const SampleOptions& options)
{
    study::StudyProtocol protocol;
    std::copy_n(digestOf("HEART-4").bytes.begin(), 16, protocol.id.bytes.begin());
    protocol.code = "HEART-4";
    protocol.version = 3;
    protocol.title = "Heart disease: prediction of angiographic disease at four hospitals";
    protocol.question = "Can thirteen routine measurements predict angiographic heart disease at hospitals that share no records?";
    protocol.lead = "Coordinator, Cleveland";
    protocol.mode = options.mode;
    protocol.dictionary = schema::heartDiseaseDictionary();
    protocol.model.inputs = 13;
    protocol.plan.roundDeadlineSeconds = 600;
    const char* const ethics[] = {"IRB 24-0417", "ETT 2024/118", "BASEC 2024-00731", "IRB 24-1102"};
    for (std::size_t i = 0; i < kSites.size(); ++i) {
        study::SiteSpec site;
        site.id = sampleSite(kSites[i].code);
        site.code = kSites[i].code;
        site.name = kSites[i].name;
        site.ethics = {ethics[i], toSeconds(at(0s)) + std::chrono::days(130)};
        protocol.sites.push_back(site);
    }
    protocol.quorum.threshold = 3;
    protocol.quorum.distinctOrganisations = 2;
    protocol.quorum.keyCommitment = digestOf("commitment");
    for (const study::Member& member : sampleRoster().members) {
        if (member.role != Role::Custodian) continue;
        protocol.quorum.shares.push_back({member.id, digestOf("share of " + member.name), toBytes("sealed at the split")});
    }
    protocol.keyEpoch = 2;
    protocol.referenceValuesDigest = digestOf("reference values");
    protocol.policyDigest = digestOf("policy");
    protocol.rosterDigest = digestOf("roster");
    protocol.createdAt = toSeconds(at(7h));
    protocol.pooledComparison = options.pooled;
    return protocol;
}

std::chrono::seconds roundStart(std::uint32_t round)
{
    return round == 9 ? std::chrono::seconds(14h + 38min + 53s) : 10h + round * 30min;
}

void tellRounds(Story& story, SampleStage stage, const SampleOptions& options)
{
    const bool finished = stage == SampleStage::Finished;
    for (std::uint32_t round = 1; round <= (finished ? 15U : 8U); ++round) story.wholeRound(round, roundStart(round));
    if (finished) {
        story.results(options, 18h);
        return;
    }
    story.openRound(9, roundStart(9));
    story.update(kSites[0], 9, 14h + 40min + 49s);
    story.update(kSites[1], 9, 14h + 40min + 52s);
    story.update(kSites[2], 9, 14h + 41min + 7s);
    if (stage == SampleStage::Frozen) {
        story.add(14h + 41min + 30s, EventKind::StudyFrozen,
                  [](StudyEvent& e) { e.actor = sampleMember(Role::Custodian, "Zurich").id; });
    }
}

void tell(Story& story, SampleStage stage, const SampleOptions& options)
{
    story.add(7h, EventKind::StudyPublished,
              [](StudyEvent& e) { e.actor = sampleMember(Role::Coordinator, "Cleveland").id; });
    story.participation(kSites[0], 7h + 20min);
    story.participation(kSites[1], 7h + 41min);
    if (stage == SampleStage::AwaitingApprovals) return;
    story.participation(kSites[2], 8h + 3min);
    story.participation(kSites[3], 8h + 30min);
    for (const SiteData& site : kSites) story.joined(site, 8h + 50min);
    if (stage == SampleStage::ApprovalsComplete) return;
    story.freezeStatement(options);
    story.share(sampleMember(Role::Custodian, "Budapest"), 9h + 31min);
    story.share(sampleMember(Role::Custodian, "Zurich"), 9h + 44min);
    if (stage == SampleStage::AwaitingKey) return;
    story.share(sampleMember(Role::Custodian, "Long Beach"), 9h + 57min + 44s);
    story.add(9h + 58min + 2s, EventKind::KeyReleased, [](StudyEvent& e) { e.digest = digestOf("statement"); });
    if (stage != SampleStage::Quorate) tellRounds(story, stage, options);
}

}  // namespace

UtcMillis sampleNow(SampleStage stage)
{
    switch (stage) {
    case SampleStage::AwaitingApprovals: return at(8h);
    case SampleStage::ApprovalsComplete: return at(9h);
    case SampleStage::AwaitingKey: return at(9h + 46min);
    case SampleStage::Quorate: return at(10h);
    case SampleStage::Running:
    case SampleStage::Frozen: return at(14h + 41min + 7s);
    case SampleStage::Finished: return at(18h + 5min);
    }
    return at(0s);
}

StudySnapshot sampleStudy(SampleStage stage, const SampleOptions& options)
{
    StudySnapshot snapshot{.protocolDigest = digestOf("protocol v3"),
                           .roster = sampleRoster(),
                           .referenceValues = {},
                           .policy = {},
                           .projection = study::StudyProjection(sampleProtocol(options)),
                           .participations = {},
                           .statement = {},
                           .approvals = {},
                           .orders = {},
                           .acceptances = {},
                           .nodes = {sampleService(options)},
                           .pooled = {}};
    snapshot.referenceValues.version = 4;
    snapshot.referenceValues.programVersion = "1.4.1";
    snapshot.policy.version = 2;
    snapshot.policy.profile = sampleService(options).result.profile;
    snapshot.policy.acceptedTees = {attestation::TeeKind::Tdx};
    Story story(snapshot);
    tell(story, stage, options);
    return snapshot;
}

StudySnapshot withLastUpdate(const StudySnapshot& running)
{
    StudySnapshot next = running;
    Story(next).update(kSites[3], 9, 14h + 42min);
    return next;
}

StudySnapshot withOrder(const StudySnapshot& running, study::OrderAction action, const std::string& reason, const std::string& site)
{
    StudySnapshot next = running;
    Story(next).order(action, site.empty() ? Uuid() : sampleSite(site), reason, 14h + 41min + 20s);
    return next;
}

}  // namespace quorate::tests
