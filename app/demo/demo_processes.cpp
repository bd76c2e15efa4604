// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_processes.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QProcessEnvironment>
#include <QTcpSocket>
#include <charconv>

#include "app/demo/demo_files.h"

namespace quorate::demo {
namespace {

constexpr int kStartMs = 30000;
constexpr int kEndMs = 3000;
constexpr int kPooledMs = 300000;

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

/// Tiny models: one thread each, and none of them spinning while it waits.
QProcessEnvironment frugalEnvironment()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("OMP_NUM_THREADS"), QStringLiteral("1"));
    environment.insert(QStringLiteral("OMP_WAIT_POLICY"), QStringLiteral("passive"));
    return environment;
}

}  // namespace

DemoProcesses::DemoProcesses(const DemoWorld& world, QString programs, std::uint32_t roundMs)
    : m_world(world), m_programs(std::move(programs)), m_roundMs(roundMs)
{
}

DemoProcesses::~DemoProcesses()
{
    if (!m_responsible) return;
    m_beat.reset();
    std::error_code ignored;
    std::filesystem::remove(m_world.lifelineFile(), ignored);
    for (auto& process : m_processes) process->terminate();
    for (auto& process : m_processes) {
        if (process->state() != QProcess::NotRunning && !process->waitForFinished(kEndMs)) process->kill();
    }
    std::filesystem::remove(m_world.portFile(), ignored);
}

bool DemoProcesses::adoptRunning()
{
    const auto address = runningService(m_world);
    if (!address || !std::filesystem::exists(m_world.lifelineFile())) return false;
    QTcpSocket probe;
    const auto colon = address->rfind(':');
    probe.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(std::stoi(address->substr(colon + 1))));
    m_responsible = probe.waitForConnected(kEndMs);
    if (m_responsible) m_beat = std::make_unique<LifelineBeat>(m_world.lifelineFile());
    return m_responsible;
}

Result<QProcess*> DemoProcesses::spawn(const QString& program, const QStringList& arguments, const QString& logName)
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(frugalEnvironment());
    process->setStandardOutputFile(QProcess::nullDevice());
    process->setStandardErrorFile(text(m_world.folder()) + QLatin1Char('/') + logName, QIODevice::Append);
    process->start(m_programs + QLatin1Char('/') + program, arguments, QIODevice::NotOpen);
    if (!process->waitForStarted(kStartMs)) {
        return fail(ErrorKind::Unavailable, program.toStdString() + " cannot be started: " + process->errorString().toStdString());
    }
    m_processes.push_back(std::move(process));
    return m_processes.back().get();
}

Result<std::string> DemoProcesses::startService()
{
    std::error_code ignored;
    std::filesystem::remove(m_world.portFile(), ignored);
    m_responsible = true;
    TRY(writeFile(m_world.lifelineFile(), {}));
    m_beat = std::make_unique<LifelineBeat>(m_world.lifelineFile());
    const QStringList arguments{QStringLiteral("--consortium-ca"), text(m_world.caFile()),
                                QStringLiteral("--policy-digest"), QString::fromStdString(toHex(m_world.verified().policyDigest)),
                                QStringLiteral("--evidence"), QStringLiteral("simulated"),
                                QStringLiteral("--demo-vendor"), text(m_world.vendorFolder()),
                                QStringLiteral("--port-file"), text(m_world.portFile()),
                                QStringLiteral("--lifeline"), text(m_world.lifelineFile())};
    TRY_ASSIGN(process, spawn(QStringLiteral("quorate-aggregator"), arguments, QStringLiteral("service.log")));
    QDeadlineTimer deadline(kStartMs);
    while (!deadline.hasExpired()) {
        if (auto address = runningService(m_world)) return address;
        if (process->waitForFinished(20)) break;
    }
    return fail(ErrorKind::Unavailable, "the aggregation service did not start; see " + (m_world.folder() / "service.log").string());
}

