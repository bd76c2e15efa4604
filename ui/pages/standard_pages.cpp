// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/standard_pages.h"

#include "ui/pages/attestation/attestation_page.h"
#include "ui/pages/overview/overview_page.h"
#include "ui/pages/settings/settings_page.h"
#include "ui/pages/study_pages.h"
#include "ui/pages/welcome/welcome_page.h"

namespace quorate::ui {

namespace {

template <typename P>
PageFactory make()
{
    return [](const PageContext& context) -> std::unique_ptr<Page> { return std::make_unique<P>(context); };
}

}  // namespace

PageFactories standardPages()
{
    PageFactories pages = studyPages();
    pages.emplace(PageId::Welcome, make<WelcomePage>());
    pages.emplace(PageId::Overview, make<OverviewPage>());
    pages.emplace(PageId::Attestation, make<AttestationPage>());
    pages.emplace(PageId::Settings, make<SettingsPage>());
    return pages;
}

}  // namespace quorate::ui
