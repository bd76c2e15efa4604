// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/evidence.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {

const char* nameOf(TeeKind kind) { return kind == TeeKind::Tdx ? "tdx" : "sev-snp"; }

Result<TeeKind> parseTeeKind(std::string_view name)
{
    if (name == nameOf(TeeKind::Tdx)) return TeeKind::Tdx;
    if (name == nameOf(TeeKind::SevSnp)) return TeeKind::SevSnp;
    return fail(ErrorKind::Malformed, "TEE kind is not tdx or sev-snp");
}

Digest32 Evidence::digest() const
{
    ByteWriter writer;
    writer.lengthPrefixed(asBytes(nameOf(tee))).lengthPrefixed(blob).lengthPrefixed(auxBlob);
    return sha256(writer.bytes());
}

const Bytes* Collateral::find(const std::string& name) const
{
    const auto entry = files.find(name);
    return entry == files.end() ? nullptr : &entry->second;
}

std::map<std::string, Digest32> Collateral::digests() const
{
    std::map<std::string, Digest32> out;
    for (const auto& [name, bytes] : files) out.emplace(name, sha256(bytes));
    return out;
}

}  // namespace quorate::attestation
