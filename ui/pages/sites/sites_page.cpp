// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/sites/sites_page.h"

#include <QVBoxLayout>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"
#include "ui/widgets/card.h"
#include "ui/widgets/page_head.h"
#include "ui/widgets/table_view.h"

namespace quorate::ui {

SitesPage::SitesPage(const PageContext& context, QWidget* parent) : Page(PageId::Sites, context, tr("Sites"), parent)
{
    auto* card = new Card(theme());
    m_sites = new TableModel(this);
    auto* table = new TableView(theme(), tr("Sites"));
    table->setModel(m_sites);
    table->setStretchColumns({0, 3});
    table->setFitToRows(true);
    card->bodyFlush()->setContentsMargins(1, 0, 1, 6);
    card->body()->addWidget(table);
    body()->addWidget(card);
    body()->addStretch(1);
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
}

}  // namespace quorate::ui
