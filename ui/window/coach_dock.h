// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/window/coach_steps.h"

class QAbstractButton;
class QVBoxLayout;

namespace quorate::ui {

class Button;
class TextLabel;

/// The demo's guide at the right of the page, which it never covers: the steps, and the one in hand.
class CoachDock : public QWidget {
    Q_OBJECT

public:
    explicit CoachDock(Theme& theme, QWidget* parent = nullptr);

    /// The steps as the study stands now. The step in hand stays while it is open; once done by the study's events, and
    /// whenever the coach appears, the first open one is in hand.
    void setSteps(std::vector<CoachStep> steps);
    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] Button* showMeButton() const { return m_showMe; }
    [[nodiscard]] Button* nextButton() const { return m_next; }
    [[nodiscard]] Button* playRestButton() const { return m_playRest; }

Q_SIGNALS:
    /// "Show me": go to the step's page and act as its member.
    void showStep(const quorate::ui::CoachStep& step);
    void playRestRequested();
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void buildSteps(QVBoxLayout* column);
    void buildTask(QVBoxLayout* column);
    void buildFoot(QVBoxLayout* column);
    void select(int step);
    void refresh();

    Theme& m_theme;
    std::vector<CoachStep> m_steps;
    int m_current = 0;
    TextLabel* m_position = nullptr;
    QList<QAbstractButton*> m_entries;
    TextLabel* m_heading = nullptr;
    TextLabel* m_text = nullptr;
    TextLabel* m_task = nullptr;
    TextLabel* m_passphrase = nullptr;
    TextLabel* m_done = nullptr;
    Button* m_showMe = nullptr;
    Button* m_next = nullptr;
    Button* m_playRest = nullptr;
};

}  // namespace quorate::ui
