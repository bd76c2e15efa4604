// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/error_text.h"

#include <QCoreApplication>

namespace quorate::ui {
namespace {

struct Errors {
    Q_DECLARE_TR_FUNCTIONS(Errors)
};

ErrorText kindText(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Malformed:
        return {Errors::tr("The input is not what it should be."), Errors::tr("Give another input.")};
    case ErrorKind::Untrusted:
        return {Errors::tr("A signature or binding does not hold."),
                Errors::tr("Do not go on. Ask the sender to prove itself again, and tell your security officer.")};
    case ErrorKind::PolicyRefused:
        return {Errors::tr("The study's rules do not allow this."),
                Errors::tr("Nothing was signed or sent. Change what the rule is about, or ask the coordinator.")};
    case ErrorKind::Unavailable:
        return {Errors::tr("Something needed is not there now."),
                Errors::tr("Check the connection, then try again. Nothing was lost.")};
    case ErrorKind::Cancelled: return {Errors::tr("Cancelled."), Errors::tr("Nothing was signed or sent.")};
    case ErrorKind::StorageFailed:
        return {Errors::tr("The vault could not be read or written."),
                Errors::tr("Check disk space and the folder's permissions. Nothing was half-written.")};
    case ErrorKind::Internal:
        return {Errors::tr("This program made a mistake."),
                Errors::tr("Restart it. If it happens again, report the words below.")};
    }
    return {};
}

}  // namespace

ErrorText sentenceFor(const Error& error)
{
    ErrorText text = kindText(error.kind);
    if (!error.message.empty()) {
        text.todo = Errors::tr("%1 (%2)", "what to do, then the program's own words")
                        .arg(text.todo, QString::fromStdString(error.message));
    }
    return text;
}

}  // namespace quorate::ui
