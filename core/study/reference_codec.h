// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/policy/policy.h"
#include "core/attestation/transcript.h"

namespace quorate::study {

/// Signed payloads of kinds reference-values and appraisal-policy. ChainOnly cannot be encoded: Internal.
Bytes encode(const attestation::ReferenceValues& values);
Result<attestation::ReferenceValues> decodeReferenceValues(BytesView payload);
Result<Bytes> encode(const attestation::AppraisalPolicy& policy);
Result<attestation::AppraisalPolicy> decodePolicy(BytesView payload);
Bytes encode(const attestation::Transcript& transcript);
Result<attestation::Transcript> decodeTranscript(BytesView bytes);

}  // namespace quorate::study
