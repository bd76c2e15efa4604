// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/tensor_bundle.h"

#include <cmath>

using namespace quorate;
using namespace quorate::schema;

namespace {

DataDictionary dictionaryOf(TargetKind target)
{
    Variable subject;
    subject.name = "subject";
    subject.type = VariableType::Identifier;
    subject.isInput = false;
    Variable rate;
    rate.name = "rate";
    rate.type = VariableType::Integer;
    rate.minimum = 0;
    rate.maximum = 300;
    Variable outcome;
    outcome.name = "outcome";
    outcome.isInput = false;
    Variable seen = outcome;
    seen.name = "seen";
    DataDictionary out;
    out.variables = {subject, rate, outcome, seen};
    out.target = "outcome";
    out.targetKind = target;
    if (target == TargetKind::TimeToEvent) out.eventVariable = "seen";
    return out;
}

void checkPart(const RecordSet& part)
{
    if (part.features.size() != part.records() * part.columns) __builtin_trap();
    if (part.events.size() != (part.targetKind == TargetKind::TimeToEvent ? part.records() : 0)) __builtin_trap();
    for (const double value : part.features) {
        if (!(value >= 0 && value <= 300)) __builtin_trap();
    }
    for (const double target : part.targets) {
        if (part.targetKind == TargetKind::Binary ? target != 0 && target != 1 : !(std::isfinite(target) && target >= 0)) __builtin_trap();
    }
}

void tryAs(TargetKind target, const study::ModelSpec& model, BytesView input)
{
    static const Split split{{"1", Part::Train}, {"2", Part::Train}, {"3", Part::Test}};
    const auto dataset = learning::parseTensorBundle(dictionaryOf(target), model, input, split);
    if (!dataset) return;
    checkPart(dataset->train);
    checkPart(dataset->test);
    if (dataset->train.records() + dataset->test.records() + dataset->unassignedRecords != dataset->recordsInFile) __builtin_trap();
}

}  // namespace

/// Records that parse are whole and within what the dictionary allows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    tryAs(TargetKind::Binary, {study::ModelKind::Lstm, 1, 1, 2, 0, 2, {}}, input);
    tryAs(TargetKind::TimeToEvent, {study::ModelKind::CoxRegression, 1, 1}, input);
    return 0;
}
