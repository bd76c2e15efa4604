// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/training/training_page.h"

#include <QItemSelectionModel>
#include <QStackedWidget>
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
#include "ui/widgets/review_sheet.h"
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

/// Sites whose update of the open round is in, and of how many whose update was not rejected.
std::pair<int, int> updatesIn(const StudySnapshot& study)
{
    std::pair<int, int> out{0, 0};
    for (const auto& [id, site] : study.projection.sites()) {
        const auto found = site.rounds.find(study.projection.currentRound());
        if (found == site.rounds.end() || found->second == study::SiteRoundState::Rejected) continue;
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
        if (found == site.rounds.end() || found->second == study::SiteRoundState::Rejected) continue;
        if (found->second != study::SiteRoundState::UpdateIn) return TrainingPage::tr("for %1").arg(siteName(study, id));
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
        case study::EventKind::RoundsPaused:
            if (opened > 0) add(opened, VerdictKind::Unknown, TrainingPage::tr("Paused"), TrainingPage::tr("%1 UTC").arg(utcMinute(event.at)));
            break;
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
    buildActions();
    buildStack();
    m_repaint->setSingleShot(true);
    m_repaint->setInterval(kRepaintMs);
    connect(m_repaint, &QTimer::timeout, this, [this] {
        if (m_isBehind) show();
    });
    connect(m_start, &QPushButton::clicked, this, &TrainingPage::start);
    using study::OrderAction;
    connect(m_pause, &QPushButton::clicked, this,
            [this] { ask(m_study->projection.paused() ? OrderAction::Resume : OrderAction::Pause); });
    connect(m_exclude, &QPushButton::clicked, this, [this] {
        const bool isOut = m_study->projection.sites().at(chosenSite()->id).excluded.has_value();
        ask(isOut ? OrderAction::Readmit : OrderAction::Exclude);
    });
    connect(m_sheet, &ReviewSheet::approved, this, &TrainingPage::give);
    connect(m_sheet, &ReviewSheet::closed, this, [this] { ask({}); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { showActions(); });
    connect(m_chart, &ChartFrame::metricChanged, this, &TrainingPage::showChart);
}

void TrainingPage::buildActions()
{
    m_exclude = new Button(theme(), tr("Exclude a site…"));
    m_exclude->setObjectName(QStringLiteral("excludeSite"));
    m_pause = new Button(theme(), tr("Pause…"), ButtonKind::Default, QStringLiteral("pause"));
    m_pause->setObjectName(QStringLiteral("pauseRounds"));
    m_start = new Button(theme(), tr("Start rounds"), ButtonKind::Primary, QStringLiteral("training"));
    m_start->setObjectName(QStringLiteral("startRounds"));
    for (Button* button : {m_exclude, m_pause, m_start}) head().addAction(button);
}

void TrainingPage::buildStack()
{
    auto* rounds = new QWidget;
    auto* column = new QVBoxLayout(rounds);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(body()->spacing());
    m_problem = new Banner(theme());
    m_hold = new Banner(theme());
    m_hold->setObjectName(QStringLiteral("hold"));
    m_excluded = new Banner(theme());
    m_excluded->setObjectName(QStringLiteral("excluded"));
    for (Banner* banner : {m_problem, m_hold, m_excluded}) {
        banner->hide();
        column->addWidget(banner);
    }
    auto* card = new Card(theme());
    m_timeline = new RoundTimeline(theme());
    card->body()->addWidget(m_timeline);
    column->addWidget(card);
    auto* columns = new Columns(theme(), Columns::Side::Trailing, 364);
    buildMain(columns->main());
    buildSide(columns->side());
    column->addWidget(columns, 1);
    auto* review = new Card(theme());
    m_sheet = new ReviewSheet(theme());
    review->bodyFlush()->addWidget(m_sheet);
    m_stack = new QStackedWidget;
    m_stack->addWidget(rounds);
    m_stack->addWidget(review);
    body()->addWidget(m_stack, 1);
}

void TrainingPage::buildMain(QVBoxLayout* column)
{
    auto* chart = new Card(theme());
    m_chart = new ChartFrame(theme());
    chart->bodyFlush()->addWidget(m_chart);
    column->addWidget(chart, 1);
    auto* sites = new Card(theme());
    m_sites = new TableModel(this);
    m_table = new TableView(theme(), tr("Sites in this round"));
    m_table->setModel(m_sites);
    m_table->setFitToRows(true);
    sites->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    sites->body()->addWidget(m_table);
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
    const bool another = status.me.id != Page::status().me.id;
    Page::setStatus(status);
    m_start->setBlockedBy(whyNoStart());
    m_sheet->setPassphraseHint(status.demo ? demoPassphraseHint() : QString());
    m_sheet->setIdentityAsked(signsAnew());
    if (another) ask({});
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
    if (last.closedAt && projection.paused()) return tr("%1 of %2 rounds are done. The rounds are paused.").arg(last.round).arg(m_study->protocol().plan.rounds);
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
    showOrders();
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
