// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/training/training_page.h"

#include <QTimer>
#include <QVBoxLayout>
#include <cmath>

#include "ui/models/metric_series.h"
#include "ui/models/study_tables.h"
#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/text/privacy_text.h"
#include "ui/text/study_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chart_frame.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/heat_map.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/round_timeline.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr int kRepaintMs = 100;

HeatMap::HeatCell heatCell(const StudySnapshot& study, const study::SiteProgress& site, std::uint32_t round, Metric metric)
{
    HeatMap::HeatCell cell;
    const auto metrics = site.metrics.find(round);
    cell.value = metrics == site.metrics.end() ? std::nan("") : valueOf(metric, metrics->second);
    const auto state = site.rounds.find(round);
    if (state == site.rounds.end()) return cell;
    const auto& rounds = study.projection.rounds();
    const bool open = rounds.back().round == round && !rounds.back().closedAt;
    switch (state->second) {
    case study::SiteRoundState::Waiting:
    case study::SiteRoundState::Training:
        cell.state = open ? HeatMap::State::Running : HeatMap::State::Dropped;
        break;
    case study::SiteRoundState::UpdateIn: cell.state = open ? HeatMap::State::UpdateIn : HeatMap::State::Done; break;
    case study::SiteRoundState::Dropped: cell.state = HeatMap::State::Dropped; break;
    case study::SiteRoundState::Rejected: cell.state = HeatMap::State::Rejected; break;
    }
    return cell;
}

HeatMap::Content heatContent(const StudySnapshot& study, Metric metric)
{
    HeatMap::Content content;
    content.metric = nameOf(metric);
    for (const auto& spec : study.protocol().sites) {
        content.sites.push_back(toQString(spec.name));
        const auto& site = study.projection.sites().at(spec.id);
        std::vector<HeatMap::HeatCell> row;
        for (std::uint32_t round = 1; round <= study.protocol().plan.rounds; ++round) {
            row.push_back(heatCell(study, site, round, metric));
        }
        content.cells.push_back(std::move(row));
    }
    return content;
}

/// Sites whose update of the open round is in, and of how many.
std::pair<int, int> updatesIn(const StudySnapshot& study)
{
    std::pair<int, int> out{0, 0};
    for (const auto& [id, site] : study.projection.sites()) {
        const auto found = site.rounds.find(study.projection.currentRound());
        if (found == site.rounds.end()) continue;
        ++out.second;
        out.first += found->second == study::SiteRoundState::UpdateIn ? 1 : 0;
    }
    return out;
}

/// The first site of the open round whose update is not in.
QString waitedFor(const StudySnapshot& study)
{
    for (const auto& [id, site] : study.projection.sites()) {
        const auto found = site.rounds.find(study.projection.currentRound());
        if (found != site.rounds.end() && found->second != study::SiteRoundState::UpdateIn) return TrainingPage::tr("for %1").arg(siteName(study, id));
    }
    return {};
}

void addEventMarks(const StudySnapshot& study, std::vector<RoundTimeline::Mark>& marks)
{
    const VerdictKind good = passed(study.protocol().mode == study::StudyMode::Training);
    int opened = 0;
    for (const auto& event : study.projection.events()) {
        const QString site = event.site.isZero() ? QString() : siteName(study, event.site);
        const auto add = [&](int round, VerdictKind kind, const QString& what, const QString& detail) {
            marks.push_back({round, {kind, what, {}, false}, detail});
        };
        const int round = static_cast<int>(event.round);
        switch (event.kind) {
        case study::EventKind::RoundOpened: opened = round; break;
        case study::EventKind::SiteDropped: add(round, VerdictKind::Unknown, TrainingPage::tr("%1 out").arg(site), reasonWords(event.code)); break;
        case study::EventKind::UpdateRejected:
            add(round, VerdictKind::Refused, TrainingPage::tr("%1 rejected").arg(site), reasonWords(event.code));
            break;
        case study::EventKind::RoundFailed: add(round, VerdictKind::Refused, TrainingPage::tr("Round failed"), reasonWords(event.code)); break;
        case study::EventKind::SiteJoined:
            // Before the first round a site joins for the first time; that is no event of a round.
            if (opened > 0) add(opened, good, TrainingPage::tr("%1 again").arg(site), TrainingPage::tr("joined %1 UTC").arg(utcMinute(event.at)));
            break;
        default: break;
        }
    }
}