Result<std::string> DemoProcesses::runningService(const DemoWorld& world)
{
    TRY_ASSIGN(content, readFile(world.portFile()));
    int port = 0;
    const std::string_view digits = asText(content);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (port <= 0 || port > 65535) return fail(ErrorKind::Malformed, "the port file holds no port");
    return "127.0.0.1:" + std::to_string(port);
}

Result<void> DemoProcesses::startSites(const std::string& service)
{
    for (const auto& site : m_world.sites()) TRY(startSite(site, service));
    return {};
}

Result<void> DemoProcesses::startSite(const DemoSite& site, const std::string& service)
{
    Uuid node;
    for (const auto* member : m_world.verified().roster.withRole(study::Role::SiteNode)) {
        if (member->site == site.spec.id) node = member->id;
    }
    const QStringList arguments{QStringLiteral("run"),
                                QStringLiteral("--service"), QString::fromStdString(service),
                                QStringLiteral("--consortium-ca"), text(m_world.caFile()),
                                QStringLiteral("--package"), text(m_world.packageFile()),
                                QStringLiteral("--identity"), text(m_world.identityFolder(node)),
                                QStringLiteral("--records"), text(site.records),
                                QStringLiteral("--split"), text(site.split),
                                QStringLiteral("--evidence"), QStringLiteral("simulated"),
                                QStringLiteral("--demo-vendor"), text(m_world.vendorFolder()),
                                QStringLiteral("--lifeline"), text(m_world.lifelineFile()),
                                QStringLiteral("--least-round-ms"), QString::number(m_roundMs)};
    TRY_ASSIGN(process, spawn(QStringLiteral("quorate-site"), arguments,
                              QStringLiteral("site-%1.log").arg(QString::fromStdString(site.spec.code))));
    m_sites[site.spec.code] = process;
    return {};
}

void DemoProcesses::killSite(const std::string& code)
{
    const auto found = m_sites.find(code);
    if (found == m_sites.end()) return;
    found->second->kill();
    found->second->waitForFinished(kEndMs);
    m_sites.erase(found);
}

Result<void> DemoProcesses::requireSitesAlive()
{
    for (const auto& [code, process] : m_sites) {
        if (!process->waitForFinished(0) && process->state() != QProcess::NotRunning) continue;
        const auto log = readFile(m_world.folder() / ("site-" + code + ".log"));
        const QString words = log ? QString::fromUtf8(asText(*log).data(), static_cast<qsizetype>(log->size())).trimmed() : QString();
        const std::string last = words.section(QLatin1Char('\n'), -1).toStdString();
        return fail(process->exitCode() == 1 ? ErrorKind::PolicyRefused : ErrorKind::Malformed,
                    "the agent of site " + code + " ended: " + (last.empty() ? "no reason given" : last));
    }
    return {};
}

Result<std::string> DemoProcesses::askOfAll(const char* command) const
{
    QStringList arguments{QString::fromLatin1(command), QStringLiteral("--consortium-ca"), text(m_world.caFile()),
                          QStringLiteral("--package"), text(m_world.packageFile()), QStringLiteral("--site")};
    for (const auto& site : m_world.sites()) arguments << QString::fromStdString(site.spec.code) << text(site.records) << text(site.split);
    QProcess process;
    process.setProcessEnvironment(frugalEnvironment());
    process.start(m_programs + QStringLiteral("/quorate-site"), arguments);
    if (!process.waitForFinished(kPooledMs) || process.exitCode() != 0) {
        return fail(ErrorKind::Unavailable, std::string(command) + " failed: " + process.readAllStandardError().trimmed().toStdString());
    }
    return process.readAllStandardOutput().toStdString();
}

Result<RehearsalFigures> DemoProcesses::compared() const
{
    TRY_ASSIGN(output, askOfAll("compare"));
    return parseRehearsalFigures(output);
}

Result<std::map<std::string, study::Evaluation>> DemoProcesses::pooled() const
{
    TRY_ASSIGN(output, askOfAll("pooled"));
    return parsePooled(output);
}

}  // namespace quorate::demo
