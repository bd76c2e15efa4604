// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/diagnostics_card.h"

#include <algorithm>

#include <QFileDialog>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QVBoxLayout>

#include "ui/text/error_text.h"
#include "ui/text/formats.h"
#include "ui/widgets/button.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/trust_badge.h"

namespace quorate::ui {
namespace {

constexpr int kPreviewHeight = 180;

}  // namespace

DiagnosticsCard::DiagnosticsCard(Theme& theme, QWidget* parent) : Card(theme, tr("Diagnostics"), parent)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    m_badge = new TrustBadge(theme, {VerdictKind::Unknown, tr("Not run"), {}});
    auto* test = new Button(theme, tr("Run the self-test"), ButtonKind::Default, QStringLiteral("refresh"));
    test->setObjectName(QStringLiteral("selfTest"));
    row->addWidget(test);
    row->addWidget(m_badge);
    row->addStretch(1);
    body()->addLayout(row);
    m_outcome = (new TextLabel(theme, FontRole::Body, Token::Text2))->wrapped();
    body()->addWidget(m_outcome);
    body()->addWidget(new TextLabel(theme, FontRole::Medium, Token::Text, tr("What would be saved, all of it")));
    m_preview = new QPlainTextEdit;
    m_preview->setReadOnly(true);
    m_preview->setTabChangesFocus(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setFixedHeight(kPreviewHeight);
    m_preview->setAccessibleName(tr("What would be saved, all of it"));
    m_preview->setObjectName(QStringLiteral("diagnosticsPreview"));
    m_preview->setFont(theme.font(FontRole::Fixed));
    connect(&theme, &Theme::changed, this, [this, &theme] { m_preview->setFont(theme.font(FontRole::Fixed)); });
    body()->addWidget(m_preview);
    m_save = new Button(theme, tr("Save…"), ButtonKind::Default, QStringLiteral("export"));
    m_save->setAccessibleName(tr("Save the diagnostics"));
    body()->addWidget(m_save, 0, Qt::AlignLeft);
    body()->addWidget((new TextLabel(theme, FontRole::Small, Token::Text3,
        tr("No name, study, path, key or record is in it.")))->wrapped());
    connect(test, &QPushButton::clicked, this, &DiagnosticsCard::run);
    connect(m_save, &QPushButton::clicked, this, &DiagnosticsCard::choose);
    m_outcome->setText(tr("Compares this program's cryptography with published answers."));
    fill();
}

void DiagnosticsCard::setVault(const std::optional<VaultInfo>& vault)
{
    m_vault = vault;
    fill();
}

void DiagnosticsCard::setStatus(const DeskStatus& status)
{
    m_status = status;
    fill();
}

void DiagnosticsCard::setStudy(std::shared_ptr<const StudySnapshot> study)
{
    m_study = std::move(study);
    fill();
}

void DiagnosticsCard::run()
{
    m_tests = runSelfTest();
    const auto failed = std::ranges::count_if(m_tests, [](const SelfTestOutcome& test) { return !test.passed; });
    if (failed == 0) {
        const VerdictKind kind = m_status.demo ? VerdictKind::Training : VerdictKind::Accepted;
        m_badge->setLook({kind, tr("Pass"), QStringLiteral("check")});
        m_outcome->setText(tr("%n known answer(s) came out.", nullptr, static_cast<int>(m_tests.size())));
    } else {
        m_badge->setLook({VerdictKind::Refused, tr("Fail"), {}});
        m_outcome->setText(tr("Do not use this program: its cryptography is wrong. Install it again from where you trust it."));
    }
    fill();
}

void DiagnosticsCard::fill()
{
    const QString text = diagnosticsText(m_tests, m_status, m_study.get(), m_vault);
    // Setting it again would take the reader back to the top.
    if (text != m_preview->toPlainText()) m_preview->setPlainText(text);
}

QString DiagnosticsCard::text() const
{
    return m_preview->toPlainText();
}

void DiagnosticsCard::choose()
{
    auto* dialog = new QFileDialog(this, tr("Save the diagnostics"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("quorate-diagnostics.txt"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &DiagnosticsCard::save);
    dialog->open();
}

void DiagnosticsCard::save(const QString& file)
{
    QSaveFile out(file);
    const QByteArray content = text().toUtf8();
    if (out.open(QIODevice::WriteOnly) && out.write(content) == content.size() && out.commit()) {
        m_outcome->setText(tr("Saved."));
        return;
    }
    const ErrorText words = sentenceFor({ErrorKind::StorageFailed, out.errorString().toStdString()});
    m_outcome->setText(words.todo);
}

}  // namespace quorate::ui
