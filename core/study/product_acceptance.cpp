// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/product_acceptance.h"

#include <algorithm>
#include <set>

#include "core/attestation/verify/memo.h"
#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using attestation::ProductAcceptance;
using payload::fixed;
using payload::text;

constexpr std::size_t kMaxProductBytes = 32;
constexpr std::size_t kMaxReasonBytes = 4096;
constexpr std::size_t kMaxSignatures = 64;

/// Collects sentences for one refusal.
class Faults {
public:
    void addIf(bool fault, const std::string& text)
    {
        if (fault) m_text += (m_text.empty() ? "" : "; ") + text;
    }
    [[nodiscard]] Result<void> finish() const
    {
        if (m_text.empty()) return {};
        return fail(ErrorKind::PolicyRefused, "product acceptance: " + m_text);
    }

private:
    std::string m_text;
};

Result<void> requireShare(const Member& member, const StudyProtocol& protocol)
{
    const bool holds = std::ranges::any_of(protocol.quorum.shares, [&](const auto& share) { return share.custodian == member.id; });
    if (member.role == Role::Custodian && holds) return {};
    return fail(ErrorKind::PolicyRefused, "product acceptance is signed by a " + std::string(nameOf(member.role)) +
                                              " who holds no share, want custodians of the study");
}

/// The custodians who signed, each signature verified. One key, or one person with two keys, counts for two nowhere.
Result<std::vector<Member>> custodiansWhoSigned(const dsse::Envelope& envelope, const Roster& roster, const StudyProtocol& protocol,
                                                UtcSeconds at)
{
    if (envelope.signatures.size() > kMaxSignatures) return fail(ErrorKind::Malformed, "product acceptance carries over 64 signatures");
    std::vector<Member> out;
    for (const dsse::Signature& signature : envelope.signatures) {
        const Member* member = roster.findByKeyId(signature.keyId);
        if (member == nullptr) return fail(ErrorKind::Untrusted, "product acceptance is signed by nobody of the roster");
        TRY(requireShare(*member, protocol));
        if (const auto stands = requireStanding(roster, *member, at); !stands) return failAt("product acceptance", stands.error());
        const bool again = std::ranges::any_of(out, [&](const Member& other) {
            return other.id == member->id || (other.name == member->name && other.organisation == member->organisation);
        });
        if (again) return fail(ErrorKind::PolicyRefused, "product acceptance is signed twice by " + member->name);
        TRY_ASSIGN(key, PublicKey::fromSpki(member->signingKeySpki));
        TRY(dsse::verify(envelope, kinds::kProductAcceptance, key));
        out.push_back(*member);
    }
    return out;
}

void addQuorumFaults(Faults& faults, const std::vector<Member>& signers, const QuorumRules& quorum)
{
    std::set<std::string> organisations;
    for (const Member& member : signers) organisations.insert(member.organisation);
    faults.addIf(signers.size() < quorum.threshold, std::to_string(signers.size()) + " custodians signed, want " +
                                                        std::to_string(quorum.threshold));
    faults.addIf(organisations.size() < quorum.distinctOrganisations,
                 "signers come from " + std::to_string(organisations.size()) + " organisations, want " +
                     std::to_string(quorum.distinctOrganisations));
}

void addScopeFaults(Faults& faults, const ProductAcceptance& acceptance, const StudyProtocol& protocol, UtcSeconds at)
{
    faults.addIf(acceptance.study != protocol.id, "it is for study " + toHex(acceptance.study));
    faults.addIf(acceptance.policyDigest != protocol.policyDigest, "it is under policy " + toHex(acceptance.policyDigest));
    faults.addIf(at > acceptance.notAfter, "it ended at " + formatRfc3339(acceptance.notAfter));
    faults.addIf(acceptance.notAfter > at + kLongestAcceptance, "it lasts until " + formatRfc3339(acceptance.notAfter) +
                                                                    ", want at most 366 days from " + formatRfc3339(at));
}

}  // namespace

Bytes encode(const ProductAcceptance& acceptance)
{
    pb::ProductAcceptance out;
    out.set_study(text(acceptance.study));
    out.set_product(acceptance.product);
    out.set_reason(acceptance.reason);
    out.set_not_after(payload::seconds(acceptance.notAfter));
    out.set_policy_digest(text(acceptance.policyDigest));
    return payload::serialise(out);
}

