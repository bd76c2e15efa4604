// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "learning/update_source.h"

namespace quorate::learning {

/// Values in memory, which belongs to the caller and outlives the source.
class MemorySource : public UpdateSource {
public:
    explicit MemorySource(std::span<const float> values) : m_values(values) {}
    [[nodiscard]] Result<void> read(std::uint64_t firstValue, std::span<float> out) const override
    {
        const auto values = view(firstValue, out.size());
        if (values.size() != out.size()) return fail(ErrorKind::Malformed, "values are beyond the update's last");
        std::copy(values.begin(), values.end(), out.begin());
        return {};
    }
    [[nodiscard]] std::span<const float> view(std::uint64_t firstValue, std::size_t count) const override
    {
        if (firstValue > m_values.size() || count > m_values.size() - firstValue) return {};
        return m_values.subspan(static_cast<std::size_t>(firstValue), count);
    }

private:
    std::span<const float> m_values;
};

}  // namespace quorate::learning
