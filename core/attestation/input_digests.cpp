// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/input_digests.h"

#include "core/attestation/policy/policy_terms.h"
#include "core/attestation/verify/memo.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

/// Writes each term as LP(name) and its value: numbers in eight bytes, texts and byte strings as LP, sets with their count.
/// An appraisal must not cost more for its digests than for its signatures, so this is no JSON.
class TermEncoder {
public:
    template <typename T>
    void term(const char* name, const T& value)
    {
        m_out.lengthPrefixed(asBytes(name));
        put(value);
    }
    void put(std::uint64_t value) { m_out.u64be(value); }
    void put(TeeKind value) { put(static_cast<std::uint64_t>(value)); }
    void put(const std::string& value) { m_out.lengthPrefixed(asBytes(value)); }
    template <std::size_t N>
    void put(const FixedBytes<N>& value) { m_out.lengthPrefixed(value.view()); }
    template <typename T>
    void put(const std::set<T>& values)
    {
        put(values.size());
        for (const T& value : values) put(value);
    }
    template <typename T>
    void put(const AllowList<T>& list)
    {
        put(std::uint64_t{list.any});
        put(list.values);
    }
    template <typename Number>
    void put(const Bits<Number>& bits) { put(bits.value); }
    template <typename Rule>
    void put(const RuledBits<Rule>& bits)
    {
        put(bits.rule.required);
        put(bits.rule.forbidden);
    }
    void put(const AbiVersion& version) { m_out.u8(version.major).u8(version.minor); }
    void put(const snp::TcbParts& tcb) { m_out.u8(tcb.fmc).u8(tcb.bootLoader).u8(tcb.tee).u8(tcb.snp).u8(tcb.microcode); }
    void put(const SnpTcbMinimum& minimum)
    {
        put(minimum.reported);
        put(minimum.committed);
        put(minimum.launch);
    }
    void put(UtcSeconds time) { put(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
    void put(const std::optional<UtcSeconds>& time)
    {
        put(std::uint64_t{time.has_value()});
        put(time.value_or(UtcSeconds{}));
    }
    template <typename Key, typename T>
    void put(const std::map<Key, T>& values)
    {
        put(values.size());
        for (const auto& [key, value] : values) {
            put(key);
            put(value);
        }
    }
    [[nodiscard]] Digest32 digest() const { return sha256(m_out.bytes()); }

private:
    ByteWriter m_out;
};

Digest32 digestOf(const AppraisalPolicy& policy)
{
    TermEncoder out;
    out.term("version", std::uint64_t{policy.version});
    out.term("profile", std::string(nameOf(policy.profile)));
    visitTerms(out, policy);
    visitTerms(out, policy.snp);
    visitTerms(out, policy.tdx);
    return out.digest();
}

Digest32 digestOf(const ReferenceValues& values)
{
    TermEncoder out;
    out.term("version", std::uint64_t{values.version});
    out.term("programVersion", values.programVersion);
    out.term("mrtd", values.tdx.mrtd);
    out.term("rtmr0", values.tdx.rtmr0);
    out.term("rtmr1", values.tdx.rtmr1);
    out.term("rtmr2", values.tdx.rtmr2);
    out.term("rtmr3", values.tdx.rtmr3);
    out.term("mrseam", values.tdx.mrseam);
    out.term("measurement", values.sevSnp.measurement);
    out.term("vtpmPcrs", values.vtpmPcrs);
    return out.digest();
}

Digest32 digestOf(const TrustAnchors& anchors)
{
    TermEncoder out;
    out.term("intelSgxRoots", anchors.intelSgxRoots);
    out.term("amdRootKeys", anchors.amdRootKeys);
    out.term("demo", std::uint64_t{anchors.demo});
    return out.digest();
}

Digest32 digestOf(const ProductAcceptance& acceptance)
{
    TermEncoder out;
    out.term("study", acceptance.study);
    out.term("product", acceptance.product);
    out.term("reason", acceptance.reason);
    out.term("notAfter", acceptance.notAfter);
    out.term("policyDigest", acceptance.policyDigest);
    return out.digest();
}

}  // namespace

std::map<std::string, Digest32> digestsOf(const AppraisalInputs& inputs, AppraisalMemo& memo)
{
    std::map<std::string, Digest32> out;
    for (const auto& [name, bytes] : inputs.collateral.files) out.emplace(name, memo.sha256Of(bytes));
    out["evidence"] = inputs.evidence.digest();
    out["blob"] = sha256(inputs.evidence.blob);
    if (!inputs.evidence.auxBlob.empty()) out["auxBlob"] = sha256(inputs.evidence.auxBlob);
    if (!inputs.evidence.eventLog.empty()) out["eventLog"] = sha256(inputs.evidence.eventLog);
    if (!inputs.evidence.vtpm.isEmpty()) {
        out["hclReport"] = sha256(inputs.evidence.vtpm.hclReport);
        out["vtpmQuote"] = sha256(inputs.evidence.vtpm.attest);
        out["vtpmSignature"] = sha256(inputs.evidence.vtpm.signature);
        out["pcrs"] = sha256(inputs.evidence.vtpm.pcrs);
    }
    if (inputs.referenceLog) out["referenceLog"] = sha256(*inputs.referenceLog);
    if (inputs.vtpmNonce) out["vtpmNonce"] = sha256(*inputs.vtpmNonce);
    out["policy"] = digestOf(inputs.policy);
    out["anchors"] = digestOf(inputs.anchors);
    if (inputs.referenceValues) out["referenceValues"] = digestOf(*inputs.referenceValues);
    if (inputs.productAcceptance) out["productAcceptance"] = digestOf(*inputs.productAcceptance);
    if (inputs.transcript) out["transcript"] = sha256(inputs.transcript->encoded());
    return out;
}

}  // namespace quorate::attestation
