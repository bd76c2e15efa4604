// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/schema/dataset.h"
#include "learning/model.h"
#include "learning/trainable.h"

namespace quorate::learning {

/// Logistic, linear, softmax and Cox regression: gradients in closed form and float64, which costs a fraction of what
/// automatic differentiation of so small a model does (docs/decisions/0081-closed-form-gradients.md).
class LinearModel final : public Trainable<double> {
public:
    /// `weights` of manifestOf(spec), `records` past checkRecords; they outlive the model.
    LinearModel(const study::ModelSpec& spec, const ModelWeights& weights, const schema::RecordSet& records);

    std::span<double> weights() override { return m_weights; }
    std::span<double> meanGradient(std::span<const std::int64_t> rows) override;
    std::span<double> clippedSum(std::span<const std::int64_t> rows, double clipNorm) override;

    /// Before sigmoid or softmax, rows x outputs; valid until the next call.
    std::span<const double> outputsOf(std::span<const std::int64_t> rows);

private:
    /// Turns the outputs of `rows` into the derivative of their summed loss (Cox: of the mean by event).
    void differentiate(std::span<const std::int64_t> rows);
    void differentiateCox(std::span<const std::int64_t> rows);
    void addGradient(std::int64_t row, std::span<const double> derivative, double scale);
    [[nodiscard]] const double* featuresOf(std::int64_t row) const;

    const schema::RecordSet& m_records;
    std::size_t m_inputs;
    std::size_t m_outputs;
    bool m_hasBias;
    std::vector<double> m_weights;
    std::vector<double> m_gradient;
    std::vector<double> m_results;  ///< Outputs of the batch, then their derivatives.
    std::vector<std::size_t> m_order;   ///< Of a batch by time.
    std::vector<double> m_atRisk;       ///< Along m_order: the summed hazards of the record and all later ones.
};

/// What the model says of each record, records x outputs: a probability, a number, the classes' probabilities, or a log
/// hazard ratio.
std::vector<double> predictLinear(const study::ModelSpec& spec, const ModelWeights& weights, const schema::RecordSet& records);

/// Outputs to predictions, in place: sigmoid for a binary target, softmax over `outputs` for a class.
void toPredictions(std::span<double> results, schema::TargetKind target, std::size_t outputs);

}  // namespace quorate::learning
