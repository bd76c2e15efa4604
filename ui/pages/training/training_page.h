// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QStackedWidget;
class QTimer;

namespace quorate::ui {

class Card;
class ChartFrame;
class HeatMap;
class ReviewSheet;
class RoundTimeline;
class TableModel;
class TableView;

/// Rounds as they run: timeline, curves, heat map, the running round per site; and a coordinator's orders about them, each
/// through a review sheet.
class TrainingPage final : public Page {
    Q_OBJECT

public:
    explicit TrainingPage(const PageContext& context, QWidget* parent = nullptr);
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;
    void setStatus(const DeskStatus& status) override;

protected:
    /// A page that comes to the front shows the newest snapshot at once.
    void showEvent(QShowEvent* event) override;

private:
    void buildActions();
    void buildStack();
    void buildMain(class QVBoxLayout* column);
    void buildSide(class QVBoxLayout* column);
    void show();
    void showChart();
    void start();
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QString whyNoStart() const;

    // Orders, in training_orders.cpp:
    void showOrders();
    void showActions();
    void showHold();
    void showExcluded();
    /// Nothing closes the sheet.
    void ask(std::optional<study::OrderAction> action);
    void give();
    void given(const Result<void>& done);
    [[nodiscard]] bool isOver() const;
    [[nodiscard]] QString whyNoOrder() const;
    /// Of the chosen row of the table; null: none is chosen.
    [[nodiscard]] const study::SiteSpec* chosenSite() const;
    /// "Coordinator, Cleveland, since 14:02 UTC, 21 Nov 2026: reason"
    [[nodiscard]] QString byWhom(const study::StandingOrder& order) const;

    std::shared_ptr<const StudySnapshot> m_study;
    std::optional<study::OrderAction> m_asking;
    Uuid m_askedSite;               ///< On the sheet.
    std::uint32_t m_askedNumber = 1;
    Button* m_start = nullptr;
    Button* m_pause = nullptr;
    Button* m_exclude = nullptr;
    QStackedWidget* m_stack = nullptr;
    ReviewSheet* m_sheet = nullptr;
    Banner* m_hold = nullptr;
    Banner* m_excluded = nullptr;
    TableView* m_table = nullptr;
    Banner* m_problem = nullptr;
    RoundTimeline* m_timeline = nullptr;
    ChartFrame* m_chart = nullptr;
    TextLabel* m_privacyHeading = nullptr;
    TextLabel* m_privacyDetail = nullptr;
    HeatMap* m_heat = nullptr;
    TableModel* m_sites = nullptr;
    QTimer* m_repaint = nullptr;
    bool m_isBehind = false;  ///< A snapshot came while the page was hidden.
    PendingCall m_ordering;
    PendingCall m_starting;  // last: their completions touch the others
};

}  // namespace quorate::ui
