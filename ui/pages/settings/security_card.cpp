// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/security_card.h"

#include <QHBoxLayout>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/text/passphrase_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/secret_field.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr int kTenthMs = 100;  // One step of the slider.
constexpr int kShortest = 2;
constexpr int kLongest = 30;
constexpr int kUsual = 5;
constexpr int kMostMinutes = 60;

}  // namespace

SecurityCard::SecurityCard(Theme& theme, QWidget* parent) : Card(theme, tr("Security"), parent), m_theme(theme)
{
    body()->setSpacing(space::kMedium);
    buildPassphrase();
    body()->addWidget(new Hairline(theme));
    buildLock();
    body()->addWidget(new Hairline(theme));
    buildKeys();
    buildToken();
    for (SecretField* field : {m_current, m_next, m_again, m_keyPassphrase}) connect(field, &QLineEdit::textChanged, this, &SecurityCard::refresh);
    connect(m_time, &QSlider::valueChanged, this, &SecurityCard::refresh);
    connect(m_minutes, &QSpinBox::valueChanged, this, &SecurityCard::refresh);
    refresh();
}

void SecurityCard::buildPassphrase()
{
    m_current = new SecretField;
    m_current->setObjectName(QStringLiteral("currentPassphrase"));
    body()->addWidget(new FormField(m_theme, tr("Passphrase now"), m_current));
    auto* pair = new QHBoxLayout;
    pair->setSpacing(space::kMedium);
    m_next = new SecretField;
    m_next->setObjectName(QStringLiteral("newPassphrase"));
    m_nextField = new FormField(m_theme, tr("New passphrase"), m_next);
    m_again = new SecretField;
    m_again->setObjectName(QStringLiteral("newPassphraseAgain"));
    m_againField = new FormField(m_theme, tr("New passphrase, again"), m_again);
    pair->addWidget(m_nextField, 1, Qt::AlignTop);
    pair->addWidget(m_againField, 1, Qt::AlignTop);
    body()->addLayout(pair);
    m_time = new QSlider(Qt::Horizontal);
    m_time->setRange(kShortest, kLongest);
    m_time->setValue(kUsual);
    m_time->setMinimumHeight(24);
    m_timeField = new FormField(m_theme, tr("Time to unlock"), m_time);
    body()->addWidget(m_timeField);
    m_change = new Button(m_theme, tr("Change passphrase"), ButtonKind::Primary);
    m_change->setObjectName(QStringLiteral("changePassphrase"));
    body()->addWidget(m_change, 0, Qt::AlignLeft);
    connect(m_change, &QPushButton::clicked, this, [this] { Q_EMIT passphraseChangeRequested(m_time->value() * kTenthMs); });
}

void SecurityCard::buildLock()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kMedium);
    m_minutes = new QSpinBox;
    m_minutes->setObjectName(QStringLiteral("idleMinutes"));
    m_minutes->setRange(1, kMostMinutes);
    row->addWidget(new FormField(m_theme, tr("Minutes without input until the vault locks"), m_minutes,
                                 tr("Ctrl+L locks at once. A lock also ends the session in which the passphrase alone signs.")), 1);
    m_keep = new Button(m_theme, tr("Keep"));
    m_keep->setObjectName(QStringLiteral("keepIdle"));
    row->addWidget(m_keep, 0, Qt::AlignVCenter);
    body()->addLayout(row);
    connect(m_keep, &QPushButton::clicked, this, [this] { Q_EMIT idleLockChosen(m_minutes->value()); });
}

void SecurityCard::buildKeys()
{
    m_keyPassphrase = new SecretField;
    m_keyPassphrase->setObjectName(QStringLiteral("keyPassphrase"));
    m_keyField = new FormField(m_theme, tr("Passphrase, to change what opens the vault"), m_keyPassphrase);
    body()->addWidget(m_keyField);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    m_keystoreButton = new Button(m_theme, tr("Open with the keystore"), ButtonKind::Default, QStringLiteral("lock"));
    m_keystoreButton->setObjectName(QStringLiteral("keystore"));
    m_rotate = new Button(m_theme, tr("New key for the vault"), ButtonKind::Default, QStringLiteral("key"));
    m_rotate->setObjectName(QStringLiteral("rotate"));
    row->addWidget(m_keystoreButton);
    row->addWidget(m_rotate);
    row->addStretch(1);
    body()->addLayout(row);
    body()->addWidget((new TextLabel(m_theme, FontRole::Small, Token::Text3,
        tr("A new key encrypts everything again and takes the keystore's away; the passphrase stays. Backups keep the key they were made under.")))->wrapped());
    connect(m_keystoreButton, &QPushButton::clicked, this, [this] { Q_EMIT keystoreRequested(m_keystore == KeystoreState::Ready); });
    connect(m_rotate, &QPushButton::clicked, this, &SecurityCard::rotateRequested);
}

