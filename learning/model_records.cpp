// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/model_records.h"

#include <algorithm>
#include <cmath>

#include "core/study/model_target.h"

namespace quorate::learning {

namespace {

using schema::TargetKind;

bool isOfKind(double target, TargetKind kind, std::uint32_t outputs)
{
    switch (kind) {
    case TargetKind::Binary: return target == 0 || target == 1;
    case TargetKind::Decimal: return std::isfinite(target);
    case TargetKind::Class: return target >= 0 && target < outputs && target == std::floor(target);
    case TargetKind::TimeToEvent: return std::isfinite(target) && target >= 0;
    }
    return false;
}

const char* wantedOf(TargetKind kind)
{
    switch (kind) {
    case TargetKind::Binary: return "0 or 1";
    case TargetKind::Decimal: return "a finite number";
    case TargetKind::Class: return "the number of a class";
    case TargetKind::TimeToEvent: return "a time of 0 or more";
    }
    return "";
}

}  // namespace

std::size_t columnsOf(const study::ModelSpec& spec)
{
    return static_cast<std::size_t>(spec.inputs) * std::max<std::size_t>(1, spec.sequenceLength);
}

bool isLinear(study::ModelKind kind) { return kind <= study::ModelKind::CoxRegression; }

Result<void> checkRecords(const study::ModelSpec& spec, const schema::RecordSet& records)
{
    if (records.columns != columnsOf(spec)) {
        return fail(ErrorKind::Malformed, "records have " + std::to_string(records.columns) + " inputs, want " +
                                              std::to_string(columnsOf(spec)));
    }
    if (records.records() == 0 || records.features.size() != records.records() * records.columns) {
        return fail(ErrorKind::Malformed, "there is no record, or features and outcomes differ in number");
    }
    TRY(study::checkTarget(spec, records.targetKind, spec.outputs));
    const bool isFit = std::all_of(records.targets.begin(), records.targets.end(),
                                   [&](double target) { return isOfKind(target, records.targetKind, spec.outputs); });
    if (!isFit) return fail(ErrorKind::Malformed, std::string("a record's target is not ") + wantedOf(records.targetKind));
    const std::size_t events = records.targetKind == TargetKind::TimeToEvent ? records.records() : 0;
    if (records.events.size() != events) {
        return fail(ErrorKind::Malformed, "records have " + std::to_string(records.events.size()) + " events, want " + std::to_string(events));
    }
    return {};
}

}  // namespace quorate::learning
