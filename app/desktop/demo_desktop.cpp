// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/demo_desktop.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QMessageBox>

#include "app/demo/demo_files.h"
#include "ui/pages/standard_pages.h"

namespace quorate::desktop {
namespace {

/// The demo protects nobody's secrets, so its passphrase is told; it is asked for as a real one is.
constexpr const char* kDemoPassphrase = "demo";
/// Cheap: rehearsing should not wait.
constexpr vault::PassphraseCost kDemoCost{8 * 1024, 1, 1};

SecretBytes demoPassphrase() { return SecretBytes::copyOf(asBytes(kDemoPassphrase)); }

vault::Vault::Sources sources() { return {systemClock(), systemRandom()}; }

}  // namespace

DemoDesktop::DemoDesktop(Options options, ui::Theme& theme) : m_options(std::move(options)), m_theme(theme), m_noStudy(m_executor) {}

DemoDesktop::~DemoDesktop()
{
    m_window.reset();
    m_watch.reset();
    m_demoDesk.reset();
}

void DemoDesktop::showWindow(StudyDesk& desk)
{
    auto window = std::make_unique<ui::MainWindow>(desk, m_theme, systemClock(), ui::standardPages());
    connect(window.get(), &ui::MainWindow::demoRequested, this, &DemoDesktop::openDemo);
    connect(window.get(), &ui::MainWindow::leaveDemoRequested, this, &DemoDesktop::leaveDemo, Qt::QueuedConnection);
    window->resize(1280, 800);
    window->show();
    // The old window may be the sender of the signal that brought us here.
    if (m_window) m_window.release()->deleteLater();
    m_window = std::move(window);
}

void DemoDesktop::showWelcome()
{
    showWindow(m_noStudy);
    m_window->showPage(ui::PageId::Welcome);
}

void DemoDesktop::openDemo()
{
    if (m_opening.isActive() || m_fetching.isActive() || m_unlock || m_demoDesk) return;
    const std::string programs = QCoreApplication::applicationDirPath().toStdString();
    m_host = std::make_unique<demo::DemoHost>(m_options.folder, m_options.vendorFolder, m_options.demo, programs, m_executor);
    m_opening = m_host->open([this](Result<demo::DemoHost::Ready> ready) {
        m_opening = {};
        if (!ready) {
            report(ready.error());
            return;
        }
        demoReady(*ready);
    });
}

void DemoDesktop::demoReady(const demo::DemoHost::Ready& ready)
{
    const auto file = ready.world->vaultFile();
    if (!std::filesystem::exists(file)) {
        vaultOpened(ready, vault::Vault::create(file, demoPassphrase(), kDemoCost, sources()));
        return;
    }
    const auto name = vault::Vault::keystoreNameOf(file);
    if (m_options.keystore == nullptr || !name || !*name) {
        openByPassphrase(ready);
        return;
    }
    m_fetching = m_options.keystore->fetch(**name, [this, ready, file](Result<SecretBytes> key) {
        auto vault = key ? vault::Vault::openByKeystore(file, *key, sources()) : Result<vault::Vault>(tl::unexpected(key.error()));
        if (vault) vaultOpened(ready, std::move(vault));
        else openByPassphrase(ready);
    });
}

void DemoDesktop::openByPassphrase(const demo::DemoHost::Ready& ready)
{
    auto vault = vault::Vault::open(ready.world->vaultFile(), demoPassphrase(), sources());
    // Somebody gave this demo a passphrase of their own.
    if (!vault && vault.error().kind == ErrorKind::Untrusted) askPassphrase(ready);
    else vaultOpened(ready, std::move(vault));
}

void DemoDesktop::askPassphrase(const demo::DemoHost::Ready& ready)
{
    m_unlock = std::make_unique<ui::LockPage>(m_theme);
    m_unlock->setWindowTitle(tr("Quorate – locked"));
    m_unlock->resize(560, 420);
    connect(m_unlock.get(), &ui::LockPage::unlockRequested, this, [this, ready] {
        auto vault = vault::Vault::open(ready.world->vaultFile(), m_unlock->takePassphrase(), sources());
        if (!vault && vault.error().kind == ErrorKind::Untrusted) {
            m_unlock->showError(vault.error());
            return;
        }
        m_unlock.release()->deleteLater();
        vaultOpened(ready, std::move(vault));
    });
    m_unlock->show();
}

void DemoDesktop::vaultOpened(const demo::DemoHost::Ready& ready, Result<vault::Vault> vault)
{
    m_fetching = {};
    const auto opened = vault ? openDesk(ready, std::move(*vault)) : Result<void>(tl::unexpected(vault.error()));
    if (!opened) {
        report(opened.error());
        return;
    }
    showWindow(*m_demoDesk);
    m_window->showPage(ui::PageId::Overview);
    m_watch = m_demoDesk->subscribe([this] { comparePooledAtTheEnd(); });
    connect(m_window.get(), &ui::MainWindow::playRestRequested, this, &DemoDesktop::playRest);
    if (m_options.playAll && !ready.service.empty()) playRest();
    Q_EMIT demoOpened();
}

Result<void> DemoDesktop::openDesk(const demo::DemoHost::Ready& ready, vault::Vault vault)
{
    m_world = ready.world;
    TRY_ASSIGN(caPem, demo::readFile(m_world->caFile()));
    TRY_ASSIGN(ca, Certificate::fromPem(asText(caPem)));
    RemoteDeskOptions options;
    options.service = ready.service;
    options.package = m_world->package();
    options.rosterRoot = ca.publicKey();
    options.anchors = m_world->anchors();
    options.demo = true;
    options.vaultFile = m_world->vaultFile();
    options.keystore = m_options.keystore;
    options.offsetMinutes = QDateTime::currentDateTime().offsetFromUtc() / 60;
    // In the roster's order: the coordinator first.
    for (const auto& member : m_world->verified().roster.members) {
        const auto person = m_world->people().find(member.id);
        if (person != m_world->people().end()) options.identities.push_back(&person->second);
    }
    TRY_ASSIGN(desk, RemoteDesk::open(std::move(options), std::move(vault), m_executor, systemClock(), systemRandom()));
    m_demoDesk = std::move(desk);
    return {};
}

void DemoDesktop::playRest()
{
    if (m_playing.isActive() || !m_host) return;
    m_window->setPlayingRest(true);
    m_playing = m_host->playRest([this](Result<void> done) {
        m_playing = {};
        if (m_window) m_window->setPlayingRest(false);
        if (!done) report(done.error());
    });
}

void DemoDesktop::comparePooledAtTheEnd()
{
    const auto studies = m_demoDesk->studies();
    if (m_pooledAsked || studies.empty() || studies.front()->projection.state() != study::StudyState::Finished) return;
    m_pooledAsked = true;
    m_pooling = m_host->pooled([this](Result<std::map<std::string, study::Evaluation>> pooled) {
        if (pooled && m_demoDesk) m_demoDesk->setPooled(*pooled);
    });
}

void DemoDesktop::leaveDemo()
{
    const auto folder = m_options.folder;
    m_opening = {};
    m_fetching = {};
    m_playing = {};
    m_pooling = {};
    m_watch.reset();
    showWelcome();
    // The old window still reads from the desk until it is deleted.
    QMetaObject::invokeMethod(
        this,
        [this, folder] {
            m_demoDesk.reset();
            m_host.reset();
            m_world.reset();
            m_pooledAsked = false;
            if (auto removed = demo::DemoHost::remove(folder); !removed) report(removed.error());
        },
        Qt::QueuedConnection);
}

void DemoDesktop::report(const Error& error)
{
    const QString sentence = QString::fromStdString(error.message);
    Q_EMIT failed(sentence);
    if (!m_window) return;
    auto* box = new QMessageBox(QMessageBox::Warning, tr("The demo stopped"), sentence, QMessageBox::Close, m_window.get());
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

}  // namespace quorate::desktop
