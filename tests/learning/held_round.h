// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "learning/aggregate.h"
#include "learning/memory_source.h"

namespace quorate::tests {

/// Collects a model in memory; refuses pieces that are not in order.
inline learning::ModelSink appendTo(std::vector<float>& out)
{
    return [&out](std::uint64_t first, std::span<const float> values) -> Result<void> {
        if (first != out.size()) return fail(ErrorKind::Internal, "pieces are not in order");
        out.insert(out.end(), values.begin(), values.end());
        return {};
    };
}

/// Values that can only be copied, as from a sealed file.
class CopiedSource : public learning::UpdateSource {
public:
    explicit CopiedSource(std::span<const float> values) : m_memory(values) {}
    [[nodiscard]] Result<void> read(std::uint64_t first, std::span<float> out) const override { return m_memory.read(first, out); }

private:
    learning::MemorySource m_memory;
};

/// One round's updates of sites "site-1000", "site-1001" ... and what a rule makes of them.
class HeldRound {
public:
    /// Pseudo-random values between -2 and 2.3 and weights from 10 on; the same on every machine.
    HeldRound(study::AggregationPlan plan, std::size_t sites, std::size_t values) : m_plan(plan), m_manifest{{"w", {values}}}
    {
        std::mt19937 generator(1);
        const auto draw = [&](std::size_t count) {
            std::vector<float> drawn(count);
            for (float& value : drawn) value = static_cast<float>(generator()) * 1e-9F - 2.0F;
            return drawn;
        };
        for (std::size_t i = 0; i < sites; ++i) add(draw(uploadValues()), 10 + 17 * i);
        m_base = draw(values);
    }
    HeldRound(study::AggregationPlan plan, std::vector<std::vector<float>> updates, const std::vector<std::uint64_t>& weights)
        : m_plan(plan), m_manifest{{"w", {updates.front().size() / (plan.rule == study::AggregationRule::Scaffold ? 2 : 1)}}}
    {
        for (std::size_t i = 0; i < updates.size(); ++i) add(std::move(updates[i]), weights[i]);
        m_base.resize(values());
    }

    [[nodiscard]] const learning::ModelManifest& manifest() const { return m_manifest; }
    [[nodiscard]] std::uint64_t values() const { return learning::elementsOf(m_manifest); }
    [[nodiscard]] std::uint64_t uploadValues() const { return learning::elementsOf(learning::exchangedManifest(m_plan, m_manifest)); }
    [[nodiscard]] std::uint64_t weight(std::size_t site) const { return m_weights[site]; }
    [[nodiscard]] const std::vector<float>& update(std::size_t site) const { return m_updates[site]; }
    [[nodiscard]] learning::MemorySource base() const { return learning::MemorySource(m_base); }
    [[nodiscard]] std::vector<float> column(std::size_t value) const
    {
        std::vector<float> column;
        for (const auto& update : m_updates) column.push_back(update[value]);
        return column;
    }

    void setBase(std::vector<float> values) { m_base = std::move(values); }
    void base(float everywhere) { std::fill(m_base.begin(), m_base.end(), everywhere); }
    void setUpdate(std::size_t site, std::vector<float> values) { m_updates[site] = std::move(values); }
    void change(std::size_t site, std::size_t value, float to) { m_updates[site][value] = to; }
    void weigh(std::uint64_t each) { std::fill(m_weights.begin(), m_weights.end(), each); }
    void rename(std::size_t site, std::string name) { m_names[site] = std::move(name); }
    void keepOnDisk() { m_isCopied = true; }
    void scale(float factor)
    {
        for (auto& update : m_updates) {
            for (float& value : update) value *= factor;
        }
    }
    /// The updates change places among the names.
    void shuffleNames(unsigned seed)
    {
        std::mt19937 generator(seed);
        for (std::size_t left = m_names.size(); left > 1; --left) std::swap(m_names[left - 1], m_names[generator() % left]);
    }
    /// The updates arrive in another order, under their own names.
    void shuffleArrival(unsigned seed)
    {
        std::mt19937 generator(seed);
        for (std::size_t left = m_names.size(); left > 1; --left) {
            const std::size_t other = generator() % left;
            std::swap(m_names[left - 1], m_names[other]);
            std::swap(m_weights[left - 1], m_weights[other]);
            std::swap(m_updates[left - 1], m_updates[other]);
        }
    }

    Result<std::vector<learning::UpdateOutcome>> aggregateInto(learning::ServerState& state, const learning::ModelSink& sink,
                                                               const learning::AggregationOptions& options = {}) const
    {
        std::vector<std::unique_ptr<learning::UpdateSource>> sources;
        std::vector<learning::StoredUpdate> stored;
        for (std::size_t i = 0; i < m_updates.size(); ++i) {
            if (m_isCopied) sources.push_back(std::make_unique<CopiedSource>(m_updates[i]));
            else sources.push_back(std::make_unique<learning::MemorySource>(m_updates[i]));
            stored.push_back({m_names[i], m_weights[i], sources.back().get()});
        }
        return learning::aggregate(m_plan, m_manifest, stored, base(), state, sink, options);
    }
    Result<std::vector<float>> aggregate(learning::ServerState& state, const learning::AggregationOptions& options = {},
                                         std::vector<learning::UpdateOutcome>* outcomes = nullptr) const
    {
        std::vector<float> model;
        TRY_ASSIGN(done, aggregateInto(state, appendTo(model), options));
        if (outcomes != nullptr) *outcomes = std::move(done);
        return model;
    }
    /// From an initial state.
    Result<std::vector<float>> aggregate(std::vector<learning::UpdateOutcome>* outcomes = nullptr,
                                         const learning::AggregationOptions& options = {}) const
    {
        auto state = learning::initialState(m_plan.rule, values());
        return aggregate(state, options, outcomes);
    }

private:
    void add(std::vector<float> values, std::uint64_t weight)
    {
        m_names.push_back("site-" + std::to_string(1000 + m_names.size()));
        m_weights.push_back(weight);
        m_updates.push_back(std::move(values));
    }

    study::AggregationPlan m_plan;
    learning::ModelManifest m_manifest;
    std::vector<std::string> m_names;
    std::vector<std::uint64_t> m_weights;
    std::vector<std::vector<float>> m_updates;
    std::vector<float> m_base;
    bool m_isCopied = false;
};

}  // namespace quorate::tests
