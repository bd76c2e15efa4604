// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/simulated/demo_vendor.h"

namespace quorate::attestation {

/// The CCEL of a simulated machine: the events whose replay gives RTMR0 to RTMR2 of its quote, then the padding of a table
/// in flash. Same launch, same bytes.
Bytes demoEventLog(const SimulatedLaunch& launch);

}  // namespace quorate::attestation
