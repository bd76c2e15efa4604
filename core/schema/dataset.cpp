// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/dataset.h"

#include <algorithm>
#include <cmath>

namespace quorate::schema {

std::size_t RecordSet::positives() const
{
    return static_cast<std::size_t>(std::count(targets.begin(), targets.end(), 1.0));
}

namespace {

Result<Standardisation> fitStandardisation(const RecordSet& train, std::size_t inputs)
{
    if (train.records() < 2) {
        return fail(ErrorKind::Malformed, "training part has " + std::to_string(train.records()) + " records, want at least 2");
    }
    if (inputs == 0 || train.columns % inputs != 0) return fail(ErrorKind::Malformed, "records are no whole steps of their inputs");
    const std::size_t rows = train.features.size() / inputs;
    Standardisation result;
    for (std::size_t column = 0; column < inputs; ++column) {
        double sum = 0;
        for (std::size_t row = 0; row < rows; ++row) sum += train.features[row * inputs + column];
        const double mean = sum / static_cast<double>(rows);
        double squares = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            const double difference = train.features[row * inputs + column] - mean;
            squares += difference * difference;
        }
        const double deviation = std::sqrt(squares / static_cast<double>(rows - 1));
        // Rounding of the mean can leave a constant column a deviation of a few units in its last place.
        const bool isConstant = deviation <= 1e-12 * std::max(1.0, std::abs(mean));
        result.means.push_back(mean);
        result.scales.push_back(isConstant ? 1.0 : deviation);
    }
    return result;
}

Dataset apply(const Standardisation& standardisation, Dataset dataset)
{
    const std::size_t inputs = standardisation.means.size();
    for (RecordSet* part : {&dataset.train, &dataset.test}) {
        for (std::size_t i = 0; i < part->features.size(); ++i) {
            double& value = part->features[i];
            value = (value - standardisation.means[i % inputs]) / standardisation.scales[i % inputs];
        }
    }
    return dataset;
}

bool isCategorical(const Variable& variable) { return variable.type == VariableType::Categorical; }

}  // namespace

Result<Dataset> standardised(Dataset dataset)
{
    TRY_ASSIGN(standardisation, fitStandardisation(dataset.train, dataset.inputNames.size()));
    return apply(standardisation, std::move(dataset));
}

Result<Dataset> scaledByRange(const DataDictionary& dictionary, Dataset dataset)
{
    if (const auto without = inputsWithoutRange(dictionary); !without.empty()) {
        return fail(ErrorKind::Malformed, "input " + without.front() + " has no range to be scaled by");
    }
    Standardisation ranges;
    for (const Variable* variable : variablesOfInputs(dictionary)) {
        const double least = isCategorical(*variable) ? -1 : *variable->minimum;
        const double most = isCategorical(*variable) ? 1 : *variable->maximum;
        ranges.means.push_back(least + (most - least) / 2);
        ranges.scales.push_back(most > least ? (most - least) / 2 : 1);
    }
    return apply(ranges, std::move(dataset));
}

std::vector<std::string> inputsWithoutRange(const DataDictionary& dictionary)
{
    std::vector<std::string> names;
    for (const Variable* variable : variablesOfInputs(dictionary)) {
        if (!isCategorical(*variable) && !(variable->minimum && variable->maximum)) names.push_back(variable->name);
    }
    return names;
}

std::vector<const Variable*> variablesOfInputs(const DataDictionary& dictionary)
{
    std::vector<const Variable*> columns;
    for (const Variable& variable : dictionary.variables) {
        if (!variable.isInput) continue;
        columns.insert(columns.end(), isCategorical(variable) ? variable.levels.size() - 1 : 1, &variable);
    }
    return columns;
}

}  // namespace quorate::schema
