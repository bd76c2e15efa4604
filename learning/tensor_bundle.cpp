// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/tensor_bundle.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <span>

#include "learning/model_records.h"
#include "learning/safetensors.h"

namespace quorate::learning {

namespace {

using schema::DataDictionary;
using schema::TargetKind;
using schema::Variable;
using schema::VariableType;

/// Above it, float32 no longer holds every whole number.
constexpr float kLargestSubject = 16777216.0F;

Result<Bytes> readFile(const std::filesystem::path& path, const BundleLimits& limits)
{
    const std::string name = path.filename().string();
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return fail(ErrorKind::Unavailable, name + ": cannot be read");
    if (size > limits.fileBytes) return fail(ErrorKind::Malformed, name + ": is " + std::to_string(size) + " bytes, want at most " + std::to_string(limits.fileBytes));
    Bytes bytes(static_cast<std::size_t>(size));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
        return fail(ErrorKind::Unavailable, name + ": cannot be read");
    }
    return bytes;
}

/// The three tensors of a bundle, by name, in whatever order they lie.
struct Bundle {
    ModelWeights file;
    std::span<const float> inputs, targets, subjects;
    std::size_t records = 0;
};

Result<Bundle> openBundle(BytesView bytes, const study::ModelSpec& model, TargetKind target)
{
    Bundle bundle;
    TRY_ASSIGN(file, decodeSafetensors(bytes));
    bundle.file = std::move(file);
    if (bundle.file.tensors.size() != 3) return fail(ErrorKind::Malformed, "holds other tensors than inputs, targets and subjects");
    const auto inputs = std::find_if(bundle.file.tensors.begin(), bundle.file.tensors.end(), [](const TensorSpec& t) { return t.name == "inputs"; });
    if (inputs == bundle.file.tensors.end() || inputs->shape.empty()) return fail(ErrorKind::Malformed, "has no tensor inputs");
    const std::uint64_t records = inputs->shape[0];
    std::vector<std::uint64_t> inputShape{records, model.inputs};
    if (model.sequenceLength > 0) inputShape.insert(inputShape.begin() + 1, model.sequenceLength);
    std::vector<std::uint64_t> targetShape{records};
    if (target == TargetKind::TimeToEvent) targetShape.push_back(2);
    const std::vector<TensorSpec> wanted{{"inputs", inputShape}, {"targets", targetShape}, {"subjects", {records}}};
    std::size_t first = 0;
    for (const TensorSpec& tensor : bundle.file.tensors) {
        const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const TensorSpec& t) { return t.name == tensor.name; });
        if (found == wanted.end()) return fail(ErrorKind::Malformed, "holds other tensors than inputs, targets and subjects");
        if (tensor.shape != found->shape) return fail(ErrorKind::Malformed, "tensor " + tensor.name + " has another shape than model and records want");
        const std::span<const float> values = std::span(bundle.file.values).subspan(first, tensor.elements());
        (tensor.name == "inputs" ? bundle.inputs : tensor.name == "targets" ? bundle.targets : bundle.subjects) = values;
        first += tensor.elements();
    }
    bundle.records = static_cast<std::size_t>(records);
    return bundle;
}

bool isWhole(double value) { return value == std::floor(value); }

bool isInRange(const Variable& variable, double value)
{
    if (!std::isfinite(value)) return false;
    if (variable.type == VariableType::Categorical) return value == 0 || value == 1;
    if (variable.type == VariableType::Integer && !isWhole(value)) return false;
    return (!variable.minimum || value >= *variable.minimum) && (!variable.maximum || value <= *variable.maximum);
}

tl::unexpected<Error> wrong(std::size_t record, const std::string& what)
{
    return fail(ErrorKind::Malformed, "record " + std::to_string(record + 1) + ": " + what);
}

Result<void> checkInputs(const DataDictionary& dictionary, const Bundle& bundle)
{
    const auto columns = schema::variablesOfInputs(dictionary);
    const std::size_t ofRecord = bundle.inputs.size() / bundle.records;
    for (std::size_t i = 0; i < bundle.inputs.size(); ++i) {
        const Variable& variable = *columns[i % columns.size()];
        if (!isInRange(variable, bundle.inputs[i])) return wrong(i / ofRecord, "input " + variable.name + " is out of what the dictionary allows");
    }
    return {};
}

