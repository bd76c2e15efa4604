// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QListView;

namespace quorate::ui {

class ReviewSheet;
class TableModel;

/// The reviewer's home: what may run on this hospital's records, and the signed answer.
class ApprovalsPage final : public Page {
    Q_OBJECT

public:
    explicit ApprovalsPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;
    void setStatus(const DeskStatus& status) override;

private:
    void show();
    void decide(study::Decision decision);
    [[nodiscard]] const study::SiteSpec* site() const;
    [[nodiscard]] QString blocked() const;

    std::shared_ptr<const StudySnapshot> m_study;
    TableModel* m_requests = nullptr;
    QListView* m_list = nullptr;
    ReviewSheet* m_sheet = nullptr;
    PendingCall m_deciding;  // last: its completion touches the others
};

}  // namespace quorate::ui
