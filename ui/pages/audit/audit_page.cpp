// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/audit/audit_page.h"

#include <QFileDialog>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/pages/audit/log_view.h"
#include "ui/pages/audit/study_events.h"
#include "ui/text/error_text.h"
#include "ui/text/roster_text.h"
#include "ui/text/verdict_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/page_head.h"

namespace quorate::ui {

AuditPage::AuditPage(const PageContext& context, QWidget* parent) : Page(PageId::Audit, context, tr("Audit"), parent)
{
    m_export = new Button(theme(), tr("Export…"), ButtonKind::Default, QStringLiteral("export"));
    m_export->setObjectName(QStringLiteral("exportLog"));
    m_verify = new Button(theme(), tr("Verify"), ButtonKind::Primary, QStringLiteral("refresh"));
    m_verify->setObjectName(QStringLiteral("verifyLog"));
    head().addAction(m_export);
    head().addAction(m_verify);
    m_tabs = new QTabBar;
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Which record is shown"));
    m_tabs->addTab(tr("This study"));
    m_tabs->addTab(tr("This computer's log"));
    m_events = new StudyEvents(theme());
    m_log = new LogView(theme());
    m_roster = new Banner(theme());
    m_roster->setObjectName(QStringLiteral("rosterProblem"));
    m_roster->setVisible(false);
    body()->addWidget(m_roster);
    body()->addWidget(m_tabs, 0, Qt::AlignLeft);
    // Not stacked: a stack is as tall as its tallest page, and the one behind would make this one scroll.
    body()->addWidget(m_events, 1);
    body()->addWidget(m_log, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) { showTab(static_cast<Tab>(tab)); });
    connect(m_verify, &QPushButton::clicked, this, &AuditPage::verify);
    connect(m_export, &QPushButton::clicked, this, &AuditPage::askForExport);
    connect(m_log, &LogView::entriesWanted, this, &AuditPage::readMissing);
    connect(this, &Page::retryRequested, this, &AuditPage::verify);
    connect(this, &Page::cancelRequested, this, [this] {
        m_verifying = {};
        refreshLog();
    });
    showTab(Tab::Study);
}

void AuditPage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
    m_tab = tab;
    m_events->setVisible(tab == Tab::Study);
    m_log->setVisible(tab == Tab::Computer);
    head().setSentence(tab == Tab::Study ? tr("Everything that happened in this study; the pages are derived from it")
                                         : tr("Everything that was done and stored here; who changes it later is found out"));
    refreshLog();
}

void AuditPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    refreshLog();
}

void AuditPage::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    m_events->setStudy(m_study);
    refreshLog();
}

void AuditPage::refreshLog()
{
    AuditDesk* audit = desk().audit();
    const bool hasLog = audit != nullptr && audit->auditLog() != nullptr;
    m_tabs->setVisible(hasLog);
    m_verify->setVisible(hasLog);
    m_export->setVisible(hasLog);
    showRosterProblem();
    if (!m_study && !hasLog) {
        setState(PageState::Empty, tr("No study is open"), tr("Its events would be here, from the first publication on."));
        return;
    }
    m_tabs->setTabEnabled(static_cast<int>(Tab::Study), m_study != nullptr);
    if (!m_study && isVisible() && m_tab != Tab::Computer) {
        showTab(Tab::Computer);
        return;
    }
    if (hasLog) {
        const bool training = m_study ? isTraining(*m_study) : status().demo;
        m_log->setLog(audit->auditLog(), training ? VerdictKind::Training : VerdictKind::Accepted);
        if (isVisible() && m_tab == Tab::Computer) readMissing();
    }
    if (m_verifying.isActive()) return;
    m_verify->setBlockedBy({});
    if (m_failure) {
        const ErrorText text = sentenceFor(*m_failure);
        setState(PageState::Failed, text.what, text.todo);
    } else {
        setState(PageState::Ready);
    }
}

void AuditPage::showRosterProblem()
{
    m_roster->setVisible(status().rosterProblem.has_value());
    if (!status().rosterProblem) return;
    const RosterProblemText problem = rosterProblemText(*status().rosterProblem);
    m_roster->showVerdict(problem.kind, problem.text.what, problem.text.todo);
}

void AuditPage::readMissing()
{
    const auto missing = m_log->missing();
    if (!missing || m_reading.isActive()) return;
    m_reading = desk().audit()->readEntries(missing->first, missing->second, [this](Result<std::vector<audit::Entry>> answer) {
        m_reading = {};
        if (!answer) {
            fail(answer.error());
            return;
        }
        const bool isAny = !answer->empty();
        m_log->addEntries(std::move(*answer));
        if (isAny) readMissing();
    });
}

void AuditPage::verify()
{
    if (m_verifying.isActive()) return;
    m_failure.reset();
    showTab(Tab::Computer);
    setState(PageState::Loading, tr("Recomputing the log"));
    m_verify->setBlockedBy(tr("The log is being checked."));
    m_verifying = desk().audit()->verifyLog(
        m_log->selected(),
        [this](std::uint64_t done, std::uint64_t all) { setState(PageState::Loading, tr("Recomputed %1 of %2 entries").arg(done).arg(all)); },
        [this](Result<AuditVerification> answer) { finishVerification(std::move(answer)); });
}

void AuditPage::finishVerification(Result<AuditVerification> answer)
{
    m_verifying = {};
    if (answer) {
        refreshLog();
        m_log->setVerification(std::move(*answer));
    } else {
        fail(answer.error());
    }
}

void AuditPage::askForExport()
{
    auto* dialog = new QFileDialog(this, tr("Export this computer's audit log"));
    const QString proofs = tr("Audit log with its proofs (*.jsonl)");
    const QString odm = tr("Audit records in the shape of CDISC ODM (*.xml)");
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({proofs, odm});
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, odm](const QString& filter) {
        dialog->setDefaultSuffix(filter == odm ? QStringLiteral("xml") : QStringLiteral("jsonl"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, odm](const QString& file) {
        exportTo(dialog->selectedNameFilter() == odm ? AuditExportFormat::Odm : AuditExportFormat::Export, file);
    });
    dialog->open();
}

void AuditPage::exportTo(AuditExportFormat format, const QString& file)
{
    m_failure.reset();
    m_export->setBlockedBy(tr("The log is being exported."));
    m_exporting = desk().audit()->exportLog(format, file.toStdString(), [this](Result<void> answer) {
        m_exporting = {};
        m_export->setBlockedBy({});
        if (!answer) {
            fail(answer.error());
            return;
        }
        refreshLog();
    });
}

void AuditPage::fail(const Error& error)
{
    m_failure = error;
    refreshLog();
}

}  // namespace quorate::ui
