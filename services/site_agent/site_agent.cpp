// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_agent.h"

#include <thread>

#include "core/attestation/policy/policy_check_kinds.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "core/schema/preview.h"
#include "core/vault/files.h"
#include "enclave_client/preview_client.h"
#include "services/site_agent/preview_ledger.h"
#include "services/site_agent/record_ledger.h"
#include "services/site_agent/site_records.h"

namespace quorate::services {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{500};
constexpr std::chrono::milliseconds kLongestRetry{30000};
constexpr std::chrono::seconds kOutsideHours{15};
constexpr std::chrono::seconds kNothingLeft{5};

/// Worth dialling again: the service is away, or its evidence has become too old, or it was started anew with other keys.
bool isPassing(const Error& error) { return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Untrusted; }

/// Leaves out what the hospital has not agreed to tell.
void dropTelemetry(study::SiteRoundMetrics& metrics, const SitePolicy& policy)
{
    if (!policy.roundMetrics) {
        metrics.before = {};
        metrics.after = {};
        metrics.updateNorm = 0;
    }
    if (!policy.timings) {
        metrics.seconds = 0;
        metrics.steps = 0;
    }
}

/// Of what is left of a round; the rest is for evaluating and sending.
std::chrono::milliseconds trainingTime(std::chrono::milliseconds left) { return std::max(left, std::chrono::milliseconds(0)) * 3 / 4; }

}  // namespace

SiteAgent::SiteAgent(const SiteConfig& config, std::string service, attestation::TrustAnchors anchors,
                     std::unique_ptr<EvidenceProvider> provider, Clock clock, RandomSource random)
    : m_config(config), m_service(std::move(service)), m_anchors(std::move(anchors)), m_provider(std::move(provider)),
      m_clock(std::move(clock)), m_random(std::move(random))
{
}

Result<void> SiteAgent::run()
{
    TRY(PolicyGuard(m_config.files.policy, m_config.package.protocol).requireAllowed(toSeconds(m_clock())));
    TRY_ASSIGN(key, hpke::PrivateKey::generate(m_random));
    m_key.emplace(std::move(key));
    const auto expectations = ServiceExpectations::of(m_config.package, m_anchors);
    auto pause = kRetryAfter;
    while (true) {
        AttestedChannel channel(m_service, m_config.credentials, m_clock, m_random);
        if (m_collateral != nullptr) {
            channel.completeCollateralBy([this](const auto& evidence, auto& have) { m_collateral->complete(evidence, have); });
        }
        auto answer = channel.attest(attestation::Purpose::Channel, expectations);
        if (answer && mayComeLater(answer->result)) {
            logError("service's collateral", requireAccepted(answer->result).error());
        } else if (answer) {
            TRY(requireAccepted(answer->result));
            logInfo("service accepted: " + answer->result.product + ", " + answer->result.tcbStatus);
            const auto done = session(channel);
            if (done) return {};
            logError("session", done.error());
            if (!isPassing(done.error())) return done;
        } else if (answer.error().kind != ErrorKind::Unavailable) {
            return tl::unexpected(answer.error());
        }
        std::this_thread::sleep_for(pause);
        // A service that is starting is waited for; one that keeps refusing this node is not pestered.
        pause = answer ? std::min(2 * pause, kLongestRetry) : kRetryAfter;
    }
}

bool SiteAgent::mayComeLater(const attestation::AppraisalResult& result) const
{
    if (result.verdict != attestation::Verdict::Refused) return false;
    const bool lacksAcceptance = result.refusals.size() == 1 && result.refusals.front().check == attestation::checks::kProductAcceptance.id;
    return lacksAcceptance || (m_collateral != nullptr && result.refusedAs == ErrorKind::Unavailable);
}

