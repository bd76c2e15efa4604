// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/rounds/fold.h"

#include <algorithm>
#include <charconv>

namespace quorate::services {
namespace {

/// The shortest text that is read back as the same number.
std::string textOf(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

/// The sink's pieces are as large as the rule likes; sealed records are not.
class BlockAppender {
public:
    explicit BlockAppender(ModelWriter& writer) : m_writer(writer) { m_block.reserve(ModelWriter::kBlockValues); }

    Result<void> add(std::span<const float> values)
    {
        while (!values.empty()) {
            const bool isDirect = m_block.empty() && values.size() >= ModelWriter::kBlockValues;
            const std::size_t size = isDirect ? values.size() / ModelWriter::kBlockValues * ModelWriter::kBlockValues
                                              : std::min(values.size(), ModelWriter::kBlockValues - m_block.size());
            if (isDirect) {
                TRY(m_writer.append(values.first(size)));
            } else {
                m_block.insert(m_block.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
                if (m_block.size() == ModelWriter::kBlockValues) TRY(flush());
            }
            values = values.subspan(size);
        }
        return {};
    }
    Result<void> flush()
    {
        if (m_block.empty()) return {};
        TRY(m_writer.append(m_block));
        m_block.clear();
        return {};
    }

private:
    ModelWriter& m_writer;
    std::vector<float> m_block;
};

}  // namespace

Result<FoldedRound> foldRound(const ClosingRound& round, learning::ServerState& state, ModelWriter writer, const RandomSource& random)
{
    BlockAppender appender(writer);
    const auto sink = [&](std::uint64_t, std::span<const float> values) { return appender.add(values); };
    FoldedRound out;
    if (round.privacy) {
        TRY_ASSIGN(done, learning::aggregatePrivately(round.plan, round.manifest, round.updates, *round.base, state, sink, *round.privacy, random));
        out.outcomes = std::move(done.outcomes);
        out.withinNorm = done.withinNorm;
    } else if (round.folded) {
        TRY(learning::aggregateFolded(round.plan, round.manifest, *round.folded, *round.base, state, sink,
                                      {.populationWeight = round.populationWeight}));
        for (const auto& update : round.updates) out.outcomes.push_back({update.site, true, 1});
        std::ranges::sort(out.outcomes, {}, &learning::UpdateOutcome::site);
    } else {
        TRY_ASSIGN(outcomes, learning::aggregate(round.plan, round.manifest, round.updates, *round.base, state, sink,
                                                    {.populationWeight = round.populationWeight}));
        out.outcomes = std::move(outcomes);
    }
    TRY(appender.add(state.control));
    TRY(appender.flush());
    TRY_ASSIGN(model, writer.finish());
    out.model = std::move(model);
    return out;
}

std::string ruleText(const study::AggregationPlan& plan)
{
    using Rule = study::AggregationRule;
    std::string out = study::nameOf(plan.rule);
    const auto add = [&](const char* name, const std::string& value) { out += std::string(" ") + name + "=" + value; };
    const bool isAdaptive = plan.rule == Rule::FedAdam || plan.rule == Rule::FedYogi || plan.rule == Rule::FedAdagrad;
    if (isAdaptive || plan.rule == Rule::FedAvgM || plan.rule == Rule::Scaffold) add("server-learning-rate", textOf(plan.serverLearningRate));
    if (plan.rule == Rule::FedAvgM) add("momentum", textOf(plan.momentum));
    if (isAdaptive) {
        add("beta1", textOf(plan.beta1));
        add("beta2", textOf(plan.beta2));
        add("tau", textOf(plan.tau));
    }
    if (plan.rule == Rule::TrimmedMean || plan.rule == Rule::Krum || plan.rule == Rule::MultiKrum) {
        add("byzantine-sites", std::to_string(plan.byzantineSites));
    }
    if (plan.rule == Rule::MultiKrum) add("selected-sites", std::to_string(plan.selectedSites));
    if (plan.rule == Rule::GeometricMedian) {
        add("smoothing", textOf(plan.smoothing));
        add("iterations", std::to_string(plan.iterations));
    }
    if (plan.clipNorm > 0) add("clip-norm", textOf(plan.clipNorm));
    return out;
}

std::string outcomeText(const learning::UpdateOutcome& outcome)
{
    if (!outcome.isSelected) return "left-out";
    return outcome.clipFactor < 1 ? "clipped:" + textOf(outcome.clipFactor) : "aggregated";
}

}  // namespace quorate::services