RoundTimeline::Content timelineContent(const StudySnapshot& study)
{
    RoundTimeline::Content content;
    content.rounds = static_cast<int>(study.protocol().plan.rounds);
    const auto& rounds = study.projection.rounds();
    const bool open = !rounds.empty() && !rounds.back().closedAt;
    content.done = static_cast<int>(rounds.size()) - (open ? 1 : 0);
    if (open) content.running = static_cast<int>(rounds.back().round);
    const auto [in, expected] = updatesIn(study);
    content.runningPart = expected > 0 ? double(in) / expected : 0;
    addEventMarks(study, content.marks);
    if (open && in < expected) {
        const int waiting = expected - in;
        content.marks.push_back({content.running, {VerdictKind::Unknown, TrainingPage::tr("Waiting"), {}, true},
                                 waiting == 1 ? waitedFor(study) : TrainingPage::tr("for %1 of %2 sites").arg(waiting).arg(expected)});
    }
    return content;
}

}  // namespace

TrainingPage::TrainingPage(const PageContext& context, QWidget* parent)
    : Page(PageId::Training, context, tr("Training"), parent), m_repaint(new QTimer(this))
{
    m_start = new Button(theme(), tr("Start rounds"), ButtonKind::Primary, QStringLiteral("training"));
    m_start->setObjectName(QStringLiteral("startRounds"));
    head().addAction(m_start);
    m_problem = new Banner(theme());
    m_problem->hide();
    body()->addWidget(m_problem);
    auto* rounds = new Card(theme());
    m_timeline = new RoundTimeline(theme());
    rounds->body()->addWidget(m_timeline);
    body()->addWidget(rounds);
    auto* columns = new Columns(theme(), Columns::Side::Trailing, 364);
    buildMain(columns->main());
    buildSide(columns->side());
    body()->addWidget(columns, 1);
    m_repaint->setSingleShot(true);
    m_repaint->setInterval(kRepaintMs);
    connect(m_repaint, &QTimer::timeout, this, [this] {
        if (m_isBehind) show();
    });
    connect(m_start, &QPushButton::clicked, this, &TrainingPage::start);
    connect(m_chart, &ChartFrame::metricChanged, this, &TrainingPage::showChart);
}

void TrainingPage::buildMain(QVBoxLayout* column)
{
    auto* chart = new Card(theme());
    m_chart = new ChartFrame(theme());
    chart->bodyFlush()->addWidget(m_chart);
    column->addWidget(chart, 1);
    auto* sites = new Card(theme());
    m_sites = new TableModel(this);
    auto* table = new TableView(theme(), tr("Sites in this round"));
    table->setModel(m_sites);
    table->setFitToRows(true);
    sites->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    sites->body()->addWidget(table);
    column->addWidget(sites);
}

void TrainingPage::buildSide(QVBoxLayout* column)
{
    auto* map = new Card(theme(), tr("Site by round"));
    m_heat = new HeatMap(theme());
    map->body()->addWidget(m_heat);
    column->addWidget(map);
    auto* privacy = new Card(theme(), tr("Privacy"));
    m_privacyHeading = (new TextLabel(theme(), FontRole::Section, Token::Text, {}))->wrapped();
    m_privacyDetail = (new TextLabel(theme(), FontRole::Body, Token::Text2, {}))->wrapped();
    privacy->body()->addWidget(m_privacyHeading);
    privacy->body()->addWidget(m_privacyDetail);
    privacy->body()->addStretch(1);
    column->addWidget(privacy, 1);
}

