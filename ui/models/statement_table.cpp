// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <algorithm>
#include <iterator>

#include "ui/models/study_tables.h"
#include "ui/text/formats.h"

namespace quorate::ui {
namespace {

struct StatementWords {
    Q_DECLARE_TR_FUNCTIONS(StatementWords)
};

QString teeName(const QString& tee)
{
    if (tee == QStringLiteral("tdx")) return StatementWords::tr("Intel TDX");
    if (tee == QStringLiteral("sev-snp")) return StatementWords::tr("AMD SEV-SNP");
    return tee;
}

struct ClaimName {
    const char* claim;
    const char* title;
};

/// What people decide on, in the order in which they read it; the rest follows under it.
constexpr ClaimName kFirst[] = {
    {"mrtd", "MRTD"},         {"rtmr0", "RTMR0"},           {"rtmr1", "RTMR1"},
    {"rtmr2", "RTMR2"},       {"rtmr3", "RTMR3"},           {"mrconfigid", "MRCONFIGID"},
    {"measurement", "MEASUREMENT"}, {"hostData", "HOST_DATA"}, {"guestPolicy", "POLICY"},
};

/// The names that Intel's and AMD's manuals use; a claim that is not here keeps its own.
constexpr ClaimName kRest[] = {
    {"mrowner", "MROWNER"}, {"mrownerconfig", "MROWNERCONFIG"}, {"mrseam", "MRSEAM"}, {"mrsignerseam", "MRSIGNERSEAM"},
    {"mrservicetd", "MRSERVICETD"}, {"seamAttributes", "SEAMATTRIBUTES"}, {"tdAttributes", "TDATTRIBUTES"}, {"xfam", "XFAM"},
    {"teeTcbSvn", "TEE_TCB_SVN"}, {"teeTcbSvn2", "TEE_TCB_SVN_2"}, {"fmspc", "FMSPC"}, {"pceid", "PCEID"}, {"ppid", "PPID"},
    {"pceSvn", "PCE SVN"}, {"pckCpuSvn", "PCK CPU SVN"}, {"qeVendorId", "QE vendor ID"}, {"qeMrsigner", "QE MRSIGNER"},
    {"qeMrenclave", "QE MRENCLAVE"}, {"qeIsvProdId", "QE ISVPRODID"}, {"qeIsvSvn", "QE ISVSVN"}, {"quoteVersion", "Quote version"},
    {"userData", "User data"}, {"trailingBytes", "Trailing bytes"}, {"moduleTcbStatus", "Module TCB status"},
    {"platformTcbStatus", "Platform TCB status"}, {"qeTcbStatus", "QE TCB status"}, {"tcbDate", "TCB date"},
    {"tcbEvaluationDataNumber", "TCB evaluation number"}, {"version", "VERSION"}, {"guestSvn", "GUEST_SVN"},
    {"familyId", "FAMILY_ID"}, {"imageId", "IMAGE_ID"}, {"vmpl", "VMPL"}, {"platformInfo", "PLATFORM_INFO"},
    {"signerInfo", "SIGNER_INFO"}, {"signingKey", "SIGNING_KEY"}, {"idKeyDigest", "ID_KEY_DIGEST"}, {"authorKeyDigest", "AUTHOR_KEY_DIGEST"},
    {"reportId", "REPORT_ID"}, {"reportIdMa", "REPORT_ID_MA"}, {"reportedTcb", "REPORTED_TCB"}, {"committedTcb", "COMMITTED_TCB"},
    {"currentTcb", "CURRENT_TCB"}, {"launchTcb", "LAUNCH_TCB"}, {"chipId", "CHIP_ID"}, {"currentFirmware", "Current firmware"},
    {"committedFirmware", "Committed firmware"}, {"launchMitigations", "LAUNCH_MIT_VECTOR"},
    {"currentMitigations", "CURRENT_MIT_VECTOR"}, {"cpuidFamily", "CPUID_FAM_ID"}, {"cpuidModel", "CPUID_MOD_ID"},
    {"cpuidStepping", "CPUID_STEP"}, {"cspId", "CSP_ID"}, {"vekProductName", "Product name"},
};

QString claimTitle(const std::string& claim)
{
    for (const ClaimName& name : kRest) {
        if (claim == name.claim) return QLatin1String(name.title);
    }
    return toQString(claim);
}

bool isFirst(const std::string& claim)
{
    return std::any_of(std::begin(kFirst), std::end(kFirst), [&](const ClaimName& name) { return claim == name.claim; });
}

QString digestWords(const QString& hex)
{
    const bool zero = !hex.isEmpty() && hex.count(QLatin1Char('0')) == hex.size();
    return zero ? StatementWords::tr("%1 zero bytes").arg(hex.size() / 2) : shortHex(hex);
}

class Comparison {
public:
    explicit Comparison(const StudySnapshot& study)
        : m_good(study.protocol().mode == study::StudyMode::Training ? VerdictKind::Training : VerdictKind::Accepted)
    {
        m_table.header = {{.text = StatementWords::tr("Field")}, {.text = StatementWords::tr("In the statement")},
                          {.text = StatementWords::tr("Live evidence")}, {.text = StatementWords::tr("Outcome")}};
    }

