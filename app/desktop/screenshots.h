// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/demo_desktop.h"

namespace quorate::desktop {

/// Plays the demo and takes a picture of each page, light and dark, at the moment when it has most to show: approvals before
/// they are given, the key release with one share sealed, training in mid-run, results at the end. 1280 x 800.
class ScreenshotTour : public QObject {
    Q_OBJECT

public:
    ScreenshotTour(DemoDesktop& desktop, ui::Theme& theme, QString folder);

Q_SIGNALS:
    void finished();
    void failed(const QString& sentence);

private:
    enum class Stop { Joining, Approvals, KeyRelease, Training, Results, Done };

    void look();
    void grab(const QList<ui::PageId>& pages);
    void actAs(study::Role role, int index);
    [[nodiscard]] bool isActing(study::Role role, int index) const;
    template <typename Start>
    void go(Stop next, Start start);

    DemoDesktop& m_desktop;
    ui::Theme& m_theme;
    QString m_folder;
    Stop m_stop = Stop::Joining;
    bool m_busy = false;
    std::unique_ptr<StudyDesk::Subscription> m_subscription;
    PendingCall m_step;
};

}  // namespace quorate::desktop
