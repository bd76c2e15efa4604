// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_model.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/crypto/digest.h"
#include "learning/model_records.h"
#include "learning/script/confined_process.h"
#include "learning/script/script_messages.h"
#include "learning/training_loop.h"

namespace quorate::learning {

namespace {

/// Of an answer beside its values.
constexpr std::size_t kMaxOverhead = 4 << 20;

Result<ScriptAnswer> ask(const ScriptWorker& worker, const ScriptTask& task, std::size_t valuesBytes, const IsCancelled& isCancelled = {})
{
    TRY_ASSIGN(request, encode(task));
    const ConfinedCall call{worker.program, worker.limits, worker.deadline, valuesBytes + kMaxOverhead, isCancelled};
    TRY_ASSIGN(reply, callConfined(call, request));
    return decodeScriptAnswer(reply);
}

}  // namespace

Result<ScriptModel> ScriptModel::open(study::ModelSpec spec, Bytes script, ScriptWorker worker)
{
    if (spec.kind != study::ModelKind::TorchScript) return fail(ErrorKind::Malformed, "the study's model is no TorchScript model");
    if (script.size() > kMaxScriptBytes) return fail(ErrorKind::Malformed, "the model's file is longer than 512 MiB");
    if (sha256(script) != spec.scriptDigest) {
        return fail(ErrorKind::Untrusted, "the model's file has SHA-256 " + toHex(sha256(script)) + ", the study approved " + toHex(spec.scriptDigest));
    }
    ScriptModel model(spec, std::move(script), std::move(worker));
    ScriptTask task;
    task.spec = spec;
    task.script = model.m_script;
    // A file holds its values once, and they do not grow in a safetensors file.
    TRY_ASSIGN(answer, ask(model.m_worker, task, model.m_script.size()));
    if (auto checked = checkAgainst(answer.weights.tensors, answer.weights); !checked) return failAt("the model's file", checked.error());
    model.m_initial = std::move(answer.weights);
    return model;
}

Result<ModelWeights> ScriptModel::initialWeights(std::uint64_t) const { return m_initial; }

Result<TrainedModel> ScriptModel::train(const ModelWeights& start, const schema::RecordSet& records, const LocalTraining& training,
                                        const TrainingWatch& watch) const
{
    const auto begin = std::chrono::steady_clock::now();
    if (training.noise != nullptr) return fail(ErrorKind::PolicyRefused, "noise for records wants a built-in model, not a TorchScript file");
    TRY(checkAgainst(m_initial.tensors, start));
    TRY(checkRecords(m_spec, records));
    TRY(checkTraining(m_initial.tensors, training));
    ScriptTask task{ScriptTaskKind::Train, m_spec, m_script, start, records, training, std::nullopt};
    if (training.controls != nullptr) task.controls = *training.controls;
    TRY_ASSIGN(answer, ask(m_worker, task, 2 * sizeof(float) * start.values.size(), watch.isCancelled));
    if (auto checked = checkAgainst(start.tensors, answer.weights); !checked) return failAt("trained model", checked.error());
    if (answer.steps > training.steps || answer.control.has_value() != (training.controls != nullptr)) {
        return fail(ErrorKind::PolicyRefused, "the confined process answers something else than it was asked");
    }
    if (answer.control) TRY(checkAgainst(start.tensors, *answer.control));
    TrainedModel result;
    result.updateNorm = distance(answer.weights, start);
    result.weights = std::move(answer.weights);
    result.steps = answer.steps;
    result.control = std::move(answer.control);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

Result<std::vector<double>> ScriptModel::predict(const ModelWeights& weights, const schema::RecordSet& records) const
{
    TRY(checkAgainst(m_initial.tensors, weights));
    TRY(checkRecords(m_spec, records));
    const std::size_t wanted = records.records() * m_spec.outputs;
    const ScriptTask task{ScriptTaskKind::Predict, m_spec, m_script, weights, records, {}, std::nullopt};
    TRY_ASSIGN(answer, ask(m_worker, task, sizeof(double) * wanted));
    const bool isFinite = std::all_of(answer.predictions.begin(), answer.predictions.end(), [](double value) { return std::isfinite(value); });
    if (answer.predictions.size() != wanted || !isFinite) {
        return fail(ErrorKind::PolicyRefused, "the model predicts " + std::to_string(answer.predictions.size()) + " values, want " +
                                                  std::to_string(wanted) + " finite ones");
    }
    return std::move(answer.predictions);
}

}  // namespace quorate::learning
