// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/policy_guard.h"

#include <ctime>

namespace quorate::services {

Result<SitePolicy> PolicyGuard::requireAllowed(UtcSeconds now) const
{
    if (m_file.empty()) {
        if (m_protocol.mode != study::StudyMode::Training) {
            return fail(ErrorKind::PolicyRefused, "this site has no policy of its own, and a study that is no rehearsal needs one");
        }
        SitePolicy rehearsal;
        rehearsal.roundMetrics = true;
        rehearsal.timings = true;
        rehearsal.previews = 1;
        return rehearsal;
    }
    TRY_ASSIGN(policy, readSitePolicy(m_file));
    std::string reasons;
    for (const auto& refusal : refusals(policy, m_protocol, now)) reasons += (reasons.empty() ? "" : "; ") + refusal;
    if (!reasons.empty()) return fail(ErrorKind::PolicyRefused, "this site's policy: " + reasons);
    return policy;
}

std::chrono::minutes localTimeOfDay(UtcMillis now)
{
    const std::time_t time = std::chrono::system_clock::to_time_t(now);
    const std::tm* local = std::localtime(&time);
    return std::chrono::hours(local->tm_hour) + std::chrono::minutes(local->tm_min);
}

}  // namespace quorate::services
