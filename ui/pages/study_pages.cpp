// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/study_pages.h"

#include "ui/pages/approvals/approvals_page.h"
#include "ui/pages/audit/audit_page.h"
#include "ui/pages/key_release/key_release_page.h"
#include "ui/pages/results/results_page.h"
#include "ui/pages/sites/sites_page.h"
#include "ui/pages/studies/studies_page.h"
#include "ui/pages/training/training_page.h"

namespace quorate::ui {
namespace {

template <typename P>
PageFactory make()
{
    return [](const PageContext& context) -> std::unique_ptr<Page> { return std::make_unique<P>(context); };
}

}  // namespace

PageFactories studyPages()
{
    return {
        {PageId::Studies, make<StudiesPage>()},       {PageId::Sites, make<SitesPage>()},
        {PageId::Approvals, make<ApprovalsPage>()},   {PageId::KeyRelease, make<KeyReleasePage>()},
        {PageId::Training, make<TrainingPage>()},     {PageId::Results, make<ResultsPage>()},
        {PageId::Audit, make<AuditPage>()},
    };
}

}  // namespace quorate::ui
