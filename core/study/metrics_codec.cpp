// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/metrics_codec.h"

#include "quorate/payload/v1/payload.pb.h"

namespace quorate::study {

namespace pb = ::quorate::payload::v1;

void write(pb::Evaluation& out, const Evaluation& evaluation)
{
    out.set_records(evaluation.records);
    out.set_loss(evaluation.loss);
    if (evaluation.accuracy) out.set_accuracy(*evaluation.accuracy);
    if (evaluation.auc) out.set_auc(*evaluation.auc);
    if (evaluation.brier) out.set_brier(*evaluation.brier);
    if (evaluation.rmse) out.set_rmse(*evaluation.rmse);
    if (evaluation.concordance) out.set_concordance(*evaluation.concordance);
}

void write(pb::SiteRoundMetrics& out, const SiteRoundMetrics& metrics)
{
    write(*out.mutable_before(), metrics.before);
    write(*out.mutable_after(), metrics.after);
    out.set_train_records(metrics.trainRecords);
    out.set_seconds(metrics.seconds);
    out.set_update_norm(metrics.updateNorm);
    out.set_bytes_sent(metrics.bytesSent);
    out.set_steps(metrics.steps);
}

Evaluation read(const pb::Evaluation& in)
{
    Evaluation out;
    out.records = in.records();
    out.loss = in.loss();
    if (in.has_accuracy()) out.accuracy = in.accuracy();
    if (in.has_auc()) out.auc = in.auc();
    if (in.has_brier()) out.brier = in.brier();
    if (in.has_rmse()) out.rmse = in.rmse();
    if (in.has_concordance()) out.concordance = in.concordance();
    return out;
}

SiteRoundMetrics read(const pb::SiteRoundMetrics& in)
{
    return {read(in.before()), read(in.after()), in.train_records(), in.seconds(), in.update_norm(), in.bytes_sent(), in.steps()};
}

}  // namespace quorate::study
