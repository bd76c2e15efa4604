// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/payload/payload_codec.h"
#include "core/study/reference_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using namespace attestation;
using payload::fixed;
using payload::text;

constexpr std::pair<const char*, snp::Product> kProducts[] = {
    {"Milan", snp::Product::Milan}, {"Genoa", snp::Product::Genoa}, {"Turin", snp::Product::Turin}};

Result<snp::Product> productNamed(const std::string& name)
{
    for (const auto& [word, product] : kProducts) {
        if (name == word) return product;
    }
    return fail(ErrorKind::Malformed, "minimum TCB is for no product line of SEV-SNP");
}

template <std::size_t N>
void write(pb::AllowList& out, const AllowList<FixedBytes<N>>& in)
{
    out.set_any(in.any);
    for (const auto& value : in.values) out.add_values(text(value));
}

void write(pb::AllowList& out, const AllowList<std::string>& in)
{
    out.set_any(in.any);
    for (const auto& value : in.values) out.add_values(value);
}

template <std::size_t N>
Result<void> read(const pb::AllowList& in, AllowList<FixedBytes<N>>& out)
{
    out.any = in.any();
    for (const auto& value : in.values()) {
        TRY_ASSIGN(parsed, fixed<N>(value, "value that the policy lists"));
        out.values.insert(parsed);
    }
    return {};
}

Result<void> read(const pb::AllowList& in, AllowList<std::string>& out)
{
    out.any = in.any();
    out.values.insert(in.values().begin(), in.values().end());
    return {};
}

void write(pb::BitRule& out, const BitRule& in)
{
    out.set_required(in.required);
    out.set_forbidden(in.forbidden);
}

BitRule read(const pb::BitRule& in) { return {in.required(), in.forbidden()}; }

Result<snp::TcbParts> readTcb(snp::Product product, const std::string& bytes)
{
    TRY_ASSIGN(tcb, fixed<8>(bytes, "minimum TCB"));
    const snp::TcbParts parts = snp::decodeTcb(product, tcb);
    if (snp::encodeTcb(product, parts) == tcb) return parts;
    return fail(ErrorKind::Malformed, "minimum TCB has a reserved byte that is not zero");
}

Result<void> readMinimum(const pb::SnpTcbMinimum& in, SnpPolicy& out)
{
    TRY_ASSIGN(product, productNamed(in.product()));
    TRY_ASSIGN(reported, readTcb(product, in.reported()));
    TRY_ASSIGN(committed, readTcb(product, in.committed()));
    TRY_ASSIGN(launch, readTcb(product, in.launch()));
    if (out.minimumTcb.emplace(in.product(), SnpTcbMinimum{reported, committed, launch}).second) return {};
    return fail(ErrorKind::Malformed, "minimum TCB of one product is given twice");
}

Result<std::uint8_t> readByte(std::uint32_t value, const char* field)
{
    if (value <= 0xff) return static_cast<std::uint8_t>(value);
    return fail(ErrorKind::Malformed, std::string(field) + " is more than 255");
}

void write(pb::SnpPolicy& out, const SnpPolicy& in)
{
    for (const auto& [word, product] : kProducts) {
        const auto entry = in.minimumTcb.find(word);
        if (entry == in.minimumTcb.end()) continue;
        pb::SnpTcbMinimum& minimum = *out.add_minimum_tcb();
        minimum.set_product(word);
        minimum.set_reported(text(snp::encodeTcb(product, entry->second.reported)));
        minimum.set_committed(text(snp::encodeTcb(product, entry->second.committed)));
        minimum.set_launch(text(snp::encodeTcb(product, entry->second.launch)));
    }
    write(*out.mutable_guest_policy(), in.guestPolicy);
    out.set_minimum_abi_major(in.minimumAbi.major);
    out.set_minimum_abi_minor(in.minimumAbi.minor);
    write(*out.mutable_platform_info(), in.platformInfo);
    out.set_required_launch_mitigations(in.requiredLaunchMitigations);
    out.set_required_current_mitigations(in.requiredCurrentMitigations);
    write(*out.mutable_vlek_csp_ids(), in.vlekCspIds);
    write(*out.mutable_id_key_digests(), in.idKeyDigests);
    write(*out.mutable_author_key_digests(), in.authorKeyDigests);
    out.set_minimum_guest_svn(in.minimumGuestSvn);
    write(*out.mutable_family_ids(), in.familyIds);
    write(*out.mutable_image_ids(), in.imageIds);
    write(*out.mutable_chip_ids(), in.chipIds);
}

Result<SnpPolicy> read(const pb::SnpPolicy& in)
{
    SnpPolicy out;
    for (const auto& minimum : in.minimum_tcb()) TRY(readMinimum(minimum, out));
    out.guestPolicy = read(in.guest_policy());
    TRY_ASSIGN(major, readByte(in.minimum_abi_major(), "ABI version"));
    TRY_ASSIGN(minor, readByte(in.minimum_abi_minor(), "ABI version"));
    out.minimumAbi = {major, minor};
    out.platformInfo = read(in.platform_info());
    out.requiredLaunchMitigations = in.required_launch_mitigations();
    out.requiredCurrentMitigations = in.required_current_mitigations();
    TRY(read(in.vlek_csp_ids(), out.vlekCspIds));
    TRY(read(in.id_key_digests(), out.idKeyDigests));
    TRY(read(in.author_key_digests(), out.authorKeyDigests));
    out.minimumGuestSvn = in.minimum_guest_svn();
    TRY(read(in.family_ids(), out.familyIds));
    TRY(read(in.image_ids(), out.imageIds));
    TRY(read(in.chip_ids(), out.chipIds));
    return out;
}

