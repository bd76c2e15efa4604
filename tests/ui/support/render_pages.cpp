// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the window's pages with sample data: render_pages FOLDER [production|training|refused|awaiting|troubled|ordered|empty|locked|damaged] [scale]
#include <QApplication>
#include <QTextStream>

#include "tests/ui/support/fake_desk.h"
#include "tests/ui/support/fake_log.h"
#include "tests/ui/support/sample_study.h"
#include "ui/pages/audit/audit_page.h"
#include "ui/pages/standard_pages.h"
#include "ui/text/translation.h"
#include "ui/window/grab_pages.h"
#include "ui/window/lock_page.h"
#include "ui/window/main_window.h"
#include "ui/window/window_lock.h"

using namespace quorate;

namespace {

/// Somebody was revoked, the newest roster was not taken, the token is out and the log has a gap.
void trouble(StudySnapshot& study, DeskStatus& status, tests::FakeDesk& desk, tests::FakeLog& log)
{
    for (study::Member& member : study.roster.members) {
        if (member.role != study::Role::Custodian || member.organisation != "Cleveland") continue;
        member.revokedFrom = toSeconds(tests::sampleNow(tests::SampleStage::AwaitingKey)) - std::chrono::hours(1);
        member.revocationReason = "Has changed the post";
    }
    study::Member& gone = study.roster.members[5];
    gone.revokedFrom = toSeconds(tests::sampleNow(tests::SampleStage::Running)) - std::chrono::hours(6);
    gone.revocationReason = "Has left the hospital";
    status.rosterProblem = Error{ErrorKind::PolicyRefused, "roster is version 3, version 4 has been accepted before"};
    VaultInfo& shown = desk.openVault().shown;
    shown.token = SigningToken{"7d21a0c4f31b9e02", Error{ErrorKind::Unavailable, "no token with serial number 7d21a0c4f31b9e02; put it in"}};
    log.setDamage({{"log", "", 12, 14, vault::Damage::Kind::Gap}});
}

void fill(tests::FakeDesk& desk, tests::FakeLog& log, const QString& variant, tests::SampleStage stage)
{
    const bool training = variant == QLatin1String("training") || variant == QLatin1String("refused") || variant == QLatin1String("locked");
    tests::SampleOptions options;
    options.mode = training ? study::StudyMode::Training : study::StudyMode::Production;
    options.refusedEvidence = variant == QLatin1String("refused");
    const bool ordered = variant == QLatin1String("ordered");
    StudySnapshot study = tests::sampleStudy(stage, options);
    if (ordered) {
        study = tests::withOrder(study, study::OrderAction::Exclude, "The site exchanged its scanner; its records are under review.", "zurich");
        study = tests::withOrder(study, study::OrderAction::Pause, "The steering committee meets on Monday.");
    }
    DeskStatus status = tests::sampleStatus(ordered ? tests::sampleMember(study::Role::Coordinator, "Cleveland")
                                                    : tests::sampleMember(study::Role::Custodian, "Long Beach"));
    status.demo = training;
    if (training) status.playable = tests::sampleRoster().members;
    desk.openVault();
    if (variant == QLatin1String("troubled")) trouble(study, status, desk, log);
    desk.setStudy(std::move(study));
    desk.setStatus(status);
}

/// The window behind its lock, with the banner of a rehearsal.
void grabLocked(tests::FakeDesk& desk, ui::MainWindow& window, const QString& folder, bool damaged)
{
    window.windowLock().lock();
    desk.finishCalls();
    if (damaged) {
        window.windowLock().page().showError({ErrorKind::Malformed, "vault file is damaged at page 17: log: unreadable, entries 41 to 57; "
                                                                    "want a backup from before, restored to another place"});
    }
    for (const auto scheme : {ui::SchemeChoice::Light, ui::SchemeChoice::Dark}) {
        window.theme().setSchemeChoice(scheme);
        window.ensurePolished();
        for (int pass = 0; pass < 2; ++pass) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            (void)window.grab();
        }
        const bool dark = window.theme().scheme() == ui::Scheme::Dark;
        (void)window.grab().save(folder + (dark ? QStringLiteral("/locked-dark.png") : QStringLiteral("/locked.png")), "PNG");
    }
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    ui::installTranslation();
    const QStringList arguments = application.arguments();
    const QString variant = arguments.value(2, QStringLiteral("production"));
    ui::Theme theme;
    theme.setBodyPointSize(10);
    theme.setFontScale(arguments.value(3, QStringLiteral("1")).toDouble());
    theme.applyTo(application);
    tests::FakeLog log;
    tests::FakeDesk desk;
    desk.setLog(&log);
    const auto stage = variant == QLatin1String("awaiting") ? tests::SampleStage::AwaitingKey : tests::SampleStage::Running;
    if (variant != QLatin1String("empty")) fill(desk, log, variant, stage);
    ui::MainWindow window(desk, theme, [stage] { return tests::sampleNow(stage); }, ui::standardPages());
    window.resize(1280, arguments.size() > 3 ? 720 : 800);
    window.setAttribute(Qt::WA_DontShowOnScreen);
    window.show();
    auto* audit = qobject_cast<ui::AuditPage*>(window.page(ui::PageId::Audit));
    window.showPage(ui::PageId::Audit);
    audit->showTab(ui::AuditPage::Tab::Computer);
    log.finishCalls();
    audit->verify();
    log.finishCalls();
    window.showPage(ui::PageId::Settings);
    desk.finishCalls();
    const bool damaged = variant == QLatin1String("damaged");
    if (variant == QLatin1String("locked") || damaged) {
        grabLocked(desk, window, arguments.value(1, QStringLiteral(".")), damaged);
        return 0;
    }
    for (const auto scheme : {ui::SchemeChoice::Light, ui::SchemeChoice::Dark}) {
        const auto written = ui::grabAllPages(window, arguments.value(1, QStringLiteral(".")), scheme);
        QTextStream out(stdout);
        if (written) out << written->join(QLatin1Char('\n')) << '\n';
        else out << QString::fromStdString(written.error().message) << '\n';
    }
    return 0;
}
