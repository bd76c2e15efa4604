// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/policy/policy.h"
#include "core/attestation/policy/product_acceptance.h"
#include "core/attestation/transcript.h"
#include "core/attestation/trust/trust_anchors.h"

/// The appraiser's inputs as JSON files (docs/formats/appraisal-inputs.md). Readers are strict: every member named
/// there must be present, no other may be, and nothing may occur twice. Writers give what the readers take.
namespace quorate::attestation {

Result<ReferenceValues> parseReferenceValuesFile(BytesView json);
std::string writeReferenceValuesFile(const ReferenceValues& values);

Result<Transcript> parseTranscriptFile(BytesView json);
std::string writeTranscriptFile(const Transcript& transcript);

/// A verified acceptance as a value: in this form nobody has signed it.
Result<ProductAcceptance> parseProductAcceptanceFile(BytesView json);
std::string writeProductAcceptanceFile(const ProductAcceptance& acceptance);

/// Anchors of a rehearsal: the result has `demo` set, whatever made it.
Result<TrustAnchors> parseDemoAnchorsFile(BytesView json);
std::string writeDemoAnchorsFile(const TrustAnchors& anchors);

}  // namespace quorate::attestation
