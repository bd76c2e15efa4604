// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_messages.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::learning;

namespace {

ScriptTask sampleTask()
{
    ScriptTask task;
    task.kind = ScriptTaskKind::Train;
    task.spec = {study::ModelKind::TorchScript, 2, 1, 0, 0, 0, {}};
    task.script = {1, 2, 3};
    task.weights = {{{"fc.weight", {1, 2}}}, {0.5F, -1.0F}};
    task.records.columns = 2;
    task.records.features = {1, 2, 3, 4};
    task.records.targets = {4.5, 2};
    task.records.targetKind = schema::TargetKind::TimeToEvent;
    task.records.events = {1, 0};
    task.training = {study::Optimiser::Sgd, 0.25, 7, 3, 9, 0.5};
    task.controls = ControlVariates{task.weights, task.weights};
    return task;
}

ScriptAnswer sampleAnswer()
{
    const ModelWeights weights{{{"fc.weight", {1, 2}}}, {0.5F, -1.0F}};
    return {weights, 3, weights, {0.25, 0.75}};
}

}  // namespace

TEST_CASE("a task arrives as it was sent")
{
    const ScriptTask task = sampleTask();
    const auto read = decodeScriptTask(encode(task).value());
    REQUIRE(read.has_value());
    CHECK(read->script == task.script);
    CHECK(read->weights == task.weights);
    CHECK(read->records == task.records);
    CHECK(read->training.steps == 7);
    CHECK(read->training.proximalMu == 0.5);
    CHECK(read->controls->site == task.weights);
}

TEST_CASE("an answer or an error arrives as it was sent, the error's text cut and cleaned")
{
    const auto read = decodeScriptAnswer(encode(Result<ScriptAnswer>(sampleAnswer())).value());
    REQUIRE(read.has_value());
    CHECK(read->weights == sampleAnswer().weights);
    CHECK(read->predictions == sampleAnswer().predictions);
    const Result<ScriptAnswer> failure = fail(ErrorKind::PolicyRefused, "no\nway" + std::string(600, 'x'));
    const auto error = decodeScriptAnswer(encode(failure).value());
    REQUIRE_FALSE(error.has_value());
    CHECK(error.error().kind == ErrorKind::PolicyRefused);
    CHECK(error.error().message.size() == 500);
    CHECK(error.error().message.starts_with("no way"));
}

TEST_CASE("no truncation of a message is read, and no length in it is believed")
{
    const Bytes task = encode(sampleTask()).value();
    for (std::size_t size = 0; size < task.size(); ++size) CHECK_FALSE(decodeScriptTask(BytesView(task).first(size)).has_value());
    const Bytes answer = encode(Result<ScriptAnswer>(sampleAnswer())).value();
    for (std::size_t size = 0; size < answer.size(); ++size) CHECK_FALSE(decodeScriptAnswer(BytesView(answer).first(size)).has_value());
    Bytes hostile{1};
    hostile.resize(9, 0xFF);
    CHECK_FALSE(decodeScriptAnswer(hostile).has_value());
    CHECK_FALSE(decodeScriptAnswer(Bytes{0, 200}).has_value());
}