Result<ProductAcceptance> decodeProductAcceptance(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::ProductAcceptance>(bytes, "product acceptance"));
    if (in.product().empty() || in.product().size() > kMaxProductBytes) {
        return fail(ErrorKind::Malformed, "product acceptance names no product in at most 32 bytes");
    }
    if (in.reason().empty() || in.reason().size() > kMaxReasonBytes) {
        return fail(ErrorKind::Malformed, "product acceptance has no reason of at most 4096 bytes");
    }
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(policy, fixed<32>(in.policy_digest(), "policy digest"));
    TRY_ASSIGN(notAfter, payload::time(in.not_after(), "end of the product acceptance"));
    return ProductAcceptance{study, in.product(), in.reason(), notAfter, policy};
}

Result<void> requireSignable(const ProductAcceptance& acceptance, const Member& signer, const StudyProtocol& protocol, UtcSeconds at)
{
    TRY(requireShare(signer, protocol));
    TRY(decodeProductAcceptance(encode(acceptance)));
    Faults faults;
    addScopeFaults(faults, acceptance, protocol, at);
    return faults.finish();
}

Result<void> requireAsked(const attestation::AppraisalPolicy& policy, const std::string& product)
{
    if (policy.productsUnderAcceptance.contains(product)) return {};
    return fail(ErrorKind::PolicyRefused, "the study's policy asks for no acceptance of " + product);
}

Result<VerifiedAcceptance> readProductAcceptance(const dsse::Envelope& envelope, const Roster& roster, const StudyProtocol& protocol,
                                                 UtcSeconds at)
{
    TRY_ASSIGN(signers, custodiansWhoSigned(envelope, roster, protocol, at));
    TRY_ASSIGN(acceptance, decodeProductAcceptance(envelope.payload));
    Faults faults;
    addScopeFaults(faults, acceptance, protocol, at);
    TRY(faults.finish());
    return VerifiedAcceptance{std::move(acceptance), std::move(signers), envelope.payloadDigest()};
}

Result<VerifiedAcceptance> verifyProductAcceptance(const dsse::Envelope& envelope, const Roster& roster, const StudyProtocol& protocol,
                                                   UtcSeconds at)
{
    TRY_ASSIGN(signers, custodiansWhoSigned(envelope, roster, protocol, at));
    TRY_ASSIGN(acceptance, decodeProductAcceptance(envelope.payload));
    Faults faults;
    addQuorumFaults(faults, signers, protocol.quorum);
    addScopeFaults(faults, acceptance, protocol, at);
    TRY(faults.finish());
    return VerifiedAcceptance{std::move(acceptance), std::move(signers), envelope.payloadDigest()};
}

AcceptedProducts acceptedProducts(const std::vector<dsse::Envelope>& envelopes, const Roster& roster, const StudyProtocol& protocol,
                                  UtcSeconds at)
{
    AcceptedProducts out;
    for (const dsse::Envelope& envelope : envelopes) {
        auto acceptance = verifyProductAcceptance(envelope, roster, protocol, at);
        if (!acceptance) continue;
        const auto known = out.find(acceptance->value.product);
        if (known != out.end() && known->second.value.notAfter >= acceptance->value.notAfter) continue;
        const std::string product = acceptance->value.product;
        out[product] = std::move(*acceptance);
    }
    return out;
}

std::string productLineOf(const attestation::AppraisalResult& result)
{
    return result.tee == attestation::TeeKind::Tdx ? "TDX" : result.product;
}

AcceptingAppraisal appraise(attestation::AppraisalInputs& inputs, const AcceptedProducts& accepted, attestation::AppraisalMemo& memo)
{
    inputs.productAcceptance.reset();
    // The product is known once the evidence has been read; most policies ask for nothing more.
    auto result = attestation::appraise(inputs, memo);
    const std::string product = productLineOf(result);
    const auto found = accepted.find(product);
    if (found == accepted.end() || !inputs.policy.productsUnderAcceptance.contains(product)) return {std::move(result), {}};
    inputs.productAcceptance = found->second.value;
    return {attestation::appraise(inputs, memo), found->second};
}

}  // namespace quorate::study
