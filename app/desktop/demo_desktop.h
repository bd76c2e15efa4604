// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/demo/demo_host.h"
#include "app/desktop/no_study_desk.h"
#include "enclave_client/remote_desk.h"
#include "ui/async/qt_executor.h"
#include "ui/window/lock_page.h"
#include "ui/window/main_window.h"

namespace quorate::desktop {

/// The desktop of one person: a window on no study, or on the demo. Changes from the one to the other on request.
class DemoDesktop : public QObject {
    Q_OBJECT

public:
    struct Options {
        std::filesystem::path folder;        ///< Of the demo: world, vault, logs.
        std::filesystem::path vendorFolder;
        demo::DemoOptions demo;
        bool playAll = false;                ///< Plays every role up to the running rounds at once.
        KeystorePort* keystore = nullptr;    ///< Outlives the desktop; null where the program was built without.
    };

    DemoDesktop(Options options, ui::Theme& theme);
    ~DemoDesktop() override;

    void showWelcome();
    /// Takes up the demo that is there, or makes one.
    void openDemo();
    /// Ends the demo's programs and removes its folder.
    void leaveDemo();

    [[nodiscard]] ui::MainWindow* window() const { return m_window.get(); }
    [[nodiscard]] demo::DemoHost* host() const { return m_host.get(); }
    [[nodiscard]] StudyDesk* desk() const { return m_demoDesk.get(); }

Q_SIGNALS:
    void demoOpened();
    void failed(const QString& sentence);

private:
    void demoReady(const demo::DemoHost::Ready& ready);
    void openByPassphrase(const demo::DemoHost::Ready& ready);
    void askPassphrase(const demo::DemoHost::Ready& ready);
    void vaultOpened(const demo::DemoHost::Ready& ready, Result<vault::Vault> vault);
    Result<void> openDesk(const demo::DemoHost::Ready& ready, vault::Vault vault);
    void showWindow(StudyDesk& desk);
    void playRest();
    void comparePooledAtTheEnd();
    void report(const Error& error);

    Options m_options;
    ui::Theme& m_theme;
    ui::QtExecutor m_executor;
    NoStudyDesk m_noStudy;
    std::unique_ptr<demo::DemoHost> m_host;
    std::shared_ptr<const demo::DemoWorld> m_world;  // The desk's identities live in it.
    std::unique_ptr<RemoteDesk> m_demoDesk;
    std::unique_ptr<StudyDesk::Subscription> m_watch;
    std::unique_ptr<ui::MainWindow> m_window;
    bool m_pooledAsked = false;
    std::unique_ptr<ui::LockPage> m_unlock;   ///< Before the demo opens, where its passphrase was changed.
    PendingCall m_opening;
    PendingCall m_fetching;
    PendingCall m_playing;
    PendingCall m_pooling;
};

}  // namespace quorate::desktop
