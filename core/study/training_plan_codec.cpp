// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/training_plan_codec.h"

#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::enumerator;

void write(pb::AggregationPlan& out, const AggregationPlan& plan)
{
    out.set_rule(static_cast<std::uint32_t>(plan.rule));
    out.set_server_learning_rate(plan.serverLearningRate);
    out.set_momentum(plan.momentum);
    out.set_beta1(plan.beta1);
    out.set_beta2(plan.beta2);
    out.set_tau(plan.tau);
    out.set_byzantine_sites(plan.byzantineSites);
    out.set_selected_sites(plan.selectedSites);
    out.set_smoothing(plan.smoothing);
    out.set_iterations(plan.iterations);
    out.set_clip_norm(plan.clipNorm);
}

Result<AggregationPlan> read(const pb::AggregationPlan& in)
{
    AggregationPlan out;
    TRY_ASSIGN(rule, enumerator(in.rule(), AggregationRule::GeometricMedian, "aggregation rule"));
    out.rule = rule;
    out.serverLearningRate = in.server_learning_rate();
    out.momentum = in.momentum();
    out.beta1 = in.beta1();
    out.beta2 = in.beta2();
    out.tau = in.tau();
    out.byzantineSites = in.byzantine_sites();
    out.selectedSites = in.selected_sites();
    out.smoothing = in.smoothing();
    out.iterations = in.iterations();
    out.clipNorm = in.clip_norm();
    return out;
}

void write(pb::PrivacyPlan& out, const PrivacyPlan& plan)
{
    out.set_kind(static_cast<std::uint32_t>(plan.kind));
    out.set_epsilon(plan.epsilon);
    out.set_delta(plan.delta);
    out.set_noise_multiplier(plan.noiseMultiplier);
    out.set_clip_norm(plan.clipNorm);
    out.set_sampling_rate(plan.samplingRate);
    out.set_adaptive_clipping(plan.adaptiveClipping);
    out.set_target_quantile(plan.targetQuantile);
    out.set_clip_learning_rate(plan.clipLearningRate);
    out.set_count_noise(plan.countNoise);
}

Result<PrivacyPlan> read(const pb::PrivacyPlan& in)
{
    PrivacyPlan out;
    TRY_ASSIGN(kind, enumerator(in.kind(), PrivacyKind::RecordLevel, "privacy kind"));
    out.kind = kind;
    out.epsilon = in.epsilon();
    out.delta = in.delta();
    out.noiseMultiplier = in.noise_multiplier();
    out.clipNorm = in.clip_norm();
    out.samplingRate = in.sampling_rate();
    out.adaptiveClipping = in.adaptive_clipping();
    out.targetQuantile = in.target_quantile();
    out.clipLearningRate = in.clip_learning_rate();
    out.countNoise = in.count_noise();
    return out;
}

}  // namespace

void write(pb::ModelSpec& out, const ModelSpec& model)
{
    out.set_kind(static_cast<std::uint32_t>(model.kind));
    out.set_inputs(model.inputs);
    out.set_outputs(model.outputs);
    out.set_hidden_units(model.hiddenUnits);
    out.set_hidden_layers(model.hiddenLayers);
    out.set_sequence_length(model.sequenceLength);
    if (!model.scriptDigest.isZero()) out.set_script_digest(payload::text(model.scriptDigest));
}

Result<ModelSpec> read(const pb::ModelSpec& in)
{
    ModelSpec out;
    TRY_ASSIGN(kind, enumerator(in.kind(), ModelKind::TorchScript, "model kind"));
    out.kind = kind;
    out.inputs = in.inputs();
    out.outputs = in.outputs();
    out.hiddenUnits = in.hidden_units();
    out.hiddenLayers = in.hidden_layers();
    out.sequenceLength = in.sequence_length();
    if (!in.script_digest().empty()) {
        TRY_ASSIGN(digest, payload::fixed<32>(in.script_digest(), "script digest"));
        out.scriptDigest = digest;
    }
    return out;
}

void write(pb::TrainingPlan& out, const TrainingPlan& plan)
{
    out.set_name(plan.name);
    write(*out.mutable_aggregation(), plan.aggregation);
    out.set_optimiser(static_cast<std::uint32_t>(plan.optimiser));
    out.set_learning_rate(plan.learningRate);
    out.set_proximal_mu(plan.proximalMu);
    out.set_partial_work(plan.partialWork);
    out.set_rounds(plan.rounds);
    out.set_local_steps(plan.localSteps);
    out.set_batch_size(plan.batchSize);
    out.set_minimum_sites(plan.minimumSites);
    out.set_round_deadline_seconds(plan.roundDeadlineSeconds);
    out.set_seed(plan.seed);
    write(*out.mutable_privacy(), plan.privacy);
}

Result<TrainingPlan> read(const pb::TrainingPlan& in)
{
    TrainingPlan out;
    out.name = in.name();
    TRY_ASSIGN(aggregation, read(in.aggregation()));
    TRY_ASSIGN(optimiser, enumerator(in.optimiser(), Optimiser::Adam, "optimiser"));
    TRY_ASSIGN(privacy, read(in.privacy()));
    out.aggregation = aggregation;
    out.optimiser = optimiser;
    out.learningRate = in.learning_rate();
    out.proximalMu = in.proximal_mu();
    out.partialWork = in.partial_work();
    out.rounds = in.rounds();
    out.localSteps = in.local_steps();
    out.batchSize = in.batch_size();
    out.minimumSites = in.minimum_sites();
    out.roundDeadlineSeconds = in.round_deadline_seconds();
    out.seed = in.seed();
    out.privacy = privacy;
    return out;
}

}  // namespace quorate::study
