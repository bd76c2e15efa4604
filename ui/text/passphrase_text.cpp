// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/passphrase_text.h"

#include <QCoreApplication>
#include <QSet>

namespace quorate::ui {
namespace {

struct Passphrases {
    Q_DECLARE_TR_FUNCTIONS(Passphrases)
};

constexpr int kStrong = 20;
constexpr int kFewestDifferent = 6;

}  // namespace

PassphraseHint hintFor(const QString& passphrase)
{
    if (passphrase.isEmpty()) return {false, Passphrases::tr("Four or more words that do not belong together are good and easy to keep.")};
    const QSet<QChar> different(passphrase.begin(), passphrase.end());
    if (passphrase.size() < kLeastPassphrase) {
        return {false, Passphrases::tr("Too short: %n more character(s) needed.", nullptr, kLeastPassphrase - static_cast<int>(passphrase.size()))};
    }
    if (different.size() < kFewestDifferent) return {false, Passphrases::tr("Too easy: it repeats a few characters.")};
    if (passphrase.size() < kStrong) return {true, Passphrases::tr("Enough. Longer is better than stranger.")};
    return {true, Passphrases::tr("Long enough.")};
}

QString unlockTimeWords(int milliseconds)
{
    return Passphrases::tr("About %1 s on this computer, for you and for each guess of a thief.")
        .arg(milliseconds / 1000.0, 0, 'f', 1);
}

ErrorText unlockSentenceFor(const Error& error)
{
    if (error.kind != ErrorKind::Malformed) return passphraseSentenceFor(error);
    return {Passphrases::tr("The vault cannot be opened."),
            Passphrases::tr("Nothing was changed. The vault says: %1.", "what is wrong, and what to do").arg(QString::fromStdString(error.message))};
}

ErrorText passphraseSentenceFor(const Error& error)
{
    if (error.kind != ErrorKind::Untrusted) return sentenceFor(error);
    return {Passphrases::tr("This is not the vault's passphrase."),
            Passphrases::tr("Type it again; mind capitals and the keyboard's language. Nothing was changed.")};
}

}  // namespace quorate::ui
