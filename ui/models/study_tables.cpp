// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/study_tables.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/verdict_painter.h"

namespace quorate::ui {
namespace {

struct TableWords {
    Q_DECLARE_TR_FUNCTIONS(TableWords)
};

bool isTraining(const StudySnapshot& study)
{
    return study.protocol().mode == study::StudyMode::Training;
}

VerdictKind goodKind(const StudySnapshot& study)
{
    return isTraining(study) ? VerdictKind::Training : VerdictKind::Accepted;
}

Cell roundState(const StudySnapshot& study, const study::SiteProgress& site, std::uint32_t round)
{
    if (site.excluded) return {.text = TableWords::tr("Excluded"), .verdict = VerdictKind::Unknown};
    const auto found = site.rounds.find(round);
    if (found == site.rounds.end()) return {.text = TableWords::tr("Not in this round"), .verdict = VerdictKind::Unknown};
    switch (found->second) {
    case study::SiteRoundState::Waiting: return {.text = TableWords::tr("Not connected"), .verdict = VerdictKind::Caution};
    case study::SiteRoundState::Training: return {.text = TableWords::tr("Running"), .verdict = VerdictKind::Unknown, .waiting = true};
    case study::SiteRoundState::UpdateIn: return {.text = TableWords::tr("Update in"), .verdict = goodKind(study)};
    case study::SiteRoundState::Dropped: return {.text = TableWords::tr("Dropped"), .verdict = VerdictKind::Unknown};
    case study::SiteRoundState::Rejected: return {.text = TableWords::tr("Rejected"), .verdict = VerdictKind::Refused};
    }
    return {};
}

Cell siteState(const StudySnapshot& study, const study::SiteProgress& site)
{
    if (site.refused) return {.text = TableWords::tr("Refused"), .verdict = VerdictKind::Refused};
    if (!site.approved) return {.text = TableWords::tr("Not answered"), .verdict = VerdictKind::Unknown};
    if (site.excluded) return {.text = TableWords::tr("Excluded from rounds"), .verdict = VerdictKind::Unknown};
    if (!site.joined) return {.text = TableWords::tr("Not connected"), .verdict = VerdictKind::Unknown};
    if (site.joinCode == "attested") return {.text = TableWords::tr("Joined"), .verdict = goodKind(study)};
    if (site.joinCode == "no-tee") return {.text = TableWords::tr("Joined, no TEE"), .verdict = VerdictKind::Caution};
    return {.text = TableWords::tr("Evidence refused"), .verdict = VerdictKind::Refused};
}

/// What this computer made of the site node's own evidence, if it has shown any.
Cell nodeEvidence(const StudySnapshot& study, const study::SiteSpec& spec)
{
    const auto node = std::find_if(study.nodes.begin(), study.nodes.end(), [&](const NodeAppraisal& n) { return n.site == spec.id; });
    if (node == study.nodes.end()) {
        return {.text = spec.teeRequired ? TableWords::tr("Not checked") : TableWords::tr("None shown"), .verdict = VerdictKind::Unknown};
    }
    const VerdictKind kind = kindOf(node->result);
    return {.text = wordOf(kind), .verdict = kind};
}

QString recordsOf(const study::SiteProgress& site)
{
    return site.metrics.empty() ? QStringLiteral("–") : QString::number(site.metrics.rbegin()->second.trainRecords);
}

QString allowedValues(const schema::Variable& variable)
{
    if (variable.type == schema::VariableType::Categorical) {
        QStringList levels;
        for (const auto& level : variable.levels) levels << toQString(level.code);
        return levels.join(QStringLiteral(", "));
    }
    if (!variable.minimum || !variable.maximum) return QStringLiteral("–");
    return TableWords::tr("%1 to %2").arg(*variable.minimum).arg(*variable.maximum);
}

QString typeWord(const schema::Variable& variable)
{
    switch (variable.type) {
    case schema::VariableType::Integer: return TableWords::tr("Integer");
    case schema::VariableType::Decimal: return TableWords::tr("Decimal");
    case schema::VariableType::Categorical: return TableWords::tr("Category");
    case schema::VariableType::Identifier: return TableWords::tr("Identifier, stays here");
    }
    return {};
}

}  // namespace

TableContent eventTable(const StudySnapshot& study)
{
    TableContent table;
    table.header = {{.text = TableWords::tr("No."), .number = true}, {.text = TableWords::tr("UTC")}, {.text = TableWords::tr("Event")},
                    {.text = TableWords::tr("Who")}, {.text = TableWords::tr("What")}, {.text = TableWords::tr("Digest")}};
    const auto& events = study.projection.events();
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        const QString digest = event->digest.isZero() ? QStringLiteral("–") : toQString(toHex(event->digest)).left(8);
        const QString number = QString::number(event->sequence);
        table.rows.push_back({number,
                              {{.text = number, .number = true, .quiet = true}, {.text = utcTime(event->at), .quiet = true},
                               {.text = titleOf(event->kind), .strong = true}, {.text = whoDid(*event, study)},
                               {.text = detailFor(*event, study)}, {.text = digest, .fixed = true, .quiet = true}},
                              false});
    }
    return table;
}

