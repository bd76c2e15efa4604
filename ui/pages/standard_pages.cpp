// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/standard_pages.h"

#include "ui/pages/attestation/attestation_page.h"
#include "ui/pages/overview/overview_page.h"
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
    return {
        {PageId::Welcome, make<WelcomePage>()},
        {PageId::Overview, make<OverviewPage>()},
        {PageId::Attestation, make<AttestationPage>()},
    };
}

}  // namespace quorate::ui
