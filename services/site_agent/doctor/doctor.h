// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/trust/trust_anchors.h"
#include "services/site_agent/doctor/network_probe.h"
#include "services/site_agent/site_config.h"

namespace quorate::services {

enum class StepOutcome {
    Works,
    Warning,     ///< Works now, but not for long or not for sure.
    Fails,
    NotReached,  ///< A step that it rests on failed.
};

/// One thing that must work between this node and the service.
struct DoctorStep {
    std::string name;    ///< Stable: "package", "identity", "dates", "policy", "proxy", "dns", "tcp", "tunnel", "tls",
                         ///< "attestation", "clock", "membership".
    StepOutcome outcome = StepOutcome::NotReached;
    std::string detail;  ///< What was found.
    std::string advice;  ///< What to do, and who; empty when nothing is.
    ErrorKind kind = ErrorKind::Internal;  ///< Of a step that fails.
};

/// What the people of the hospital's firewall must let through; all of it outbound.
struct FirewallRule {
    Endpoint to;
    std::vector<std::string> addresses;  ///< That the name has now.
    std::optional<Endpoint> tunnelTo;    ///< `to` is a proxy that must open a tunnel to this.
};

struct DoctorReport {
    std::string site;
    std::string service;
    std::vector<DoctorStep> steps;
    std::vector<FirewallRule> firewall;

    /// The first step that fails; null when all work.
    [[nodiscard]] const DoctorStep* firstFailure() const;
};

struct DoctorOptions {
    SiteFiles files;
    attestation::TrustAnchors anchors;  ///< That the service's evidence must lead to.
    int stepSeconds = 10;
};

/// Tries the way from this computer to the service, step by step; sends nothing but what a joining node sends, and no record
/// is read.
DoctorReport examine(const DoctorOptions& options, const Clock& clock, const RandomSource& random);

/// For people, and {"steps": [...], "firewall": [...]}.
std::string toText(const DoctorReport& report);
std::string toJson(const DoctorReport& report);

}  // namespace quorate::services
