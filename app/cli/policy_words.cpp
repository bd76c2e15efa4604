// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/policy_words.h"

namespace quorate::cli {
namespace {

using namespace attestation;

constexpr char kNothing[] = "nothing, so that all evidence is refused";

template <typename Values>
std::string joined(const Values& values)
{
    std::string out;
    for (const auto& value : values) out += (out.empty() ? "" : ", ") + std::string(value);
    return out.empty() ? kNothing : out;
}

/// Digests as people compare them: how many, and their hexadecimal digits.
template <std::size_t N>
std::string listed(const AllowList<FixedBytes<N>>& list)
{
    if (list.any) return "any; it is not asked about";
    std::string out;
    for (const auto& value : list.values) out += (out.empty() ? "" : ", ") + (value.isZero() ? std::string("none (zero)") : toHex(value));
    return out.empty() ? kNothing : out;
}

std::string statuses(const AppraisalPolicy& policy)
{
    std::string out;
    for (const auto& [status, until] : policy.acceptedTcbStatuses) {
        out += (out.empty() ? "" : ", ") + status + (until ? " (until " + formatRfc3339(*until) + ", then refused)" : "");
    }
    return out.empty() ? kNothing : out;
}

void addCommon(const AppraisalPolicy& policy, std::vector<std::string>& out)
{
    std::string tees;
    for (const TeeKind tee : policy.acceptedTees) tees += (tees.empty() ? "" : ", ") + std::string(nameOf(tee));
    out.push_back("Kinds of protected machine accepted: " + (tees.empty() ? std::string(kNothing) : tees) + ".");
    out.push_back("Product lines accepted: " + joined(policy.acceptedProducts) + ".");
    for (const std::string& product : policy.productsUnderAcceptance) {
        out.push_back(product + " counts only while an acceptance signed by the study's custodians holds.");
    }
    out.push_back("TCB statuses accepted: " + statuses(policy) + ".");
    out.push_back("Intel's TCB evaluation must have number " + std::to_string(policy.minTcbEvaluationDataNumber) +
                  " or a later one, so that old knowledge is not used.");
    out.push_back("TCB info, QE identity and AMD's revocation list must be at most " + std::to_string(policy.maxCollateralAgeDays) +
                  " days old.");
    out.push_back("A machine is asked for new evidence every " + std::to_string(policy.reattestMinutes) + " minutes.");
}

void addSnp(const AppraisalPolicy& policy, std::vector<std::string>& out)
{
    const SnpPolicy& snp = policy.snp;
    for (const auto& [product, least] : snp.minimumTcb) {
        out.push_back("SEV-SNP: " + product + " needs each TCB component at least: reported " + least.reported.text() + "; committed " +
                      least.committed.text() + "; at launch " + least.launch.text() + ".");
    }
    out.push_back("SEV-SNP: options of the guest required: " + wordsFor(snp.guestPolicy.required, kGuestPolicyWords) + "; forbidden: " +
                  wordsFor(snp.guestPolicy.forbidden, kGuestPolicyWords) + "; firmware interface at least " +
                  std::to_string(snp.minimumAbi.major) + "." + std::to_string(snp.minimumAbi.minor) + ".");
    out.push_back("SEV-SNP: settings of the host required: " + wordsFor(snp.platformInfo.required, kPlatformInfoWords) + "; forbidden: " +
                  wordsFor(snp.platformInfo.forbidden, kPlatformInfoWords) + ".");
    if ((snp.requiredLaunchMitigations | snp.requiredCurrentMitigations) != 0) {
        out.push_back("SEV-SNP: mitigations required at launch and now; reports before version 5 name none and are refused.");
    }
    out.push_back("SEV-SNP: the report must be asked for at VMPL " + std::to_string(policy.maxVmpl) + " or more privileged.");
    out.push_back(std::string("SEV-SNP: a chip's own key (VCEK) ") + (policy.acceptVcek ? "may" : "may not") +
                  " sign; a provider's fleet key (VLEK) " + (policy.acceptVlek ? "may" : "may not") + " sign.");
    if (policy.acceptVlek) {
        out.push_back("SEV-SNP: providers accepted behind a VLEK: " + (snp.vlekCspIds.any ? "any" : joined(snp.vlekCspIds.values)) + ".");
    }
    out.push_back("SEV-SNP: ID keys accepted: " + listed(snp.idKeyDigests) + ".");
    out.push_back("SEV-SNP: author keys accepted: " + listed(snp.authorKeyDigests) + ".");
    out.push_back("SEV-SNP: families accepted: " + listed(snp.familyIds) + "; images: " + listed(snp.imageIds) + "; GUEST_SVN at least " +
                  std::to_string(snp.minimumGuestSvn) + ".");
    out.push_back("SEV-SNP: machines accepted (CHIP_ID): " + listed(snp.chipIds) + ".");
}

void addTdx(const TdxPolicy& tdx, std::vector<std::string>& out)
{
    out.push_back("TDX: attributes required: " + wordsFor(tdx.requiredAttributes, kTdAttributeWords) + "; allowed: " +
                  wordsFor(tdx.allowedAttributes, kTdAttributeWords) + "; any other refuses.");
    out.push_back("TDX: service TDs accepted: " + listed(tdx.serviceTds) + ".");
    out.push_back("TDX: owners accepted: " + listed(tdx.owners) + "; owner configurations: " + listed(tdx.ownerConfigs) + ".");
    out.push_back("TDX: machines accepted (platform instance): " + listed(tdx.platformInstances) + ".");
    out.push_back(tdx.requireEventLog ? "TDX: an event log must lead to the measured registers."
                                      : "TDX: registers are compared as a whole; no event log is asked for.");
}

}  // namespace

std::vector<std::string> wordsOf(const AppraisalPolicy& policy)
{
    if (policy.profile == PolicyProfile::ChainOnly) {
        return {"A diagnosis: is the hardware genuine, and what is its TCB status? Genuine hardware, program not judged.",
                "It cannot be stored in a study.", "Machines that can be debugged or migrated are refused all the same."};
    }
    std::vector<std::string> out;
    addCommon(policy, out);
    addSnp(policy, out);
    addTdx(policy.tdx, out);
    out.push_back("Machines that can be debugged or migrated are refused; no policy can allow them.");
    out.push_back("The program must be one of the reference values, and the evidence must answer the transcript.");
    if (policy.profile == PolicyProfile::Training) out.push_back("A rehearsal's roots count, in a study in training mode only.");
    return out;
}

}  // namespace quorate::cli
