// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/study_text.h"

#include <QCoreApplication>

#include "ui/text/formats.h"
#include "ui/text/rule_text.h"

namespace quorate::ui {
namespace {

struct StudyWords {
    Q_DECLARE_TR_FUNCTIONS(StudyWords)
};

QString kindWords(study::ModelKind kind)
{
    switch (kind) {
    case study::ModelKind::LogisticRegression: return StudyWords::tr("Logistic regression");
    case study::ModelKind::LinearRegression: return StudyWords::tr("Linear regression");
    case study::ModelKind::SoftmaxRegression: return StudyWords::tr("Softmax regression");
    case study::ModelKind::CoxRegression: return StudyWords::tr("Cox regression");
    case study::ModelKind::MultilayerPerceptron: return StudyWords::tr("Multilayer perceptron");
    case study::ModelKind::Lstm: return StudyWords::tr("LSTM");
    case study::ModelKind::TorchScript: return StudyWords::tr("TorchScript model");
    }
    return {};
}

}  // namespace

QString stateLine(const StudySnapshot& study)
{
    const auto& projection = study.projection;
    const std::uint32_t rounds = study.protocol().plan.rounds;
    switch (projection.state()) {
    case study::StudyState::AwaitingApprovals: return StudyWords::tr("Waiting for approvals");
    case study::StudyState::AwaitingKey: return StudyWords::tr("Waiting for the quorum");
    case study::StudyState::Quorate: return StudyWords::tr("Quorate · rounds may start");
    case study::StudyState::Running:
        if (projection.paused()) return StudyWords::tr("Paused · round %1 of %2").arg(projection.currentRound()).arg(rounds);
        return StudyWords::tr("Quorate · round %1 of %2").arg(projection.currentRound()).arg(rounds);
    case study::StudyState::Frozen: return StudyWords::tr("Frozen");
    case study::StudyState::Revoked: return StudyWords::tr("Key revoked");
    case study::StudyState::Finished:
        return StudyWords::tr("Finished, %1 of %2").arg(projection.currentRound()).arg(rounds);
    case study::StudyState::Refused: return StudyWords::tr("Refused by the sites");
    }
    return {};
}

QString siteName(const StudySnapshot& study, const Uuid& site)
{
    const study::SiteSpec* spec = study.protocol().findSite(site);
    return spec ? toQString(spec->name) : StudyWords::tr("unknown site %1").arg(toQString(toHex(site)).left(8));
}

QString personName(const study::Member& member)
{
    const QString name = toQString(member.name);
    const QString organisation = toQString(member.organisation);
    if (organisation.isEmpty() || name.contains(organisation)) return name;
    return StudyWords::tr("%1, %2", "title, organisation").arg(name, organisation);
}

QString memberName(const StudySnapshot& study, const Uuid& member)
{
    const study::Member* found = study.roster.find(member);
    return found ? personName(*found) : StudyWords::tr("unknown member %1").arg(toQString(toHex(member)).left(8));
}

QString roleWord(study::Role role)
{
    switch (role) {
    case study::Role::Coordinator: return StudyWords::tr("coordinator");
    case study::Role::SiteReviewer: return StudyWords::tr("site reviewer");
    case study::Role::Custodian: return StudyWords::tr("custodian");
    case study::Role::Auditor: return StudyWords::tr("auditor");
    case study::Role::SiteNode: return StudyWords::tr("site node");
    }
    return {};
}

QString acceptanceSentence(const study::VerifiedAcceptance& acceptance)
{
    QStringList signers;
    for (const auto& member : acceptance.signers) signers.append(personName(member));
    return StudyWords::tr("%1 machines count in this study until %2, because these custodians accepted them: %3. Their reason: %4")
        .arg(toQString(acceptance.value.product), bothTimes(acceptance.value.notAfter), signers.join(QStringLiteral("; ")),
             toQString(acceptance.value.reason));
}

QString exceptionsSentence(const StudySnapshot& study, UtcMillis now)
{
    QStringList sentences;
    for (const std::string& product : study.policy.productsUnderAcceptance) {
        const study::VerifiedAcceptance* newest = nullptr;
        for (const auto& given : study.acceptances) {
            const auto& value = given.value.value;
            if (value.product != product || value.notAfter < toSeconds(now)) continue;
            if (newest == nullptr || value.notAfter > newest->value.notAfter) newest = &given.value;
        }
        sentences.append(newest != nullptr ? acceptanceSentence(*newest)
                                           : StudyWords::tr("%1 machines do not count: the study's custodians could accept them for a time, and have not.")
                                                 .arg(toQString(product)));
    }
    return sentences.join(QLatin1Char(' '));
}

QString demoPassphraseHint()
{
    return StudyWords::tr("The demo's passphrase is “demo”.");
}

QString modelWords(const study::ModelSpec& model)
{
    if (model.kind == study::ModelKind::LogisticRegression) {
        return StudyWords::tr("Logistic regression with %n input(s)", nullptr, static_cast<int>(model.inputs));
    }
    if (model.kind == study::ModelKind::TorchScript) {
        //: %1 and %2 are numbers, %3 is a digest.
        return StudyWords::tr("TorchScript file: inputs %1, outputs %2, SHA-256 %3")
            .arg(model.inputs).arg(model.outputs).arg(toQString(toHex(model.scriptDigest)));
    }
    if (model.sequenceLength > 0) {
        //: %1 is a kind of model, the others are numbers.
        return StudyWords::tr("%1: %2 steps of inputs %3, outputs %4")
            .arg(kindWords(model.kind)).arg(model.sequenceLength).arg(model.inputs).arg(model.outputs);
    }
    //: %1 is a kind of model, %2 and %3 are numbers.
    return StudyWords::tr("%1: inputs %2, outputs %3").arg(kindWords(model.kind)).arg(model.inputs).arg(model.outputs);
}

QString outcomeWords(const schema::DataDictionary& dictionary)
{
    const QString target = QString::fromStdString(dictionary.target);
    switch (dictionary.targetKind) {
    case schema::TargetKind::Binary: return StudyWords::tr("%1 above %2").arg(target).arg(dictionary.targetPositiveAbove);
    case schema::TargetKind::Decimal: return StudyWords::tr("The value of %1").arg(target);
    case schema::TargetKind::Class: return StudyWords::tr("The level of %1").arg(target);
    case schema::TargetKind::TimeToEvent:
        return StudyWords::tr("%1, the time until %2").arg(target, QString::fromStdString(dictionary.eventVariable));
    }
    return target;
}

QString planWords(const study::TrainingPlan& plan)
{
    return StudyWords::tr("%1, %2 of %3", "rule, rounds, steps")
        .arg(ruleName(plan), StudyWords::tr("%n round(s)", nullptr, static_cast<int>(plan.rounds)),
             StudyWords::tr("%n step(s)", nullptr, static_cast<int>(plan.localSteps)));
}

std::vector<std::string> preparedConditions()
{
    return {"ask-again-on-new-reference-values", "ask-again-on-new-site", "stop-when-ethics-expires"};
}

QString conditionWords(const std::string& code)
{
    if (code == "ask-again-on-new-reference-values") return StudyWords::tr("Ask again if reference values change");
    if (code == "ask-again-on-new-site") return StudyWords::tr("Ask again if another site joins");
    if (code == "stop-when-ethics-expires") return StudyWords::tr("Stop when the ethics approval expires");
    return toQString(code);
}

}  // namespace quorate::ui
