// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/base/clock.h"
#include "core/base/secret_bytes.h"
#include "ui/theme/theme.h"

class QCheckBox;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace quorate::ui {

class Banner;
class Button;
class FormField;
class SecretField;
class TextLabel;

/// Who signs, when, and what it means (21 CFR 11.50), on sunken ground.
class SignatureBlock final : public QWidget {
    Q_OBJECT

public:
    explicit SignatureBlock(Theme& theme, QWidget* parent = nullptr);
    void setSignature(const QString& who, const QString& when, const QString& meaning);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    TextLabel* m_text;
};

/// A decision that cannot be undone, in the page: facts left, conditions, reason, study code and passphrase right, then the
/// signature. Both answers stay disabled, saying why, until all is typed. Enter never signs.
class ReviewSheet final : public QWidget {
    Q_OBJECT

public:
    struct Fact {
        QString icon;
        QString title;
        QString text;
    };
    struct Question {
        QString title;
        QString detail;
        std::vector<Fact> facts;
        std::vector<std::pair<std::string, QString>> conditions;  ///< Stable code and sentence.
        QString code;            ///< To be typed.
        QString signer;
        bool askIdentity = false;  ///< The first signature of a session: the signer is confirmed besides the passphrase.
        QString when;
        QString meaning;
        QString approve;         ///< Word of the primary button; empty hides it.
        QString refuse;          ///< Word of the danger button; empty hides it.
        QString blocked;         ///< Why this person may not answer; empty when they may.
    };

    explicit ReviewSheet(Theme& theme, QWidget* parent = nullptr);

    /// Clears what was typed when the question is another one.
    void ask(const Question& question);
    void setPassphraseHint(const QString& hint);
    /// Whether the signer is to be confirmed, when that changes while the sheet is filled in.
    void setIdentityAsked(bool asked);
    void setBusy(const QString& doing);     ///< Empty ends it.
    void setError(const QString& what, const QString& todo);
    void clearInput();

    [[nodiscard]] std::vector<std::string> conditions() const;
    [[nodiscard]] std::string reason() const;
    /// The signer said who they are.
    [[nodiscard]] bool identityConfirmed() const;
    /// Leaves the field empty.
    [[nodiscard]] SecretBytes takePassphrase();

Q_SIGNALS:
    void approved();
    void refused();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* buildForm();
    QWidget* buildFoot();
    void fillFacts();
    void fillConditions();
    void refresh();

    Theme& m_theme;
    Question m_question;
    QString m_doing;
    TextLabel* m_title = nullptr;
    TextLabel* m_detail = nullptr;
    Banner* m_banner = nullptr;
    QVBoxLayout* m_facts = nullptr;
    QWidget* m_conditionArea = nullptr;
    QVBoxLayout* m_conditions = nullptr;
    std::vector<std::pair<std::string, QCheckBox*>> m_boxes;
    QPlainTextEdit* m_reason = nullptr;
    QLineEdit* m_code = nullptr;
    FormField* m_codeField = nullptr;
    SecretField* m_passphrase = nullptr;
    QCheckBox* m_identity = nullptr;
    FormField* m_passphraseField = nullptr;
    SignatureBlock* m_signature = nullptr;
    TextLabel* m_why = nullptr;
    Button* m_refuse = nullptr;
    Button* m_approve = nullptr;
};

}  // namespace quorate::ui
