// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/linear_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "learning/vectorised.h"

namespace quorate::learning {

namespace {

/// Sums kept side by side, so that the loop is a vector loop; the order of summation is the same on every machine.
constexpr std::size_t kLanes = 4;

double dot(const double* a, const double* b, std::size_t size)
{
    std::array<double, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= size; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
    }
    for (; i < size; ++i) sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// dot() of each of `rows` rows with b, to the bit.
QUORATE_WIDE_VECTORS void dots(const double* matrix, std::size_t rows, const double* b, std::size_t size, double* out)
{
    std::size_t row = 0;
#if defined(__GNUC__)
    // Five rows side by side, as each sum waits for itself. Written as vectors, for the compiler's own are of the wrong loop.
    using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));
    constexpr std::size_t kRows = 5;
    for (; row + kRows <= rows && size % kLanes == 0; row += kRows) {
        const double* a = matrix + row * size;
        Lanes sums[kRows] = {};
        for (std::size_t i = 0; i < size; i += kLanes) {
            Lanes right;
            std::memcpy(&right, b + i, sizeof right);
            for (std::size_t r = 0; r < kRows; ++r) {
                Lanes left;
                std::memcpy(&left, a + r * size + i, sizeof left);
                sums[r] += left * right;
            }
        }
        for (std::size_t r = 0; r < kRows; ++r) out[row + r] = (sums[r][0] + sums[r][1]) + (sums[r][2] + sums[r][3]);
    }
#endif
    for (; row < rows; ++row) out[row] = dot(matrix + row * size, b, size);
}

/// matrix += scale x (column of `rows` values) x (row of `size` values).
QUORATE_WIDE_VECTORS void addOuterProduct(const double* column, std::size_t rows, double scale, const double* values, std::size_t size,
                                          double* matrix)
{
    for (std::size_t row = 0; row < rows; ++row) {
        const double factor = column[row] * scale;
        for (std::size_t i = 0; i < size; ++i) matrix[row * size + i] += factor * values[i];
    }
}

double sigmoid(double value)
{
    // The exponential of a negative number only: it cannot overflow.
    const double e = std::exp(-std::abs(value));
    return value >= 0 ? 1 / (1 + e) : e / (1 + e);
}

void softmax(std::span<double> values)
{
    const double largest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (double& value : values) sum += value = std::exp(value - largest);
    for (double& value : values) value /= sum;
}

}  // namespace

void toPredictions(std::span<double> results, schema::TargetKind target, std::size_t outputs)
{
    if (target == schema::TargetKind::Binary) {
        for (double& value : results) value = sigmoid(value);
    }
    if (target == schema::TargetKind::Class) {
        for (std::size_t first = 0; first < results.size(); first += outputs) softmax(results.subspan(first, outputs));
    }
}

LinearModel::LinearModel(const study::ModelSpec& spec, const ModelWeights& weights, const schema::RecordSet& records)
    : m_records(records), m_inputs(spec.inputs), m_outputs(spec.outputs), m_hasBias(spec.kind != study::ModelKind::CoxRegression),
      m_weights(weights.values.begin(), weights.values.end()), m_gradient(m_weights.size())
{
}

const double* LinearModel::featuresOf(std::int64_t row) const
{
    return m_records.features.data() + static_cast<std::size_t>(row) * m_inputs;
}

std::span<const double> LinearModel::outputsOf(std::span<const std::int64_t> rows)
{
    m_results.resize(rows.size() * m_outputs);
    const double* bias = m_weights.data() + m_inputs * m_outputs;
    double* result = m_results.data();
    for (const std::int64_t row : rows) {
        dots(m_weights.data(), m_outputs, featuresOf(row), m_inputs, result);
        for (std::size_t output = 0; output < m_outputs; ++output) *result++ += m_hasBias ? bias[output] : 0;
    }
    return m_results;
}

void LinearModel::differentiate(std::span<const std::int64_t> rows)
{
    outputsOf(rows);
    if (m_records.targetKind == schema::TargetKind::TimeToEvent) return differentiateCox(rows);
    toPredictions(m_results, m_records.targetKind, m_outputs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double target = m_records.targets[static_cast<std::size_t>(rows[i])];
        if (m_records.targetKind == schema::TargetKind::Class) {
            m_results[i * m_outputs + static_cast<std::size_t>(target)] -= 1;
        } else if (m_records.targetKind == schema::TargetKind::Decimal) {
            m_results[i] = 2 * (m_results[i] - target);
        } else {
            m_results[i] -= target;
        }
    }
}

