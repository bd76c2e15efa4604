// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "app/demo/demo_processes.h"
#include "core/base/pending_call.h"

namespace quorate::demo {

/// A demo for the desktop: makes or opens its world, starts its programs or finds them running, and plays parts of the study
/// when asked to. One thread does all that blocks; results reach the executor.
class DemoHost {
public:
    struct Ready {
        std::shared_ptr<const DemoWorld> world;
        std::string service;  ///< Empty: the programs of this demo have ended; its vault can still be read.
    };

    DemoHost(std::filesystem::path folder, std::filesystem::path vendorFolder, DemoOptions options, std::string programs,
             Executor& executor);
    /// Ends the programs.
    ~DemoHost();

    /// A demo that is there already is taken up again: its running service, or what its vault holds.
    [[nodiscard]] PendingCall open(Completion<Ready> done);
    /// The missing steps up to running rounds, each member with an appraisal of the own.
    [[nodiscard]] PendingCall playRest(Completion<void> done);
    [[nodiscard]] PendingCall approveAll(Completion<void> done);
    /// Freezes the statement and lets the first custodian seal a share.
    [[nodiscard]] PendingCall freezeAndSealOne(Completion<void> done);
    [[nodiscard]] PendingCall pooled(Completion<std::map<std::string, study::Evaluation>> done);

    /// Removes everything that this demo made. Call after the desk has let go of the vault.
    static Result<void> remove(const std::filesystem::path& folder);

private:
    using Job = std::function<void()>;
    void enqueue(Job job);
    template <typename T>
    PendingCall call(std::function<Result<T>()> work, Completion<T> done);
    void run();
    Result<Ready> openNow();
    Result<void> startNow();
    Result<void> playRestNow();

    std::filesystem::path m_folder;
    std::filesystem::path m_vendorFolder;
    DemoOptions m_options;
    std::string m_programs;
    Executor& m_executor;

    // Of the thread:
    std::shared_ptr<const DemoWorld> m_world;
    std::unique_ptr<DemoProcesses> m_processes;
    std::string m_service;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_closing = false;
    std::thread m_thread;
};

}  // namespace quorate::demo
