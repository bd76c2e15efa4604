// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overview_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/pages/overview/state_look.h"
#include "ui/pages/overview/studies_model.h"
#include "ui/text/formats.h"
#include "ui/text/study_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/columns.h"
#include "ui/widgets/fact_row.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/rows.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {

namespace {

constexpr int kSideWidth = 324;
constexpr int kEventRows = 4;

// An icon on a soft plate, 36 px.
class Plate final : public QWidget {
public:
    Plate(Theme& theme, const Waiting& item) : m_theme(theme), m_item(item) { setFixedSize(36, 36); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_item.decision ? m_theme.color(Token::AccentSoft) : m_theme.verdict(m_item.kind).bg);
        painter.drawRoundedRect(rect(), radius::kField, radius::kField);
        const QColor ink = m_item.decision ? m_theme.color(Token::Accent) : m_theme.verdict(m_item.kind).text;
        painter.drawPixmap(8, 8, m_theme.pixmap(m_item.icon, 20, ink, devicePixelRatioF()));
    }

private:
    Theme& m_theme;
    Waiting m_item;
};

}  // namespace

OverviewPage::OverviewPage(const PageContext& context, QWidget* parent)
    : Page(PageId::Overview, context, tr("Overview"), parent)
{
    auto* columns = new Columns(theme(), Columns::Side::Trailing, kSideWidth);
    buildMain(columns->main());
    buildSide(columns->side());
    body()->addWidget(columns, 1);
    connect(this, &Page::emptyActionTriggered, this, &Page::demoRequested);
}

void OverviewPage::buildMain(QVBoxLayout* column)
{
    m_waiting = new Card(theme(), tr("Waits for you"));
    m_waiting->bodyFlush();
    m_studies = new Card(theme(), tr("Studies"));
    m_model = new StudiesModel(this);
    m_table = new QTableView;
    m_table->setModel(m_model);
    m_table->setItemDelegate(new StudiesDelegate(theme(), *m_model, m_table));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("Studies"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(StudiesModel::Study, QHeaderView::Stretch);
    m_table->setMinimumHeight(150);
    m_studies->bodyFlush()->addWidget(m_table, 1);
    column->addWidget(m_waiting);
    column->addWidget(m_studies, 1);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const StudySnapshot* study = m_model->at(index.row())) Q_EMIT openStudy(study->protocol().id);
    });
}

void OverviewPage::buildSide(QVBoxLayout* column)
{
    m_service = new Card(theme(), tr("Service"));
    auto* again = new IconButton(theme(), QStringLiteral("attestation"), tr("Open the attestation page"));
    connect(again, &QToolButton::clicked, this, [this] { Q_EMIT openPage(PageId::Attestation); });
    m_service->addTool(again);
    m_service->body()->setSpacing(0);
    m_sites = new Card(theme(), tr("Sites"));
    m_sites->bodyFlush();
    m_events = new Card(theme(), tr("Newest events"));
    m_events->setRightNote(tr("UTC"));
    for (Card* card : {m_service, m_sites}) column->addWidget(card);
    column->addWidget(m_events, 1);
}

void OverviewPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    refresh();
}

void OverviewPage::refresh()
{
    const auto studies = desk().studies();
    if (studies.empty()) {
        setState(PageState::Empty, tr("No study is open"),
                 tr("Studies you take part in appear here, with what waits for you. The demo shows one from end to end."));
        setEmptyAction(tr("Try the offline demo"));
        head().setSentence({});
        return;
    }
    setState(PageState::Ready);
    m_model->setStudies(studies, now());
    m_studies->setNote(QString::number(studies.size()));
    fillWaiting();
    fillService();
    fillSites();
    fillEvents();
}

void OverviewPage::fillWaiting()
{
    const auto items = waitingFor(status(), desk().studies(), now());
    showWaiting(items);
    QString count = tr("Nothing waits for you.");
    if (items.size() == 1) count = tr("One thing waits for you.");
    else if (!items.empty()) count = tr("%1 things wait for you.").arg(items.size());
    const QString state = m_study ? QStringLiteral(" ") + toQString(m_study->protocol().code) + QStringLiteral(": ") + stateLine(*m_study) + QLatin1Char('.') : QString();
    head().setSentence(count + state);
}

