// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/attestation/evidence_rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <QCoreApplication>

#include "core/crypto/certificate.h"
#include "ui/text/check_text.h"
#include "ui/text/formats.h"
#include "ui/text/verdict_text.h"

namespace quorate::ui {

namespace {

using attestation::Check;
using attestation::CheckOutcome;

QString tr(const char* text) { return QCoreApplication::translate("Evidence", text); }

QString dated(UtcSeconds time)
{
    return utcDate(UtcMillis(time));
}

void addCertificate(EvidenceTable& table, const Certificate& certificate, UtcSeconds now, bool training)
{
    const bool valid = certificate.notBefore() <= now && now <= certificate.notAfter();
    table.rows.push_back({{toQString(certificate.subjectCommonName()), toQString(certificate.issuerCommonName()),
                           dated(certificate.notBefore()) + QStringLiteral(" – ") + dated(certificate.notAfter()),
                           valid ? tr("In its time") : tr("Out of its time")},
                          valid ? kindOf(CheckOutcome::Pass, training) : VerdictKind::Refused});
}

// The check about a register, by the register's name inside the check's id.
const Check* checkOf(const NodeAppraisal& node, std::string_view part)
{
    const auto found = std::ranges::find_if(node.result.checks, [&](const Check& check) {
        return check.id.find(part) != std::string::npos;
    });
    return found == node.result.checks.end() ? nullptr : &*found;
}

template <typename View>
QString hexOrNone(const View& bytes)
{
    const std::string hex = toHex(bytes);
    return hex.empty() ? tr("none") : toQString(hex);
}

QString purposeWord(attestation::Purpose purpose)
{
    switch (purpose) {
    case attestation::Purpose::Channel: return tr("1, channel");
    case attestation::Purpose::ReleaseOffer: return tr("2, release offer");
    case attestation::Purpose::ReleaseConfirm: return tr("3, release confirm");
    case attestation::Purpose::Reattest: return tr("4, attest again");
    }
    return {};
}

}  // namespace

EvidenceTable checksTable(const NodeAppraisal& node, attestation::Question question)
{
    EvidenceTable table{{tr("Check"), tr("Found"), tr("Expected"), tr("Outcome")}, {}, {1, 2}};
    for (const Check& check : node.result.checks) {
        if (check.question != question) continue;
        table.rows.push_back({{textFor(check.id).name, toQString(check.found), toQString(check.expected), wordFor(check.outcome)},
                              kindOf(check.outcome, isTraining(node.result))});
    }
    return table;
}

EvidenceTable tcbTable(const NodeAppraisal& node)
{
    EvidenceTable table = checksTable(node, attestation::Question::UpToDate);
    for (const std::string& advisory : node.result.advisoryIds) {
        table.rows.push_back({{tr("Advisory"), toQString(advisory), tr("none"), tr("Applies")}, VerdictKind::Caution});
    }
    return table;
}

EvidenceTable chainTable(const NodeAppraisal& node, UtcSeconds now)
{
    EvidenceTable table{{tr("Certificate"), tr("Issued by"), tr("Valid, UTC"), tr("Outcome")}, {}, {}};
    const bool training = isTraining(node.result);
    for (const auto& [name, bytes] : node.collateral.files) {
        if (name.ends_with(".pem") && name.find("chain") != std::string::npos) {
            const auto chain = Certificate::chainFromPem(asText(bytes));
            if (!chain) {
                table.rows.push_back({{toQString(name), {}, {}, tr("Unreadable")}, VerdictKind::Refused});
                continue;
            }
            for (const Certificate& certificate : *chain) addCertificate(table, certificate, now, training);
        } else if (name == "vek.der" || name == "intermediate.der" || name == "ark.der") {
            const auto certificate = Certificate::fromDer(bytes);
            if (certificate) addCertificate(table, *certificate, now, training);
            else table.rows.push_back({{toQString(name), {}, {}, tr("Unreadable")}, VerdictKind::Refused});
        }
    }
    for (EvidenceTable::Row& row : checksTable(node, attestation::Question::Genuine).rows) {
        table.rows.push_back({{row.cells.value(0), {}, {}, row.cells.value(3)}, row.kind});
    }
    return table;
}

EvidenceTable fieldsTable(const NodeAppraisal& node)
{
    EvidenceTable table{{tr("Offset"), tr("Field"), tr("Value"), tr("Meaning")}, {}, {0, 2}};
    for (const attestation::EvidenceField& field : node.fields) {
        table.rows.push_back({{QStringLiteral("0x%1").arg(field.offset, 3, 16, QLatin1Char('0')), toQString(field.name),
                               toQString(field.hex), toQString(field.meaning)},
                              {}});
    }
    return table;
}

EvidenceTable transcriptTable(const NodeAppraisal& node)
{
    const attestation::Transcript& t = node.transcript;
    EvidenceTable table{{tr("Bound"), tr("Value")}, {}, {1}};
    const auto add = [&](const QString& what, const QString& value) { table.rows.push_back({{what, value}, {}}); };
    add(tr("report_data (SHA-512 of all below)"), hexOrNone(t.reportData().view()));
    add(tr("Purpose"), purposeWord(t.purpose));
    add(tr("Role"), t.role == attestation::AttesterRole::Service ? tr("1, service") : tr("2, site node"));
    add(tr("Nonce, chosen here"), hexOrNone(t.nonce.view()));
    add(tr("Session binder"), hexOrNone(BytesView(t.sessionBinder)));
    add(tr("TLS key, SHA-256"), hexOrNone(t.tlsLeafSpki.view()));
    add(tr("HPKE suite"), hexOrNone(t.hpkeSuite.view()));
    add(tr("HPKE public key"), hexOrNone(t.hpkePublicKey.view()));
    add(tr("Receipt key, SHA-256"), hexOrNone(BytesView(t.receiptKeySpki)));
    add(tr("Study"), hexOrNone(t.study.view()));
    add(tr("Site"), t.site.isZero() ? tr("none, the service") : hexOrNone(t.site.view()));
    add(tr("Key epoch"), QString::number(t.keyEpoch));
    add(tr("Policy digest"), hexOrNone(t.policyDigest.view()));
    add(tr("Reference values digest"), hexOrNone(t.referenceValuesDigest.view()));
    add(tr("Roster root key, SHA-256"), hexOrNone(t.rosterRootSpki.view()));
    return table;
}

EvidenceTable collateralTable(const NodeAppraisal& node)
{
    EvidenceTable table{{tr("Input"), tr("Bytes"), tr("SHA-256")}, {}, {2}};
    for (const auto& [name, digest] : node.result.inputDigests) {
        const Bytes* file = node.collateral.find(name);
        table.rows.push_back({{toQString(name), file ? QString::number(file->size()) : QString(), toQString(toHex(digest))}, {}});
    }
    return table;
}

std::vector<Measurement> measurements(const NodeAppraisal& node)
{
    struct Register {
        const char* claim;
        const char* part;  // Of the check's id.
    };
    static constexpr std::array kTdx = std::to_array<Register>({{"mrtd", "mrtd"}, {"rtmr0", "rtmr0"}, {"rtmr1", "rtmr1"},
        {"rtmr2", "rtmr2"}, {"rtmr3", "rtmr3"}, {"mrseam", "mrseam"}, {"mrConfigId", "mrconfigid"}, {"mrconfigid", "mrconfigid"}});
    static constexpr std::array kSnp = std::to_array<Register>({{"measurement", "snp.measurement"}, {"hostData", "host-data"}});
    std::vector<Measurement> out;
    const auto add = [&](const Register& reg) {
        const auto claim = node.result.claims.find(reg.claim);
        if (claim == node.result.claims.end()) return;
        auto found = parseHex(claim->second);
        if (!found) return;
        const RegisterText text = registerText(reg.claim);
        Measurement row{text.field, text.meaning, std::move(*found), {}, CheckOutcome::NotChecked};
        if (const Check* check = checkOf(node, reg.part)) {
            row.outcome = check->outcome;
            if (auto wanted = parseHex(check->expected); wanted && !wanted->empty()) row.wanted = std::move(*wanted);
        }
        out.push_back(std::move(row));
    };
    if (node.result.tee == attestation::TeeKind::Tdx) std::ranges::for_each(kTdx, add);
    else std::ranges::for_each(kSnp, add);
    return out;
}

}  // namespace quorate::ui
