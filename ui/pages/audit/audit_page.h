// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/audit_desk.h"
#include "ui/pages/page.h"

class QTabBar;

namespace quorate::ui {

class Banner;
class LogView;
class StudyEvents;

/// The study's events as the service tells them, and this computer's own log: shown, checked, exported.
class AuditPage final : public Page {
    Q_OBJECT

public:
    explicit AuditPage(const PageContext& context, QWidget* parent = nullptr);
    /// Without a study this computer's log is there all the same.
    void setStudy(std::shared_ptr<const StudySnapshot> study) override;

    enum class Tab { Study, Computer };
    void showTab(Tab tab);
    /// Recomputes this computer's log and proves the selected entry.
    void verify();
    void exportTo(AuditExportFormat format, const QString& file);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refreshLog();
    void showRosterProblem();
    void readMissing();
    void askForExport();
    void finishVerification(Result<AuditVerification> answer);
    void fail(const Error& error);

    std::shared_ptr<const StudySnapshot> m_study;
    Banner* m_roster = nullptr;
    QTabBar* m_tabs = nullptr;
    Tab m_tab = Tab::Study;
    StudyEvents* m_events = nullptr;
    LogView* m_log = nullptr;
    Button* m_export = nullptr;
    Button* m_verify = nullptr;
    std::optional<Error> m_failure;  ///< Of the last check, reading or export; until the next.
    PendingCall m_reading;           // Last: their completions touch the others.
    PendingCall m_verifying;
    PendingCall m_exporting;
};

}  // namespace quorate::ui
