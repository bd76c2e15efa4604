// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::services {

/// The newest preview of each site of each study, in memory: a site that dials again offers it again. Thread-safe.
class PreviewBook {
public:
    struct Offered {
        Uuid site;
        std::string preview;
        UtcMillis at;
    };
    void put(const Uuid& study, Offered offered)
    {
        const std::lock_guard lock(m_mutex);
        const Uuid site = offered.site;
        m_previews[study].insert_or_assign(site, std::move(offered));
    }
    [[nodiscard]] std::vector<Offered> of(const Uuid& study) const
    {
        const std::lock_guard lock(m_mutex);
        std::vector<Offered> out;
        const auto found = m_previews.find(study);
        if (found == m_previews.end()) return out;
        for (const auto& [site, offered] : found->second) out.push_back(offered);
        return out;
    }

private:
    mutable std::mutex m_mutex;
    std::map<Uuid, std::map<Uuid, Offered>> m_previews;
};

}  // namespace quorate::services
