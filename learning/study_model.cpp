// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/study_model.h"

#include "learning/metrics.h"

namespace quorate::learning {

Result<study::Evaluation> StudyModel::evaluate(const ModelWeights& weights, const schema::RecordSet& records) const
{
    TRY_ASSIGN(predictions, predict(weights, records));
    return learning::evaluate(predictions, records, spec().outputs);
}

}  // namespace quorate::learning
