// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_processes.h"
#include "enclave_client/member_session.h"

namespace quorate::demo {

/// A session for one member of the demo, connected to a service that was accepted.
Result<std::unique_ptr<MemberSession>> sessionFor(const DemoWorld& world, const Identity& identity, const std::string& service,
                                                  bool studyKnown = true);
/// The coordinator publishes the demo study.
Result<void> publishStudy(const DemoWorld& world, const std::string& service);
/// Waits until every site agent has joined with its evidence; an agent that ended says why.
Result<void> waitForSites(const DemoWorld& world, const std::string& service, DemoProcesses& processes);
/// Every reviewer approves for the own site.
Result<void> approveAll(const DemoWorld& world, const std::string& service);
/// The reviewers who have not decided yet approve.
Result<void> approveMissing(const DemoWorld& world, const std::string& service, const StudyRecord& record);
/// The coordinator freezes the statement, then the first `shares` custodians seal theirs.
Result<void> freezeAndSeal(const DemoWorld& world, const std::string& service, std::uint32_t shares);
/// As many custodians as are still needed seal their shares, over a statement that is frozen first if there is none.
Result<void> sealMissing(const DemoWorld& world, const std::string& service, const StudyRecord& record);

}  // namespace quorate::demo
