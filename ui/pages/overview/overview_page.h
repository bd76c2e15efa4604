// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/overview/waiting.h"
#include "ui/pages/page.h"

class QTableView;

namespace quorate::ui {

class Card;
class StudiesModel;

/// What waits for me, each study's state in one line, the service, the sites and the newest events of the study in hand.
class OverviewPage : public Page {
    Q_OBJECT

public:
    explicit OverviewPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    void buildMain(QVBoxLayout* column);
    void buildSide(QVBoxLayout* column);
    void refresh();
    void fillWaiting();
    QWidget* waitingRow(const Waiting& item, bool first);
    void fillService();
    void fillSites();
    void fillEvents();

    std::shared_ptr<const StudySnapshot> m_study;
    Card* m_waiting = nullptr;
    Card* m_studies = nullptr;
    Card* m_service = nullptr;
    Card* m_sites = nullptr;
    Card* m_events = nullptr;
    QTableView* m_table = nullptr;
    StudiesModel* m_model = nullptr;
};

}  // namespace quorate::ui
