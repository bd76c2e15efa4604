// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/dataset.h"

#include <algorithm>
#include <cmath>

namespace quorate::schema {

std::size_t RecordSet::positives() const
{
    return static_cast<std::size_t>(std::count(targets.begin(), targets.end(), 1.0));
}

Result<Standardisation> fitStandardisation(const RecordSet& train)
{
    const std::size_t records = train.records();
    if (records < 2) {
        return fail(ErrorKind::Malformed, "training part has " + std::to_string(records) + " records, want at least 2");
    }
    Standardisation result;
    for (std::size_t column = 0; column < train.columns; ++column) {
        double sum = 0;
        for (std::size_t row = 0; row < records; ++row) sum += train.features[row * train.columns + column];
        const double mean = sum / static_cast<double>(records);
        double squares = 0;
        for (std::size_t row = 0; row < records; ++row) {
            const double difference = train.features[row * train.columns + column] - mean;
            squares += difference * difference;
        }
        const double deviation = std::sqrt(squares / static_cast<double>(records - 1));
        // Rounding of the mean can leave a constant column a deviation of a few units in its last place.
        const bool isConstant = deviation <= 1e-12 * std::max(1.0, std::abs(mean));
        result.means.push_back(mean);
        result.scales.push_back(isConstant ? 1.0 : deviation);
    }
    return result;
}

RecordSet apply(const Standardisation& standardisation, RecordSet records)
{
    for (std::size_t i = 0; i < records.features.size(); ++i) {
        const std::size_t column = i % records.columns;
        records.features[i] = (records.features[i] - standardisation.means[column]) / standardisation.scales[column];
    }
    return records;
}

Result<Dataset> standardised(Dataset dataset)
{
    TRY_ASSIGN(standardisation, fitStandardisation(dataset.train));
    dataset.train = apply(standardisation, std::move(dataset.train));
    dataset.test = apply(standardisation, std::move(dataset.test));
    return dataset;
}

}  // namespace quorate::schema
