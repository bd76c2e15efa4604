// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/sites/sites_page.h"

#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/text/roster_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/table_view.h"

namespace quorate::ui {
namespace {

Card* cardOf(Theme& theme, const QString& title, const QString& name, TableModel& model, const QList<int>& stretch)
{
    auto* card = new Card(theme, title);
    auto* table = new TableView(theme, name);
    table->setModel(&model);
    table->setStretchColumns(stretch);
    table->setFitToRows(true);
    card->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    card->body()->addWidget(table);
    return card;
}

}  // namespace

SitesPage::SitesPage(const PageContext& context, QWidget* parent) : Page(PageId::Sites, context, tr("Sites"), parent)
{
    m_roster = new Banner(theme());
    m_roster->setObjectName(QStringLiteral("rosterProblem"));
    m_roster->setVisible(false);
    body()->addWidget(m_roster);
    m_sites = new TableModel(this);
    body()->addWidget(cardOf(theme(), {}, tr("Sites"), *m_sites, {3}));
    m_people = new TableModel(this);
    m_peopleCard = cardOf(theme(), tr("People"), tr("People"), *m_people, {0, 1, 4});
    body()->addWidget(m_peopleCard);
    body()->addStretch(1);
}

void SitesPage::showRosterProblem()
{
    m_roster->setVisible(status().rosterProblem.has_value());
    if (!status().rosterProblem) return;
    const RosterProblemText problem = rosterProblemText(*status().rosterProblem);
    m_roster->showVerdict(problem.kind, problem.text.what, problem.text.todo);
}

void SitesPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    if (!study) {
        setState(PageState::Empty, tr("No study is open"), tr("The hospitals that take part in it would be here."));
        return;
    }
    setState(PageState::Ready);
    const int sites = static_cast<int>(study->protocol().sites.size());
    head().setSentence(tr("%n hospital(s) of %1; each connects outwards to the service", nullptr, sites)
                           .arg(toQString(study->protocol().code)));
    m_sites->setContent(siteTable(*study, now()));
    m_peopleCard->setNote(tr("roster version %1", "of the protocol").arg(study->roster.version));
    m_people->setContent(peopleTable(*study, status().me.id, now()));
    showRosterProblem();
}

}  // namespace quorate::ui