void LinearModel::differentiateCox(std::span<const std::int64_t> rows)
{
    const auto timeOf = [&](std::size_t i) { return m_records.targets[static_cast<std::size_t>(rows[i])]; };
    const auto eventOf = [&](std::size_t i) { return static_cast<double>(m_records.events[static_cast<std::size_t>(rows[i])]); };
    m_order.resize(rows.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    std::sort(m_order.begin(), m_order.end(), [&](std::size_t a, std::size_t b) {
        return timeOf(a) != timeOf(b) ? timeOf(a) < timeOf(b) : a < b;
    });
    const double largest = *std::max_element(m_results.begin(), m_results.end());
    double events = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        m_results[i] = std::exp(m_results[i] - largest);
        events += eventOf(i);
    }
    // Summed from the last time back: subtracting those who leave would end in rounding errors.
    m_atRisk.resize(rows.size());
    double atRisk = 0;
    for (std::size_t i = rows.size(); i-- > 0;) m_atRisk[i] = atRisk += m_results[m_order[i]];
    // What the events up to a record's time add to it (Breslow: tied events share the first one's risk set).
    double hazard = 0;
    for (std::size_t first = 0; first < m_order.size();) {
        std::size_t end = first;
        double eventsHere = 0;
        for (; end < m_order.size() && timeOf(m_order[end]) == timeOf(m_order[first]); ++end) eventsHere += eventOf(m_order[end]);
        if (eventsHere > 0) hazard += eventsHere / m_atRisk[first];
        for (; first < end; ++first) {
            double& result = m_results[m_order[first]];
            result = events > 0 ? (result * hazard - eventOf(m_order[first])) / events : 0;
        }
    }
}

void LinearModel::addGradient(std::int64_t row, std::span<const double> derivative, double scale)
{
    addOuterProduct(derivative.data(), m_outputs, scale, featuresOf(row), m_inputs, m_gradient.data());
    double* bias = m_gradient.data() + m_inputs * m_outputs;
    for (std::size_t output = 0; m_hasBias && output < m_outputs; ++output) bias[output] += derivative[output] * scale;
}

std::span<double> LinearModel::meanGradient(std::span<const std::int64_t> rows)
{
    differentiate(rows);
    std::fill(m_gradient.begin(), m_gradient.end(), 0.0);
    const bool isSum = m_records.targetKind != schema::TargetKind::TimeToEvent;
    const double scale = isSum ? 1 / static_cast<double>(rows.size()) : 1;
    for (std::size_t i = 0; i < rows.size(); ++i) addGradient(rows[i], std::span(m_results).subspan(i * m_outputs, m_outputs), scale);
    return m_gradient;
}

std::span<double> LinearModel::clippedSum(std::span<const std::int64_t> rows, double clipNorm)
{
    std::fill(m_gradient.begin(), m_gradient.end(), 0.0);
    if (rows.empty()) return m_gradient;
    differentiate(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto derivative = std::span(m_results).subspan(i * m_outputs, m_outputs);
        // A record's gradient is the product of derivative and (features, 1), and its norm the product of theirs.
        const double inputs = dot(featuresOf(rows[i]), featuresOf(rows[i]), m_inputs) + (m_hasBias ? 1 : 0);
        const double norm = std::sqrt(dot(derivative.data(), derivative.data(), m_outputs) * inputs);
        addGradient(rows[i], derivative, norm > clipNorm ? clipNorm / norm : 1);
    }
    return m_gradient;
}

std::vector<double> predictLinear(const study::ModelSpec& spec, const ModelWeights& weights, const schema::RecordSet& records)
{
    LinearModel model(spec, weights, records);
    std::vector<std::int64_t> rows(records.records());
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    const auto outputs = model.outputsOf(rows);
    std::vector<double> predictions(outputs.begin(), outputs.end());
    toPredictions(predictions, records.targetKind, spec.outputs);
    return predictions;
}

}  // namespace quorate::learning
