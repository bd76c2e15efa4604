// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/transcript.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {

Bytes Transcript::encoded() const
{
    ByteWriter writer;
    writer.text("quorate/v1/report-data")
        .u8(static_cast<std::uint8_t>(purpose))
        .u8(static_cast<std::uint8_t>(role))
        .lengthPrefixed(nonce.view())
        .lengthPrefixed(sessionBinder)
        .lengthPrefixed(tlsLeafSpki.view())
        .lengthPrefixed(hpkeSuite.view())
        .lengthPrefixed(hpkePublicKey.view())
        .lengthPrefixed(receiptKeySpki)
        .lengthPrefixed(study.view())
        .lengthPrefixed(site.view())
        .u64be(keyEpoch)
        .lengthPrefixed(policyDigest.view())
        .lengthPrefixed(referenceValuesDigest.view())
        .lengthPrefixed(rosterRootSpki.view());
    return writer.take();
}

Digest64 Transcript::reportData() const { return sha512(encoded()); }

Digest32 launchBinding(const Digest32& rosterRootSpki, const Digest32& policyDigest)
{
    ByteWriter writer;
    writer.lengthPrefixed(rosterRootSpki.view()).lengthPrefixed(policyDigest.view());
    return sha256(writer.bytes());
}

}  // namespace quorate::attestation
