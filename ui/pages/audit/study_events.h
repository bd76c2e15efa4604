// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/ports/study_desk.h"
#include "ui/theme/theme.h"

class QFormLayout;
class QModelIndex;

namespace quorate::ui {

class Banner;
class Card;
class EventFilter;
class FilterField;
class TableModel;
class TableView;

/// Everything that happened in the study, newest first, with a filter and the particulars of one event.
class StudyEvents final : public QWidget {
    Q_OBJECT

public:
    explicit StudyEvents(Theme& theme, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study);

private:
    void showCount();
    void showParticulars(const QModelIndex& index);

    Theme& m_theme;
    std::shared_ptr<const StudySnapshot> m_study;
    TableModel* m_events = nullptr;
    EventFilter* m_filter = nullptr;
    FilterField* m_search = nullptr;
    TableView* m_table = nullptr;
    Banner* m_order = nullptr;
    Card* m_detailCard = nullptr;
    QFormLayout* m_detail = nullptr;
};

}  // namespace quorate::ui
