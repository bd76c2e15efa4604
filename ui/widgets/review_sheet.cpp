// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/review_sheet.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/rows.h"
#include "ui/widgets/secret_field.h"
#include "ui/widgets/text_label.h"

namespace quorate::ui {

SignatureBlock::SignatureBlock(Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_text((new TextLabel(theme, FontRole::Small, Token::Text))->wrapped())
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    column->addWidget(m_text);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SignatureBlock::setSignature(const QString& who, const QString& when, const QString& meaning)
{
    m_text->setTextFormat(Qt::RichText);
    m_text->setText(tr("<b>You sign as</b> %1<br><b>at</b> %2<br><b>meaning</b> “%3”")
                        .arg(who.toHtmlEscaped(), when.toHtmlEscaped(), meaning.toHtmlEscaped()));
}

void SignatureBlock::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Token::Sunken));
    painter.setPen(m_theme.color(Token::Border));
    painter.drawLine(rect().topLeft(), rect().topRight());
}

ReviewSheet::ReviewSheet(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    head->setSpacing(2);
    m_title = (new TextLabel(theme, FontRole::Section, Token::Text))->wrapped();
    m_detail = (new TextLabel(theme, FontRole::Fixed, Token::Text2))->wrapped();
    m_banner = new Banner(theme);
    m_banner->hide();
    head->addWidget(m_title);
    head->addWidget(m_detail);
    head->addWidget(m_banner);
    column->addLayout(head);
    column->addWidget(new Hairline(theme));
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    auto* left = new QWidget;
    m_facts = new QVBoxLayout(left);
    m_facts->setContentsMargins(0, 0, 0, 0);
    m_facts->setSpacing(0);
    middle->addWidget(left, 1);
    middle->addWidget(buildForm(), 1);
    column->addLayout(middle, 1);
    column->addWidget(new Hairline(theme));
    column->addWidget(buildFoot());
    connect(m_reason, &QPlainTextEdit::textChanged, this, &ReviewSheet::refresh);
    connect(m_code, &QLineEdit::textChanged, this, &ReviewSheet::refresh);
    connect(m_passphrase, &QLineEdit::textChanged, this, &ReviewSheet::refresh);
    connect(m_identity, &QCheckBox::toggled, this, &ReviewSheet::refresh);
    connect(m_approve, &QPushButton::clicked, this, &ReviewSheet::approved);
    connect(m_refuse, &QPushButton::clicked, this, &ReviewSheet::refused);
}

QWidget* ReviewSheet::buildForm()
{
    auto* form = new QWidget;
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* fields = new QVBoxLayout;
    fields->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    fields->setSpacing(space::kSmall);
    m_conditionArea = new QWidget;
    m_conditions = new QVBoxLayout(m_conditionArea);
    m_conditions->setContentsMargins(0, 0, 0, space::kSmall);
    fields->addWidget(m_conditionArea);
    m_reason = new QPlainTextEdit;
    m_reason->setTabChangesFocus(true);
    m_reason->setFixedHeight(76);
    m_reason->setObjectName(QStringLiteral("reason"));
    fields->addWidget(new FormField(m_theme, tr("Reason, kept with the decision"), m_reason, tr("Everyone in the study can read it.")));
    m_code = new QLineEdit;
    m_code->setObjectName(QStringLiteral("studyCode"));
    m_passphrase = new SecretField;
    m_passphrase->setObjectName(QStringLiteral("passphrase"));
    auto* pair = new QHBoxLayout;
    pair->setSpacing(space::kMedium);
    m_codeField = new FormField(m_theme, tr("Study code"), m_code);
    pair->addWidget(m_codeField, 1, Qt::AlignTop);
    m_passphraseField = new FormField(m_theme, tr("Vault passphrase"), m_passphrase);
    pair->addWidget(m_passphraseField, 1, Qt::AlignTop);
    fields->addLayout(pair);
    m_identity = new QCheckBox;
    m_identity->setObjectName(QStringLiteral("identity"));
    m_identity->setAccessibleName(tr("I am the one who signs"));
    m_identity->setMinimumHeight(24);
    fields->addWidget(m_identity);
    column->addLayout(fields);
    column->addStretch(1);
    m_signature = new SignatureBlock(m_theme);
    column->addWidget(m_signature);
    return form;
}

QWidget* ReviewSheet::buildFoot()
{
    auto* foot = new QWidget;
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    row->setSpacing(space::kSmall);
    m_why = (new TextLabel(m_theme, FontRole::Small, Token::Text3))->wrapped();
    auto* close = new Button(m_theme, tr("Close"));
    close->setObjectName(QStringLiteral("closeSheet"));
    m_refuse = new Button(m_theme, tr("Refuse"), ButtonKind::Danger, QStringLiteral("refused"));
    m_refuse->setObjectName(QStringLiteral("refuse"));
    m_approve = new Button(m_theme, tr("Approve"), ButtonKind::Primary, QStringLiteral("approvals"));
    m_approve->setObjectName(QStringLiteral("approve"));
    row->addWidget(m_why, 1);
    row->addWidget(close);
    row->addWidget(m_refuse);
    row->addWidget(m_approve);
    // A default button would take Enter from the passphrase field.
    for (Button* button : {close, m_refuse, m_approve}) button->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &ReviewSheet::closed);
    return foot;
}

