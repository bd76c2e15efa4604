// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/evidence.h"

#include <tuple>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

constexpr std::size_t kMaxTeeNameBytes = 16;

Result<BytesView> takePart(ByteReader& reader, const char* name, std::size_t limit)
{
    TRY_ASSIGN(size, reader.u32be(name));
    if (size > limit) {
        return fail(ErrorKind::Malformed,
                    std::string(name) + " is " + std::to_string(size) + " bytes, want at most " + std::to_string(limit));
    }
    return reader.take(size, name);
}

/// Gives the parts to `put` in the order of their encoding.
template <typename Put>
void visitParts(const Evidence& evidence, const Put& put)
{
    put(asBytes(nameOf(evidence.tee)));
    for (const Bytes* part : {&evidence.blob, &evidence.auxBlob, &evidence.eventLog, &evidence.vtpm.hclReport,
                              &evidence.vtpm.attest, &evidence.vtpm.signature, &evidence.vtpm.pcrs}) {
        put(*part);
    }
}

}  // namespace

const char* nameOf(TeeKind kind) { return kind == TeeKind::Tdx ? "tdx" : "sev-snp"; }

Result<TeeKind> parseTeeKind(std::string_view name)
{
    if (name == nameOf(TeeKind::Tdx)) return TeeKind::Tdx;
    if (name == nameOf(TeeKind::SevSnp)) return TeeKind::SevSnp;
    return fail(ErrorKind::Malformed, "TEE kind is not tdx or sev-snp");
}

Digest32 Evidence::digest() const
{
    Sha256 hash;
    visitParts(*this, [&](BytesView part) {
        hash.update(ByteWriter().u32be(static_cast<std::uint32_t>(part.size())).bytes()).update(part);
    });
    return hash.finish();
}

Bytes encode(const Evidence& evidence)
{
    ByteWriter writer;
    visitParts(evidence, [&](BytesView part) { writer.lengthPrefixed(part); });
    return writer.take();
}

Result<Evidence> decodeEvidence(BytesView bytes)
{
    ByteReader reader(bytes, "evidence");
    Evidence out;
    TRY_ASSIGN(tee, takePart(reader, "tee", kMaxTeeNameBytes));
    TRY_ASSIGN(kind, parseTeeKind(asText(tee)));
    out.tee = kind;
    const std::tuple<const char*, Bytes*, std::size_t> parts[] = {
        {"blob", &out.blob, kMaxEvidencePartBytes},
        {"certificate table", &out.auxBlob, kMaxEvidencePartBytes},
        {"event log", &out.eventLog, kMaxEventLogBytes},
        {"HCL report", &out.vtpm.hclReport, kMaxEvidencePartBytes},
        {"vTPM quote", &out.vtpm.attest, kMaxEvidencePartBytes},
        {"vTPM signature", &out.vtpm.signature, kMaxEvidencePartBytes},
        {"PCR values", &out.vtpm.pcrs, kMaxEvidencePartBytes}};
    for (const auto& [name, target, limit] : parts) {
        TRY_ASSIGN(part, takePart(reader, name, limit));
        *target = toBytes(part);
    }
    TRY(reader.end());
    return out;
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