Result<void> SiteAgent::session(const AttestedChannel& channel)
{
    const RoundClient client(channel, m_config.package.protocol.id, &m_seenReceipt);
    if (const auto offered = offerPreview(channel); !offered) logError("preview", offered.error());
    TRY(join(client));
    while (true) {
        TRY_ASSIGN(task, client.nextTask());
        tell(task);
        TRY_ASSIGN(more, work(client, task));
        if (!more) return {};
    }
}

void SiteAgent::tell(const SiteTask& task)
{
    if (task.hold == m_hold || task.kind == SiteTask::Kind::Done) return;
    m_hold = task.hold;
    switch (m_hold) {
    case SiteTask::Hold::None: logInfo("the study goes on with this site"); break;
    case SiteTask::Hold::Frozen: logInfo("the study is frozen; waiting for its quorum"); break;
    case SiteTask::Hold::Paused: logInfo("the coordinator has paused the rounds; waiting: " + task.holdReason); break;
    case SiteTask::Hold::Excluded:
        logInfo("the coordinator has excluded this site from the rounds; waiting to be readmitted: " + task.holdReason);
        break;
    }
}

Result<void> SiteAgent::offerPreview(const AttestedChannel& channel) const
{
    const auto& protocol = m_config.package.protocol;
    TRY_ASSIGN(policy, PolicyGuard(m_config.files.policy, protocol).requireAllowed(toSeconds(m_clock())));
    if (policy.previews == 0 || isTensorBundle(m_config.files.records)) return {};
    TRY_ASSIGN(preview, schema::previewOf(protocol.dictionary, m_config.harmonisation, m_config.files.records, policy.smallestCell));
    const std::string json = schema::toJson(preview, protocol.dictionary);
    TRY(PreviewLedger(m_config.files.identity, protocol.id).admit(sha256(asBytes(json)), policy.previews));
    return PreviewClient(channel, protocol.id).offer(json);
}

Result<void> SiteAgent::join(const RoundClient& client)
{
    TRY_ASSIGN(nonce, client.beginJoin());
    const auto records = m_config.dataset.train.records();
    if (m_provider == nullptr) return client.join(nullptr, {}, m_key->publicKey(), records);
    attestation::Transcript transcript;
    transcript.purpose = attestation::Purpose::Channel;
    transcript.role = attestation::AttesterRole::SiteNode;
    transcript.nonce = nonce;
    transcript.tlsLeafSpki = sha256(m_config.node.signingKeySpki);
    transcript.hpkePublicKey = m_key->publicKey();
    transcript.study = m_config.package.protocol.id;
    transcript.site = m_config.site.id;
    transcript.keyEpoch = m_config.package.protocol.keyEpoch;
    transcript.policyDigest = m_config.package.policyDigest;
    transcript.referenceValuesDigest = m_config.package.referenceValuesDigest;
    transcript.rosterRootSpki = m_config.package.rootSpki;
    TRY_ASSIGN(provided, m_provider->provide(transcript.reportData()));
    return client.join(&provided.evidence, provided.collateral, m_key->publicKey(), records);
}

Result<void> SiteAgent::sitOut(const SiteTask& task, const Error& reason)
{
    if (reason.kind != ErrorKind::PolicyRefused) return tl::unexpected(reason);
    logError("round " + std::to_string(task.round) + ", without this site", reason);
    std::this_thread::sleep_for(kNothingLeft);
    return {};
}

