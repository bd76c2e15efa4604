// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's real programs on loopback: a whole study, a killed site that comes back, a service that outlives its starter.
#include <QtTest>

#include "app/demo/demo_steps.h"
#include "app/demo/headless_demo.h"
#include "enclave_client/event_stream.h"

using namespace quorate;

namespace {

constexpr int kStudyMs = 240000;

/// Follows a study's events into a projection that the test can ask.
class Watcher {
public:
    Watcher(const MemberSession& session, const study::StudyProtocol& protocol)
        : m_projection(protocol),
          m_stream(session.channel(), protocol.id, 0,
                   [this](study::StudyEvent event) {
                       const std::lock_guard lock(m_mutex);
                       m_inOrder = m_projection.apply(event).has_value() && m_inOrder;
                   },
                   [](Error) {})
    {
    }

    [[nodiscard]] bool saw(study::EventKind kind, const Uuid& site, std::uint64_t after = 0) const
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& event : m_projection.events()) {
            if (event.kind == kind && event.site == site && event.sequence > after) return true;
        }
        return false;
    }
    [[nodiscard]] study::StudyProjection projection() const
    {
        const std::lock_guard lock(m_mutex);
        return m_projection;
    }
    [[nodiscard]] bool inOrder() const { return m_inOrder; }

private:
    mutable std::mutex m_mutex;
    study::StudyProjection m_projection;
    std::atomic<bool> m_inOrder = true;
    EventStream m_stream;
};

QString programs() { return qEnvironmentVariable("QUORATE_BIN"); }

}  // namespace

class DemoTest : public QObject {
    Q_OBJECT

private:
    /// A fresh demo under `name`; the simulated vendor is shared by all of them.
    demo::DemoWorld world(const char* name, std::uint32_t deadlineSeconds)
    {
        demo::DemoOptions options;
        options.roundDeadlineSeconds = deadlineSeconds;
        const std::filesystem::path root = m_root.path().toStdString();
        auto made = demo::DemoWorld::create(root / name, root / "vendor", options, toSeconds(systemClock()()), systemRandom());
        if (!made) qFatal("%s", made.error().message.c_str());
        return std::move(*made);
    }

    QTemporaryDir m_root;

private Q_SLOTS:
    void theSameSeedGivesTheSameModelTwice()
    {
        Digest32 first;
        for (const char* name : {"once", "twice"}) {
            const auto demoWorld = world(name, 60);
            demo::DemoProcesses processes(demoWorld, programs());
            const auto report = demo::playWholeStudy(demoWorld, processes, [](const std::string&) {});
            QVERIFY2(report, report ? "" : report.error().message.c_str());
            QCOMPARE(report->sites.size(), std::size_t{4});
            for (const auto& site : report->sites) {
                QVERIFY(site.trainRecords > 0);
                QVERIFY(site.federated.records > 0);
                QVERIFY(site.federated.accuracy > 0.4);
                QVERIFY(site.pooled.records == site.federated.records);
            }
            // The replay ends with the very model of the study.
            QVERIFY(report->figures);
            QCOMPARE(report->figures->contributions.size(), std::size_t{4});
            for (const auto& site : report->figures->contributions) {
                QCOMPARE(site.difference, report->figures->scoreOfAll - site.scoreWithout);
            }
            QVERIFY(std::any_of(report->sites.begin(), report->sites.end(), [&](const auto& site) {
                const auto& groups = report->figures->subgroups.at(site.code);
                return std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.own && group.federated; });
            }));
            if (first.isZero()) first = report->modelDigest;
            QVERIFY(!report->modelDigest.isZero());
            QVERIFY(report->modelDigest == first);
        }
    }

    void aKilledSiteIsDroppedByTheDeadlineAndComesBack()
    {
        const auto demoWorld = world("killed", 3);
        demo::DemoProcesses processes(demoWorld, programs());
        const auto service = processes.startService();
        QVERIFY2(service, service ? "" : service.error().message.c_str());
        QVERIFY(demo::publishStudy(demoWorld, *service));
        QVERIFY(processes.startSites(*service));
        QVERIFY(demo::approveAll(demoWorld, *service));
        QVERIFY(demo::freezeAndSeal(demoWorld, *service, 2));
        auto coordinator = demo::sessionFor(demoWorld, *demoWorld.withRole(study::Role::Coordinator).front(), *service);
        QVERIFY(coordinator);
        const Watcher watcher(**coordinator, demoWorld.verified().protocol);
        QVERIFY((*coordinator)->startRounds());
        const auto& victim = demoWorld.sites().front();
        QTRY_VERIFY_WITH_TIMEOUT(watcher.projection().currentRound() >= 2, kStudyMs);
        processes.killSite(victim.spec.code);
        QTRY_VERIFY_WITH_TIMEOUT(watcher.saw(study::EventKind::SiteDropped, victim.spec.id), kStudyMs);
        const auto dropped = watcher.projection();
        QVERIFY(processes.startSite(victim, *service));
        QTRY_VERIFY_WITH_TIMEOUT(watcher.saw(study::EventKind::SiteJoined, victim.spec.id, dropped.lastSequence()), kStudyMs);
        QTRY_VERIFY_WITH_TIMEOUT(watcher.projection().state() == study::StudyState::Finished, kStudyMs);
        QVERIFY(watcher.inOrder());
        const auto rounds = watcher.projection().rounds();
        QCOMPARE(rounds.size(), std::size_t{15});
        for (const auto& round : rounds) QVERIFY(!round.failed && round.updates >= 3);
    }

    void programsGoOnWithoutTheirStarterAndEndWithTheLifeline()
    {
        const auto demoWorld = world("orphan", 60);
        QProcess service;
        const std::filesystem::path lifeline = demoWorld.lifelineFile();
        QFile(QString::fromStdString(lifeline.string())).open(QIODevice::WriteOnly);
        service.start(programs() + QStringLiteral("/quorate-aggregator"),
                      {QStringLiteral("--consortium-ca"), QString::fromStdString(demoWorld.caFile().string()),
                       QStringLiteral("--policy-digest"), QString::fromStdString(toHex(demoWorld.verified().policyDigest)),
                       QStringLiteral("--evidence"), QStringLiteral("simulated"),
                       QStringLiteral("--demo-vendor"), QString::fromStdString(demoWorld.vendorFolder().string()),
                       QStringLiteral("--port-file"), QString::fromStdString(demoWorld.portFile().string()),
                       QStringLiteral("--lifeline"), QString::fromStdString(lifeline.string())});
        QTRY_VERIFY_WITH_TIMEOUT(demo::DemoProcesses::runningService(demoWorld).has_value(), 30000);
        {
            demo::DemoProcesses adopter(demoWorld, programs());
            QVERIFY(adopter.adoptRunning());
            QVERIFY(demo::publishStudy(demoWorld, *demo::DemoProcesses::runningService(demoWorld)));
        }
        QVERIFY(service.waitForFinished(5000));
        QCOMPARE(service.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(DemoTest)
#include "demo_test.moc"