void OverviewPage::showWaiting(const std::vector<Waiting>& items)
{
    // The desk tells of changes many times a minute; new rows would take the keyboard's focus off these buttons.
    if (m_shownWaiting == items) return;
    m_shownWaiting = items;
    QVBoxLayout& rows = *m_waiting->body();
    clearRows(rows);
    m_waiting->setNote(QString::number(items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) addRow(rows, waitingRow(items[i], i == 0));
    if (!items.empty()) return;
    auto* none = (new TextLabel(theme(), FontRole::Body, Token::Text2,
                                tr("Nothing waits for you. Requests to approve, offers to seal and warnings appear here.")))->wrapped();
    none->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    addRow(rows, none);
}

QWidget* OverviewPage::waitingRow(const Waiting& item, bool first)
{
    auto* box = new QWidget;
    auto* whole = new QVBoxLayout(box);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    if (!first) whole->addWidget(new Hairline(theme()));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::kLarge, 10, space::kLarge, 10);
    row->setSpacing(space::kMedium);
    row->addWidget(new Plate(theme(), item));
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget((new TextLabel(theme(), FontRole::Strong, Token::Text, item.sentence))->wrapped());
    words->addWidget((new TextLabel(theme(), FontRole::Small, Token::Text2, item.detail))->wrapped());
    row->addLayout(words, 1);
    if (!item.due.isEmpty()) {
        auto* due = new QVBoxLayout;
        due->setSpacing(1);
        due->addWidget(new TextLabel(theme(), FontRole::Small, Token::Text2, item.dueWord), 0, Qt::AlignRight);
        due->addWidget(new TextLabel(theme(), FontRole::SmallStrong, Token::Text, item.due), 0, Qt::AlignRight);
        row->addLayout(due);
    }
    const bool primary = first && item.decision;
    auto* open = new Button(theme(), item.decision ? tr("Review…") : tr("Open"), primary ? ButtonKind::Primary : ButtonKind::Default);
    open->setAccessibleName(open->text() + QLatin1Char(' ') + item.sentence);
    connect(open, &QPushButton::clicked, this, [this, study = item.study, page = item.page] {
        Q_EMIT openStudy(study);
        Q_EMIT openPage(page);
    });
    row->addWidget(open);
    whole->addLayout(row);
    return box;
}

void OverviewPage::fillService()
{
    QVBoxLayout& rows = *m_service->body();
    clearRows(rows);
    const ConnectionText connection = textOf(status().connection, m_study && isTraining(*m_study));
    addRow(rows, factRow(theme(), connection.kind, tr("Connection"), connection.sentence));
    const VerdictText age = evidenceAge(m_study.get(), status(), now());
    addRow(rows, factRow(theme(), age.kind, tr("Attestation"), age.sentence));
    if (!m_study) return;
    const auto& projection = m_study->projection;
    const VerdictKind good = passed(isTraining(*m_study));
    const bool released = projection.state() == study::StudyState::Quorate || projection.state() == study::StudyState::Running ||
                          projection.state() == study::StudyState::Finished;
    addRow(rows, factRow(theme(), released ? good : VerdictKind::Unknown, tr("Key"),
                            released ? tr("released, epoch %1").arg(m_study->protocol().keyEpoch) : tr("not released")));
    addRow(rows, factRow(theme(), VerdictKind::Unknown, tr("Event order"),
                            tr("%n events without a gap", nullptr, static_cast<int>(projection.lastSequence()))));
}

void OverviewPage::fillSites()
{
    QVBoxLayout& rows = *m_sites->body();
    clearRows(rows);
    m_sites->setVisible(m_study != nullptr);
    if (!m_study) return;
    m_sites->setTitle(tr("Sites of %1").arg(toQString(m_study->protocol().code)));
    bool first = true;
    for (const study::SiteSpec& site : m_study->protocol().sites) {
        if (!first) addRow(rows, new Hairline(theme()));
        first = false;
        auto* box = new QWidget;
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(space::kLarge, 5, space::kLarge, 5);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        words->addWidget(new TextLabel(theme(), FontRole::Strong, Token::Text, toQString(site.name)));
        QString line = site.teeRequired ? tr("Needs a TEE") : tr("No TEE, by protocol");
        const auto progress = m_study->projection.sites().find(site.id);
        if (progress != m_study->projection.sites().end() && !progress->second.metrics.empty()) {
            line = tr("%n training records", nullptr, static_cast<int>(progress->second.metrics.rbegin()->second.trainRecords));
        }
        words->addWidget(new TextLabel(theme(), FontRole::Tiny, Token::Text2, line));
        row->addLayout(words, 1);
        row->addWidget(new TrustBadge(theme(), siteLook(*m_study, site)));
        addRow(rows, box);
    }
}

void OverviewPage::fillEvents()
{
    QVBoxLayout& rows = *m_events->body();
    clearRows(rows);
    if (!m_study) return;
    const auto& events = m_study->projection.events();
    int shown = 0;
    for (auto event = events.rbegin(); event != events.rend() && shown < kEventRows; ++event, ++shown) {
        auto* box = new QWidget;
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 1, 0, 1);
        row->setSpacing(space::kMedium);
        row->addWidget(new TextLabel(theme(), FontRole::Small, Token::Text3, utcMinute(event->at)), 0, Qt::AlignTop);
        row->addWidget((new TextLabel(theme(), FontRole::Small, Token::Text, sentenceFor(*event, *m_study)))->wrapped(), 1);
        addRow(rows, box);
    }
    rows.addStretch(1);
}

}  // namespace quorate::ui
