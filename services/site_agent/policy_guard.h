// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "services/site_agent/site_policy.h"

namespace quorate::services {

/// The hospital's word on one study. Asked last, after service, key and task have been found good, and asked anew each time:
/// the file as it stands then.
class PolicyGuard {
public:
    /// `file` empty: there is none. A study that counts is then refused; a rehearsal goes on, with telemetry.
    PolicyGuard(std::filesystem::path file, const study::StudyProtocol& protocol) : m_file(std::move(file)), m_protocol(protocol) {}

    /// The policy, when it allows the study at this time; PolicyRefused with every reason when it does not.
    [[nodiscard]] Result<SitePolicy> requireAllowed(UtcSeconds now) const;

private:
    std::filesystem::path m_file;
    const study::StudyProtocol& m_protocol;
};

/// Minutes since midnight on this computer's clock.
std::chrono::minutes localTimeOfDay(UtcMillis now);

}  // namespace quorate::services
