// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_host.h"

#include "app/demo/demo_steps.h"

namespace quorate::demo {

namespace fs = std::filesystem;

DemoHost::DemoHost(fs::path folder, fs::path vendorFolder, DemoOptions options, std::string programs, Executor& executor)
    : m_folder(std::move(folder)), m_vendorFolder(std::move(vendorFolder)), m_options(std::move(options)),
      m_programs(std::move(programs)), m_executor(executor), m_thread([this] { run(); })
{
}

DemoHost::~DemoHost()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void DemoHost::enqueue(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_all();
}

void DemoHost::run()
{
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_closing || !m_jobs.empty(); });
            if (m_closing) break;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
    // QProcess objects end on the thread that made them.
    m_processes.reset();
}

template <typename T>
PendingCall DemoHost::call(std::function<Result<T>()> work, Completion<T> done)
{
    auto state = std::make_shared<PendingCall::State>();
    enqueue([this, state, work = std::move(work), done = std::move(done)] {
        auto result = std::make_shared<Result<T>>(work());
        m_executor.post([state, result, done] {
            if (!state->abandoned) done(std::move(*result));
        });
    });
    return PendingCall(std::move(state));
}

PendingCall DemoHost::open(Completion<Ready> done)
{
    return call<Ready>([this] { return openNow(); }, std::move(done));
}

PendingCall DemoHost::playRest(Completion<void> done)
{
    return call<void>([this] { return playRestNow(); }, std::move(done));
}

PendingCall DemoHost::approveAll(Completion<void> done)
{
    return call<void>([this] { return demo::approveAll(*m_world, m_service); }, std::move(done));
}

PendingCall DemoHost::freezeAndSealOne(Completion<void> done)
{
    return call<void>([this] { return demo::freezeAndSeal(*m_world, m_service, 1); }, std::move(done));
}

PendingCall DemoHost::pooled(Completion<std::map<std::string, study::Evaluation>> done)
{
    return call<std::map<std::string, study::Evaluation>>([this] { return m_processes->pooled(); }, std::move(done));
}

Result<DemoHost::Ready> DemoHost::openNow()
{
    const bool known = DemoWorld::existsIn(m_folder);
    auto world = known ? DemoWorld::open(m_folder)
                       : DemoWorld::create(m_folder, m_vendorFolder, m_options, toSeconds(systemClock()()), systemRandom());
    if (!world) return tl::unexpected(world.error());
    m_world = std::make_shared<const DemoWorld>(std::move(*world));
    m_processes = std::make_unique<DemoProcesses>(*m_world, QString::fromStdString(m_programs), kWatchableRoundMs);
    if (known) {
        m_service = m_processes->adoptRunning() ? DemoProcesses::runningService(*m_world).value_or(std::string()) : std::string();
        return Ready{m_world, m_service};
    }
    if (auto started = startNow(); !started) {
        // A demo that never ran must not be taken up later as one that has ended.
        m_processes.reset();
        (void)remove(m_folder);
        return tl::unexpected(started.error());
    }
    return Ready{m_world, m_service};
}

Result<void> DemoHost::startNow()
{
    TRY_ASSIGN(service, m_processes->startService());
    m_service = service;
    TRY(publishStudy(*m_world, m_service));
    TRY(m_processes->startSites(m_service));
    return waitForSites(*m_world, m_service, *m_processes);
}

Result<void> DemoHost::playRestNow()
{
    TRY_ASSIGN(coordinator, sessionFor(*m_world, *m_world->withRole(study::Role::Coordinator).front(), m_service));
    TRY_ASSIGN(record, coordinator->client().get(m_world->verified().protocol.id));
    TRY(demo::approveMissing(*m_world, m_service, record));
    TRY(demo::sealMissing(*m_world, m_service, record));
    return coordinator->startRounds();
}

Result<void> DemoHost::remove(const fs::path& folder)
{
    if (!DemoWorld::existsIn(folder)) return fail(ErrorKind::PolicyRefused, folder.string() + " holds no demo; nothing was removed");
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be removed: " + error.message());
    return {};
}

}  // namespace quorate::demo
