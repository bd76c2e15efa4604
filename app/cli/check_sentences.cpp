// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/check_sentences.h"

#include <map>

namespace quorate::cli {
namespace {

const std::map<std::string, const char*>& sentences()
{
    static const std::map<std::string, const char*> all = {
        {"trust.demo-root", "Demo roots count only in a rehearsal"},
        {"trust.root-pin", "The chain ends in a root this program trusts"},
        {"policy.tee", "The policy accepts this kind of hardware"},
        {"policy.product", "The policy accepts this product line"},
        {"policy.product-acceptance", "The study's quorum accepts this product line"},
        {"policy.collateral-age", "The collateral is as recent as the policy asks"},
        {"report-data", "The evidence answers this challenge and binds this key"},
        {"tdx.format", "The quote has the exact form of a TDX quote"},
        {"tdx.trailing-bytes", "Nothing unsigned follows the quote"},
        {"tdx.pck-chain.signatures", "Each certificate of the platform is signed by the next"},
        {"tdx.pck-chain.validity", "The platform's certificates are valid at this time"},
        {"tdx.pck-extension", "The platform's certificate names its TCB"},
        {"tdx.root-crl.signature", "The root's revocation list is Intel's"},
        {"tdx.root-crl.fresh", "The root's revocation list is of this time"},
        {"tdx.pck-ca.not-revoked", "The platform CA is not revoked"},
        {"tdx.pck-crl.signature", "The platform CA's revocation list is its own"},
        {"tdx.pck-crl.fresh", "The platform CA's revocation list is of this time"},
        {"tdx.pck.not-revoked", "The platform is not revoked"},
        {"tdx.tcb-info.chain", "TCB info comes from Intel's TCB signer"},
        {"tdx.tcb-info.signature", "TCB info is unchanged since it was signed"},
        {"tdx.tcb-info.content", "TCB info is for TDX and well formed"},
        {"tdx.tcb-info.fresh", "TCB info is of this time"},
        {"tdx.tcb-info.platform", "TCB info is for this platform"},
        {"tdx.qe-identity.chain", "QE identity comes from Intel's TCB signer"},
        {"tdx.qe-identity.signature", "QE identity is unchanged since it was signed"},
        {"tdx.qe-identity.content", "QE identity is for the TD quoting enclave"},
        {"tdx.qe-identity.fresh", "QE identity is of this time"},
        {"tdx.evaluation-number", "Both come from one TCB evaluation, and a recent one"},
        {"tdx.qe-report.signature", "The platform vouches for the quoting enclave"},
        {"tdx.qe-report.binding", "The quoting enclave vouches for the attestation key"},
        {"tdx.qe-report.identity", "The quoting enclave is Intel's"},
        {"tdx.quote.signature", "The attestation key signed this quote"},
        {"tdx.module.identity", "The TDX module is Intel's"},
        {"tdx.tcb.level", "Intel knows this TCB"},
        {"tdx.tcb.status", "The policy accepts the TCB's status"},
        {"tdx.debug", "Nobody can debug this machine"},
        {"tdx.migratable", "The machine cannot be migrated"},
        {"tdx.attributes", "The machine's attributes are as they should be"},
        {"tdx.xfam", "The machine's processor features are known ones"},
        {"tdx.seam-attributes", "The TDX module's attributes are accepted ones"},
        {"tdx.hardware", "The machine is on the policy's list"},
        {"tdx.mrowner", "The machine's owner is an approved one"},
        {"tdx.mrownerconfig", "The owner's configuration is an approved one"},
        {"tdx.service-td", "No service TD is bound to the machine"},
        {"tdx.mrseam", "The TDX module is an approved one"},
        {"tdx.mrtd", "The virtual firmware is the approved one"},
        {"tdx.rtmr0", "The firmware's configuration is the approved one"},
        {"tdx.rtmr1", "The boot loader and kernel are the approved ones"},
        {"tdx.rtmr2", "The command line and initrd are the approved ones"},
        {"tdx.rtmr3", "What was measured at run time is approved"},
        {"tdx.event-log", "The event log leads to the measured registers"},
        {"tdx.mrconfigid", "The machine was started for this consortium and policy"},
        {"snp.format", "The report has the exact form of a SEV-SNP report"},
        {"snp.certificate-table", "The host's certificate table is well formed"},
        {"snp.vek", "The endorsement key's certificate can be read"},
        {"snp.vek.extensions", "The certificate names product, TCB and chip or provider"},
        {"snp.vek.kind", "The certificate is of the kind that signed"},
        {"snp.product", "Report and certificate name the same product"},
        {"snp.chain.signatures", "Each certificate is signed by the next"},
        {"snp.chain.validity", "The certificates are valid at this time"},
        {"snp.crl.signature", "The revocation list is AMD's"},
        {"snp.crl.fresh", "The revocation list is of this time"},
        {"snp.intermediate.not-revoked", "The intermediate is not revoked"},
        {"snp.report.signature", "The endorsement key signed this report"},
        {"snp.tcb.certificate", "The reported TCB is the certified one"},
        {"snp.tcb.order", "Reported, committed and current TCB are in order"},
        {"snp.tcb.status", "The policy accepts the TCB's status"},
        {"snp.chip-id", "The report comes from the certified chip"},
        {"snp.signer", "The policy accepts this kind of signer"},
        {"snp.debug", "Nobody can debug this machine"},
        {"snp.migrate-ma", "No migration agent can move the machine"},
        {"snp.tcb.minimum-reported", "The reported TCB is at least the policy's minimum"},
        {"snp.tcb.minimum-committed", "The committed TCB is at least the policy's minimum"},
        {"snp.tcb.minimum-launch", "The TCB at launch was at least the policy's minimum"},
        {"snp.guest-policy", "The guest was launched with the options that the policy asks"},
        {"snp.guest-policy.abi", "The guest demands a recent enough firmware interface"},
        {"snp.platform-info", "The host is set up as the policy asks"},
        {"snp.mitigations.launch", "The mitigations that the policy asks held at launch"},
        {"snp.mitigations.current", "The mitigations that the policy asks hold now"},
        {"snp.vlek-provider", "The provider behind the signer is an approved one"},
        {"snp.hardware", "The machine is on the policy's list"},
        {"snp.id-key", "An approved ID key vouched for the launch"},
        {"snp.author-key", "An approved author key vouched for the ID key"},
        {"snp.guest-svn", "The image is recent enough"},
        {"snp.family-id", "The image belongs to an approved family"},
        {"snp.image-id", "The image is an approved one"},
        {"snp.vmpl", "The report was asked for at an accepted privilege level"},
        {"snp.measurement", "The program is the approved one"},
        {"snp.host-data", "The machine was started for this consortium and policy"},
    };
    return all;
}

}  // namespace

std::string sentenceFor(const std::string& checkId)
{
    const auto entry = sentences().find(checkId);
    return entry == sentences().end() ? checkId : entry->second;
}

std::string verdictSentence(const attestation::AppraisalResult& result)
{
    using namespace attestation;
    if (result.verdict == Verdict::Refused) {
        const std::string count = std::to_string(result.refusals.size());
        const std::string reasons = count + (result.refusals.size() == 1 ? " reason" : " reasons");
        if (result.refusedAs == ErrorKind::Unavailable) {
            return "REFUSED for " + reasons + ": collateral is missing or stale. Fetch it and appraise again.";
        }
        return "REFUSED for " + reasons + ". Send nothing to this machine.";
    }
    if (result.profile == PolicyProfile::ChainOnly) {
        return "ACCEPTED, hardware only (TCB " + result.tcbStatus + "): genuine hardware, program not judged.";
    }
    if (result.verdict == Verdict::TrainingOnly) return "ACCEPTED for a rehearsal. This means nothing outside it.";
    return "ACCEPTED: genuine, up to date, the approved program, locked, and answering this challenge.";
}

}  // namespace quorate::cli
