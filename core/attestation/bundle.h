// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/attestation/appraisal.h"

namespace quorate::attestation {

inline constexpr std::size_t kMaxBundleBytes = 8 * 1024 * 1024;

/// One appraisal in one file (docs/formats/evidence-bundle.md): all its inputs but the trust anchors, which are only named by
/// digest, and the result as it was written. Whoever re-appraises brings anchors of their own.
struct EvidenceBundle {
    AppraisalInputs inputs;    ///< Without anchors.
    Digest32 anchorsDigest;    ///< AppraisalResult::inputDigests["anchors"].
    std::string resultJson;    ///< toJson of the result, byte for byte.
};

/// JSON, ends with a newline; the same inputs and result give the same bytes.
std::string writeBundle(const AppraisalInputs& inputs, const AppraisalResult& result);
/// Whether these bytes say that they are a bundle; nothing more is checked.
bool looksLikeBundle(BytesView bytes);
/// Malformed for more than kMaxBundleBytes, another or repeated member, or a part that its own reader refuses.
Result<EvidenceBundle> parseBundle(BytesView json);

struct Reappraisal {
    AppraisalResult result;
    bool sameAnchors = false;   ///< The anchors used here are those of the recorded appraisal.
    std::string difference;     ///< Empty when the same bytes came out; else the first line in which they differ.
};

/// Appraises again, at the bundle's own time, with these anchors.
Reappraisal reappraise(const EvidenceBundle& bundle, const TrustAnchors& anchors);

}  // namespace quorate::attestation
