// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"

class QTimer;

namespace quorate::ui {

class Card;
class ChartFrame;
class HeatMap;
class RoundTimeline;
class TableModel;

/// Rounds as they run: timeline, curves, heat map, the running round per site.
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
    void buildMain(class QVBoxLayout* column);
    void buildSide(class QVBoxLayout* column);
    void show();
    void showChart();
    void start();
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QString whyNoStart() const;

    std::shared_ptr<const StudySnapshot> m_study;
    Button* m_start = nullptr;
    Banner* m_problem = nullptr;
    RoundTimeline* m_timeline = nullptr;
    ChartFrame* m_chart = nullptr;
    TextLabel* m_privacyHeading = nullptr;
    TextLabel* m_privacyDetail = nullptr;
    HeatMap* m_heat = nullptr;
    TableModel* m_sites = nullptr;
    QTimer* m_repaint = nullptr;
    bool m_isBehind = false;  ///< A snapshot came while the page was hidden.
    PendingCall m_starting;  // last: its completion touches the others
};

}  // namespace quorate::ui
