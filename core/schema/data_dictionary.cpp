// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/data_dictionary.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace quorate::schema {

namespace {

constexpr std::size_t kMaxVariables = 512;
constexpr std::size_t kMaxLevels = 256;
constexpr std::size_t kMaxNameBytes = 64;

tl::unexpected<Error> malformed(const Variable& variable, const std::string& message)
{
    return fail(ErrorKind::Malformed, "variable " + variable.name + " " + message);
}

bool isName(const std::string& text)
{
    return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

bool isNumber(const Variable& variable)
{
    return variable.type == VariableType::Integer || variable.type == VariableType::Decimal;
}

Result<void> validateLevels(const Variable& variable)
{
    if (variable.type != VariableType::Categorical) {
        if (!variable.levels.empty()) {
            return malformed(variable, "has levels, which only a categorical variable may have");
        }
        return {};
    }
    if (variable.levels.size() < 2 || variable.levels.size() > kMaxLevels) {
        return malformed(variable, "has " + std::to_string(variable.levels.size()) + " levels, want 2 to " +
                                       std::to_string(kMaxLevels));
    }
    std::set<std::string> codes;
    for (const Level& level : variable.levels) {
        if (!isName(level.code)) {
            return malformed(variable, "has a level code that is empty, too long or not of letters, digits, . _ -");
        }
        if (!codes.insert(level.code).second) {
            return malformed(variable, "has level " + level.code + " twice");
        }
    }
    return {};
}

Result<void> validateRange(const Variable& variable)
{
    if (!isNumber(variable) && (variable.minimum || variable.maximum)) {
        return malformed(variable, "has a range, which only a number may have");
    }
    if ((variable.minimum && !std::isfinite(*variable.minimum)) || (variable.maximum && !std::isfinite(*variable.maximum))) {
        return malformed(variable, "has a range that is not finite");
    }
    if (variable.minimum && variable.maximum && *variable.minimum > *variable.maximum) {
        return malformed(variable, "has a minimum above its maximum");
    }
    return {};
}

Result<void> validateVariable(const Variable& variable)
{
    if (!isName(variable.name)) {
        return fail(ErrorKind::Malformed, "a variable name is empty, longer than " + std::to_string(kMaxNameBytes) +
                                              " or not of letters, digits, . _ -");
    }
    TRY(validateLevels(variable));
    TRY(validateRange(variable));
    if (variable.type == VariableType::Identifier && variable.isInput) {
        return malformed(variable, "is an identifier and an input; an identifier never enters the model");
    }
    return {};
}

Result<void> validateEvent(const DataDictionary& dictionary)
{
    if (dictionary.targetKind != TargetKind::TimeToEvent) {
        if (dictionary.eventVariable.empty()) return {};
        return fail(ErrorKind::Malformed, "an event variable is named, which only a time to an event has");
    }
    const Variable* event = dictionary.find(dictionary.eventVariable);
    if (event == nullptr) {
        return fail(ErrorKind::Malformed, "event variable \"" + dictionary.eventVariable + "\" is not a variable of the dictionary");
    }
    if (!isNumber(*event) || event->isInput || event->name == dictionary.target) {
        return malformed(*event, "says whether the event was seen, want a number that is neither an input nor the target");
    }
    return {};
}

Result<void> validateTarget(const DataDictionary& dictionary)
{
    const Variable* target = dictionary.find(dictionary.target);
    if (target == nullptr) {
        return fail(ErrorKind::Malformed, "target \"" + dictionary.target + "\" is not a variable of the dictionary");
    }
    const bool isClass = dictionary.targetKind == TargetKind::Class;
    if (isClass ? target->type != VariableType::Categorical : !isNumber(*target)) {
        return malformed(*target, isClass ? "is the target, want a categorical variable" : "is the target, want a number");
    }
    if (target->isInput) {
        return malformed(*target, "is the target and an input, want one of them");
    }
    if (!std::isfinite(dictionary.targetPositiveAbove)) {
        return fail(ErrorKind::Malformed, "the target's limit is not finite");
    }
    return validateEvent(dictionary);
}

}  // namespace

const Variable* DataDictionary::find(const std::string& name) const
{
    const auto found = std::find_if(variables.begin(), variables.end(), [&](const Variable& v) { return v.name == name; });
    return found == variables.end() ? nullptr : &*found;
}

std::size_t DataDictionary::targetClasses() const
{
    const Variable* variable = targetKind == TargetKind::Class ? find(target) : nullptr;
    return variable == nullptr ? 0 : variable->levels.size();
}

std::vector<std::string> DataDictionary::inputNames() const
{
    std::vector<std::string> names;
    for (const Variable& variable : variables) {
        if (!variable.isInput) continue;
        if (variable.type != VariableType::Categorical) {
            names.push_back(variable.name);
            continue;
        }
        for (std::size_t level = 1; level < variable.levels.size(); ++level) {
            names.push_back(variable.name + "_" + variable.levels[level].code);
        }
    }
    return names;
}

Result<void> validate(const DataDictionary& dictionary)
{
    if (dictionary.variables.empty() || dictionary.variables.size() > kMaxVariables) {
        return fail(ErrorKind::Malformed, "dictionary has " + std::to_string(dictionary.variables.size()) +
                                              " variables, want 1 to " + std::to_string(kMaxVariables));
    }
    std::set<std::string> names;
    std::size_t identifiers = 0;
    for (const Variable& variable : dictionary.variables) {
        TRY(validateVariable(variable));
        if (!names.insert(variable.name).second) {
            return malformed(variable, "is defined twice");
        }
        identifiers += variable.type == VariableType::Identifier ? 1 : 0;
    }
    if (identifiers > 1) {
        return fail(ErrorKind::Malformed, "dictionary has " + std::to_string(identifiers) + " identifiers, want at most 1");
    }
    TRY(validateTarget(dictionary));
    const std::vector<std::string> inputs = dictionary.inputNames();
    if (inputs.empty()) {
        return fail(ErrorKind::Malformed, "dictionary has no input");
    }
    if (std::set<std::string>(inputs.begin(), inputs.end()).size() != inputs.size()) {
        return fail(ErrorKind::Malformed, "two inputs have the same name after one-hot coding");
    }
    return {};
}

}  // namespace quorate::schema
