// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/ridge.h"

#include <algorithm>
#include <cmath>

namespace quorate::learning {

Result<void> RidgeStatistics::add(const RidgeStatistics& other)
{
    if (other.columns != columns) {
        return fail(ErrorKind::Malformed,
                    "statistics are of " + std::to_string(other.columns) + " columns, want " + std::to_string(columns));
    }
    std::transform(gram.begin(), gram.end(), other.gram.begin(), gram.begin(), std::plus<>());
    std::transform(moment.begin(), moment.end(), other.moment.begin(), moment.begin(), std::plus<>());
    return {};
}

RidgeStatistics ridgeStatistics(const schema::RecordSet& records)
{
    RidgeStatistics out;
    out.columns = records.columns + 1;
    out.gram.resize(out.columns * out.columns);
    out.moment.resize(out.columns);
    std::vector<double> row(out.columns, 1.0);
    for (std::size_t r = 0; r < records.records(); ++r) {
        std::copy_n(records.features.begin() + static_cast<std::ptrdiff_t>(r * records.columns), records.columns, row.begin());
        for (std::size_t i = 0; i < out.columns; ++i) {
            for (std::size_t j = 0; j < out.columns; ++j) out.gram[i * out.columns + j] += row[i] * row[j];
            out.moment[i] += row[i] * static_cast<double>(records.targets[r]);
        }
    }
    return out;
}

Result<std::vector<double>> solveRidge(const RidgeStatistics& statistics, double lambda)
{
    if (!(lambda >= 0)) return fail(ErrorKind::Malformed, "lambda is not 0 or above");
    const std::size_t n = statistics.columns;
    std::vector<double> lower = statistics.gram;
    const auto at = [&](std::size_t i, std::size_t j) -> double& { return lower[i * n + j]; };
    for (std::size_t i = 0; i + 1 < n; ++i) at(i, i) += lambda;
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < j; ++k) at(j, j) -= at(j, k) * at(j, k);
        if (!(at(j, j) > 0)) return fail(ErrorKind::Malformed, "records do not determine the coefficients; lambda above 0 would");
        at(j, j) = std::sqrt(at(j, j));
        for (std::size_t i = j + 1; i < n; ++i) {
            for (std::size_t k = 0; k < j; ++k) at(i, j) -= at(i, k) * at(j, k);
            at(i, j) /= at(j, j);
        }
    }
    std::vector<double> solution = statistics.moment;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) solution[i] -= at(i, k) * solution[k];
        solution[i] /= at(i, i);
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) solution[i] -= at(k, i) * solution[k];
        solution[i] /= at(i, i);
    }
    return solution;
}

}  // namespace quorate::learning
