// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/tdx_quote_signatures.h"

#include "core/crypto/digest.h"

namespace quorate::attestation {

Result<void> verifyQeReport(const tdx::Quote& quote, const Certificate& pck)
{
    return pck.publicKey().verifyRaw(EcCurve::P256, quote.qeReportBytes, quote.qeReportSignature.view());
}

Digest64 wantedQeReportData(const tdx::Quote& quote)
{
    const Digest32 digest =
        Sha256().update(quote.attestationKey.view()).update(quote.qeAuthData.view()).finish();
    Digest64 out;
    std::copy(digest.bytes.begin(), digest.bytes.end(), out.bytes.begin());
    return out;
}

Result<void> verifyQuoteSignature(const tdx::Quote& quote, BytesView blob)
{
    const auto key = PublicKey::fromRawPoint(EcCurve::P256, quote.attestationKey.view());
    if (!key) return fail(ErrorKind::Untrusted, "attestation key: " + key.error().message);
    return key->verifyRaw(EcCurve::P256, blob.first(quote.signedBytes), quote.signature.view());
}

}  // namespace quorate::attestation