    /// What is shown is shortened for reading; the whole values are what is compared.
    void add(const QString& field, const QString& frozen, const QString& live, bool isDigest)
    {
        const auto shown = [&](const QString& value) { return isDigest ? digestWords(value) : value; };
        Cell outcome{.text = StatementWords::tr("Equal"), .verdict = m_good};
        if (live.isEmpty()) outcome = {.text = StatementWords::tr("Not given"), .verdict = VerdictKind::Unknown};
        else if (frozen != live) outcome = {.text = StatementWords::tr("Differs"), .verdict = VerdictKind::Refused};
        m_table.rows.push_back({field,
                                {{.text = field}, {.text = shown(frozen), .fixed = isDigest},
                                 {.text = live.isEmpty() ? QStringLiteral("–") : shown(live), .fixed = isDigest}, outcome},
                                false});
    }
    /// Several equal fields as one row: the first value and how many more.
    void addEqualGroup(const QString& field, const QString& first, int more)
    {
        const QString shown = QStringLiteral("%1 +%2").arg(shortHex(first)).arg(more);
        m_table.rows.push_back({field,
                                {{.text = field}, {.text = shown, .fixed = true}, {.text = shown, .fixed = true},
                                 {.text = StatementWords::tr("Equal"), .verdict = m_good}},
                                false});
    }
    /// A status that is the same in both and still not the best one.
    void cautionLast()
    {
        Cell& outcome = m_table.rows.back().cells.back();
        if (outcome.verdict == m_good) outcome = {.text = StatementWords::tr("Caution"), .verdict = VerdictKind::Caution};
    }
    TableContent take() { return std::move(m_table); }

private:
    VerdictKind m_good;
    TableContent m_table;
};

const NodeAppraisal* serviceOf(const StudySnapshot& study)
{
    for (const auto& node : study.nodes) {
        if (node.site.isZero()) return &node;
    }
    return nullptr;
}

/// How many runtime registers follow RTMR0 when all four are there and equal on both sides; else 0, and each has its row.
int equalRegisters(const release::ReleaseStatement& frozen, const NodeAppraisal* live)
{
    for (const char* claim : {"rtmr0", "rtmr1", "rtmr2", "rtmr3"}) {
        const auto value = frozen.claims.find(claim);
        if (!live || value == frozen.claims.end()) return 0;
        const auto match = live->result.claims.find(claim);
        if (match == live->result.claims.end() || match->second != value->second) return 0;
    }
    return 3;
}

}  // namespace

TableContent statementTable(const StudySnapshot& study)
{
    Comparison comparison(study);
    if (!study.statement) return comparison.take();
    const release::ReleaseStatement& frozen = study.statement->value;
    const NodeAppraisal* live = serviceOf(study);
    const auto hex = [](const Digest32& digest) { return toQString(toHex(digest)); };
    const auto liveText = [&](const QString& text) { return live ? text : QString(); };
    const QString liveTee = live ? teeName(QLatin1String(attestation::nameOf(live->result.tee))) : QString();
    const QString recipient = StatementWords::tr("Service, %1");
    comparison.add(StatementWords::tr("Recipient"), recipient.arg(teeName(toQString(frozen.tee))), liveText(recipient.arg(liveTee)), false);
    comparison.add(StatementWords::tr("Enclave key (HPKE)"), hex(frozen.transcript.hpkePublicKey),
                   live ? hex(live->transcript.hpkePublicKey) : QString(), true);
    const auto addClaim = [&](const std::string& claim, const QString& title) {
        const auto value = frozen.claims.find(claim);
        if (value == frozen.claims.end()) return;
        QString found;
        if (live) {
            const auto match = live->result.claims.find(claim);
            if (match != live->result.claims.end()) found = toQString(match->second);
        }
        comparison.add(title, toQString(value->second), found, value->second.size() > 20);
    };
    const int more = equalRegisters(frozen, live);
    for (const ClaimName& name : kFirst) {
        const bool isRegister = QLatin1String(name.claim).startsWith(QLatin1String("rtmr"));
        if (more == 0 || !isRegister) addClaim(name.claim, QLatin1String(name.title));
        else if (QLatin1String(name.claim) == QLatin1String("rtmr0")) comparison.addEqualGroup(StatementWords::tr("RTMR0–RTMR3"), toQString(frozen.claims.at("rtmr0")), more);
    }
    comparison.add(StatementWords::tr("TCB status"), toQString(frozen.tcbStatus), live ? toQString(live->result.tcbStatus) : QString(), false);
    if (frozen.tcbStatus != "UpToDate") comparison.cautionLast();
    comparison.add(StatementWords::tr("Reference values"), hex(frozen.transcript.referenceValuesDigest),
                   live ? hex(live->transcript.referenceValuesDigest) : QString(), true);
    comparison.add(StatementWords::tr("Policy"), hex(frozen.transcript.policyDigest), live ? hex(live->transcript.policyDigest) : QString(), true);
    comparison.add(StatementWords::tr("Key epoch"), QString::number(frozen.keyEpoch),
                   live ? QString::number(live->transcript.keyEpoch) : QString(), false);
    for (const auto& [claim, value] : frozen.claims) {
        if (!isFirst(claim) && !release::isVolatileClaim(claim)) addClaim(claim, claimTitle(claim));
    }
    return comparison.take();
}

int differingFields(const StudySnapshot& study)
{
    int count = 0;
    for (const Row& row : statementTable(study).rows) count += row.cells.back().verdict == VerdictKind::Refused ? 1 : 0;
    return count;
}

}  // namespace quorate::ui
