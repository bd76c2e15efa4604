// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/study_desk.h"
#include "core/study/intervals.h"
#include "ui/models/table_model.h"

namespace quorate::ui {

using study::Interval;
using study::wilson95;

/// Newest first: number, time, event, who, what, digest. The row's key is the sequence number.
TableContent eventTable(const StudySnapshot& study);
/// Every site in the round that runs, or in the last one.
TableContent roundTable(const StudySnapshot& study);
/// Which figure of the final evaluation is compared.
enum class ResultMeasure { Accuracy, Auc };
/// The figure own, federated and (where allowed) pooled with a cautious reading; the last row is all sites together.
TableContent resultTable(const StudySnapshot& study, ResultMeasure measure = ResultMeasure::Accuracy);
/// Frozen statement against the service's live evidence, field by field.
TableContent statementTable(const StudySnapshot& study);
/// Fields of statementTable() that differ.
int differingFields(const StudySnapshot& study);
/// Sites with state, TEE, last seen, records.
TableContent siteTable(const StudySnapshot& study, UtcMillis now);
/// The roster's members with role and standing: who was revoked, since when and why. The row's key is the member's id.
TableContent peopleTable(const StudySnapshot& study, const Uuid& me, UtcMillis now);
/// The data dictionary: name, label, type, allowed values, missing.
TableContent dictionaryTable(const schema::DataDictionary& dictionary);

/// One model's figure at one site. Accuracy has an interval; AUC has none, because a site does not tell how many of its
/// records are of each class.
struct Estimate {
    double value = 0;  ///< NaN where the site has none: AUC of one class.
    std::optional<Interval> interval;
};
struct SiteComparison {
    QString name;
    std::uint32_t records = 0;
    Estimate own;
    Estimate federated;
    std::optional<Estimate> pooled;
};
/// Sites with results in protocol order; with two or more of them all sites together at the end, weighted by test records.
std::vector<SiteComparison> comparisons(const StudySnapshot& study, ResultMeasure measure = ResultMeasure::Accuracy);

}  // namespace quorate::ui
