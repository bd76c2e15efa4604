// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/receipt.h"

#include <cmath>

#include "core/payload/payload_codec.h"
#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {
namespace {

namespace pb = ::quorate::payload::v1;
using payload::fixed;
using payload::text;

void write(pb::PrivacySpent& out, const PrivacySpent& spent)
{
    out.set_sampling_rate(spent.samplingRate);
    out.set_noise_multiplier(spent.noiseMultiplier);
    out.set_steps(spent.steps);
    out.set_clip_norm(spent.clipNorm);
    out.set_next_clip_norm(spent.nextClipNorm);
    out.set_epsilon_of_round(spent.epsilonOfRound);
    out.set_epsilon_total(spent.epsilonTotal);
    out.set_delta(spent.delta);
}

/// Malformed when a figure is negative or no number: somebody would read it as little.
Result<PrivacySpent> read(const pb::PrivacySpent& in)
{
    PrivacySpent out{in.sampling_rate(), in.noise_multiplier(), in.steps(), in.clip_norm(), in.next_clip_norm(),
                     in.epsilon_of_round(), in.epsilon_total(), in.delta()};
    for (const double figure : {out.samplingRate, out.noiseMultiplier, out.clipNorm, out.nextClipNorm, out.epsilonOfRound,
                                out.epsilonTotal, out.delta}) {
        if (!(figure >= 0) || !std::isfinite(figure)) return fail(ErrorKind::Malformed, "a receipt's privacy figure is not 0 or above");
    }
    return out;
}

}  // namespace

Bytes encode(const RoundReceipt& receipt)
{
    pb::RoundReceipt out;
    out.set_study(text(receipt.study));
    out.set_key_epoch(receipt.keyEpoch);
    out.set_round(receipt.round);
    out.set_base_model(text(receipt.baseModel));
    out.set_new_model(text(receipt.newModel));
    out.set_protocol_digest(text(receipt.protocolDigest));
    for (const auto& entry : receipt.entries) {
        auto* item = out.add_entries();
        item->set_site(text(entry.site));
        item->set_update_digest(text(entry.updateDigest));
        item->set_weight(entry.weight);
        item->set_outcome(entry.outcome);
    }
    out.set_rule(receipt.rule);
    out.set_evidence_digest(text(receipt.evidenceDigest));
    out.set_previous_receipt(text(receipt.previousReceipt));
    out.set_signed_at(payload::seconds(receipt.signedAt));
    if (receipt.privacy) write(*out.mutable_privacy(), *receipt.privacy);
    return payload::serialise(out);
}

Result<RoundReceipt> decodeReceipt(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::RoundReceipt>(bytes, "round receipt"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(base, fixed<32>(in.base_model(), "base model digest"));
    TRY_ASSIGN(model, fixed<32>(in.new_model(), "new model digest"));
    TRY_ASSIGN(protocol, fixed<32>(in.protocol_digest(), "protocol digest"));
    TRY_ASSIGN(evidence, fixed<32>(in.evidence_digest(), "evidence digest"));
    TRY_ASSIGN(previous, fixed<32>(in.previous_receipt(), "previous receipt's digest"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    RoundReceipt out{study, in.key_epoch(), in.round(), base, model, protocol, {}, in.rule(), evidence, previous, signedAt, {}};
    for (const auto& entry : in.entries()) {
        TRY_ASSIGN(site, fixed<16>(entry.site(), "site id"));
        TRY_ASSIGN(update, fixed<32>(entry.update_digest(), "update digest"));
        out.entries.push_back({site, update, entry.weight(), entry.outcome()});
    }
    if (in.has_privacy()) {
        TRY_ASSIGN(spent, read(in.privacy()));
        out.privacy = spent;
    }
    return out;
}

Bytes encode(const ModelStatement& statement)
{
    pb::ModelStatement out;
    out.set_study(text(statement.study));
    out.set_protocol_digest(text(statement.protocolDigest));
    out.set_model(text(statement.model));
    out.set_rounds(statement.rounds);
    out.set_last_receipt(text(statement.lastReceipt));
    out.set_signed_at(payload::seconds(statement.signedAt));
    return payload::serialise(out);
}

Result<ModelStatement> decodeModelStatement(BytesView bytes)
{
    TRY_ASSIGN(in, payload::parse<pb::ModelStatement>(bytes, "model statement"));
    TRY_ASSIGN(study, fixed<16>(in.study(), "study id"));
    TRY_ASSIGN(protocol, fixed<32>(in.protocol_digest(), "protocol digest"));
    TRY_ASSIGN(model, fixed<32>(in.model(), "model digest"));
    TRY_ASSIGN(receipt, fixed<32>(in.last_receipt(), "last receipt's digest"));
    TRY_ASSIGN(signedAt, payload::time(in.signed_at(), "signing time"));
    return ModelStatement{study, protocol, model, in.rounds(), receipt, signedAt};
}

}  // namespace quorate::study
