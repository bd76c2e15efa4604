// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QFormLayout;
class QLineEdit;

namespace quorate::ui {

class Card;
class EventFilter;
class TableModel;
class TableView;

/// Everything that happened in the study, newest first, with a filter and the particulars of one event.
class AuditPage final : public Page {
    Q_OBJECT

public:
    explicit AuditPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

private:
    void showCount();
    void showParticulars(const QModelIndex& index);

    std::shared_ptr<const StudySnapshot> m_study;
    TableModel* m_events = nullptr;
    EventFilter* m_filter = nullptr;
    QLineEdit* m_search = nullptr;
    TextLabel* m_count = nullptr;
    TableView* m_table = nullptr;
    Banner* m_order = nullptr;
    Card* m_detailCard = nullptr;
    QFormLayout* m_detail = nullptr;
};

}  // namespace quorate::ui
