// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/diagnostics_text.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>
#include <QStringList>
#include <QSysInfo>

#include "core/vault/vault.h"

namespace quorate::ui {
namespace {

// For the person who looks for the fault, so not translated.
QString line(const char* name, const QString& value)
{
    return QString::fromLatin1(name).leftJustified(22) + value;
}

const char* nameOf(Connection connection)
{
    switch (connection) {
    case Connection::Offline: return "offline";
    case Connection::Connecting: return "connecting";
    case Connection::Connected: return "connected";
    case Connection::Refused: return "refused";
    case Connection::Lost: return "lost";
    }
    return "offline";
}

void addVault(QStringList& lines, const VaultInfo& vault)
{
    lines << line("vault format", QStringLiteral("SQLCipher %1").arg(vault.fileFormat));
    lines << line("vault bytes", QString::number(vault.sizeBytes));
    lines << line("log entries", QString::number(vault.logEntries));
    lines << line("log damage", QString::number(vault.damage.size()));
    std::map<std::string, int> kinds;
    for (const vault::Damage& item : vault.damage) ++kinds[vault::nameOf(item.kind)];
    for (const auto& [kind, count] : kinds) lines << line("  of kind", QStringLiteral("%1 x %2").arg(count).arg(QString::fromStdString(kind)));
    lines << line("read-only", vault.readOnlyBecause.empty() ? QStringLiteral("no") : QStringLiteral("yes"));
    lines << line("backup made", vault.lastBackup ? QStringLiteral("yes") : QStringLiteral("no"));
}

void addStudy(QStringList& lines, const StudySnapshot& study)
{
    lines << line("sites", QString::number(study.protocol().sites.size()));
    lines << line("study state", QString::number(static_cast<int>(study.projection.state())));
    lines << line("study events", QString::number(study.projection.lastSequence()));
    for (const NodeAppraisal& node : study.nodes) {
        lines << line("node", QStringLiteral("%1, %2, %3 checks failed")
                                  .arg(QString::fromLatin1(attestation::nameOf(node.result.verdict)), QString::fromStdString(node.result.product))
                                  .arg(node.result.count(attestation::CheckOutcome::Fail)));
    }
}

}  // namespace

std::vector<SelfTestOutcome> runSelfTest()
{
    std::vector<SelfTestOutcome> out = runCryptoSelfTest();
    out.push_back({"Vault", "SQLCipher is linked", vault::Vault::selfTest().has_value()});
    return out;
}

QString diagnosticsText(const std::vector<SelfTestOutcome>& tests, const DeskStatus& status, const StudySnapshot* study,
                        const std::optional<VaultInfo>& vault)
{
    QStringList lines{line("Quorate", QCoreApplication::applicationVersion()), line("Qt", QString::fromLatin1(qVersion())),
                      line("system", QSysInfo::productType() + QLatin1Char(' ') + QSysInfo::productVersion()),
                      line("kernel", QSysInfo::kernelType()), line("processor", QSysInfo::currentCpuArchitecture())};
    for (const SelfTestOutcome& test : tests) {
        lines << line("self-test", QString::fromStdString(test.name) + (test.passed ? QStringLiteral(": pass") : QStringLiteral(": FAIL")));
    }
    lines << line("connection", QString::fromLatin1(nameOf(status.connection)));
    lines << line("demo", status.demo ? QStringLiteral("yes") : QStringLiteral("no"));
    if (vault) addVault(lines, *vault);
    if (study) addStudy(lines, *study);
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace quorate::ui
