// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>
#include <map>
#include <memory>

#include "app/demo/demo_world.h"
#include "app/demo/rehearsal_figures.h"
#include "core/base/lifeline.h"
#include "core/study/metrics.h"

namespace quorate::demo {

/// The real programs of a demo as child processes on loopback. They end with this object; when the process that holds it is
/// killed they go on for some minutes, in which a later one can adopt them.
class DemoProcesses {
public:
    /// `programs`: the folder with quorate-aggregator and quorate-site.
    /// `roundMs`: a site's update takes at least so long.
    DemoProcesses(const DemoWorld& world, QString programs, std::uint32_t roundMs = 0);
    ~DemoProcesses();

    /// Starts the service and waits until it listens; "127.0.0.1:port".
    Result<std::string> startService();
    Result<void> startSites(const std::string& service);
    Result<void> startSite(const DemoSite& site, const std::string& service);
    void killSite(const std::string& code);
    /// PolicyRefused or Malformed with a site agent's own last words, when one has ended by itself.
    Result<void> requireSitesAlive();
    /// True when programs of an earlier run are alive: they listen on the port that they wrote down. They then end with this
    /// object too.
    bool adoptRunning();
    /// Trains the pooled model and waits for it: site code to evaluation.
    Result<std::map<std::string, study::Evaluation>> pooled() const;
    /// Replays the study on all sites' records: what each site gained, and what its last update did.
    Result<RehearsalFigures> compared() const;
    /// The address that a service of an earlier run wrote down; Unavailable when there is none.
    static Result<std::string> runningService(const DemoWorld& world);

private:
    /// What a command of quorate-site says that takes all sites' records, which a rehearsal only has.
    Result<std::string> askOfAll(const char* command) const;
    Result<QProcess*> spawn(const QString& program, const QStringList& arguments, const QString& logName);

    const DemoWorld& m_world;
    QString m_programs;
    std::uint32_t m_roundMs;
    std::vector<std::unique_ptr<QProcess>> m_processes;
    std::map<std::string, QProcess*> m_sites;
    bool m_responsible = false;  ///< For the lifeline and what hangs on it.
    std::unique_ptr<LifelineBeat> m_beat;
};

}  // namespace quorate::demo