void SecurityCard::buildToken()
{
    m_tokenBox = new QWidget;
    auto* rows = new QVBoxLayout(m_tokenBox);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(new Hairline(m_theme));
    m_token = (new TextLabel(m_theme, FontRole::Body, Token::Text))->wrapped();
    m_token->setObjectName(QStringLiteral("signingToken"));
    m_tokenTodo = (new TextLabel(m_theme, FontRole::Small, Token::Text2))->wrapped();
    auto* again = new Button(m_theme, tr("Look again"), ButtonKind::Default, QStringLiteral("refresh"));
    again->setAccessibleName(tr("Look again for the token"));
    again->setObjectName(QStringLiteral("lookForToken"));
    rows->addWidget(m_token);
    rows->addWidget(m_tokenTodo);
    rows->addWidget(again, 0, Qt::AlignLeft);
    body()->addWidget(m_tokenBox);
    m_tokenBox->hide();
    connect(again, &QPushButton::clicked, this, &SecurityCard::tokenRequested);
}

void SecurityCard::showToken(const std::optional<SigningToken>& token)
{
    m_tokenBox->setVisible(token.has_value());
    if (!token) return;
    const QString serial = QString::fromStdString(token->serial);
    m_tokenTodo->setVisible(token->problem.has_value());
    if (!token->problem) {
        m_token->setText(tr("Your signing key is on the token %1, which is there.").arg(serial));
        m_token->setColor(Token::Text);
        return;
    }
    m_token->setText(tr("Your signing key is on the token %1, which does not answer. Nothing can be signed.").arg(serial));
    m_token->setVerdictColor(VerdictKind::Caution);
    m_tokenTodo->setText(tr("Put the token in, then look again. When it was out, open the study anew: its PIN is asked once more. (%1)",
                            "then the program's own words").arg(QString::fromStdString(token->problem->message)));
}

void SecurityCard::setIdleLock(int minutes)
{
    if (minutes == m_idleLock) return;
    m_idleLock = minutes;
    m_minutes->setValue(minutes);
    refresh();
}

void SecurityCard::show(const std::optional<VaultInfo>& vault, const QString& blocked)
{
    m_blocked = blocked;
    if (m_blocked.isEmpty() && !vault) m_blocked = tr("The vault is being asked.");
    if (m_blocked.isEmpty() && !vault->readOnlyBecause.empty()) m_blocked = tr("The vault takes no change: it does not agree with its log.");
    m_keystore = vault ? vault->keystore : KeystoreState::Absent;
    showToken(vault ? vault->token : std::nullopt);
    refresh();
}

QString SecurityCard::whyNoChange() const
{
    if (!m_blocked.isEmpty()) return m_blocked;
    if (m_current->text().isEmpty()) return tr("Type the passphrase that holds now.");
    const PassphraseHint hint = hintFor(m_next->text());
    if (!hint.good) return hint.sentence;
    if (m_again->text() != m_next->text()) return tr("Type the new passphrase twice.");
    return {};
}

void SecurityCard::refresh()
{
    m_nextField->setHint(hintFor(m_next->text()).sentence);
    const bool differs = !m_again->text().isEmpty() && !m_next->text().startsWith(m_again->text());
    m_againField->setError(differs ? tr("This is another one.") : QString());
    m_timeField->setHint(unlockTimeWords(m_time->value() * kTenthMs));
    m_change->setBlockedBy(whyNoChange());
    m_keep->setBlockedBy(!m_blocked.isEmpty() ? m_blocked : m_minutes->value() == m_idleLock ? tr("This is the time that holds.") : QString());
    const QString typed = m_keyPassphrase->text().isEmpty() ? tr("Type the passphrase.") : QString();
    const QString noKey = !m_blocked.isEmpty() ? m_blocked : typed;
    m_rotate->setBlockedBy(noKey);
    switch (m_keystore) {
    case KeystoreState::Absent:
        m_keyField->setHint(tr("No keystore service runs on this computer, so only the passphrase opens the vault."));
        m_keystoreButton->setText(tr("Open with the keystore"));
        m_keystoreButton->setBlockedBy(tr("No keystore service runs on this computer."));
        break;
    case KeystoreState::Ready:
        m_keyField->setHint(tr("The keystore can open the vault when the program starts. After a lock the passphrase is asked all the same."));
        m_keystoreButton->setText(tr("Open with the keystore"));
        m_keystoreButton->setBlockedBy(noKey);
        break;
    case KeystoreState::Opens:
        m_keyField->setHint(tr("The keystore opens the vault when the program starts. After a lock the passphrase is asked all the same."));
        m_keystoreButton->setText(tr("Do not open with the keystore"));
        m_keystoreButton->setBlockedBy(m_blocked);
        break;
    }
}

SecurityCard::Change SecurityCard::takeChange()
{
    m_again->clear();
    Change out;
    out.current = m_current->take();
    out.next = m_next->take();
    return out;
}

SecretBytes SecurityCard::takeKeyPassphrase()
{
    return m_keyPassphrase->take();
}

}  // namespace quorate::ui
