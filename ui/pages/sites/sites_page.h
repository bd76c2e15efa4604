// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

namespace quorate::ui {

class Banner;
class Card;
class TableModel;

/// The study's sites: state, TEE, ethics approval, last seen, records; and its people, with who was revoked.
class SitesPage final : public Page {
    Q_OBJECT

public:
    explicit SitesPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    void showRosterProblem();

    Banner* m_roster = nullptr;
    TableModel* m_sites = nullptr;
    Card* m_peopleCard = nullptr;
    TableModel* m_people = nullptr;
};

}  // namespace quorate::ui
