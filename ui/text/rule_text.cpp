// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/rule_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace quorate::ui {

namespace {

using study::AggregationPlan;
using study::AggregationRule;

struct RuleWords {
    Q_DECLARE_TR_FUNCTIONS(RuleWords)
};

bool isProximal(const study::TrainingPlan& plan) { return plan.proximalMu > 0 && plan.aggregation.rule == AggregationRule::FedAvg; }

QString hostileSites(const AggregationPlan& plan)
{
    return RuleWords::tr("against %n hostile site(s)", nullptr, static_cast<int>(plan.byzantineSites));
}

}  // namespace

QString ruleName(const study::TrainingPlan& plan)
{
    if (isProximal(plan)) return RuleWords::tr("FedProx");
    switch (plan.aggregation.rule) {
    case AggregationRule::FedAvg: return RuleWords::tr("FedAvg");
    case AggregationRule::FedAvgM: return RuleWords::tr("FedAvgM");
    case AggregationRule::FedAdam: return RuleWords::tr("FedAdam");
    case AggregationRule::FedYogi: return RuleWords::tr("FedYogi");
    case AggregationRule::FedAdagrad: return RuleWords::tr("FedAdagrad");
    case AggregationRule::Scaffold: return RuleWords::tr("SCAFFOLD");
    case AggregationRule::CoordinateMedian: return RuleWords::tr("Coordinate median");
    case AggregationRule::TrimmedMean: return RuleWords::tr("Trimmed mean");
    case AggregationRule::Krum: return RuleWords::tr("Krum");
    case AggregationRule::MultiKrum: return RuleWords::tr("Multi-Krum");
    case AggregationRule::GeometricMedian: return RuleWords::tr("Geometric median");
    }
    return {};
}

QString ruleParameters(const study::TrainingPlan& plan)
{
    const AggregationPlan& rule = plan.aggregation;
    QStringList out;
    if (plan.proximalMu > 0) out += RuleWords::tr("mu %1").arg(plan.proximalMu);
    switch (rule.rule) {
    case AggregationRule::FedAvgM:
        out += RuleWords::tr("server learning rate %1, momentum %2").arg(rule.serverLearningRate).arg(rule.momentum);
        break;
    case AggregationRule::FedAdam:
    case AggregationRule::FedYogi:
    case AggregationRule::FedAdagrad:
        out += RuleWords::tr("server learning rate %1, beta 1 %2, beta 2 %3, tau %4")
                   .arg(rule.serverLearningRate).arg(rule.beta1).arg(rule.beta2).arg(rule.tau);
        break;
    case AggregationRule::Scaffold: out += RuleWords::tr("server learning rate %1").arg(rule.serverLearningRate); break;
    case AggregationRule::TrimmedMean:
        out += RuleWords::tr("%n value(s) trimmed on each side", nullptr, static_cast<int>(rule.byzantineSites));
        break;
    case AggregationRule::Krum: out += hostileSites(rule); break;
    case AggregationRule::MultiKrum:
        out += hostileSites(rule);
        out += RuleWords::tr("mean of %n site(s)", nullptr, static_cast<int>(rule.selectedSites));
        break;
    case AggregationRule::GeometricMedian:
        out += RuleWords::tr("%n step(s) of Weiszfeld's algorithm", nullptr, static_cast<int>(rule.iterations));
        break;
    default: break;
    }
    if (rule.clipNorm > 0) out += RuleWords::tr("changes clipped to norm %1").arg(rule.clipNorm);
    return out.join(QStringLiteral("; "));
}

QString ruleAdvice(const study::TrainingPlan& plan)
{
    if (isProximal(plan)) {
        return RuleWords::tr("For hospitals that differ much, or often finish only part of their work. "
                             "Where they are alike, a large mu (1) makes the model worse.");
    }
    switch (plan.aggregation.rule) {
    case AggregationRule::FedAvg:
        return RuleWords::tr("The place to start when all sites are trusted. It withstands no attack: two of ten sites that "
                             "flip signs ruin the model.");
    case AggregationRule::FedAvgM:
        return RuleWords::tr("When plain averaging moves slowly or swings from round to round. It withstands no attack.");
    case AggregationRule::FedAdam:
    case AggregationRule::FedYogi:
    case AggregationRule::FedAdagrad:
        return RuleWords::tr("When sites differ and few rounds are possible; the server's learning rate must be chosen with care. "
                             "It withstands no attack.");
    case AggregationRule::Scaffold:
        return RuleWords::tr("When sites differ and take part in most rounds. Uploads are twice as large, and it withstands no attack.");
    case AggregationRule::CoordinateMedian:
        return RuleWords::tr("When fewer than half of the sites may be hostile and nobody knows how many. "
                             "Where sites differ much, it forgets the unusual ones.");
    case AggregationRule::TrimmedMean:
        return RuleWords::tr("When the number of hostile sites is known: it loses less than the median, and protects against no more "
                             "sites than are trimmed.");
    case AggregationRule::Krum:
        return RuleWords::tr("When one site's model is good enough for all. Where outcomes are spread unevenly over the sites, it costs "
                             "up to 17 points of accuracy without any attack.");
    case AggregationRule::MultiKrum:
        return RuleWords::tr("When some sites may be hostile and the others are alike: whole updates are left out, so an unusual but "
                             "honest site may never count.");
    case AggregationRule::GeometricMedian:
        return RuleWords::tr("When fewer than half of the sites may be hostile and the model is large: whole updates count by how "
                             "near they are to the middle.");
    }
    return {};
}

}  // namespace quorate::ui