TableContent roundTable(const StudySnapshot& study)
{
    const std::uint32_t round = study.projection.currentRound();
    TableContent table;
    table.header = {{.text = TableWords::tr("Site")}, {.text = TableWords::tr("Round %1").arg(round)},
                    {.text = TableWords::tr("Records"), .number = true}, {.text = TableWords::tr("Update norm"), .number = true},
                    {.text = TableWords::tr("Sent"), .number = true}, {.text = TableWords::tr("Seconds"), .number = true}};
    int index = 0;
    for (const auto& spec : study.protocol().sites) {
        const auto& site = study.projection.sites().at(spec.id);
        Row row{toQString(spec.code), {{.text = toQString(spec.name), .swatch = index++}, roundState(study, site, round)}, false};
        const auto found = site.metrics.find(round);
        const bool known = found != site.metrics.end();
        const QString none = QStringLiteral("–");
        row.cells.push_back({.text = recordsOf(site), .number = true});
        row.cells.push_back({.text = known ? QString::number(found->second.updateNorm, 'f', 2) : none, .number = true});
        row.cells.push_back({.text = known ? byteCount(found->second.bytesSent) : none, .number = true});
        row.cells.push_back({.text = known ? secondsText(found->second.seconds) : none,
                             .number = true});
        table.rows.push_back(std::move(row));
    }
    return table;
}

TableContent siteTable(const StudySnapshot& study, UtcMillis now)
{
    TableContent table;
    table.header = {{.text = TableWords::tr("Site")}, {.text = TableWords::tr("State")}, {.text = TableWords::tr("TEE")},
                    {.text = TableWords::tr("Ethics approval")}, {.text = TableWords::tr("Node evidence")}, {.text = TableWords::tr("Last seen")},
                    {.text = TableWords::tr("Records"), .number = true}};
    int index = 0;
    for (const auto& spec : study.protocol().sites) {
        const auto& site = study.projection.sites().at(spec.id);
        const bool seen = site.lastSeen.time_since_epoch().count() != 0;
        const auto ago = std::chrono::floor<std::chrono::seconds>(now - site.lastSeen);
        const QString ethics = TableWords::tr("%1, until %2").arg(toQString(spec.ethics.number), utcDate(spec.ethics.expires));
        table.rows.push_back({toQString(spec.code),
                              {{.text = toQString(spec.name), .strong = true, .swatch = index++}, siteState(study, site),
                               {.text = spec.teeRequired ? TableWords::tr("Required") : TableWords::tr("Not required")},
                               {.text = ethics}, nodeEvidence(study, spec),
                               {.text = seen ? TableWords::tr("%1 ago").arg(ageText(ago)) : TableWords::tr("Never")},
                               {.text = recordsOf(site), .number = true}},
                              false});
    }
    return table;
}

TableContent dictionaryTable(const schema::DataDictionary& dictionary)
{
    TableContent table;
    table.header = {{.text = TableWords::tr("Name")}, {.text = TableWords::tr("Meaning")}, {.text = TableWords::tr("Type")},
                    {.text = TableWords::tr("Allowed")}, {.text = TableWords::tr("Missing value")}};
    for (const auto& variable : dictionary.variables) {
        QString label = toQString(variable.label);
        if (!variable.unit.empty()) label += QStringLiteral(" (%1)").arg(toQString(variable.unit));
        const bool drop = variable.missing == schema::MissingRule::DropRecord;
        table.rows.push_back({toQString(variable.name),
                              {{.text = toQString(variable.name), .fixed = true}, {.text = label}, {.text = typeWord(variable)},
                               {.text = allowedValues(variable)},
                               {.text = drop ? TableWords::tr("Leaves the record out") : TableWords::tr("Stops the site")}},
                              variable.name == dictionary.target});
    }
    return table;
}

}  // namespace quorate::ui