void ReviewSheet::ask(const Question& question)
{
    const bool another = question.title != m_question.title || question.signer != m_question.signer;
    m_question = question;
    m_title->setText(question.title);
    m_detail->setText(question.detail);
    m_detail->setVisible(!question.detail.isEmpty());
    m_signature->setSignature(question.signer, question.when, question.meaning);
    m_identity->setText(tr("I am %1").arg(question.signer));
    m_identity->setAccessibleName(m_identity->text());
    m_identity->setToolTip(tr("Asked at the first signature of a session; until the vault locks, the passphrase is enough."));
    if (!question.approve.isEmpty()) m_approve->setText(question.approve);
    m_approve->setVisible(!question.approve.isEmpty());
    if (!question.refuse.isEmpty()) m_refuse->setText(question.refuse);
    m_refuse->setVisible(!question.refuse.isEmpty());
    if (another) {
        fillFacts();
        fillConditions();
        clearInput();
        m_banner->hide();
    }
    setIdentityAsked(question.askIdentity);
}

void ReviewSheet::setIdentityAsked(bool asked)
{
    m_question.askIdentity = asked;
    m_identity->setVisible(asked);
    refresh();
}

void ReviewSheet::fillFacts()
{
    clearRows(*m_facts);
    for (const Fact& fact : m_question.facts) {
        auto* row = new QWidget;
        auto* line = new QHBoxLayout(row);
        line->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
        line->setSpacing(space::kMedium);
        line->addWidget(new IconLabel(m_theme, fact.icon, 20, Token::Accent), 0, Qt::AlignTop);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        words->addWidget(new TextLabel(m_theme, FontRole::Strong, Token::Text, fact.title));
        words->addWidget((new TextLabel(m_theme, FontRole::Body, Token::Text2, fact.text))->wrapped());
        line->addLayout(words, 1);
        addRow(*m_facts, row);
        addRow(*m_facts, new Hairline(m_theme));
    }
    m_facts->addStretch(1);
}

void ReviewSheet::fillConditions()
{
    m_boxes.clear();
    clearRows(*m_conditions);
    m_conditionArea->setVisible(!m_question.conditions.empty());
    if (m_question.conditions.empty()) return;
    addRow(*m_conditions, new TextLabel(m_theme, FontRole::Strong, Token::Text, tr("Conditions")));
    for (const auto& [code, sentence] : m_question.conditions) {
        auto* box = new QCheckBox(sentence);
        box->setMinimumHeight(24);
        addRow(*m_conditions, box);
        m_boxes.emplace_back(code, box);
    }
}

void ReviewSheet::refresh()
{
    const bool codeRight = m_code->text() == m_question.code;
    m_codeField->setError(m_code->text().isEmpty() || m_question.code.startsWith(m_code->text()) ? QString()
                                                                                                   : tr("This study is %1.").arg(m_question.code));
    QString missing = m_question.blocked;
    if (missing.isEmpty() && !m_doing.isEmpty()) missing = m_doing;
    if (missing.isEmpty() && m_reason->toPlainText().trimmed().isEmpty()) missing = tr("Give a reason.");
    if (missing.isEmpty() && !codeRight) missing = tr("Type the study's code, %1.").arg(m_question.code);
    if (missing.isEmpty() && m_passphrase->text().isEmpty()) missing = tr("Type the vault passphrase.");
    if (missing.isEmpty() && m_question.askIdentity && !m_identity->isChecked()) missing = tr("Confirm who you are.");
    m_why->setText(missing);
    m_approve->setBlockedBy(missing);
    m_refuse->setBlockedBy(missing);
}

void ReviewSheet::setPassphraseHint(const QString& hint)
{
    m_passphraseField->setHint(hint);
}

void ReviewSheet::setBusy(const QString& doing)
{
    m_doing = doing;
    refresh();
}

void ReviewSheet::setError(const QString& what, const QString& todo)
{
    m_banner->showVerdict(VerdictKind::Refused, what, todo);
    m_banner->show();
}

void ReviewSheet::clearInput()
{
    m_reason->clear();
    m_code->clear();
    m_passphrase->clear();
    m_identity->setChecked(false);
}

std::vector<std::string> ReviewSheet::conditions() const
{
    std::vector<std::string> out;
    for (const auto& [code, box] : m_boxes) {
        if (box->isChecked()) out.push_back(code);
    }
    return out;
}

std::string ReviewSheet::reason() const
{
    return m_reason->toPlainText().trimmed().toStdString();
}

bool ReviewSheet::identityConfirmed() const
{
    return m_question.askIdentity && m_identity->isChecked();
}

SecretBytes ReviewSheet::takePassphrase()
{
    return m_passphrase->take();
}

void ReviewSheet::keyPressEvent(QKeyEvent* event)
{
    // Also where a parent would treat Enter as its default button.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        event->accept();
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace quorate::ui
