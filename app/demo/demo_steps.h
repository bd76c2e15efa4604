// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_world.h"
#include "enclave_client/member_session.h"

namespace quorate::demo {

/// A session for one member of the demo, connected to a service that was accepted.
Result<std::unique_ptr<MemberSession>> sessionFor(const DemoWorld& world, const Identity& identity, const std::string& service,
                                                  bool studyKnown = true);
/// The coordinator publishes the demo study.
Result<void> publishStudy(const DemoWorld& world, const std::string& service);
/// Every reviewer approves for the own site.
Result<void> approveAll(const DemoWorld& world, const std::string& service);
/// The coordinator freezes the statement, then as many custodians as the protocol asks for seal their shares.
Result<void> releaseKey(const DemoWorld& world, const std::string& service);

}  // namespace quorate::demo
