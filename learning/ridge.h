// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/schema/dataset.h"

namespace quorate::learning {

/// All that ridge regression needs to know of records: X'X and X'y, with a constant 1 as last column of X. Sites' statistics
/// add up to those of the pooled records, so that one round gives the pooled model.
struct RidgeStatistics {
    std::size_t columns = 0;     ///< Of X, with the constant.
    std::vector<double> gram;    ///< X'X, row-major.
    std::vector<double> moment;  ///< X'y.

    /// Malformed when the other is of another width.
    Result<void> add(const RidgeStatistics& other);
};

RidgeStatistics ridgeStatistics(const schema::RecordSet& records);

/// The coefficients, constant last, that minimise |y - X w|^2 + lambda |w|^2 (constant not penalised), by Cholesky's
/// decomposition. Malformed when lambda is negative or X'X is not positive definite.
Result<std::vector<double>> solveRidge(const RidgeStatistics& statistics, double lambda);

}  // namespace quorate::learning
