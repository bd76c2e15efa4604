// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/privacy_text.h"

#include <QCoreApplication>
#include <array>

#include "core/privacy/outlook.h"

namespace quorate::ui {
namespace {

using study::PrivacyKind;

struct PrivacyWords {
    Q_DECLARE_TR_FUNCTIONS(PrivacyWords)
};

QString twoDigits(double value) { return QString::number(value, 'f', 2); }

/// epsilon of all planned rounds at this sampling rate; empty for a plan that cannot be counted.
QString epsilonOf(const study::TrainingPlan& plan, double samplingRate)
{
    privacy::SampledGaussian all = privacy::costOfRound(plan);
    all.samplingRate = samplingRate;
    all.steps *= plan.rounds;
    const auto epsilon = privacy::renyiEpsilon(std::array{all}, plan.privacy.delta);
    return epsilon ? twoDigits(epsilon->epsilon) : QString();
}

}  // namespace

QString privacyHeading(const study::PrivacyPlan& plan)
{
    switch (plan.kind) {
    case PrivacyKind::None: return PrivacyWords::tr("This study adds no noise");
    case PrivacyKind::SiteLevel: return PrivacyWords::tr("Noise hides what one hospital contributed");
    case PrivacyKind::RecordLevel: return PrivacyWords::tr("Noise hides what one record contributed");
    }
    return {};
}

QString privacyPromise(const study::TrainingPlan& plan)
{
    const study::PrivacyPlan& privacy = plan.privacy;
    if (privacy.kind == PrivacyKind::None) {
        return PrivacyWords::tr("None: updates are not noised. Nobody outside the enclave sees a single update.");
    }
    QString out = PrivacyWords::tr("Epsilon at most %1 at delta %2; the planned %n round(s) would spend %3.", nullptr, static_cast<int>(plan.rounds))
                      .arg(twoDigits(privacy.epsilon), QString::number(privacy.delta), epsilonOf(plan, privacy.samplingRate));
    if (privacy.kind == PrivacyKind::SiteLevel && privacy.samplingRate < 1) {
        out += QLatin1Char(' ') + PrivacyWords::tr("For members, who see which sites took part, a site taken every time would spend %1.").arg(epsilonOf(plan, 1));
    }
    return out;
}

QString privacyMeaning(const study::PrivacyPlan& plan)
{
    switch (plan.kind) {
    case PrivacyKind::None:
        return PrivacyWords::tr("Updates leave each site as they were trained, over a channel bound to the service's evidence. A model made of "
                                "them can still carry traces of single records. There is no privacy budget to spend or to exceed.");
    case PrivacyKind::SiteLevel:
        return PrivacyWords::tr("Epsilon bounds what the models say about one hospital more or less. It does not cover the figures that sites "
                                "report, nor who took part; what is true of many is learned all the same.");
    case PrivacyKind::RecordLevel:
        return PrivacyWords::tr("Epsilon bounds what the models say about one record more or less; a patient with several is protected less. "
                                "It does not cover the figures that sites report; what is true of many is learned all the same.");
    }
    return {};
}

QString preparationWords(const study::PrivacyPlan& plan)
{
    if (plan.kind == PrivacyKind::RecordLevel) {
        return PrivacyWords::tr("Scaled by each input's range in the data dictionary, so that no record has a say in another's values");
    }
    return PrivacyWords::tr("Standardised by each site's own training part");
}

QString batchWords(const study::TrainingPlan& plan)
{
    if (plan.privacy.kind == PrivacyKind::RecordLevel) {
        return PrivacyWords::tr("Each record with a chance of %1 in each step").arg(plan.privacy.samplingRate);
    }
    if (plan.batchSize == 0) return PrivacyWords::tr("The whole training part");
    return PrivacyWords::tr("%n record(s)", nullptr, static_cast<int>(plan.batchSize));
}

QString privacySpentLine(const StudySnapshot& study)
{
    const study::PrivacyPlan& plan = study.protocol().plan.privacy;
    if (plan.kind == PrivacyKind::None) return {};
    const QString line = PrivacyWords::tr("Epsilon %1 of %2 is spent.").arg(twoDigits(study.projection.privacySpent().value_or(0)), twoDigits(plan.epsilon));
    if (!study.projection.isPrivacyBudgetReached()) return line;
    return line + QLatin1Char(' ') + PrivacyWords::tr("Another round would have exceeded the budget, so training ended.");
}

}  // namespace quorate::ui