void write(pb::TdxPolicy& out, const TdxPolicy& in)
{
    out.set_required_attributes(in.requiredAttributes);
    out.set_allowed_attributes(in.allowedAttributes);
    out.set_required_xfam(in.requiredXfam);
    out.set_allowed_xfam(in.allowedXfam);
    out.set_allowed_seam_attributes(in.allowedSeamAttributes);
    write(*out.mutable_service_tds(), in.serviceTds);
    write(*out.mutable_owners(), in.owners);
    write(*out.mutable_owner_configs(), in.ownerConfigs);
    write(*out.mutable_platform_instances(), in.platformInstances);
    out.set_require_event_log(in.requireEventLog);
}

Result<TdxPolicy> read(const pb::TdxPolicy& in)
{
    TdxPolicy out;
    out.requiredAttributes = in.required_attributes();
    out.allowedAttributes = in.allowed_attributes();
    out.requiredXfam = in.required_xfam();
    out.allowedXfam = in.allowed_xfam();
    out.allowedSeamAttributes = in.allowed_seam_attributes();
    TRY(read(in.service_tds(), out.serviceTds));
    TRY(read(in.owners(), out.owners));
    TRY(read(in.owner_configs(), out.ownerConfigs));
    TRY(read(in.platform_instances(), out.platformInstances));
    out.requireEventLog = in.require_event_log();
    return out;
}

Result<void> readStatuses(const pb::AppraisalPolicy& in, AppraisalPolicy& out)
{
    for (const auto& entry : in.accepted_tcb_statuses()) {
        std::optional<UtcSeconds> until;
        if (entry.has_until()) {
            TRY_ASSIGN(time, payload::time(entry.until(), "deadline of a TCB status"));
            until = time;
        }
        if (!out.acceptedTcbStatuses.emplace(entry.status(), until).second)
            return fail(ErrorKind::Malformed, "a TCB status is given twice");
    }
    return {};
}

}  // namespace

Result<Bytes> encode(const AppraisalPolicy& policy)
{
    if (policy.profile == PolicyProfile::ChainOnly) {
        return fail(ErrorKind::Internal, "the chain-only policy is a diagnosis and cannot be stored");
    }
    pb::AppraisalPolicy out;
    out.set_version(policy.version);
    out.set_profile(static_cast<std::uint32_t>(policy.profile));
    for (const TeeKind tee : policy.acceptedTees) out.add_accepted_tees(nameOf(tee));
    for (const auto& product : policy.acceptedProducts) out.add_accepted_products(product);
    for (const auto& product : policy.productsUnderAcceptance) out.add_products_under_acceptance(product);
    for (const auto& [status, until] : policy.acceptedTcbStatuses) {
        pb::AcceptedTcbStatus& entry = *out.add_accepted_tcb_statuses();
        entry.set_status(status);
        if (until) entry.set_until(payload::seconds(*until));
    }
    out.set_min_tcb_evaluation_data_number(policy.minTcbEvaluationDataNumber);
    out.set_max_collateral_age_days(policy.maxCollateralAgeDays);
    out.set_reattest_minutes(policy.reattestMinutes);
    out.set_max_vmpl(policy.maxVmpl);
    out.set_accept_vcek(policy.acceptVcek);
    out.set_accept_vlek(policy.acceptVlek);
    write(*out.mutable_snp(), policy.snp);
    write(*out.mutable_tdx(), policy.tdx);
    return payload::serialise(out);
}

Result<AppraisalPolicy> decodePolicy(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::AppraisalPolicy>(bytes, "appraisal policy"));
    AppraisalPolicy out;
    out.version = in.version();
    TRY_ASSIGN(profile, payload::enumerator(in.profile(), PolicyProfile::Training, "policy profile"));
    out.profile = profile;
    for (const auto& name : in.accepted_tees()) {
        TRY_ASSIGN(tee, parseTeeKind(name));
        out.acceptedTees.insert(tee);
    }
    out.acceptedProducts.insert(in.accepted_products().begin(), in.accepted_products().end());
    out.productsUnderAcceptance.insert(in.products_under_acceptance().begin(), in.products_under_acceptance().end());
    TRY(readStatuses(in, out));
    out.minTcbEvaluationDataNumber = in.min_tcb_evaluation_data_number();
    out.maxCollateralAgeDays = in.max_collateral_age_days();
    out.reattestMinutes = in.reattest_minutes();
    out.maxVmpl = in.max_vmpl();
    out.acceptVcek = in.accept_vcek();
    out.acceptVlek = in.accept_vlek();
    TRY_ASSIGN(snp, read(in.snp()));
    TRY_ASSIGN(tdx, read(in.tdx()));
    out.snp = std::move(snp);
    out.tdx = std::move(tdx);
    return out;
}

}  // namespace quorate::study
