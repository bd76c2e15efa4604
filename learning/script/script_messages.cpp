// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/script_messages.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "core/base/byte_reader.h"
#include "learning/safetensors.h"

namespace quorate::learning {

namespace {

constexpr std::size_t kMaxMessage = 500;

/// u64le length, then the bytes.
void put(ByteWriter& writer, BytesView bytes) { writer.u64le(bytes.size()).raw(bytes); }

void put(ByteWriter& writer, const std::vector<double>& values)
{
    put(writer, BytesView(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(double)));
}

void put(ByteWriter& writer, double value) { writer.u64le(std::bit_cast<std::uint64_t>(value)); }

Result<void> put(ByteWriter& writer, const ModelWeights& weights)
{
    TRY_ASSIGN(bytes, encodeSafetensors(weights));
    put(writer, BytesView(bytes));
    return {};
}

class Reader {
public:
    Reader(BytesView bytes, const char* what) : m_reader(bytes, what) {}

    Result<BytesView> bytes(const char* field)
    {
        TRY_ASSIGN(length, m_reader.u64le(field));
        if (length > m_reader.remaining()) return fail(ErrorKind::Malformed, std::string(field) + " is longer than its message");
        return m_reader.take(static_cast<std::size_t>(length), field);
    }
    Result<std::vector<double>> doubles(const char* field)
    {
        TRY_ASSIGN(view, bytes(field));
        if (view.size() % sizeof(double) != 0) return fail(ErrorKind::Malformed, std::string(field) + " ends within a number");
        std::vector<double> values(view.size() / sizeof(double));
        if (!view.empty()) std::memcpy(values.data(), view.data(), view.size());
        return values;
    }
    Result<double> number(const char* field)
    {
        TRY_ASSIGN(bits, m_reader.u64le(field));
        return std::bit_cast<double>(bits);
    }
    Result<ModelWeights> weights(const char* field)
    {
        TRY_ASSIGN(view, bytes(field));
        return decodeSafetensors(view);
    }
    template <typename Enum>
    Result<Enum> enumerator(Enum last, const char* field)
    {
        TRY_ASSIGN(value, m_reader.u8(field));
        if (value > static_cast<std::uint8_t>(last)) return fail(ErrorKind::Malformed, std::string(field) + " is not known");
        return static_cast<Enum>(value);
    }
    ByteReader& plain() { return m_reader; }

private:
    ByteReader m_reader;
};

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::int64_t>::max();  // Of milliseconds.

void putTraining(ByteWriter& writer, const LocalTraining& training)
{
    writer.u8(static_cast<std::uint8_t>(training.optimiser));
    put(writer, training.learningRate);
    writer.u64le(training.steps).u32le(training.batchSize).u64le(training.orderSeed);
    put(writer, training.proximalMu);
    writer.u64le(training.timeLimit ? static_cast<std::uint64_t>(training.timeLimit->count()) : kNoLimit);
}

Result<LocalTraining> readTraining(Reader& reader)
{
    TRY_ASSIGN(optimiser, reader.enumerator(study::Optimiser::Adam, "optimiser"));
    TRY_ASSIGN(rate, reader.number("learning rate"));
    TRY_ASSIGN(steps, reader.plain().u64le("steps"));
    TRY_ASSIGN(batch, reader.plain().u32le("batch size"));
    TRY_ASSIGN(seed, reader.plain().u64le("seed"));
    TRY_ASSIGN(mu, reader.number("mu"));
    TRY_ASSIGN(limit, reader.plain().u64le("time limit"));
    LocalTraining training{optimiser, rate, steps, batch, seed, mu};
    if (limit != kNoLimit) training.timeLimit = std::chrono::milliseconds(limit);
    return training;
}

void putRecords(ByteWriter& writer, const schema::RecordSet& records)
{
    writer.u64le(records.columns).u8(static_cast<std::uint8_t>(records.targetKind));
    put(writer, records.features);
    put(writer, records.targets);
    put(writer, BytesView(records.events));
}

Result<schema::RecordSet> readRecords(Reader& reader)
{
    TRY_ASSIGN(columns, reader.plain().u64le("columns"));
    TRY_ASSIGN(kind, reader.enumerator(schema::TargetKind::TimeToEvent, "target kind"));
    TRY_ASSIGN(features, reader.doubles("features"));
    TRY_ASSIGN(targets, reader.doubles("targets"));
    TRY_ASSIGN(events, reader.bytes("events"));
    schema::RecordSet records;
    records.columns = static_cast<std::size_t>(columns);
    records.targetKind = kind;
    records.features = std::move(features);
    records.targets = std::move(targets);
    records.events.assign(events.begin(), events.end());
    return records;
}

}  // namespace

Result<Bytes> encode(const ScriptTask& task)
{
    ByteWriter writer;
    writer.u8(static_cast<std::uint8_t>(task.kind)).u32le(task.spec.inputs).u32le(task.spec.outputs).u32le(task.spec.sequenceLength);
    put(writer, BytesView(task.script));
    if (task.kind == ScriptTaskKind::Describe) return writer.take();
    TRY(put(writer, task.weights));
    putRecords(writer, task.records);
    if (task.kind == ScriptTaskKind::Predict) return writer.take();
    putTraining(writer, task.training);
    writer.u8(task.controls ? 1 : 0);
    if (task.controls) {
        TRY(put(writer, task.controls->service));
        TRY(put(writer, task.controls->site));
    }
    return writer.take();
}

Result<ScriptTask> decodeScriptTask(BytesView bytes)
{
    Reader reader(bytes, "task");
    ScriptTask task;
    TRY_ASSIGN(kind, reader.enumerator(ScriptTaskKind::Predict, "kind"));
    TRY_ASSIGN(inputs, reader.plain().u32le("inputs"));
    TRY_ASSIGN(outputs, reader.plain().u32le("outputs"));
    TRY_ASSIGN(steps, reader.plain().u32le("sequence length"));
    TRY_ASSIGN(script, reader.bytes("script"));
    task.kind = kind;
    task.spec = {study::ModelKind::TorchScript, inputs, outputs, 0, 0, steps, {}};
    task.script.assign(script.begin(), script.end());
    if (kind != ScriptTaskKind::Describe) {
        TRY_ASSIGN(weights, reader.weights("weights"));
        TRY_ASSIGN(records, readRecords(reader));
        task.weights = std::move(weights);
        task.records = std::move(records);
    }
    if (kind == ScriptTaskKind::Train) {
        TRY_ASSIGN(training, readTraining(reader));
        TRY_ASSIGN(hasControls, reader.plain().u8("controls"));
        task.training = training;
        if (hasControls != 0) {
            TRY_ASSIGN(service, reader.weights("service's control"));
            TRY_ASSIGN(site, reader.weights("site's control"));
            task.controls = ControlVariates{std::move(service), std::move(site)};
        }
    }
    TRY(reader.plain().end());
    return task;
}

Result<Bytes> encode(const Result<ScriptAnswer>& answer)
{
    ByteWriter writer;
    if (!answer) {
        writer.u8(0).u8(static_cast<std::uint8_t>(answer.error().kind));
        put(writer, asBytes(answer.error().message));
        return writer.take();
    }
    writer.u8(1);
    TRY(put(writer, answer->weights));
    writer.u64le(answer->steps).u8(answer->control ? 1 : 0);
    if (answer->control) TRY(put(writer, *answer->control));
    put(writer, answer->predictions);
    return writer.take();
}

Result<ScriptAnswer> decodeScriptAnswer(BytesView bytes)
{
    Reader reader(bytes, "answer");
    TRY_ASSIGN(isAnswer, reader.plain().u8("outcome"));
    if (isAnswer == 0) {
        TRY_ASSIGN(kind, reader.enumerator(ErrorKind::Internal, "kind of error"));
        TRY_ASSIGN(text, reader.bytes("message"));
        std::string message(asText(text.first(std::min(text.size(), kMaxMessage))));
        std::replace_if(message.begin(), message.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }, ' ');
        return fail(kind, std::move(message));
    }
    ScriptAnswer answer;
    TRY_ASSIGN(weights, reader.weights("weights"));
    TRY_ASSIGN(steps, reader.plain().u64le("steps"));
    TRY_ASSIGN(hasControl, reader.plain().u8("control"));
    answer.weights = std::move(weights);
    answer.steps = steps;
    if (hasControl != 0) {
        TRY_ASSIGN(control, reader.weights("control"));
        answer.control = std::move(control);
    }
    TRY_ASSIGN(predictions, reader.doubles("predictions"));
    answer.predictions = std::move(predictions);
    TRY(reader.plain().end());
    return answer;
}

}  // namespace quorate::learning
