// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/policy/policy.h"

namespace quorate::attestation {

/// A policy as JSON (docs/formats/appraisal-policy.md): `format`, `version` and `profile` must be there; every other member
/// replaces that term of the shipped profile, and one that is not there keeps it. Malformed for an unknown or repeated member,
/// a value out of range, or terms that contradict each other.
Result<AppraisalPolicy> parsePolicyFile(BytesView json);
/// Every term named, in a fixed order: the same policy gives the same bytes.
std::string writePolicyFile(const AppraisalPolicy& policy);

}  // namespace quorate::attestation