/// Appends the target of one record.
Result<void> addTarget(const DataDictionary& dictionary, const Bundle& bundle, std::size_t record, schema::RecordSet& records)
{
    if (dictionary.targetKind == TargetKind::TimeToEvent) {
        const double time = bundle.targets[2 * record], event = bundle.targets[2 * record + 1];
        if (!isInRange(*dictionary.find(dictionary.target), time) || time < 0) return wrong(record, "target is no time that the dictionary allows");
        if (event != 0 && event != 1) return wrong(record, "event is neither 0 nor 1");
        records.targets.push_back(time);
        records.events.push_back(event == 1 ? 1 : 0);
        return {};
    }
    const double value = bundle.targets[record];
    if (dictionary.targetKind == TargetKind::Class) {
        if (!(value >= 0) || value >= static_cast<double>(dictionary.targetClasses()) || !isWhole(value)) return wrong(record, "target is no class");
        records.targets.push_back(value);
        return {};
    }
    if (!isInRange(*dictionary.find(dictionary.target), value)) return wrong(record, "target is out of what the dictionary allows");
    const bool isBinary = dictionary.targetKind == TargetKind::Binary;
    records.targets.push_back(isBinary ? (value > dictionary.targetPositiveAbove ? 1 : 0) : value);
    return {};
}

Result<schema::Dataset> assemble(const DataDictionary& dictionary, const study::ModelSpec& model, const Bundle& bundle, const schema::Split& split)
{
    schema::Dataset dataset;
    dataset.inputNames = dictionary.inputNames();
    dataset.recordsInFile = bundle.records;
    for (schema::RecordSet* part : {&dataset.train, &dataset.test}) {
        part->columns = columnsOf(model);
        part->targetKind = dictionary.targetKind;
    }
    std::set<std::string> matched;
    const std::size_t ofRecord = columnsOf(model);
    for (std::size_t record = 0; record < bundle.records; ++record) {
        const float subject = bundle.subjects[record];
        if (!(subject >= 0) || subject > kLargestSubject || !isWhole(subject)) return wrong(record, "subject is no whole number of 0 to 16777216");
        const auto found = split.find(std::to_string(static_cast<std::uint32_t>(subject)));
        if (found == split.end()) {
            ++dataset.unassignedRecords;
            continue;
        }
        matched.insert(found->first);
        schema::RecordSet& part = found->second == schema::Part::Train ? dataset.train : dataset.test;
        TRY(addTarget(dictionary, bundle, record, part));
        const auto inputs = bundle.inputs.subspan(record * ofRecord, ofRecord);
        part.features.insert(part.features.end(), inputs.begin(), inputs.end());
    }
    if (matched.size() != split.size()) {
        return fail(ErrorKind::Malformed, "the split names " + std::to_string(split.size() - matched.size()) + " subjects that are not in it");
    }
    if (dataset.train.records() < 2 || dataset.test.records() < 1) return fail(ErrorKind::Malformed, "has fewer than 2 training and 1 test records");
    return dataset;
}

}  // namespace

Result<schema::Dataset> parseTensorBundle(const DataDictionary& dictionary, const study::ModelSpec& model, BytesView bundle,
                                          const schema::Split& split)
{
    if (model.inputs != dictionary.inputNames().size()) return fail(ErrorKind::Malformed, "model and dictionary differ in the number of inputs");
    TRY_ASSIGN(opened, openBundle(bundle, model, dictionary.targetKind));
    TRY(checkInputs(dictionary, opened));
    return assemble(dictionary, model, opened, split);
}

Result<schema::Dataset> readTensorBundle(const DataDictionary& dictionary, const study::ModelSpec& model, const std::filesystem::path& bundle,
                                         const std::filesystem::path& split, const BundleLimits& limits)
{
    TRY(schema::validate(dictionary));
    const auto identifier = std::find_if(dictionary.variables.begin(), dictionary.variables.end(),
                                         [](const Variable& variable) { return variable.type == VariableType::Identifier; });
    if (identifier == dictionary.variables.end()) return fail(ErrorKind::Malformed, "dictionary has no identifier, which the split needs");
    TRY_ASSIGN(parts, schema::readSplit(identifier->name, split));
    TRY_ASSIGN(bytes, readFile(bundle, limits));
    auto dataset = parseTensorBundle(dictionary, model, bytes, parts);
    if (!dataset) return failAt(bundle.filename().string(), dataset.error());
    return std::move(*dataset);
}

}  // namespace quorate::learning