void TrainingPage::setStatus(const DeskStatus& status)
{
    Page::setStatus(status);
    m_start->setBlockedBy(whyNoStart());
}

void TrainingPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    const bool another = !study || !m_study || study->protocol().id != m_study->protocol().id;
    m_study = std::move(study);
    if (!m_study) {
        setState(PageState::Empty, tr("No study is open"), tr("Its rounds would be here: curves, sites, what happened when."));
        return;
    }
    setState(PageState::Ready);
    if (another) show();
    else if (!isVisible()) m_isBehind = true;
    else if (m_repaint->isActive()) m_isBehind = true;
    else show();
}

QString TrainingPage::sentence() const
{
    const auto& projection = m_study->projection;
    if (projection.rounds().empty()) return tr("No round has run yet. %1.").arg(stateLine(*m_study));
    const auto& last = projection.rounds().back();
    if (last.closedAt) return tr("%1 of %2 rounds are done.").arg(last.round).arg(m_study->protocol().plan.rounds);
    const auto [in, expected] = updatesIn(*m_study);
    const auto elapsed = std::chrono::floor<std::chrono::seconds>(now() - last.openedAt);
    const auto left = std::chrono::seconds(m_study->protocol().plan.roundDeadlineSeconds) - elapsed;
    return tr("Round %1 of %2 is running. %3 of %4 updates are in, %5 elapsed, deadline in %6.")
        .arg(last.round).arg(m_study->protocol().plan.rounds).arg(in).arg(expected).arg(durationText(elapsed), durationText(left));
}

QString TrainingPage::whyNoStart() const
{
    if (status().me.role != study::Role::Coordinator) return tr("Only the coordinator starts the rounds.");
    if (!m_study) return tr("No study is open.");
    switch (m_study->projection.state()) {
    case study::StudyState::Quorate: return {};
    case study::StudyState::Running: return tr("The rounds are running.");
    case study::StudyState::Finished: return tr("All rounds are done.");
    case study::StudyState::Frozen: return tr("The study is frozen.");
    case study::StudyState::Revoked: return tr("The key was revoked.");
    default: return tr("The key is not released yet.");
    }
}

void TrainingPage::showEvent(QShowEvent* event)
{
    if (m_isBehind) show();
    Page::showEvent(event);
}

void TrainingPage::show()
{
    if (!m_study) return;
    m_repaint->start();
    m_isBehind = false;
    head().setSentence(sentence());
    m_start->setBlockedBy(m_starting.isActive() ? tr("The service is being asked.") : whyNoStart());
    m_start->setVisible(m_study->projection.rounds().empty());
    m_timeline->setContent(timelineContent(*m_study));
    m_sites->setContent(roundTable(*m_study));
    const auto& privacy = m_study->protocol().plan.privacy;
    const QString spent = privacySpentLine(*m_study);
    m_privacyHeading->setText(privacyHeading(privacy));
    m_privacyDetail->setText(spent.isEmpty() ? privacyMeaning(privacy) : spent + QLatin1Char(' ') + privacyMeaning(privacy));
    showChart();
}

void TrainingPage::showChart()
{
    if (!m_study) return;
    m_chart->setSeries(metricSeries(*m_study, m_chart->metric()));
    m_heat->setContent(heatContent(*m_study, m_chart->metric()));
}

void TrainingPage::start()
{
    m_problem->hide();
    m_start->setBlockedBy(tr("The service is being asked."));
    m_starting = desk().startRounds(m_study->protocol().id, [this](Result<void> started) {
        m_starting = {};
        if (!started) {
            const ErrorText text = sentenceFor(started.error());
            m_problem->showVerdict(VerdictKind::Refused, text.what, text.todo);
            m_problem->show();
        }
        show();
    });
}

}  // namespace quorate::ui
