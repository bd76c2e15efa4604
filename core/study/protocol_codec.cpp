// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/payload/payload_codec.h"
#include "core/study/protocol.h"
#include "core/study/training_plan_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::enumerator;
using payload::fixed;
using payload::text;

void write(pb::Variable& out, const schema::Variable& variable)
{
    out.set_name(variable.name);
    out.set_label(variable.label);
    out.set_unit(variable.unit);
    out.set_type(static_cast<std::uint32_t>(variable.type));
    if (variable.minimum) out.set_minimum(*variable.minimum);
    if (variable.maximum) out.set_maximum(*variable.maximum);
    for (const auto& level : variable.levels) {
        auto* item = out.add_levels();
        item->set_code(level.code);
        item->set_label(level.label);
    }
    out.set_missing(static_cast<std::uint32_t>(variable.missing));
    out.set_is_input(variable.isInput);
}

Result<schema::Variable> read(const pb::Variable& in)
{
    schema::Variable out;
    out.name = in.name();
    out.label = in.label();
    out.unit = in.unit();
    TRY_ASSIGN(type, enumerator(in.type(), schema::VariableType::Identifier, "variable type"));
    out.type = type;
    if (in.has_minimum()) out.minimum = in.minimum();
    if (in.has_maximum()) out.maximum = in.maximum();
    for (const auto& level : in.levels()) out.levels.push_back({level.code(), level.label()});
    TRY_ASSIGN(missing, enumerator(in.missing(), schema::MissingRule::DropRecord, "missing rule"));
    out.missing = missing;
    out.isInput = in.is_input();
    return out;
}

Result<SiteSpec> read(const pb::Site& in)
{
    SiteSpec out;
    TRY_ASSIGN(id, fixed<16>(in.id(), "site id"));
    TRY_ASSIGN(expires, payload::time(in.ethics_expires(), "ethics approval's expiry"));
    out.id = id;
    out.code = in.code();
    out.name = in.name();
    out.teeRequired = in.tee_required();
    out.ethics = {in.ethics_number(), expires};
    return out;
}

Result<QuorumRules> read(const pb::QuorumRules& in)
{
    QuorumRules out;
    out.threshold = in.threshold();
    out.distinctOrganisations = in.distinct_organisations();
    TRY_ASSIGN(commitment, fixed<32>(in.key_commitment(), "key commitment"));
    out.keyCommitment = commitment;
    for (const auto& share : in.shares()) {
        TRY_ASSIGN(custodian, fixed<16>(share.custodian(), "custodian id"));
        TRY_ASSIGN(digest, fixed<32>(share.share_digest(), "share digest"));
        out.shares.push_back({custodian, digest, toBytes(share.sealed_share())});
    }
    return out;
}

}  // namespace

Bytes encode(const StudyProtocol& protocol)
{
    pb::StudyProtocol out;
    out.set_id(text(protocol.id));
    out.set_code(protocol.code);
    out.set_version(protocol.version);
    out.set_title(protocol.title);
    out.set_question(protocol.question);
    out.set_lead(protocol.lead);
    out.set_mode(static_cast<std::uint32_t>(protocol.mode));
    for (const auto& variable : protocol.dictionary.variables) write(*out.mutable_dictionary()->add_variables(), variable);
    out.mutable_dictionary()->set_target(protocol.dictionary.target);
    out.mutable_dictionary()->set_target_positive_above(protocol.dictionary.targetPositiveAbove);
    write(*out.mutable_model(), protocol.model);
    write(*out.mutable_plan(), protocol.plan);
    for (const auto& site : protocol.sites) {
        auto* item = out.add_sites();
        item->set_id(text(site.id));
        item->set_code(site.code);
        item->set_name(site.name);
        item->set_tee_required(site.teeRequired);
        item->set_ethics_number(site.ethics.number);
        item->set_ethics_expires(payload::seconds(site.ethics.expires));
    }
    auto* quorum = out.mutable_quorum();
    quorum->set_threshold(protocol.quorum.threshold);
    quorum->set_distinct_organisations(protocol.quorum.distinctOrganisations);
    quorum->set_key_commitment(text(protocol.quorum.keyCommitment));
    for (const auto& share : protocol.quorum.shares) {
        auto* item = quorum->add_shares();
        item->set_custodian(text(share.custodian));
        item->set_share_digest(text(share.shareDigest));
        item->set_sealed_share(text(BytesView(share.sealedShare)));
    }
    out.set_key_epoch(protocol.keyEpoch);
    out.set_reference_values_digest(text(protocol.referenceValuesDigest));
    out.set_policy_digest(text(protocol.policyDigest));
    out.set_roster_digest(text(protocol.rosterDigest));
    out.set_created_at(payload::seconds(protocol.createdAt));
    out.set_pooled_comparison(protocol.pooledComparison);
    return payload::serialise(out);
}

Result<StudyProtocol> decodeProtocol(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::StudyProtocol>(bytes, "study protocol"));
    StudyProtocol out;
    TRY_ASSIGN(id, fixed<16>(in.id(), "study id"));
    TRY_ASSIGN(mode, enumerator(in.mode(), StudyMode::Training, "study mode"));
    TRY_ASSIGN(model, read(in.model()));
    TRY_ASSIGN(plan, read(in.plan()));
    TRY_ASSIGN(quorum, read(in.quorum()));
    TRY_ASSIGN(references, fixed<32>(in.reference_values_digest(), "reference values digest"));
    TRY_ASSIGN(policy, fixed<32>(in.policy_digest(), "policy digest"));
    TRY_ASSIGN(roster, fixed<32>(in.roster_digest(), "roster digest"));
    TRY_ASSIGN(createdAt, payload::time(in.created_at(), "creation time"));
    out.id = id;
    out.code = in.code();
    out.version = in.version();
    out.title = in.title();
    out.question = in.question();
    out.lead = in.lead();
    out.mode = mode;
    for (const auto& variable : in.dictionary().variables()) {
        TRY_ASSIGN(item, read(variable));
        out.dictionary.variables.push_back(std::move(item));
    }
    out.dictionary.target = in.dictionary().target();
    out.dictionary.targetPositiveAbove = in.dictionary().target_positive_above();
    out.model = model;
    out.plan = plan;
    for (const auto& site : in.sites()) {
        TRY_ASSIGN(item, read(site));
        out.sites.push_back(std::move(item));
    }
    out.quorum = std::move(quorum);
    out.keyEpoch = in.key_epoch();
    out.referenceValuesDigest = references;
    out.policyDigest = policy;
    out.rosterDigest = roster;
    out.createdAt = createdAt;
    out.pooledComparison = in.pooled_comparison();
    return out;
}

}  // namespace quorate::study
