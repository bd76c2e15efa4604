// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/model_target.h"

#include <array>

namespace quorate::study {
namespace {

const char* nameOf(schema::TargetKind target)
{
    static constexpr std::array kNames{"a binary target", "a decimal target", "a class", "a time to an event"};
    return kNames.at(static_cast<std::size_t>(target));
}

bool isPredicted(ModelKind kind, schema::TargetKind target)
{
    switch (kind) {
    case ModelKind::LogisticRegression: return target == schema::TargetKind::Binary;
    case ModelKind::LinearRegression: return target == schema::TargetKind::Decimal;
    case ModelKind::SoftmaxRegression: return target == schema::TargetKind::Class;
    case ModelKind::CoxRegression: return target == schema::TargetKind::TimeToEvent;
    case ModelKind::MultilayerPerceptron:
    case ModelKind::Lstm:
    case ModelKind::TorchScript: return true;
    }
    return false;
}

}  // namespace

Result<void> checkTarget(const ModelSpec& model, schema::TargetKind target, std::size_t classes)
{
    if (!isPredicted(model.kind, target)) {
        return fail(ErrorKind::PolicyRefused, std::string(nameOf(model.kind)) + " does not predict " + nameOf(target));
    }
    const std::size_t wanted = target == schema::TargetKind::Class ? classes : 1;
    if (model.outputs != wanted) {
        return fail(ErrorKind::PolicyRefused, "the model has " + std::to_string(model.outputs) + " outputs, " + nameOf(target) +
                                                  " wants " + std::to_string(wanted));
    }
    return {};
}

}  // namespace quorate::study
