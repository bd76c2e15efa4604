// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

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

/// Manual's names of the claims people know; the others are shown under their own name.
QString claimTitle(const std::string& claim)
{
    QString title = toQString(claim);
    for (const char* known : {"mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrconfigid", "mrseam", "fmspc", "measurement"}) {
        if (title.compare(QLatin1String(known), Qt::CaseInsensitive) == 0) return title.toUpper();
    }
    return title;
}

/// The two answers are different challenges, so these differ by design.
bool isPerChallenge(const std::string& claim)
{
    return claim == "reportData" || claim == "report_data" || claim == "nonce";
}

class Comparison {
public:
    explicit Comparison(const StudySnapshot& study)
        : m_good(study.protocol().mode == study::StudyMode::Training ? VerdictKind::Training : VerdictKind::Accepted)
    {
        m_table.header = {{.text = StatementWords::tr("Field")}, {.text = StatementWords::tr("In the statement")},
                          {.text = StatementWords::tr("Live evidence")}, {.text = StatementWords::tr("Outcome")}};
    }

    /// `shown` shortens for reading; the whole values are what is compared.
    void add(const QString& field, const QString& frozen, const QString& live, bool isDigest)
    {
        const auto shown = [&](const QString& value) { return isDigest ? shortHex(value) : value; };
        Cell outcome{.text = StatementWords::tr("Equal"), .verdict = m_good};
        if (live.isEmpty()) outcome = {.text = StatementWords::tr("Not given"), .verdict = VerdictKind::Unknown};
        else if (frozen != live) outcome = {.text = StatementWords::tr("Differs"), .verdict = VerdictKind::Refused};
        m_table.rows.push_back({field,
                                {{.text = field}, {.text = shown(frozen), .fixed = isDigest},
                                 {.text = live.isEmpty() ? QStringLiteral("–") : shown(live), .fixed = isDigest}, outcome},
                                false});
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
    for (const auto& [claim, value] : frozen.claims) {
        if (isPerChallenge(claim)) continue;
        QString found;
        if (live) {
            const auto match = live->result.claims.find(claim);
            if (match != live->result.claims.end()) found = toQString(match->second);
        }
        comparison.add(claimTitle(claim), toQString(value), found, value.size() > 20);
    }
    comparison.add(StatementWords::tr("TCB status"), toQString(frozen.tcbStatus), live ? toQString(live->result.tcbStatus) : QString(), false);
    comparison.add(StatementWords::tr("Reference values"), hex(frozen.transcript.referenceValuesDigest),
                   live ? hex(live->transcript.referenceValuesDigest) : QString(), true);
    comparison.add(StatementWords::tr("Policy"), hex(frozen.transcript.policyDigest), live ? hex(live->transcript.policyDigest) : QString(), true);
    comparison.add(StatementWords::tr("Key epoch"), QString::number(frozen.keyEpoch),
                   live ? QString::number(live->transcript.keyEpoch) : QString(), false);
    return comparison.take();
}

int differingFields(const StudySnapshot& study)
{
    int count = 0;
    for (const Row& row : statementTable(study).rows) count += row.cells.back().verdict == VerdictKind::Refused ? 1 : 0;
    return count;
}

}  // namespace quorate::ui