Result<void> SiteAgent::train(const LocalRounds& local, const SiteTask& task, const learning::SentModel& model,
                              const SitePolicy& policy)
{
    if (m_update && m_update->round == task.round && m_update->baseModel == task.modelDigest) return {};
    m_update.reset();
    const bool isCounted = m_config.package.protocol.plan.privacy.kind == study::PrivacyKind::RecordLevel;
    const RecordLedger ledger(m_config.files.identity, m_config.package.protocol,
                              m_config.files.policy.empty() ? std::nullopt : std::optional(policy.largestEpsilon));
    if (isCounted) {
        if (const auto room = ledger.requireRoom(); !room) return sitOut(task, room.error());
    }
    const auto latest = policy.resources.roundMinutes == 0
                            ? task.deadline
                            : std::min(task.deadline, m_clock() + std::chrono::minutes(policy.resources.roundMinutes));
    const auto begun = std::chrono::steady_clock::now();
    std::optional<std::chrono::milliseconds> timeLimit;
    if (m_config.package.protocol.plan.partialWork) timeLimit = trainingTime(latest - m_clock());
    auto update = local.train(task, model, [this, latest] { return m_clock() >= latest; }, timeLimit);
    if (!update && update.error().kind == ErrorKind::Cancelled) return {};
    TRY(update);
    if (isCounted) {
        TRY_ASSIGN(spent, ledger.charge());
        logInfo("round " + std::to_string(task.round) + ": this site's records have spent epsilon " + std::to_string(spent));
    }
    dropTelemetry(update->metrics, policy);
    std::this_thread::sleep_until(begun + m_leastRoundTime);
    m_update = std::move(*update);
    return {};
}

Result<void> SiteAgent::finish(const RoundClient& client, const LocalRounds& local, ComparedModels models, const SitePolicy& policy) const
{
    TRY_ASSIGN(own, local.trainOwn());
    models.own = std::move(own);
    if (!m_config.files.report.empty()) writeReport(models, policy);
    TRY_ASSIGN(ownFigures, local.evaluate(models.own));
    TRY_ASSIGN(federatedFigures, local.evaluate(models.federated));
    return client.reportResult(models.federatedDigest, ownFigures, federatedFigures);
}

void SiteAgent::writeReport(const ComparedModels& models, const SitePolicy& policy) const
{
    const auto& file = m_config.files.report;
    const auto report = localReport(m_config, models, policy.smallestCell);
    const auto written = report ? vault::writePrivateFile(file, asBytes(*report)) : Result<void>(tl::unexpected(report.error()));
    if (!written) return logError("local report", written.error());
    logInfo("both models on this site's test records: " + file.string());
}

Result<bool> SiteAgent::work(const RoundClient& client, const SiteTask& task)
{
    const LocalRounds local(m_config, *m_key, m_random);
    if (task.kind == SiteTask::Kind::Done) return false;
    if (task.kind == SiteTask::Kind::Wait) return true;
    if (task.kind == SiteTask::Kind::Rejoin) {
        TRY(join(client));
        return true;
    }
    auto sealed = client.fetchModel(task.modelDigest);
    if (!sealed) {
        logError("model", sealed.error());
        // The round moved on, or the study was frozen, between the task and this call: ask again.
        return sealed.error().kind == ErrorKind::Malformed ? Result<bool>(tl::unexpected(sealed.error())) : Result<bool>(true);
    }
    TRY_ASSIGN(model, local.openModel(task, *sealed));
    TRY_ASSIGN(policy, PolicyGuard(m_config.files.policy, m_config.package.protocol).requireAllowed(toSeconds(m_clock())));
    if (!isWithinHours(policy, localTimeOfDay(m_clock()))) {
        logInfo("round " + std::to_string(task.round) + ": not in this site's hours");
        std::this_thread::sleep_for(kOutsideHours);
        return true;
    }
    if (task.kind == SiteTask::Kind::Evaluate) {
        TRY(finish(client, local, {task.modelDigest, std::move(model.model), {}}, policy));
        return true;
    }
    TRY(train(local, task, model, policy));
    if (!m_update) return true;
    const auto sent = client.submitUpdate(*m_update, [] { return true; });
    if (!sent) {
        logError("round " + std::to_string(task.round), sent.error());
        // Kept for the next session: the same task is answered with the same update.
        if (isPassing(sent.error())) return tl::unexpected(sent.error());
    } else {
        logInfo("round " + std::to_string(task.round) + ": update sent, " + std::to_string(m_update->file.values().size()) + " bytes of values");
    }
    m_update.reset();
    return true;
}

}  // namespace quorate::services
