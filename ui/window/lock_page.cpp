// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/lock_page.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/text/passphrase_text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/demo_banner.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/secret_field.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {
namespace {

constexpr int kWidth = 400;

}  // namespace

LockPage::LockPage(Theme& theme, QWidget* parent) : QWidget(parent)
{
    auto* card = new Card(theme);
    card->setFixedWidth(kWidth);
    auto* column = card->body();
    column->setContentsMargins(space::kPage, space::kPage, space::kPage, space::kPage);
    column->setSpacing(space::kMedium);
    column->addWidget(new IconLabel(theme, QStringLiteral("lock"), 24, Token::Accent), 0, Qt::AlignHCenter);
    auto* title = new TextLabel(theme, FontRole::Title, Token::Text, tr("Quorate is locked"));
    title->setAlignment(Qt::AlignHCenter);
    column->addWidget(title);
    m_passphrase = new SecretField;
    m_passphrase->setObjectName(QStringLiteral("unlockPassphrase"));
    m_field = new FormField(theme, tr("Vault passphrase"), m_passphrase);
    column->addWidget(m_field);
    m_todo = (new TextLabel(theme, FontRole::Small, Token::Text2))->wrapped();
    column->addWidget(m_todo);
    m_unlock = new Button(theme, tr("Unlock"), ButtonKind::Primary, QStringLiteral("key"));
    m_unlock->setObjectName(QStringLiteral("unlock"));
    column->addWidget(m_unlock);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    m_demo = new DemoBanner(theme);
    m_demo->setActionsVisible(false);
    m_demo->hide();
    rows->addWidget(m_demo);
    rows->addStretch(2);
    // Not by an alignment: an aligned widget keeps its hint's height, however many lines its words take.
    auto* centred = new QHBoxLayout;
    centred->addStretch();
    centred->addWidget(card);
    centred->addStretch();
    rows->addLayout(centred);
    rows->addStretch(3);
    setFocusProxy(m_passphrase);
    connect(m_unlock, &QPushButton::clicked, this, &LockPage::ask);
    connect(m_passphrase, &QLineEdit::returnPressed, this, &LockPage::ask);
    connect(m_passphrase, &QLineEdit::textEdited, this, [this] {
        m_field->setError({});
        m_todo->hide();
    });
    begin();
}

void LockPage::setDemo(bool demo)
{
    m_demo->setVisible(demo);
}

void LockPage::setHint(const QString& hint)
{
    m_field->setHint(hint);
}

void LockPage::begin()
{
    m_passphrase->clear();
    m_field->setError({});
    m_todo->hide();
    setWaiting(false);
}

void LockPage::setWaiting(bool waiting)
{
    m_passphrase->setEnabled(!waiting);
    m_unlock->setBlockedBy(waiting ? tr("The vault is being opened and checked.") : QString());
    m_unlock->setText(waiting ? tr("Opening…") : tr("Unlock"));
}

void LockPage::ask()
{
    if (m_passphrase->text().isEmpty()) {
        m_field->setError(tr("Type the vault passphrase."));
        return;
    }
    setWaiting(true);
    Q_EMIT unlockRequested();
}

void LockPage::showError(const Error& error)
{
    const ErrorText text = unlockSentenceFor(error);
    setWaiting(false);
    m_field->setError(text.what);
    m_todo->setText(text.todo);
    m_todo->show();
    m_passphrase->setFocus();
}

SecretBytes LockPage::takePassphrase()
{
    return m_passphrase->take();
}

}  // namespace quorate::ui
