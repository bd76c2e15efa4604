// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/text/error_text.h"

namespace quorate::ui {

/// The fewest characters that a new passphrase may have.
inline constexpr int kLeastPassphrase = 12;

/// How a new passphrase would do. A hint, no measure: a phrase from a book passes.
struct PassphraseHint {
    bool good = false;     ///< May be taken.
    QString sentence;
};
PassphraseHint hintFor(const QString& passphrase);
/// Words for how long the derivation takes: "about 0.5 seconds for you, and for each guess of a thief".
QString unlockTimeWords(int milliseconds);
/// As sentenceFor(); for calls whose only Untrusted is a wrong passphrase.
ErrorText passphraseSentenceFor(const Error& error);
/// The same for opening a vault: what is malformed then is its file or the passphrase, and the message says what to do.
ErrorText unlockSentenceFor(const Error& error);

}  // namespace quorate::ui
